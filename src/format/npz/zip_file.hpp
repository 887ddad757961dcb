// zip_file: the members of a zip archive, stored or deflated, as numpy.savez and savez_compressed write them.
// The directory stands at the end of the file and is believed no further than the file's size: a member lies within the
// file, and says no more bytes than deflate could make of its own (1032 of one). Archives above 4 GiB have a second
// form of the directory (zip64), which is read. Packed data go through the gzip stream in gzip's clothes (a header of
// 10 bytes before them, checksum and size behind), so that its checks hold here. Source: PKWARE, APPNOTE 6.3.10.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "disk/byte_stream.hpp"

namespace sparsio {

struct ZipMember {
  std::string name;
  uint16_t method = 0;  // 0 stored, 8 deflated
  uint32_t checksum = 0;
  uint64_t packed_bytes = 0;
  uint64_t bytes = 0;
  uint64_t header_at = 0;
};

/// In the order of the directory. BadInput: not a zip archive, damaged, a member that is encrypted, packed in another
/// way, or said to be larger than its packed bytes can be.
std::vector<ZipMember> list_zip(const std::string& path);

/// Its bytes, unpacked; BadInput naming the file where they are not those of its checksum.
std::unique_ptr<ByteStream> open_zip_member(const std::string& path, const ZipMember& member);

}  // namespace sparsio
