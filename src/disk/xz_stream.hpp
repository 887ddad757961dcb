// xz_stream: a byte stream through liblzma, both ways. The only place that knows liblzma.
#pragma once

#include "disk/byte_stream.hpp"

namespace sparsio {

/// Unpacks all xz streams of `from`; `path` is for messages. BadInput: not xz, truncated, corrupt, or a dictionary that
/// needs more than 256 MiB (xz -9 needs 65).
std::unique_ptr<ByteStream> unxz(std::unique_ptr<ByteStream> from, const std::string& path);

/// Packs into `to` with preset 6.
std::unique_ptr<ByteSink> xz(std::unique_ptr<ByteSink> to);

}  // namespace sparsio
