// sweep: a config file becomes a list of cases.
// Every key may be a list; lists of different keys are crossed, the last key varying fastest, except where a [[sweep]]
// says `zip`. What a value names (a network, a policy, a size of memory) is known only to other layers, so the caller
// hands in a function that checks it. All errors of all files are collected and thrown at once, a line each.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/case.hpp"

namespace sparsio {

struct Sweep {
  std::string title;
  std::vector<Case> cases;     // in document order, no two with the same canonical text
  std::string effective_text;  // the config as TOML, includes merged and overrides applied
};

/// Throws BadInput at `place` if `value` is not good for a key of this role, else returns its canonical form. Called
/// once for each key's distinct value, defaults too (place "default of order"), for every role but plain and choice;
/// not for an empty value, nor for the engine `none`: they name nothing.
using CheckValue = std::function<std::string(Role role, const std::string& value, const std::string& place)>;

/// The cases of the config at `path`, each override ("key=value", "network.neurons=256") replacing its key everywhere.
/// BadInput with all errors, one a line.
Sweep read_sweep(const std::string& path, const std::vector<std::string>& overrides, const CheckValue& check);

/// The text of configs/README.md: every key, and how a sweep is written.
std::string keys_markdown();

}  // namespace sparsio
