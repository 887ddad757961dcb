#include "cli/shared/contents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>

#include "base/spec.hpp"
#include "disk/node.hpp"
#include "disk/seal.hpp"
#include "disk/text_reader.hpp"
#include "format/outputs.hpp"
#include "format/shared/categories.hpp"
#include "gen/generator.hpp"
#include "part/shared/partition_file.hpp"
#include "record/results.hpp"
#include "run/open.hpp"
#include "run/schema.hpp"
#include "sweep/rows.hpp"

namespace sparsio {
namespace {

using Format = Registry<FormatKind>::Entry;

bool is_folder(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error);
}

bool ends_with_any(const std::string& path, const std::vector<std::string>& endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [&](const std::string& ending) { return ending != "/" && path.ends_with(ending); });
}

const Format* format_by_ending(const std::string& path) {
  for (const Format& one : Registry<FormatKind>::instance().entries())
    if (ends_with_any(path, one.kind.endings)) return &one;
  return nullptr;
}

/// A line with one number and nothing else: what a list of categories begins with.
bool begins_with_a_number(const std::string& path) {
  try {
    TextReader text(path);
    std::string_view line;
    if (!text.next(line)) return false;
    const size_t end = line.find_last_not_of(" \t");
    const size_t begin = line.find_first_not_of(" \t");
    return begin != std::string_view::npos &&
           line.substr(begin, end - begin + 1).find_first_not_of("0123456789") == std::string_view::npos;
  } catch (const BadInput&) {
    return false;
  }
}

/// Classes do not rise from line to line, and count from 0.
bool is_categories(const std::string& path) {
  try {
    read_categories(path);
    return true;
  } catch (const BadInput&) {
    return !path.ends_with(".txt");  // where labels are
  }
}

/// A results file whose seal is gone is told by reading it; what is wrong with a damaged one is said for all it could
/// be.
Contents contents_of_h5(const std::string& path) {
  if (is_sealed(path)) return Contents::results;
  if (holds_outputs(path)) return Contents::outputs;
  std::string as_network;
  try {
    return network_or_inputs(path, nullptr).value_or(Contents::network);
  } catch (const BadInput& error) {
    as_network = error.what();
  }
  try {
    read_results(path, run_schema());
    return Contents::results;
  } catch (const BadInput& error) {
    const auto reason = [&](const std::string& what) {
      const bool begins_with_path = what.starts_with(path + ": ");
      return begins_with_path ? what.substr(path.size() + 2) : what;
    };
    throw BadInput(
        path, fmt::format("is no network or inputs ({}) and no results ({})", reason(as_network), reason(error.what())),
        "restore it, or make it anew: generate, convert, import or run");
  }
}

/// A calibration says which meter counted, a config what is to run.
Contents contents_of_toml(const std::string& path) {
  const Node root = read_document(path, "");
  return root.find("source") != nullptr && root.find("host") != nullptr ? Contents::calibration : Contents::config;
}

std::optional<Contents> contents_of_file(const std::string& path) {
  if (is_folder(path)) return Contents::network;
  if (path.ends_with(".h5")) return contents_of_h5(path);
  if (path.ends_with(".toml")) return contents_of_toml(path);
  const bool is_text = ends_with_any(path, {".tsv", ".tsv.gz", ".tsv.xz", ".txt"});
  if (is_text && is_partition(path)) return Contents::partition;
  if (is_text && begins_with_a_number(path)) return is_categories(path) ? Contents::categories : Contents::labels;
  // A .csv of ours looks like one of anybody's who writes floats in their shortest form.
  if (path.ends_with(".npy") && holds_outputs(path)) return Contents::outputs;
  if (format_by_ending(path) == nullptr) return std::nullopt;
  return network_or_inputs(path, nullptr).value_or(Contents::network);
}

/// What a file could have been whose ending says nothing.
struct Beginning {
  std::string_view bytes;
  std::string_view what;
  std::string_view remedy;
};
constexpr std::array<Beginning, 6> beginnings = {{
    {"\x89HDF", "an HDF5 file does", "if Sparsio wrote it, name it .h5"},
    {"%%MatrixMarket", "a Matrix Market file does", "name it .mtx, or write mtx:path=FILE"},
    {"level\tneuron\tpart", "a partition does", "name it .tsv"},
    {"PK", "a .npz or .pt model does", "name it so, for sparsio import"},
    {"\x93NUMPY", "a numpy array does", "name it .npy"},
    {"\x1f\x8b", "a gzip file does", "name it by what is in it, .tsv.gz or .bits.gz"},
}};

[[noreturn]] void refuse(const std::string& path) {
  constexpr std::string_view what = "is nothing that Sparsio reads, by its ending";
  std::string first(16, '\0');
  std::ifstream(path, std::ios::binary).read(first.data(), static_cast<std::streamsize>(first.size()));
  for (const Beginning& one : beginnings)
    if (first.starts_with(one.bytes))
      throw BadInput(path, fmt::format("{}, but begins as {}", what, one.what), std::string(one.remedy));
  std::string endings;
  for (const Format& one : Registry<FormatKind>::instance().entries())
    for (const std::string& ending : one.kind.endings)
      if (ending != "/" && !ending.ends_with(".gz") && !ending.ends_with(".xz")) endings += fmt::format(" {}", ending);
  throw BadInput(path, std::string(what),
                 fmt::format("networks and inputs:{} or a folder; results: .h5; calibrations, configs: .toml; "
                             "partitions: .tsv; models: sparsio import",
                             endings));
}

}  // namespace

std::optional<Contents> network_or_inputs(const std::string& path, const Format* format) {
  if (format == nullptr) format = is_folder(path) ? nullptr : format_by_ending(path);
  if (format == nullptr || format->kind.read_inputs == nullptr) return Contents::network;
  if (format->kind.read_network == nullptr) return Contents::inputs;
  if (format->kind.holds_inputs == nullptr) return std::nullopt;
  return format->kind.holds_inputs(path) ? Contents::inputs : Contents::network;
}

Found contents_of(const std::string& text, const std::string& place) {
  const Spec spec = parse_spec(text, place);
  const std::string& word = spec.kind.empty() ? spec.path : spec.kind;
  if (Registry<NetworkKind>::instance().look_up(word) != nullptr) return {Contents::network};
  if (Registry<InputKind>::instance().look_up(word) != nullptr) return {Contents::inputs};
  if (!spec.kind.empty()) {
    const Format* const format = Registry<FormatKind>::instance().look_up(spec.kind);
    const auto path =
        std::find_if(spec.given.begin(), spec.given.end(), [](const auto& one) { return one.first == "path"; });
    if (format == nullptr || path == spec.given.end() || !std::filesystem::exists(path->second))
      canonical_network(text, place);  // for its message
    return {network_or_inputs(path->second, format).value_or(Contents::network), path->second};
  }
  std::error_code error;
  if (!std::filesystem::exists(spec.path, error)) {
    if (std::filesystem::exists(journal_path(spec.path), error)) return {Contents::results, spec.path};
    canonical_network(text, place);  // likewise
  }
  if (const auto contents = contents_of_file(spec.path)) return {*contents, spec.path};
  if (ends_with_any(spec.path, {".journal"}))
    throw BadInput(spec.path, "is the journal of a run", "give the results file beside it, written or not yet");
  refuse_other_things(spec.path);
  refuse(spec.path);
}

}  // namespace sparsio
