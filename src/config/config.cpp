#include "config/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/error.hpp"
#include "config/case.hpp"

namespace sparsio {
namespace {

namespace fs = std::filesystem;

struct Open {
  fs::path real;
  std::string shown;
};

/// Former names of keys become those of today in a table and all tables in it, but not in SPECs, whose options are not
/// keys. A key that stands there under both names is an error.
void rename_former_keys(Node& table, std::vector<std::string>& errors) {
  for (Node& child : table.children) {
    const bool has_keys =
        child.key == "sweep" || child.key == "product" || child.key == "zip" || child.key == "exclude";
    if (has_keys || (child.key.empty() && child.kind == Node::Kind::table)) rename_former_keys(child, errors);
    const CaseKey* key = child.key.empty() ? nullptr : find_key(child.key);
    if (key == nullptr || key->name == child.key) continue;
    const Node* both = table.find(key->name);
    if (both == nullptr) {
      child.key = std::string(key->name);
      continue;
    }
    errors.emplace_back(BadInput(child.key_place,
                                 fmt::format("'{}' is the former name of '{}', which is given at {}", child.key,
                                             key->name, both->key_place),
                                 fmt::format("give '{}' alone", key->name))
                            .what());
  }
  std::erase_if(table.children, [](const Node& child) {  // those that were refused
    const CaseKey* key = child.key.empty() ? nullptr : find_key(child.key);
    return key != nullptr && key->name != child.key;
  });
}

/// An override under the former name of a key that another gives under its name.
void check_overrides(const std::vector<std::string>& overrides, std::vector<std::string>& errors) {
  std::map<std::string_view, std::string> written;  // name of a key -> how it was first written
  for (const std::string& text : overrides) {
    const std::string word = text.substr(0, text.find('='));
    const CaseKey* key = find_key(word);
    if (key == nullptr) continue;
    const std::string& first = written.try_emplace(key->name, word).first->second;
    if (first == word) continue;
    errors.emplace_back(
        BadInput("--set " + text,
                 fmt::format("'{}' is the former name of '{}', and both are given", key->former, key->name),
                 fmt::format("give '{}' alone", key->name))
            .what());
  }
}

class Loader {
 public:
  explicit Loader(Config& config) : config_(config) {}

  Node load(const std::string& path, const std::string& origin) {
    std::error_code ignored;
    const Open open{fs::weakly_canonical(path, ignored), path};
    std::string chain;
    for (const Open& above : stack_) {
      if (!chain.empty() || above.real == open.real) chain += above.shown + " -> ";
    }
    if (!chain.empty()) {
      fail(BadInput(origin, fmt::format("include goes in a circle: {}{}", chain, path), "remove one of them"));
      return {};
    }
    Node own;
    try {
      own = read_document(path, origin);
    } catch (const BadInput& error) {
      fail(error);
      return {};
    }
    rename_former_keys(own, config_.errors);
    stack_.push_back(open);
    Node merged = includes(own, path);
    stack_.pop_back();
    for (Node& child : own.children) {
      if (child.key == "include") continue;
      merged.erase(child.key);
      merged.children.push_back(std::move(child));
    }
    merged.place = own.place;
    return merged;
  }

 private:
  Node includes(const Node& own, const std::string& path) {
    Node merged;
    const Node* include = own.find("include");
    if (include == nullptr) return merged;
    const bool list = include->kind == Node::Kind::list;
    if (list && include->children.empty()) fail(BadInput(include->place, "include is an empty list", "name a file"));
    const std::vector<Node> names = list ? include->children : std::vector<Node>{*include};
    for (const Node& name : names) {
      if (name.kind != Node::Kind::text) {
        fail(BadInput(name.place, fmt::format("include is a path, not {}", describe(name)),
                      "include = \"common.toml\""));
        continue;
      }
      Node defaults = load((fs::path(path).parent_path() / name.text).string(), name.place);
      for (Node& child : defaults.children) {
        merged.erase(child.key);
        merged.children.push_back(std::move(child));
      }
    }
    return merged;
  }

  void fail(const BadInput& error) {
    config_.errors.emplace_back(error.what());
    config_.complete = false;
  }

  Config& config_;
  std::vector<Open> stack_;
};

}  // namespace

Config read_config(const std::string& path, const std::vector<std::string>& overrides) {
  Config config;
  config.root = Loader(config).load(path, "");
  check_overrides(overrides, config.errors);
  for (const std::string& text : overrides) {
    // An option may be one of a key that stands in a file that could not be read.
    if (!config.complete && text.find('.') < text.find('=')) continue;
    try {
      apply_override(config.root, text);
    } catch (const BadInput& error) {
      config.errors.emplace_back(error.what());
    }
  }
  return config;
}

}  // namespace sparsio
