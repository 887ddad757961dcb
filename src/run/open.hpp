// open: what a SPEC names, a generator's network, a file, a batch of inputs.
#pragma once

#include <string>

#include "net/inputs.hpp"
#include "net/network.hpp"

namespace sparsio {

/// `radix_net:neurons=1024`, a path, or `tsv:path=DIR,layers=10` for a format with options.
NetworkSource open_network(const std::string& spec, const std::string& place);
/// `width`: neurons of the network's input layer.
Inputs open_inputs(const std::string& spec, uint32_t width, const std::string& place);

/// The spec with every option in its canonical form; BadInput if it names nothing, has a wrong option, or is a path
/// where there is nothing. Opens nothing.
std::string canonical_network(const std::string& spec, const std::string& place);
std::string canonical_inputs(const std::string& spec, const std::string& place);

/// BadInput where `path` is no regular file, with what it is.
void check_file(const std::string& path, const std::string& place);

}  // namespace sparsio
