// digest: short names for contents, XXH3 (Collet 2021). Not for security: they tell files apart, nobody attacks them.
// The only place that knows xxhash.
#pragma once

#include <string>
#include <string_view>

namespace sparsio {

/// XXH3-128 as 32 hex digits.
std::string digest(std::string_view bytes);

/// XXH3-64 as 16 hex digits.
std::string short_digest(std::string_view bytes);

/// XXH3-128 of a file's bytes as they are on disk (packed stays packed), read in blocks. Of a folder: of each file's
/// name within it, size and bytes, by sorted names; times and owners do not count, symbolic links are followed.
/// BadInput: unreadable, or a folder that contains itself.
std::string digest_path(const std::string& path);

}  // namespace sparsio
