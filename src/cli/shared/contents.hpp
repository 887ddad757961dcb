// contents: what a file or SPEC is, of all that our commands read and write.
// A generator is known by its name, a folder is a Graph Challenge network; of files the ending says which kinds it
// can be and its first bytes which of them it is. Nothing is read whole for that, but what has a checksum.
#pragma once

#include <optional>
#include <string>

#include "format/format.hpp"

namespace sparsio {

enum class Contents { network, inputs, results, calibration, config, partition, categories, labels, outputs };

struct Found {
  Contents contents;
  std::string path = "";  // "": made by a generator
};

/// Of a path that exists and that a format reads; none where a format reads both and nothing says which it is.
/// `format`: null where the ending must say.
std::optional<Contents> network_or_inputs(const std::string& path, const Registry<FormatKind>::Entry* format);

/// BadInput at `place`, or naming the path, for what is none of these: it says what it could have been.
Found contents_of(const std::string& spec, const std::string& place);

}  // namespace sparsio
