// layer: topo
// words: the small languages of the command line and of a config's values: SPEC, bytes with a unit, a memory.
#include <cstdint>
#include <cstdlib>

#include "base/error.hpp"
#include "base/spec.hpp"
#include "topo/byte_size.hpp"
#include "topo/memory_choice.hpp"

namespace {

template <class Work>
void answered_or_refused(Work&& work) {
  try {
    work();
  } catch (const sparsio::BadInput&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  static const sparsio::Machine machine = [] {
    sparsio::Machine two;
    two.source = "synthetic";
    two.threads.push_back({0,
                           "core 0",
                           {{1, 32768, 64, 8, 1, 1, 32768, sparsio::Trust::trusted, ""},
                            {2, 1 << 20, 64, 16, 1, 1, 1 << 20, sparsio::Trust::trusted, ""}}});
    return two;
  }();
  answered_or_refused([&] {
    const sparsio::Spec spec = sparsio::parse_spec(text, "fuzz");
    if (spec.kind.empty() == spec.path.empty()) std::abort();
  });
  answered_or_refused([&] {
    if (sparsio::parse_byte_size(text, "fuzz") >> 63 != 0) std::abort();
  });
  answered_or_refused([&] { sparsio::choose_memory(text, 1, machine, "fuzz"); });
  return 0;
}
