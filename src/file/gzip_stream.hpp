// gzip_stream: a byte stream through zlib, both ways. The only place that knows zlib.
#pragma once

#include "file/byte_stream.hpp"

namespace sparsio {

/// Unpacks all gzip members of `from`; `path` is for messages. BadInput: not gzip, truncated, corrupt, bytes after it.
std::unique_ptr<ByteStream> gunzip(std::unique_ptr<ByteStream> from, const std::string& path);

/// Packs into `to`; the same bytes give the same file (no time stamp).
std::unique_ptr<ByteSink> gzip(std::unique_ptr<ByteSink> to);

}  // namespace sparsio
