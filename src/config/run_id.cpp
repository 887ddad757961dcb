// run_id: the name of a case that every machine agrees on.
#include <filesystem>
#include <mutex>
#include <unordered_map>

#include "base/error.hpp"
#include "base/spec.hpp"
#include "config/case.hpp"
#include "disk/digest.hpp"

namespace sparsio {
namespace {

/// A lone word is a path where paths are usual, a plug-in elsewhere unless it looks like a path.
bool may_be_path(const CaseKey& key, const std::string& text) {
  return key.role == Role::network || key.role == Role::inputs || key.role == Role::labels ||
         text.find_first_of("/.") != std::string::npos;
}

void add_spec_files(const CaseKey& key, const std::string& text, std::vector<std::string>& files) {
  const Spec spec = parse_spec(text, std::string(key.name));
  if (spec.kind.empty()) {
    if (may_be_path(key, spec.path)) files.push_back(spec.path);
    return;
  }
  for (const auto& [name, value] : spec.given)
    if (name == "path" && !value.empty()) files.push_back(value);
}

/// What a file contributes to the hash; looked up once per process, so that a sweep sees one state of it.
std::string content(const std::string& named) {
  static std::mutex mutex;
  static std::unordered_map<std::string, std::string> known;
  std::error_code ignored;
  const std::string path = std::filesystem::absolute(named, ignored).string();
  const std::lock_guard<std::mutex> lock(mutex);
  const auto [entry, is_new] = known.try_emplace(path);
  if (!is_new) return entry->second;
  entry->second = "missing";
  if (std::filesystem::exists(path, ignored)) {
    try {
      entry->second = digest_path(path);
    } catch (const BadInput&) {
      // Unreadable is as good as missing here: running the case says why.
    }
  }
  return entry->second;
}

}  // namespace

std::vector<std::string> files_named(const Case& one) {
  std::vector<std::string> files;
  const std::vector<CaseKey>& keys = case_keys();
  for (size_t column = 0; column < keys.size(); ++column) {
    const std::string& text = one.text(column);
    if (text.empty()) continue;
    if (keys[column].role == Role::file)
      files.push_back(text);
    else if (takes_spec(keys[column]))
      add_spec_files(keys[column], text, files);
  }
  return files;
}

std::string run_id(const Case& one) {
  std::string text = one.canonical();
  for (const std::string& path : files_named(one)) text += "content of " + path + "=" + content(path) + "\n";
  return digest(text);
}

}  // namespace sparsio
