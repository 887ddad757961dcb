// sweep_arguments: a config from the command line, as run, submit and status take it.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "config/sweep.hpp"

namespace sparsio {

/// The cases of the config at `path`, --set applied, without those that no engine takes (said to `log`). BadInput.
Sweep sweep_from(const std::string& path, const Arguments& arguments, std::ostream& log);

/// The run ids of the cases, in their order.
std::vector<std::string> run_ids(const std::vector<Case>& cases);

}  // namespace sparsio
