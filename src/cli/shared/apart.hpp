// apart: what is written is nothing that is read.
#pragma once

#include <string>
#include <vector>

namespace sparsio {

/// BadInput at `place` if `out` is one of these files by whatever name, or stands in one of them that is a folder.
void check_apart(const std::string& out, const std::vector<std::string>& read, const std::string& place);

}  // namespace sparsio
