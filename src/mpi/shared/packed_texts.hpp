// packed_texts: what several ranks said, one text after the other in one piece of memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sparsio {

class PackedTexts {
 public:
  /// By how long each is.
  explicit PackedTexts(const std::vector<int>& lengths) : lengths_(lengths) {
    for (const int length : lengths) {
      begins_.push_back(static_cast<int>(total_));
      total_ += static_cast<size_t>(length);
    }
  }
  size_t total() const { return total_; }
  /// Where each begins, if total() is an int.
  const std::vector<int>& begins() const { return begins_; }
  std::vector<std::string> cut(const std::string& all) const {
    std::vector<std::string> texts;
    for (size_t k = 0; k < lengths_.size(); ++k)
      texts.push_back(all.substr(static_cast<size_t>(begins_[k]), static_cast<size_t>(lengths_[k])));
    return texts;
  }

 private:
  std::vector<int> lengths_;
  std::vector<int> begins_;
  size_t total_ = 0;
};

}  // namespace sparsio
