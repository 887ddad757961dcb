// case_arguments: commands that take a case apart from a config: --network, --order ... are keys of the case table.
#pragma once

#include "cli/command.hpp"
#include "config/case.hpp"

namespace sparsio {

/// A case from the arguments named like its keys ("--panel" is `panel`); each value checked as in a config. BadInput
/// naming the argument.
Case case_from(const Arguments& arguments);

/// --panel of a command that has no machine to choose by: BadInput for 0.
uint32_t given_panel(const Case& one);

}  // namespace sparsio
