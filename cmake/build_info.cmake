# build_info: what this build is made of, as the header build_information.hpp (record/provenance.cpp prints it).
# Compiler, flags and library versions are known when CMake runs; the git revision changes between builds. So this file
# is read twice: by the project, which writes the facts to a file and adds a target, and by that target on every build,
# as a script, which adds the revision and rewrites the header only if it changed.

if(CMAKE_SCRIPT_MODE_FILE)
  file(STRINGS ${FACTS} facts ENCODING UTF-8)
  set(revision unknown)
  set(dirty unknown)
  find_program(GIT git)
  # The source must be the top of a repository: one that merely surrounds an unpacked archive says nothing about it.
  if(GIT AND EXISTS ${SOURCE}/.git)
    execute_process(COMMAND ${GIT} -C ${SOURCE} rev-parse --verify HEAD OUTPUT_VARIABLE out RESULT_VARIABLE failed
      ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(NOT failed)
      set(revision ${out})
    endif()
    # What the program is made of: networks and results that lie about change nothing of it.
    execute_process(COMMAND ${GIT} -C ${SOURCE} --no-optional-locks status --porcelain --
      src cmake CMakeLists.txt CMakePresets.json OUTPUT_VARIABLE out
      RESULT_VARIABLE failed ERROR_QUIET)
    if(NOT failed)
      string(COMPARE NOTEQUAL "${out}" "" changed)
      set(dirty no)
      if(changed)
        set(dirty yes)
      endif()
    endif()
  endif()
  list(APPEND facts "git.revision=${revision}" "git.dirty=${dirty}")
  set(rows "")
  foreach(fact IN LISTS facts)
    string(REGEX MATCH "^([^=]+)=(.*)$" _ "${fact}")
    set(name "${CMAKE_MATCH_1}")
    string(REGEX REPLACE "([\\\"])" "\\\\\\1" value "${CMAKE_MATCH_2}")
    string(APPEND rows "    {\"${name}\", \"${value}\"},\n")
  endforeach()
  set(text "// Written by cmake/build_info.cmake on every build.
#pragma once

#include <string_view>
#include <utility>

namespace sparsio {

inline constexpr std::pair<std::string_view, std::string_view> build_information[] = {
${rows}};

}  // namespace sparsio
")
  set(old "")
  if(EXISTS ${HEADER})
    file(READ ${HEADER} old)
  endif()
  if(NOT old STREQUAL text)
    file(WRITE ${HEADER} "${text}")
  endif()
  return()
endif()

string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
string(STRIP "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}}" flags)
set(sanitize "${SPARSIO_SANITIZE}")
if(sanitize STREQUAL "")
  set(sanitize none)
endif()
set(facts "program.version=${PROJECT_VERSION}")
list(APPEND facts "build.compiler=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}" "build.type=${CMAKE_BUILD_TYPE}"
  "build.flags=${flags}" "build.sanitize=${sanitize}" "build.target=${CMAKE_SYSTEM_NAME} ${CMAKE_SYSTEM_PROCESSOR}"
  "build.cmake=${CMAKE_VERSION}")

# Required libraries, then the optional ones by the names of dependencies.cmake.
foreach(pair hdf5=HDF5_VERSION hwloc=hwloc_VERSION eigen=Eigen3_VERSION fmt=fmt_VERSION cli11=CLI11_VERSION
    tomlplusplus=tomlplusplus_VERSION
    nlohmann_json=nlohmann_json_VERSION highway=hwy_VERSION xxhash=xxhash_VERSION zlib=ZLIB_VERSION_STRING
    liblzma=LIBLZMA_VERSION_STRING openmp=OpenMP_CXX_VERSION)
  string(REPLACE "=" ";" pair ${pair})
  list(GET pair 0 name)
  list(GET pair 1 variable)
  set(version "${${variable}}")
  if(version STREQUAL "")
    set(version unknown)
  endif()
  list(APPEND facts "library.${name}=${version}")
endforeach()
set(mpi_VERSION "${MPI_C_VERSION}")
if(MPI_C_LIBRARY_VERSION_STRING)
  # "Open MPI v4.1.4, package: ...", or MPICH's paragraph
  string(REGEX REPLACE "[,\n].*" "" mpi_VERSION "${MPI_C_LIBRARY_VERSION_STRING}")
endif()
foreach(name IN LISTS SPARSIO_OPTIONAL)
  if(NOT SPARSIO_HAVE_${name})
    set(version "not in this build")
  elseif("${${name}_VERSION}" STREQUAL "")
    set(version "unknown version")
  else()
    set(version "${${name}_VERSION}")
  endif()
  list(APPEND facts "library.${name}=${version}")
endforeach()

# A line a fact. Semicolons separate CMake's lists and brackets confuse them; no fact needs either.
string(REPLACE ";" "\n" lines "${facts}")
set(folder ${CMAKE_BINARY_DIR}/generated)
file(WRITE ${folder}/facts.txt "${lines}\n")
add_custom_target(sparsio_build_information
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${CMAKE_SOURCE_DIR} -DFACTS=${folder}/facts.txt
    -DHEADER=${folder}/record/build_information.hpp -P ${CMAKE_CURRENT_LIST_FILE}
  BYPRODUCTS ${folder}/record/build_information.hpp
  COMMENT "Asking git for the revision" VERBATIM)
add_dependencies(sparsio_record sparsio_build_information)
target_include_directories(sparsio_record PRIVATE ${folder})
