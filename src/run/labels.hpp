// labels: the class of each input, from 0, as a SPEC names them: a file, or inputs that are made and know their
// classes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sparsio {

/// Unsupported or BadInput as the file or who makes the inputs says.
std::vector<uint32_t> open_labels(const std::string& spec, const std::string& place);

/// The spec with every option in its canonical form; BadInput if it names no file and no inputs that have labels. Opens
/// nothing.
std::string canonical_labels(const std::string& spec, const std::string& place);

}  // namespace sparsio
