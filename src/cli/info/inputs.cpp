// inputs: what `sparsio info` says of a batch, and of what a network made of one.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/grouped.hpp"
#include "base/spec.hpp"
#include "cli/info/report.hpp"
#include "format/h5/array_file.hpp"
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

void say_values(const Inputs& values, Report& report) {
  const ValueFacts facts = facts_of(values);
  const double density = static_cast<double>(facts.nonzero) / static_cast<double>(values.count) / values.width;
  report.fields.insert(report.fields.end(), {{"nonzero", facts.nonzero},
                                             {"density", density},
                                             {"least", static_cast<double>(facts.least)},
                                             {"most", static_cast<double>(facts.most)},
                                             {"alive", facts.alive}});
  report.line("values", fmt::format("{:g} to {:g}, density {} ({} not 0)", facts.least, facts.most,
                                    density_text(density), grouped(facts.nonzero)));
  report.line("alive", fmt::format("{} with a value that is not 0, {} without", grouped(facts.alive, "row"),
                                   grouped(values.count - facts.alive)));
}

void say_count(uint64_t count, uint64_t width, Report& report) {
  report.fields.insert(report.fields.end(), {{"count", count}, {"width", width}});
  report.line("count", fmt::format("{} of {}", grouped(count, "row"), grouped(width, "value")));
}

}  // namespace

/// Of a .h5 the shape alone: its values are a matrix, for other programs.
Report outputs_report(const InfoRequest& request) {
  Report report;
  report.fields = {{"contents", "outputs"}, {"file", request.path}};
  report.line("outputs", fmt::format("{}, a row an input", request.path));
  if (request.path.ends_with(".h5")) {
    const ArrayReader arrays(request.path);
    say_count(arrays.number("count"), arrays.number("width"), report);
  } else {
    const Inputs outputs = open_inputs(request.path, 0, "FILE");
    say_count(outputs.count, outputs.width, report);
    say_values(outputs, report);
  }
  report.next({"sparsio infer --network SPEC --inputs SPEC --engine csr --labels FILE"});
  return report;
}

Report inputs_report(const InfoRequest& request) {
  const Inputs inputs = open_inputs(request.spec, request.width, "FILE");
  const uint64_t bytes = inputs.bits.size() + inputs.values.size() * sizeof(float);
  const std::string_view held = inputs.is_packed() ? "bits" : "floats";
  Report report;
  report.fields = {
      {"contents", "inputs"}, {"inputs", request.spec}, {"origin", inputs.origin}, {"values", held}, {"bytes", bytes}};
  report.line("inputs", fmt::format("{} ({})", request.spec, inputs.origin));
  say_count(inputs.count, inputs.width, report);
  report.line("held as", fmt::format("{}{}, {} bytes", inputs.is_packed() ? "packed " : "", held, grouped(bytes)));
  say_values(inputs, report);
  report.next({fmt::format("sparsio infer --network SPEC --inputs {} --engine csr", request.spec)});
  return report;
}

}  // namespace sparsio
