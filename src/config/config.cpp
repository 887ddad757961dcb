#include "config/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"

namespace sparsio {
namespace {

namespace fs = std::filesystem;

struct Open {
  fs::path real;
  std::string shown;
};

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
