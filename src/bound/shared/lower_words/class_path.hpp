// class_path: the fewest words that one part of a network of class layers can receive, times the parts.
// At a level a part owns rows that touch a target classes in c runs that are not whole cycles; before the next layer it
// reads a + c source classes whole, and receives of them what it does not own. How much of them it owns is limited by
// how evenly the target classes of one layer lie in the source classes of the next: that is a singular value, smaller
// if sets of few runs only are looked at, and for sets of few classes it is counted. States (a, c), level by level, are
// the vertices of a graph in which the true rows of every part are a path; so the words of any partition are at least
// the parts times the shortest path. That the parts share the neurons is forgotten: valid, not tight. The proof, with
// numbers, is in docs/ranks.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "bound/shared/lower_words/class_layer.hpp"
#include "bound/shared/lower_words/class_sets.hpp"
#include "bound/shared/row_range.hpp"

namespace sparsio {

/// How much is done for the bound.
struct ClassEffort {
  uint32_t runs;               // so many runs or more are one state
  std::vector<double> smooth;  // weights of the runs that are tried in the singular value; none: no such value
  uint32_t larger;             // sets of up to so many classes more than the fewest are counted
  size_t sets;                 // where they are no more than these

  /// A path over the classes alone, for which not even singular values are needed.
  static ClassEffort reads() { return {0, {}, 0, 0}; }
  /// The form A: over the classes alone.
  static ClassEffort plain() { return {0, {0}, 2, 200'000}; }
  /// The form A+.
  static ClassEffort whole(uint32_t parts) {
    return {parts < 8 ? 10U : 8U, {0, .1, .2, .4, .8, 1.6, 3.2, 6.4}, 2, 200'000};
  }
};

class ClassPath {
 public:
  ClassPath(uint32_t parts, ClassEffort effort) : parts_(parts), effort_(std::move(effort)) {}

  /// The next layer. `own`: rows of a part at its sources (not asked of the first); `rows`: at its targets.
  void add(ClassLayer layer, const RowRange& own, const RowRange& rows);
  uint64_t words() const;

 private:
  struct State {
    uint32_t touched;  // a
    uint32_t runs;     // c
    uint32_t reads;    // classes, at least
    bool is_open;      // stands for c or more runs as well
  };
  std::vector<State> states_of(const ClassLayer& layer, uint32_t fewest) const;
  void limit_by_singular_values(const ClassLayer& layer, std::vector<double>& most) const;
  void limit_by_sets(const ClassLayer& layer, uint32_t fewest, std::vector<double>& most);
  const std::optional<ClassSets>& sets(const ClassLayer& layer, uint32_t size, uint32_t inside);
  size_t at(size_t state, uint32_t reads, uint32_t runs) const {
    return (state * (effort_.runs + 1) + runs) * (width_ + size_t{1}) + reads;
  }

  uint32_t parts_;
  ClassEffort effort_;
  uint64_t inputs_ = 0;
  std::optional<ClassLayer> before_;
  std::vector<State> states_;   // behind `before_`
  std::vector<double> least_;   // words of a part up to each, the inputs' own not taken off
  uint32_t width_ = 0;          // classes of the layer at hand
  std::vector<double> shared_;  // at hand: neurons in each target class of `before_` and each source class, by source
  std::map<std::tuple<uint32_t, uint32_t, uint32_t, uint32_t>, std::optional<ClassSets>> sets_;
};

}  // namespace sparsio
