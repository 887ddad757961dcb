// info: what is this file, or what does this SPEC make? Anything that our commands read or write, in a few lines, with
// the command to go on with. Of a network also why leaving its zeros out does or does not pay on this machine.
#include <iostream>

#include "base/params.hpp"
#include "cli/command.hpp"
#include "cli/info/report.hpp"
#include "cli/shared/contents.hpp"
#include "record/json.hpp"

namespace sparsio {
namespace {

constexpr uint32_t widest_input = 1U << 28;
constexpr uint32_t widest_panel_asked = 1024;

Report report_on(const Found& found, const InfoRequest& request) {
  switch (found.contents) {
    case Contents::network:
      return network_report(request);
    case Contents::inputs:
      return inputs_report(request);
    case Contents::results:
      return results_report(request);
    case Contents::calibration:
      return calibration_report(request);
    case Contents::config:
      return config_report(request);
    case Contents::partition:
      return partition_report(request);
    case Contents::categories:
      return categories_report(request);
  }
  return {};
}

int run(const Arguments& arguments) {
  InfoRequest request;
  request.spec = arguments.text("FILE");
  request.memory = parse_count(arguments.text("--memory"), at_least(3), "--memory");
  request.panel =
      static_cast<uint32_t>(parse_count(arguments.text("--panel"), between(1, widest_panel_asked), "--panel"));
  if (arguments.has("--width"))
    request.width = static_cast<uint32_t>(parse_count(arguments.text("--width"), between(1, widest_input), "--width"));
  request.calibration = arguments.text("--calibration");
  Found found = contents_of(request.spec, "FILE");
  const std::string as = arguments.text("--as");
  if (as == "network" || as == "inputs")
    found.contents = as == "network" ? Contents::network : Contents::inputs;
  else if (as != "auto")
    throw BadInput("--as", "'" + as + "' is neither", "give network or inputs");
  request.path = found.path;
  const Report report = report_on(found, request);
  std::cout << (arguments.has("--json") ? to_json(report.fields) : report.text);
  return exit_ok;
}

const Register<CommandKind> registered{
    {"what a file or SPEC is: network, inputs, results, calibration, config, partition; and where sparse pays here",
     {{"FILE", Arity::required, "PATH", "a path, or a SPEC: kind:key=value,..."},
      {"--as", Arity::one, "WHAT", "what it is: network, inputs, or auto (by name and contents)", "auto"},
      {"--memory", Arity::one, "M", "values in fast memory, for the bounds of a network", "100"},
      {"--panel", Arity::one, "N", "inputs processed together, for predictions", "48"},
      {"--calibration", Arity::one, "FILE", "made by calibrate; left out: the one kept for this host"},
      {"--width", Arity::one, "N", "values an input, where the file does not say (.bits)"},
      {"--json", Arity::flag, "", "as JSON, all layers"}},
     run}};

}  // namespace
}  // namespace sparsio
