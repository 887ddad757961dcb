// case_arguments: commands that take a case apart from a config: --network, --order ... are keys of the case table.
#pragma once

#include "cli/command.hpp"
#include "config/case.hpp"
#include "run/run_case.hpp"

namespace sparsio {

/// The argument of a key: its help, its default and what stands for its value come from the case table, but for a
/// default that is given here.
Argument key_argument(std::string_view key, Arity arity = Arity::one, std::string_view fallback = {});

/// A case from the arguments named like its keys ("--panel" is `panel`); each value checked as in a config. BadInput
/// naming the argument.
Case case_from(const Arguments& arguments);

/// --panel of a command that has no machine to choose by: BadInput for 0.
uint32_t given_panel(const Case& one);

/// The record of a case of the command line, answered by all `ranks`, whole on rank 0. A case that fails is an error of
/// the command: what it says, without a row. (A wrong answer is a record all the same.)
CaseResult answered(const Case& one, const CaseQuestions& questions, Communicator& ranks);

}  // namespace sparsio
