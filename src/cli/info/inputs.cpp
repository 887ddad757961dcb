// inputs: what `sparsio info` says of a batch.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/grouped.hpp"
#include "base/spec.hpp"
#include "cli/info/report.hpp"
#include "run/open.hpp"

namespace sparsio {
namespace {

struct ValueFacts {
  uint64_t nonzero = 0;
  uint64_t alive = 0;  // inputs with a value that is not zero
  float least = std::numeric_limits<float>::infinity();
  float most = -std::numeric_limits<float>::infinity();
};

ValueFacts facts_of(const Inputs& inputs) {
  ValueFacts facts;
  for (uint64_t i = 0; i < inputs.count; ++i) {
    const uint64_t before = facts.nonzero;
    for (uint32_t v = 0; v < inputs.width; ++v) {
      const float value = inputs.at(i, v);
      facts.nonzero += value != 0 ? 1 : 0;
      facts.least = std::min(facts.least, value);
      facts.most = std::max(facts.most, value);
    }
    facts.alive += facts.nonzero > before ? 1 : 0;
  }
  return facts;
}

}  // namespace

Report inputs_report(const InfoRequest& request) {
  const Inputs inputs = open_inputs(request.spec, request.width, "FILE");
  const ValueFacts facts = facts_of(inputs);
  const double density = static_cast<double>(facts.nonzero) / static_cast<double>(inputs.count) / inputs.width;
  const std::string held = inputs.is_packed() ? "bits" : "floats";
  Report report;
  report.fields = {{"contents", "inputs"},
                   {"inputs", request.spec},
                   {"origin", inputs.origin},
                   {"count", inputs.count},
                   {"width", inputs.width},
                   {"values", held},
                   {"bytes", inputs.bits.size() + inputs.values.size() * sizeof(float)},
                   {"nonzero", facts.nonzero},
                   {"density", density},
                   {"least", static_cast<double>(facts.least)},
                   {"most", static_cast<double>(facts.most)},
                   {"alive", facts.alive}};
  report.line("inputs", fmt::format("{} ({})", request.spec, inputs.origin));
  report.line("count", fmt::format("{} of {} values", grouped(inputs.count), grouped(inputs.width)));
  report.line("held as", fmt::format("{}, {} bytes", inputs.is_packed() ? "packed bits" : "floats",
                                     grouped(inputs.bits.size() + inputs.values.size() * sizeof(float))));
  report.line("values", fmt::format("{:g} to {:g}, density {} ({} not 0)", facts.least, facts.most,
                                    density_text(density), grouped(facts.nonzero)));
  report.line("alive", fmt::format("{} with a value that is not 0, {} without", grouped(facts.alive, "input"),
                                   grouped(inputs.count - facts.alive)));
  report.next({fmt::format("sparsio infer --network SPEC --inputs {} --engine csr", request.spec)});
  return report;
}

}  // namespace sparsio
