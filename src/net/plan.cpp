#include "net/plan.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/nearest.hpp"

namespace sparsio {
namespace {

constexpr std::string_view track_names[] = {"general", "structure", "value", "structure+value"};

}  // namespace

std::string_view track_name(Track track) {
  return track_names[static_cast<size_t>(track)];
}

Track parse_track(std::string_view text, const std::string& place) {
  for (size_t i = 0; i < std::size(track_names); ++i)
    if (text == track_names[i]) return static_cast<Track>(i);
  throw BadInput(place, fmt::format("no track '{}'", text),
                 suggest(text, {std::begin(track_names), std::end(track_names)}));
}

}  // namespace sparsio
