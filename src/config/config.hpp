// config: a config file with its includes merged in and the overrides of the command line applied.
// What an included file says is a default: a key that the including file also has is replaced whole, table or list.
#pragma once

#include <string>
#include <vector>

#include "disk/node.hpp"

namespace sparsio {

struct Config {
  Node root;                        // a table without `include`
  std::vector<std::string> errors;  // files that could not be read, overrides that could not be applied
  bool complete = true;             // every file could be read
};

Config read_config(const std::string& path, const std::vector<std::string>& overrides);

/// Applies "key=value" or "key.option=value" to every place where the key stands; BadInput.
void apply_override(Node& root, const std::string& text);

}  // namespace sparsio
