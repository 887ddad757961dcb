#include "format/tsv/challenge_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "base/error.hpp"

namespace sparsio {
namespace {

namespace fs = std::filesystem;

bool drop(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::optional<uint32_t> drop_number(std::string_view& text) {
  uint32_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value == 0) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(stop - text.data()));
  return value;
}

bool is_tsv_ending(std::string_view text) {
  return text == ".tsv" || text == ".tsv.gz" || text == ".tsv.xz";
}

/// n{N}-l{k} and anything behind it. What we write beside, and a killed program leaves, is passed over.
bool looks_like_a_layer(std::string_view name) {
  if (name.find(".partial-") != std::string_view::npos || !drop(name, "n")) return false;
  const auto drop_digits = [&] {
    const size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
    name.remove_prefix(digits);
    return digits > 0;
  };
  return drop_digits() && drop(name, "-l") && drop_digits();
}

void add_layers(const fs::path& folder, std::map<uint32_t, std::map<uint32_t, std::string>>& paths) {
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string file = entry->path().filename().string();
    const auto name = parse_layer_name(file);
    if (!name && looks_like_a_layer(file))
      throw BadInput(entry->path().string(), "begins like a layer, and is none by the rest of its name",
                     "call it n{N}-l{k}.tsv, .tsv.gz or .tsv.xz with k from 1, or take it out of the folder");
    if (!name) continue;
    const auto [at, is_new] = paths[name->neurons].emplace(name->layer, entry->path().string());
    if (!is_new)
      throw BadInput(folder.string(),
                     fmt::format("layer {} of {} neurons is there twice: {} and {}", name->layer, name->neurons,
                                 at->second, entry->path().string()),
                     "remove one of them");
  }
  if (error)
    throw BadInput(folder.string(), "cannot be listed: " + error.message(),
                   "give a folder that exists and may be read");
}

}  // namespace

std::optional<LayerName> parse_layer_name(std::string_view name) {
  if (!drop(name, "n")) return std::nullopt;
  const auto neurons = drop_number(name);
  if (!neurons || !drop(name, "-l")) return std::nullopt;
  const auto layer = drop_number(name);
  if (!layer || !is_tsv_ending(name)) return std::nullopt;
  return LayerName{*neurons, *layer};
}

std::optional<uint32_t> parse_images_name(std::string_view name) {
  if (!drop(name, "sparse-images-")) return std::nullopt;
  const auto width = drop_number(name);
  return width && is_tsv_ending(name) ? width : std::nullopt;
}

std::map<uint32_t, std::map<uint32_t, std::string>> layer_paths(const std::string& folder) {
  std::map<uint32_t, std::map<uint32_t, std::string>> paths;
  add_layers(folder, paths);
  std::error_code error;
  for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::string_view rest = name;
    std::error_code status_error;
    if (drop(rest, "neuron") && drop_number(rest) && rest.empty() && entry->is_directory(status_error))
      add_layers(entry->path(), paths);
  }
  return paths;
}

std::string layer_name(uint32_t neurons, uint64_t layer) {
  return fmt::format("n{}-l{}.tsv", neurons, layer);
}

}  // namespace sparsio
