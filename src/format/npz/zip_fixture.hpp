// zip_fixture: zip archives for tests, written by the words of PKWARE's note and packed by zlib's gzip.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "disk/gzip_stream.hpp"

namespace sparsio {

enum class Packing { stored, deflated };
enum class Directory { narrow, wide };  // wide: zip64, as for files above 4 GiB

inline std::string little(uint64_t number, int bytes) {
  std::string text;
  for (int k = 0; k < bytes; ++k, number >>= 8) text += static_cast<char>(number & 255);
  return text;
}

/// What gzip makes of the bytes, without its 10 bytes before and 8 behind.
inline std::string deflated(std::string_view bytes) {
  struct Kept final : ByteSink {
    explicit Kept(std::string& text) : to(text) {}
    void write(std::string_view more) override { to += more; }
    void finish() override {}
    std::string& to;
  };
  std::string packed;
  const auto sink = gzip(std::make_unique<Kept>(packed));
  sink->write(bytes);
  sink->finish();
  return packed.substr(10, packed.size() - 18);
}

inline std::string zip_file(const std::vector<std::pair<std::string, std::string>>& members, Packing packing,
                            Directory directory = Directory::narrow) {
  const bool is_wide = directory == Directory::wide;
  std::string file;
  std::string entries;
  for (const auto& [name, bytes] : members) {
    const std::string data = packing == Packing::stored ? bytes : deflated(bytes);
    const std::string kind = little(packing == Packing::stored ? 0 : 8, 2) + little(0, 4);  // and a time
    const uint64_t at = file.size();
    const std::string extra =
        little(1, 2) + little(24, 2) + little(bytes.size(), 8) + little(data.size(), 8) + little(at, 8);
    const auto size = [&](uint64_t number) { return little(is_wide ? UINT32_MAX : number, 4); };
    const std::string facts = kind + little(crc32_of(0, bytes), 4) + size(data.size()) + size(bytes.size()) +
                              little(name.size(), 2) + little(is_wide ? extra.size() : 0, 2);
    const std::string tail = name + (is_wide ? extra : "");
    file += "PK\3\4" + little(20, 2) + little(0, 2) + facts + tail + data;
    entries += "PK\1\2" + little(20, 2) + little(20, 2) + little(0, 2) + facts + little(0, 10) + size(at) + tail;
  }
  const uint64_t at = file.size();
  file += entries;
  if (is_wide) {
    const uint64_t wide_at = file.size();
    file += "PK\6\6" + little(44, 8) + little(45, 4) + little(0, 8) + little(members.size(), 8) +
            little(members.size(), 8) + little(entries.size(), 8) + little(at, 8);
    file += "PK\6\7" + little(0, 4) + little(wide_at, 8) + little(1, 4);
  }
  const uint64_t count = is_wide ? UINT16_MAX : members.size();
  return file + "PK\5\6" + little(0, 4) + little(count, 2) + little(count, 2) +
         little(is_wide ? UINT32_MAX : entries.size(), 4) + little(is_wide ? UINT32_MAX : at, 4) + little(0, 2);
}

}  // namespace sparsio
