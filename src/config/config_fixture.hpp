// config_fixture: for the tests of this folder: configs in a folder of their own, and a caller that knows a few names.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/nearest.hpp"
#include "base/spec.hpp"
#include "config/sweep.hpp"

namespace sparsio {

class ConfigFixture : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) / (std::string("sparsio_sweep_") + info->test_suite_name() +
                                                           "_" + info->name() + "_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }

  /// What the layers above would say: two networks, some names, sizes of memory.
  std::string check(Role role, const std::string& value, const std::string& place) {
    calls_.emplace_back(value, place);
    if (role == Role::memory) {
      if (value.find_first_not_of("0123456789") == std::string::npos)
        return canonical_value(Type::integer, value, place);
      if (value == "L1" || value == "L2" || value == "2MiB") return value;
      throw BadInput(place, "no memory '" + value + "'", "give a number of values");
    }
    const Spec spec = parse_spec(value, place);
    const std::string name = spec.kind.empty() ? spec.path : spec.kind;
    if (role == Role::network || role == Role::inputs) {
      if (spec.kind.empty()) return value;
      const Options mlp = {{"widths", Type::text, std::nullopt, ""}, {"density", Type::real, "0.1", ""}};
      const Options radix = {{"neurons", Type::integer, std::nullopt, ""}, {"layers", Type::integer, "120", ""}};
      const Options tsv = {{"path", Type::text, std::nullopt, ""}};
      const Options* options = name == "mlp" ? &mlp : name == "radix_net" ? &radix : name == "tsv" ? &tsv : nullptr;
      if (options == nullptr)
        throw BadInput(place, "no network '" + name + "'", suggest(name, {"mlp", "radix_net", "tsv"}));
      return name + ":" + Params(*options, spec.given, place + ": " + name).canonical();
    }
    const std::vector<std::string> known = {"by_source", "by_target", "csr",       "lru",   "min",
                                            "none",      "rcm",       "reference", "single"};
    if (std::find(known.begin(), known.end(), name) != known.end()) return name;
    if (role == Role::partitioner) return value;
    throw BadInput(place, "no name '" + name + "'", suggest(name, known));
  }

  Sweep read(const std::string& path, const std::vector<std::string>& overrides = {}) {
    calls_.clear();
    return read_sweep(path, overrides, [this](Role role, const std::string& value, const std::string& place) {
      return check(role, value, place);
    });
  }

  Sweep read_text(const std::string& text, const std::vector<std::string>& overrides = {}) {
    return read(write("c.toml", text), overrides);
  }

  /// All errors of a config, the folder's name left out; empty if there are none.
  std::string errors_of(const std::string& path, const std::vector<std::string>& overrides = {}) {
    try {
      read(path, overrides);
      return "";
    } catch (const BadInput& error) {
      std::string text = error.what();
      const std::string prefix = folder_.string() + "/";
      for (size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix))
        text.erase(at, prefix.size());
      return text;
    }
  }

  std::string errors(const std::string& text, const std::vector<std::string>& overrides = {}) {
    return errors_of(write("c.toml", text), overrides);
  }

  /// "a b c" for the cases' values of these keys, a line a case.
  static std::string rows(const Sweep& sweep, const std::vector<std::string>& keys) {
    std::string text;
    for (const Case& one : sweep.cases) {
      for (const std::string& key : keys) text += one.text(key) + (&key == &keys.back() ? "\n" : " ");
    }
    return text;
  }

  std::filesystem::path folder_;
  std::vector<std::pair<std::string, std::string>> calls_;  // of check: value, place
};

}  // namespace sparsio
