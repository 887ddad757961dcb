// utf8: texts that every reader accepts.
// A path or a library's message may hold any bytes, but one wrong byte makes pandas refuse a whole table and JSON a
// whole line. So texts are made valid once, where they enter a record, and are cut between characters.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sparsio {

/// `text` with each byte that is not part of valid UTF-8, and each NUL (HDF5 pads with them), replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

/// valid_utf8(text) in at most `bytes` bytes: if it is longer, cut between characters and ended by "...".
std::string fit_utf8(std::string_view text, size_t bytes);

/// Characters (code points) of a valid text; a terminal's columns, near enough.
size_t character_count(std::string_view text);

}  // namespace sparsio
