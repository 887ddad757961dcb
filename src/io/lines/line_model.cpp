#include "io/lines/line_model.hpp"

#include <fmt/format.h>

#include "io/lines/line_cache.hpp"
#include "net/addressed_visitor.hpp"

namespace sparsio {
namespace {

class LineModel final : public AddressedVisitor<LineModel> {
 public:
  explicit LineModel(const CacheGeometry& geometry) : cache_(geometry) {}

  LinePrediction prediction() const { return {cache_.misses(), cache_.write_backs(), weight_misses_}; }

  void touch(uint64_t address, uint64_t bytes, Access access, Content content) {
    if (const uint64_t end = address + bytes; end > reached_) cache_.grow(reached_ = end);
    const uint64_t before = cache_.misses();
    cache_.touch(address, bytes, access);
    if (content == Content::weights) weight_misses_ += cache_.misses() - before;
  }

 private:
  LineCache cache_;
  uint64_t reached_ = 0;
  uint64_t weight_misses_ = 0;
};

/// The fewest ways at which it does not decide where buffers and arrays lie.
constexpr uint32_t fewest_ways = 4;

}  // namespace

std::string unpredictable(const CacheGeometry& cache) {
  if (cache.ways == 0 || cache.ways >= fewest_ways) return "";
  if (cache.bytes / cache.line_bytes <= cache.ways) return "";  // one set, fully associative
  return fmt::format("{} {} a set: what meets there is decided by addresses, which only the run knows", cache.ways,
                     cache.ways == 1 ? "way" : "ways");
}

LinePrediction predict_lines(const TellPass& tell, const CacheGeometry& cache) {
  LineModel model(cache);
  tell(model);
  return model.prediction();
}

}  // namespace sparsio
