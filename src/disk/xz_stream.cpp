#include "disk/xz_stream.hpp"

#include <fmt/format.h>
#include <lzma.h>

#include <new>
#include <stdexcept>
#include <vector>

#include "base/error.hpp"

namespace sparsio {
namespace {

constexpr size_t block_bytes = size_t{1} << 16;
constexpr uint64_t memory_limit = uint64_t{256} << 20;

class Unxz final : public ByteStream {
 public:
  Unxz(std::unique_ptr<ByteStream> from, const std::string& path)
      : from_(std::move(from)), path_(path), packed_(block_bytes) {
    if (lzma_stream_decoder(&lzma_, memory_limit, LZMA_CONCATENATED) != LZMA_OK) throw std::bad_alloc();
  }
  Unxz(const Unxz&) = delete;
  Unxz& operator=(const Unxz&) = delete;
  ~Unxz() override { lzma_end(&lzma_); }

  size_t read(char* to, size_t size) override {
    lzma_.next_out = reinterpret_cast<uint8_t*>(to);
    lzma_.avail_out = size;
    while (lzma_.avail_out == size && !done_) {
      if (lzma_.avail_in == 0 && !at_end_) {
        lzma_.avail_in = from_->read(packed_.data(), packed_.size());
        lzma_.next_in = reinterpret_cast<const uint8_t*>(packed_.data());
        at_end_ = lzma_.avail_in == 0;
      }
      check(lzma_code(&lzma_, at_end_ ? LZMA_FINISH : LZMA_RUN));
    }
    return size - lzma_.avail_out;
  }

 private:
  void check(lzma_ret code) {
    const char* remedy = "fetch or write it again";
    switch (code) {
      case LZMA_OK:
        return;
      case LZMA_STREAM_END:
        done_ = true;
        return;
      case LZMA_MEM_ERROR:
        throw std::bad_alloc();
      case LZMA_BUF_ERROR:
        if (at_end_) throw BadInput(path_, "the xz data end too early, the file is truncated", remedy);
        return;
      case LZMA_FORMAT_ERROR:
        throw BadInput(path_, "the data are not xz data", remedy);
      case LZMA_MEMLIMIT_ERROR:
        throw BadInput(path_, fmt::format("unpacking needs more than {} MiB", memory_limit >> 20),
                       "pack it with xz -6");
      default:
        throw BadInput(path_, fmt::format("the xz data are corrupt (liblzma code {})", static_cast<int>(code)), remedy);
    }
  }

  std::unique_ptr<ByteStream> from_;
  std::string path_;
  std::vector<char> packed_;
  lzma_stream lzma_ = LZMA_STREAM_INIT;
  bool at_end_ = false;
  bool done_ = false;
};

class Xz final : public ByteSink {
 public:
  explicit Xz(std::unique_ptr<ByteSink> to) : to_(std::move(to)), packed_(block_bytes) {
    if (lzma_easy_encoder(&lzma_, 6, LZMA_CHECK_CRC64) != LZMA_OK) throw std::bad_alloc();
  }
  Xz(const Xz&) = delete;
  Xz& operator=(const Xz&) = delete;
  ~Xz() override { lzma_end(&lzma_); }

  void write(std::string_view bytes) override {
    lzma_.next_in = reinterpret_cast<const uint8_t*>(bytes.data());
    lzma_.avail_in = bytes.size();
    while (lzma_.avail_in > 0) pump(LZMA_RUN);
  }
  void finish() override {
    while (pump(LZMA_FINISH) != LZMA_STREAM_END) {
    }
    to_->finish();
  }

 private:
  lzma_ret pump(lzma_action action) {
    lzma_.next_out = reinterpret_cast<uint8_t*>(packed_.data());
    lzma_.avail_out = packed_.size();
    const lzma_ret code = lzma_code(&lzma_, action);
    if (code == LZMA_MEM_ERROR) throw std::bad_alloc();
    if (code != LZMA_OK && code != LZMA_STREAM_END) throw std::logic_error("lzma_code");
    to_->write({packed_.data(), packed_.size() - lzma_.avail_out});
    return code;
  }

  std::unique_ptr<ByteSink> to_;
  std::vector<char> packed_;
  lzma_stream lzma_ = LZMA_STREAM_INIT;
};

}  // namespace

std::unique_ptr<ByteStream> unxz(std::unique_ptr<ByteStream> from, const std::string& path) {
  return std::make_unique<Unxz>(std::move(from), path);
}

std::unique_ptr<ByteSink> xz(std::unique_ptr<ByteSink> to) {
  return std::make_unique<Xz>(std::move(to));
}

}  // namespace sparsio
