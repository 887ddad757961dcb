// needs: valgrind
// calibrate_pass: one kernel of known miss count, alone, for callgrind and other instruments to watch.
#include "base/child_process.hpp"
#include "base/params.hpp"
#include "cli/command.hpp"
#include "count/shared/calibration_kernel.hpp"
#include "count/shared/callgrind_pass.hpp"

namespace sparsio {
namespace {

uint64_t in_range(const Arguments& arguments, const std::string& name, uint64_t low, uint64_t high) {
  const uint64_t value = parse_count(arguments.text(name), name);
  if (value < low || value > high || (value & (value - 1)) != 0)
    throw BadInput(name, std::to_string(value) + " is not possible",
                   "give a power of two from " + std::to_string(low) + " to " + std::to_string(high));
  return value;
}

int run(const Arguments& arguments) {
  end_with_parent();
  const CalibrationKernel& kernel = find_known_kernel(arguments.text("--kernel"), "--kernel");
  const uint64_t lines = in_range(arguments, "--lines", 2, uint64_t{1} << 28);
  run_for_callgrind(known_pass(kernel, lines, static_cast<uint32_t>(in_range(arguments, "--line_bytes", 4, 4096))));
  return exit_ok;
}

const Register<CommandKind> registered{
    {"executes a kernel of known miss count, twice, for callgrind and other instruments to watch",
     {{"--kernel", Arity::required, "NAME", "stream, strided or gather, _read or _write"},
      {"--lines", Arity::required, "N", "lines of its region, a power of two"},
      {"--line_bytes", Arity::one, "B", "bytes from line to line", "64"}},
     run}};

}  // namespace
}  // namespace sparsio
