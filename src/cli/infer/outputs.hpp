// outputs: what the network says of every input, in a file.
#pragma once

#include <iosfwd>
#include <string>

#include "config/case.hpp"
#include "run/run_case.hpp"

namespace sparsio {

/// Before anything is computed: BadInput where the file may not be written, or is one that the case reads.
void check_outputs(const std::string& path, const Case& one);

/// One row an input, in their order. An answer that is not right is not written; `talk` is told what became of the
/// file.
void write_outputs(const std::string& path, const CaseResult& result, std::ostream& talk);

}  // namespace sparsio
