#include "disk/gzip_stream.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <new>
#include <stdexcept>
#include <vector>

#include "base/error.hpp"

namespace sparsio {
namespace {

constexpr size_t block_bytes = size_t{1} << 16;
constexpr int gzip_window_bits = 15 + 16;  // the largest window, in gzip clothes

class Gunzip final : public ByteStream {
 public:
  Gunzip(std::unique_ptr<ByteStream> from, const std::string& path)
      : from_(std::move(from)), path_(path), packed_(block_bytes) {
    if (inflateInit2(&zlib_, gzip_window_bits) != Z_OK) throw std::bad_alloc();
  }
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;
  ~Gunzip() override { inflateEnd(&zlib_); }

  size_t read(char* to, size_t size) override {
    const uInt room = static_cast<uInt>(std::min(size, size_t{1} << 30));
    zlib_.next_out = reinterpret_cast<Bytef*>(to);
    zlib_.avail_out = room;
    while (zlib_.avail_out == room) {
      refill();
      if (between_members_) {
        if (zlib_.avail_in == 0) return 0;
        if (inflateReset(&zlib_) != Z_OK) throw std::logic_error("inflateReset");
        between_members_ = false;
      }
      advance();
    }
    return room - zlib_.avail_out;
  }

 private:
  void refill() {
    if (zlib_.avail_in > 0 || at_end_) return;
    const size_t got = from_->read(packed_.data(), packed_.size());
    at_end_ = got == 0;
    zlib_.next_in = reinterpret_cast<Bytef*>(packed_.data());
    zlib_.avail_in = static_cast<uInt>(got);
  }

  void advance() {
    const int code = inflate(&zlib_, Z_NO_FLUSH);
    if (code == Z_STREAM_END) {
      between_members_ = true;
      ++members_;
    } else if (code == Z_MEM_ERROR) {
      throw std::bad_alloc();
    } else if (code == Z_BUF_ERROR && at_end_) {
      throw BadInput(path_, "the gzip data end too early, the file is truncated", "fetch or write it again");
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
      throw BadInput(path_,
                     members_ > 0 && zlib_.total_out == 0
                         ? std::string("after the gzip data come bytes that are not gzip data")
                         : fmt::format("the gzip data are corrupt ({})", zlib_.msg ? zlib_.msg : "no reason"),
                     "fetch or write it again");
    }
  }

  std::unique_ptr<ByteStream> from_;
  std::string path_;
  std::vector<char> packed_;
  z_stream zlib_{};
  bool at_end_ = false;
  bool between_members_ = false;
  uint64_t members_ = 0;
};

class Gzip final : public ByteSink {
 public:
  explicit Gzip(std::unique_ptr<ByteSink> to) : to_(std::move(to)), packed_(block_bytes) {
    if (deflateInit2(&zlib_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
      throw std::bad_alloc();
  }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;
  ~Gzip() override { deflateEnd(&zlib_); }

  void write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const size_t part = std::min(bytes.size(), size_t{1} << 30);
      zlib_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib only reads it
      zlib_.avail_in = static_cast<uInt>(part);
      pump(Z_NO_FLUSH);
      bytes.remove_prefix(part);
    }
  }
  void finish() override {
    pump(Z_FINISH);
    to_->finish();
  }

 private:
  void pump(int flush) {
    do {
      zlib_.next_out = reinterpret_cast<Bytef*>(packed_.data());
      zlib_.avail_out = static_cast<uInt>(packed_.size());
      if (deflate(&zlib_, flush) == Z_STREAM_ERROR) throw std::logic_error("deflate");
      to_->write({packed_.data(), packed_.size() - zlib_.avail_out});
    } while (zlib_.avail_out == 0);
  }

  std::unique_ptr<ByteSink> to_;
  std::vector<char> packed_;
  z_stream zlib_{};
};

}  // namespace

std::unique_ptr<ByteStream> gunzip(std::unique_ptr<ByteStream> from, const std::string& path) {
  return std::make_unique<Gunzip>(std::move(from), path);
}

std::unique_ptr<ByteSink> gzip(std::unique_ptr<ByteSink> to) {
  return std::make_unique<Gzip>(std::move(to));
}

uint32_t crc32_of(uint32_t so_far, std::string_view bytes) {
  return static_cast<uint32_t>(crc32_z(so_far, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace sparsio
