// contents: what a file or SPEC is, of all that our commands read and write.
// A generator is known by its name, a folder is a Graph Challenge network; of files the ending says which kinds it
// can be and its first bytes which of them it is. Nothing is read whole for that, but what has a checksum.
#pragma once

#include <string>
#include <string_view>

#include "format/format.hpp"

namespace sparsio {

enum class Contents { network, inputs, results, calibration, config, partition, categories };

struct Found {
  Contents contents;
  std::string path = "";  // "": made by a generator
};

/// Of a path that exists: does a format hold inputs there? `format`: null where the ending must say.
bool holds_inputs(const std::string& path, const Registry<FormatKind>::Entry* format);

/// BadInput at `place`, or naming the path, for what is none of these: it says what it could have been.
Found contents_of(const std::string& spec, const std::string& place);

}  // namespace sparsio
