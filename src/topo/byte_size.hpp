// byte_size: `2MiB`, `32768B`, `1.5GB`.
// Binary units (KiB MiB GiB TiB) are powers of 1024, decimal ones (kB MB GB TB) of 1000. `KB`, `K` or `M` are refused,
// because half of the world means one thing by them and half the other.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sparsio {

/// Whole bytes; BadInput at `place` for another unit, none, a fraction of a byte, or 2^63 bytes and more.
uint64_t parse_byte_size(std::string_view text, const std::string& place);

/// "16 MiB", "1.375 MiB", "100 B": binary units, at most three decimals.
std::string byte_size_text(uint64_t bytes);

}  // namespace sparsio
