#include "format/format.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <stdexcept>

namespace sparsio {
namespace {

struct Ability {
  std::string_view name;
  std::string_view words;  // "no format reads networks from such a path"
  bool (*has)(const FormatKind& format);
};

constexpr std::array<Ability, 4> abilities{{
    {"read_network", "reads networks from", [](const FormatKind& f) { return f.read_network != nullptr; }},
    {"read_inputs", "reads inputs from", [](const FormatKind& f) { return f.read_inputs != nullptr; }},
    {"write_network", "writes networks to", [](const FormatKind& f) { return f.write_network != nullptr; }},
    {"write_inputs", "writes inputs to", [](const FormatKind& f) { return f.write_inputs != nullptr; }},
}};

const Ability& find_ability(std::string_view name) {
  for (const Ability& ability : abilities)
    if (ability.name == name) return ability;
  throw std::logic_error(fmt::format("no ability of a format is called '{}'", name));
}

bool is_folder(const std::string& path) {
  std::error_code error;
  return path.ends_with('/') || std::filesystem::is_directory(path, error);
}

/// `nets/new`: nothing else that is written has no ending, so a folder is meant.
bool is_new_name_without_ending(const std::string& path) {
  std::error_code error;
  const std::filesystem::path name = std::filesystem::path(path).filename();
  return !name.empty() && !name.has_extension() && !std::filesystem::exists(path, error);
}

}  // namespace

void refuse_other_things(const std::string& path) {
  for (const char* ending : {".onnx", ".pt", ".pth", ".safetensors", ".npz"})
    if (path.ends_with(ending))
      throw BadInput(path, "is a model, not a network of Sparsio", fmt::format("sparsio import {} --out NET.h5", path));
  if (path.ends_with(".npy"))
    throw BadInput(
        path, "is an array: inputs, not a network of Sparsio",
        "if it is the weights of a layer: numpy.savez('NET.npz', W), then sparsio import NET.npz --out NET.h5");
  for (const char* ending : {".tar.gz", ".tgz", ".tar", ".tar.xz", ".zip"})
    if (path.ends_with(ending))
      throw BadInput(
          path, "is an archive of files",
          fmt::format("unpack it ({} {}) and give the file in it", path.ends_with(".zip") ? "unzip" : "tar xf", path));
}

const Registry<FormatKind>::Entry& format_for(const std::string& path, std::string_view what) {
  const Ability& ability = find_ability(what);
  const bool folder = is_folder(path) || (what == "write_network" && is_new_name_without_ending(path));
  const Registry<FormatKind>::Entry* best = nullptr;
  size_t longest = 0;
  std::string right;
  for (const auto& entry : Registry<FormatKind>::instance().entries()) {
    if (!ability.has(entry.kind)) continue;
    for (const std::string& ending : entry.kind.endings) {
      right += fmt::format("{}{}", right.empty() ? "" : " ", ending == "/" ? "folder/" : ending);
      const bool fits = folder ? ending == "/" : ending != "/" && path.ends_with(ending);
      if (fits && ending.size() > longest) {
        best = &entry;
        longest = ending.size();
      }
    }
  }
  if (best) return *best;
  std::error_code error;
  if (what.starts_with("read") && !std::filesystem::exists(path, error))
    throw BadInput(path, "no such file or folder",
                   "give a path that exists, or a kind with options like kind:key=value");
  if (what.starts_with("read")) refuse_other_things(path);
  throw BadInput(path,
                 fmt::format("no format {} {}", ability.words, folder ? "a folder" : "a path that ends like this"),
                 right.empty() ? "" : fmt::format("have: {}", right));
}

}  // namespace sparsio
