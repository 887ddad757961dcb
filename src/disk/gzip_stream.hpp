// gzip_stream: a byte stream through zlib, both ways. The only place that knows zlib.
#pragma once

#include <cstdint>
#include <string_view>

#include "disk/byte_stream.hpp"

namespace sparsio {

/// Unpacks all gzip members of `from`; `path` is for messages. BadInput: not gzip, truncated, corrupt, bytes after it.
std::unique_ptr<ByteStream> gunzip(std::unique_ptr<ByteStream> from, const std::string& path);

/// Packs into `to`; the same bytes give the same file (no time stamp).
std::unique_ptr<ByteSink> gzip(std::unique_ptr<ByteSink> to);

/// gzip's checksum (CRC-32) of more bytes, behind those that gave `so_far`; 0 at first.
uint32_t crc32_of(uint32_t so_far, std::string_view bytes);

}  // namespace sparsio
