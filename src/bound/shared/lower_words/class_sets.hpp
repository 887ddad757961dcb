// class_sets: all sets of source classes that a part may read, where they are few.
// The classes that some targets read are whole cycles and runs of two or more neighbours; a run of i + 1 classes has
// i target classes inside, a whole cycle as many as it has classes. So a part that touches at least so many target
// classes and reads no more than a few classes more has few choices, and what it can own of them is counted exactly.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace sparsio {

struct ClassSets {
  uint32_t size = 0;              // classes of a set
  std::vector<uint32_t> classes;  // set after set
  std::vector<uint32_t> runs;     // of each set: runs that are not whole cycles

  size_t count() const { return runs.size(); }
};

/// Sets of `size` of `classes` classes in cycles of `cycle` with at least `inside` target classes in them. None if
/// there are more than `most`.
std::optional<ClassSets> class_sets(uint32_t classes, uint32_t cycle, uint32_t size, uint32_t inside, size_t most);

}  // namespace sparsio
