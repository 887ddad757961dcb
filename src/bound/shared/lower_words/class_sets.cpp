#include "bound/shared/lower_words/class_sets.hpp"

#include <algorithm>

namespace sparsio {
namespace {

struct Pattern {
  std::vector<uint32_t> places;  // of a cycle
  uint32_t runs;
};

class Search {
 public:
  Search(uint32_t classes, uint32_t cycle, uint32_t size, uint32_t most_runs, size_t most)
      : cycles_(classes / cycle), cycle_(cycle), most_runs_(most_runs), most_(most) {
    made_.size = size;
  }

  std::optional<ClassSets> run() {
    if (made_.size >= cycle_) {
      Pattern& whole = patterns_.emplace_back(Pattern{std::vector<uint32_t>(cycle_), 0});
      for (uint32_t k = 0; k < cycle_; ++k) whole.places[k] = k;
    }
    std::vector<uint32_t> places;
    for (uint32_t first = 0; first < cycle_ && cycle_ > 1; ++first)
      if (!add_runs(first, first, 0, places)) return std::nullopt;
    std::vector<uint32_t> classes;
    if (!choose(0, made_.size, 0, classes)) return std::nullopt;
    return std::move(made_);
  }

 private:
  /// All patterns whose next run begins at `from` or, unless it is the first, later; runs never meet, and the first one
  /// begins before all others, so that no pattern comes twice. False: there are too many.
  bool add_runs(uint32_t first, uint32_t from, uint32_t runs, std::vector<uint32_t>& places) {
    if (runs == most_runs_) return true;
    for (uint32_t begin = from; begin < (runs == 0 ? from + 1 : cycle_); ++begin) {
      const size_t before = places.size();
      places.push_back(begin);
      for (uint32_t end = begin + 2; end < first + cycle_ && places.size() < made_.size; ++end) {
        places.push_back((end - 1) % cycle_);
        patterns_.push_back({places, runs + 1});
        if (patterns_.size() > most_ || !add_runs(first, end + 1, runs + 1, places)) return false;
      }
      places.resize(before);
    }
    return true;
  }

  bool choose(uint32_t at, uint32_t left, uint32_t runs, std::vector<uint32_t>& classes) {
    if (++steps_ > 50 * most_) return false;
    if (left == 0) {
      made_.classes.insert(made_.classes.end(), classes.begin(), classes.end());
      made_.runs.push_back(runs);
      return made_.count() <= most_;
    }
    if (at == cycles_ || left > uint64_t{cycles_ - at} * cycle_) return true;
    if (!choose(at + 1, left, runs, classes)) return false;
    for (const Pattern& pattern : patterns_) {
      if (pattern.places.size() > left || runs + pattern.runs > most_runs_) continue;
      const size_t before = classes.size();
      for (const uint32_t place : pattern.places) classes.push_back(at * cycle_ + place);
      const auto more = static_cast<uint32_t>(pattern.places.size());
      if (!choose(at + 1, left - more, runs + pattern.runs, classes)) return false;
      classes.resize(before);
    }
    return true;
  }

  uint32_t cycles_;
  uint32_t cycle_;
  uint32_t most_runs_;
  size_t most_;
  size_t steps_ = 0;
  std::vector<Pattern> patterns_;
  ClassSets made_;
};

}  // namespace

std::optional<ClassSets> class_sets(uint32_t classes, uint32_t cycle, uint32_t size, uint32_t inside, size_t most) {
  if (size < inside) return ClassSets{size, {}, {}};
  return Search(classes, cycle, size, size - inside, most).run();
}

}  // namespace sparsio
