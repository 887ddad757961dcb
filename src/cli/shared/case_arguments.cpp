#include "cli/shared/case_arguments.hpp"

#include "run/check.hpp"

namespace sparsio {

Case case_from(const Arguments& arguments) {
  Case one;
  one.place = "command line";
  for (const CaseKey& key : case_keys()) {
    const std::string name = "--" + std::string(key.name);
    if (!arguments.has(name)) continue;
    const std::string value = arguments.text(name);
    one.set(key.name, value, name);
    if (!value.empty()) one.set(key.name, check_value(key.role, value, name), name);
  }
  return one;
}

uint32_t given_panel(const Case& one) {
  const int64_t panel = one.integer("panel");
  if (panel == 0) throw BadInput("--panel", "a panel of 0 inputs", "give 1 or more");
  return static_cast<uint32_t>(panel);
}

}  // namespace sparsio
