// utc_time: when something happened, the same text everywhere.
#pragma once

#include <fmt/chrono.h>

#include <ctime>
#include <string>

namespace sparsio {

/// Now, as 2024-02-29T12:00:00Z.
inline std::string utc_time() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

}  // namespace sparsio
