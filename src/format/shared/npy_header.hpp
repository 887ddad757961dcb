// npy_header: what the dictionary at the beginning of a .npy says, and how values of its dtype become doubles.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "format/shared/npy.hpp"

namespace sparsio {

/// All of the header but first_byte. BadInput at `place`: not the dictionary that numpy writes, a dtype that is no real
/// number, a shape whose values no file could hold.
NpyHeader parse_npy_header(std::string_view text, const std::string& place);

/// `count` values of the header's dtype, from bytes as they stand in the file.
void decode_npy(const NpyHeader& header, const char* from, size_t count, double* to);

}  // namespace sparsio
