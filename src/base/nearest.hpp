// nearest: "no order 'rmc'; did you mean 'rcm'?"
// The right name nearest to a mistyped one, by the restricted Damerau-Levenshtein distance.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sparsio {

/// The remedy for an unknown name: "did you mean 'x'? have: a b x". The suggestion is left out when nothing is near.
std::string suggest(std::string_view wrong, const std::vector<std::string>& known);

}  // namespace sparsio
