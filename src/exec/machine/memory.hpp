// memory: how much memory there is for this process, so that an engine can refuse what does not fit.
// Linux grants memory that it does not have and ends the program that uses it; a sweep would end where a row is wanted.
// It is the machine's, or less where a control group (a container, a Slurm job) has a limit.
#pragma once

#include <cstdint>

namespace sparsio {

/// Bytes, whoever uses them now.
uint64_t machine_memory();

/// At most so many bytes until the end of its life.
class MemoryScope {
 public:
  explicit MemoryScope(uint64_t bytes);
  MemoryScope(const MemoryScope&) = delete;
  MemoryScope& operator=(const MemoryScope&) = delete;
  ~MemoryScope();

 private:
  uint64_t most_before_;
};

}  // namespace sparsio
