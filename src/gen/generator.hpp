// generator: networks and inputs that are known by a name, not by a file.
#pragma once

#include "base/registry.hpp"
#include "net/inputs.hpp"
#include "net/network.hpp"

namespace sparsio {

/// A way to make a network from options.
struct NetworkKind {
  static constexpr std::string_view kind_name = "network";
  std::string_view summary;
  Options options;
  NetworkSource (*make)(const Params& params);
};

/// A way to make inputs from options. `width` is that of the network's input layer, 0 where it is not known; an option
/// that contradicts it is a BadInput.
struct InputKind {
  static constexpr std::string_view kind_name = "inputs";
  std::string_view summary;
  Options options;
  Inputs (*make)(const Params& params, uint32_t width);
  std::vector<uint32_t> (*labels)(const Params& params) =
      nullptr;  // the classes, from 0, of its rows; null: it has none
};

}  // namespace sparsio
