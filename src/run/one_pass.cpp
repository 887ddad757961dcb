#include "run/one_pass.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>

#include "base/spec.hpp"
#include "exec/engine.hpp"
#include "exec/machine/l2_bytes.hpp"

namespace sparsio {
namespace {

Track without_values(Track track, const std::vector<Track>& have) {
  const Track wanted = track == Track::value             ? Track::general
                       : track == Track::structure_value ? Track::structure
                                                         : track;
  return std::find(have.begin(), have.end(), wanted) == have.end() ? track : wanted;
}

}  // namespace

Pass prepare_one_pass(const std::string& engine, Plan plan, const Inputs& inputs, const std::string& place) {
  const auto kind = resolve<EngineKind>(engine, place);
  plan.threads = 1;
  plan.track = without_values(plan.track, kind_of(kind).tracks);
  const std::shared_ptr<Engine> prepared = kind.kind().make(kind.params);
  prepared->prepare(plan);
  const uint64_t panel = std::max(1U, prepared->cost().panel);
  const auto rows = std::make_shared<const Inputs>(first_rows(inputs, std::min(panel, inputs.count)));
  return [prepared, rows] { prepared->run(*rows, Observe::categories, Deadline()); };
}

std::vector<std::string> one_pass_command(const std::string& program, const Case& one, uint64_t panel,
                                          uint64_t memory_values, uint64_t l2) {
  return {program,     "one_pass",
          "--network", one.text("network"),
          "--inputs",  one.text("inputs"),
          "--engine",  one.text("engine"),
          "--order",   one.text("order"),
          "--track",   one.text("track"),
          "--panel",   std::to_string(panel),
          "--memory",  std::to_string(memory_values),
          "--l2",      std::to_string(l2 > 0 ? l2 : l2_bytes())};
}

std::vector<std::string> one_pass_command(const Case& one, uint64_t panel, uint64_t memory_values, uint64_t l2_bytes) {
  std::error_code unknown;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  if (unknown || program.filename() != "sparsio") return {};
  return one_pass_command(program.string(), one, panel, memory_values, l2_bytes);
}

}  // namespace sparsio
