// layer: topo
// topology: a machine as hwloc's XML, and the memory that would be chosen on it. Only for runs by hand: hwloc does not
// check what it imports and ends the program on a forged file.
#include "topo/topology.hpp"

#include "fuzz/memory_file.hpp"
#include "topo/memory_choice.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  setenv("HWLOC_HIDE_ERRORS", "2", 1);
  return sparsio::read_or_refused(data, size, [](const std::string& path) {
    setenv("HWLOC_XMLFILE", path.c_str(), 1);
    const sparsio::Machine machine = sparsio::detect_machine(3);
    if (machine.is_this_system() || machine.threads.size() != 3) std::abort();
    for (const char* text : {"L1", "L2", "L3/2"})
      if (sparsio::choose_memory(text, 1, machine, "fuzz").bytes == 0) std::abort();
  });
}
