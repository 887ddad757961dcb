// utc_time: when something happened, the same text everywhere.
#pragma once

#include <string>

namespace sparsio {

/// Now, as 2024-02-29T12:00:00Z.
std::string utc_time();

}  // namespace sparsio
