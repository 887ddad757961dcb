// command: one command of the program, one file. It declares its arguments in a table; parsing and help walk the table,
// and the parser's library is known to main.cpp alone. stdout is data, stderr is talk.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/registry.hpp"

namespace sparsio {

enum class Arity { one, required, flag, many };

struct Argument {
  std::string_view name;  // "--network", or "CONFIG" for one without a dash
  Arity arity;
  std::string_view value;  // what stands for its value in the help, "SPEC"
  std::string_view help;
  std::string_view fallback = "";
};

/// Is the value a path? What stands for it in the help says so. A path that is given is never empty: main.cpp sees to
/// it.
constexpr bool is_path(const Argument& argument) {
  return argument.value == "FILE" || argument.value == "FOLDER" || argument.value == "PATH" ||
         argument.value == "CONFIG";
}

/// What the user gave, by the names in the table.
class Arguments {
 public:
  explicit Arguments(std::map<std::string, std::vector<std::string>, std::less<>> given) : given_(std::move(given)) {}
  bool has(std::string_view name) const { return given_.find(name) != given_.end(); }
  /// The value, or "" if it was not given and has no fallback.
  std::string text(std::string_view name) const {
    const auto found = given_.find(name);
    return found == given_.end() || found->second.empty() ? "" : found->second.front();
  }
  std::vector<std::string> all(std::string_view name) const {
    const auto found = given_.find(name);
    return found == given_.end() ? std::vector<std::string>{} : found->second;
  }
  std::vector<std::string> command_line;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> given_;
};

/// Exit codes: 0 all well, 1 bad input, 2 ran but some row is not ok.
constexpr int exit_ok = 0;
constexpr int exit_bad_input = 1;
constexpr int exit_not_ok = 2;

struct CommandKind {
  static constexpr std::string_view kind_name = "command";
  std::string_view summary;
  std::vector<Argument> arguments;
  int (*run)(const Arguments& arguments);
};

}  // namespace sparsio
