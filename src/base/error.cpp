#include "base/error.hpp"

#include <fmt/format.h>

namespace sparsio {

BadInput::BadInput(const std::string& place, const std::string& what, const std::string& remedy)
    : std::runtime_error(
          fmt::format("{}{}{}{}{}", place, place.empty() ? "" : ": ", what, remedy.empty() ? "" : "; ", remedy)) {}

}  // namespace sparsio
