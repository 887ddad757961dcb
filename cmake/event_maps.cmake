# event_maps: the texts of src/count/events/*.toml as the header built_in_event_maps.hpp, so that the program carries
# its maps wherever it is copied. A changed or new map is a new header at the next build.
file(GLOB maps CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/count/events/*.toml)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${maps})
set(rows "")
foreach(map IN LISTS maps)
  get_filename_component(name ${map} NAME_WE)
  file(READ ${map} text)
  string(APPEND rows "    {\"${name}\", R\"toml(${text})toml\"},\n")
endforeach()
set(folder ${CMAKE_BINARY_DIR}/generated)
file(CONFIGURE OUTPUT ${folder}/count/built_in_event_maps.hpp @ONLY CONTENT
"// Written by cmake/event_maps.cmake from src/count/events/.
#pragma once

#include <string_view>
#include <utility>

namespace sparsio {

inline constexpr std::pair<std::string_view, std::string_view> built_in_event_maps[] = {
@rows@};

}  // namespace sparsio
")
target_include_directories(sparsio_count PRIVATE ${folder})
