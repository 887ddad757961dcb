// format: networks and inputs on disk. One file a format, found by name or by the ending of a path.
// Readers are strict: every error names file and line (or byte), what is wrong and what would be right. Writers write
// beside and rename, so that a path holds the old file or the whole new one, never a part.
#pragma once

#include <string>
#include <vector>

#include "base/registry.hpp"
#include "net/inputs.hpp"
#include "net/network.hpp"

namespace sparsio {

/// A disk format. A null function means: not for this.
struct FormatKind {
  static constexpr std::string_view kind_name = "format";
  std::string_view summary;
  Options options;                   // of reading, beside the path
  std::vector<std::string> endings;  // ".tsv", ".tsv.gz"; "/" is a folder
  NetworkSource (*read_network)(const std::string& path, const Params& params) = nullptr;
  /// `width`: neurons of the input layer, 0 if not known.
  Inputs (*read_inputs)(const std::string& path, uint32_t width, const Params& params) = nullptr;
  void (*write_network)(NetworkSource& network, const std::string& path) = nullptr;
  void (*write_inputs)(const Inputs& inputs, const std::string& path) = nullptr;
  /// Of a format that reads both: is this file inputs? Null: networks are meant unless the user says inputs.
  bool (*holds_inputs)(const std::string& path) = nullptr;
  std::string_view left_out = {};  // what of a network is not in the file, for those who write one; empty: nothing
};

/// The format for `path` by its ending (a folder, or a new name without an ending for a network: "/"; the longest
/// ending wins) among those that can do `what`: "read_network", "read_inputs", "write_network", "write_inputs".
/// BadInput with the endings that would be right.
const Registry<FormatKind>::Entry& format_for(const std::string& path, std::string_view what);

/// BadInput for what people have and no format reads, a model or an archive, with the way to what one does.
void refuse_other_things(const std::string& path);

}  // namespace sparsio
