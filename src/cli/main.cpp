// sparsio: how much data must move, how much does move under a schedule, what a machine measures.
// This file turns the table of commands into a command line (the only place that knows the parser) and refusals into
// exit codes. The commands are the other files of this folder.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "cli/command.hpp"
#include "config/case.hpp"
#include "count/shared/publisher.hpp"
#include "disk/partial_files.hpp"
#include "exec/machine/simd_limit.hpp"
#include "record/json.hpp"
#include "record/provenance.hpp"
#include "run/schema.hpp"

namespace sparsio {
namespace {

/// Where the parser leaves what it found, one a command.
struct Slots {
  std::map<std::string, std::vector<std::string>, std::less<>> values;
  std::map<std::string, bool, std::less<>> flags;
};

/// "--tile" for "--panel": what the key that is called like the argument was called; "" for most.
std::string former_name(const Argument& argument) {
  const std::string_view name = argument.name;
  const CaseKey* key = name.starts_with("--") ? find_key(name.substr(2)) : nullptr;
  return key == nullptr || key->former.empty() ? "" : "--" + std::string(key->former);
}

void declare(CLI::App& app, const CommandKind& command, Slots& slots) {
  for (const Argument& argument : command.arguments) {
    const std::string name(argument.name);
    if (argument.arity == Arity::flag) {
      app.add_flag(name, slots.flags[name], std::string(argument.help));
      continue;
    }
    if (const std::string former = former_name(argument); !former.empty())
      app.add_option(former, slots.values[former])->expected(1)->allow_extra_args(false)->group("");
    CLI::Option* option = app.add_option(name, slots.values[name], std::string(argument.help));
    option->type_name(std::string(argument.value));
    if (!argument.fallback.empty()) option->default_str(std::string(argument.fallback));
    if (argument.arity == Arity::many)
      option->expected(1, 1 << 20)->take_all();
    else
      option->expected(1);
    if (argument.arity == Arity::required) option->required();
    if (name.front() == '-' || argument.arity != Arity::many) option->allow_extra_args(false);
  }
}

/// `--out=` with its empty value apart. The parser would take the next word for it, and "--out=$FILE --dry-run" of a
/// script that never set FILE would write to a file called --dry-run.
std::vector<std::string> words_of(int argc, char** argv) {
  std::vector<std::string> apart;
  for (int k = 1; k < argc; ++k) {
    const std::string word = argv[k];
    const bool is_empty = word.size() > 3 && word.starts_with("--") && word.find('=') == word.size() - 1;
    apart.push_back(is_empty ? word.substr(0, word.size() - 1) : word);
    if (is_empty) apart.emplace_back();
  }
  return apart;
}

/// A variable that a script never set is an empty path, and as one it would name the current folder or a hidden file
/// in it, to be found out when all has run.
void check_paths(const Argument& argument, const std::vector<std::string>& values) {
  if (is_path(argument) && std::find(values.begin(), values.end(), "") != values.end())
    throw BadInput(
        std::string(argument.name), "the path is empty",
        fmt::format("give a {}{}; was it a variable that is not set?", argument.value == "FOLDER" ? "folder" : "file",
                    argument.arity == Arity::required ? "" : ", or leave it out"));
}

/// What was given under the argument's name or its former one.
std::vector<std::string> values_of(const Argument& argument, const Slots& slots) {
  const std::vector<std::string>& values = slots.values.at(std::string(argument.name));
  const std::string former = former_name(argument);
  if (former.empty() || slots.values.at(former).empty()) return values;
  if (!values.empty())
    throw BadInput(former, fmt::format("it is the former name of {}, and both are given", argument.name),
                   fmt::format("give {} alone", argument.name));
  return slots.values.at(former);
}

Arguments collect(const CommandKind& command, const Slots& slots, const std::vector<std::string>& command_line) {
  std::map<std::string, std::vector<std::string>, std::less<>> given;
  for (const Argument& argument : command.arguments) {
    const std::string name(argument.name);
    if (argument.arity == Arity::flag) {
      if (slots.flags.at(name)) given[name] = {};
    } else if (const std::vector<std::string> values = values_of(argument, slots); !values.empty()) {
      check_paths(argument, values);
      given[name] = values;
    } else if (!argument.fallback.empty()) {
      given[name] = {std::string(argument.fallback)};
    }
  }
  Arguments arguments(std::move(given));
  arguments.command_line = command_line;
  return arguments;
}

/// What the parser did not expect, options first: the words that follow one may be its values.
std::vector<std::string> unexpected(const CLI::App& app) {
  std::vector<std::string> words = app.remaining(true);
  std::stable_partition(words.begin(), words.end(), [](const std::string& word) { return word.starts_with('-'); });
  return words;
}

/// The nearest right word for what the parser did not expect.
std::string remedy_for(const CLI::App& app, const std::vector<std::string>& command_line) {
  const CLI::App* at = &app;
  for (const CLI::App* chosen : app.get_subcommands()) at = chosen;
  std::vector<std::string> known;
  if (at == &app) known = Registry<CommandKind>::instance().names();
  for (const CLI::Option* option : at->get_options()) known.push_back(option->get_name());
  for (const std::string& extra : unexpected(app)) return extra + ": " + suggest(extra, known);
  for (size_t i = 1; at == &app && i < command_line.size(); ++i)
    if (command_line[i].front() != '-') return command_line[i] + ": " + suggest(command_line[i], known);
  return "see --help";
}

std::string help_for(const CLI::App& app) {
  std::string command = "sparsio";
  for (const CLI::App* chosen : app.get_subcommands()) command += " " + chosen->get_name();
  return "see " + command + " --help";
}

void print_version(bool as_json) {
  Fields fields;
  for (const auto& [name, value] : build_facts()) fields.emplace_back(name, value);
  if (as_json)
    std::cout << to_json(fields);
  else
    std::cout << to_text(fields);
}

int run(int argc, char** argv) {
  const std::vector<std::string> command_line(argv, argv + argc);
  CLI::App app(
      "Sparse feed-forward networks: how much data must move, does move under a schedule, and what it costs here.",
      command_line.empty() ? "" : command_line.front());
  app.require_subcommand(0, 1);
  app.set_help_all_flag("--help-all", "help of every command");
  bool version = false;
  bool json = false;
  app.add_flag("--version", version, "version, build and libraries");
  app.add_flag("--json", json, "with --version: as JSON");
  const auto& commands = Registry<CommandKind>::instance().entries();
  std::vector<Slots> slots(commands.size());
  for (size_t i = 0; i < commands.size(); ++i)
    declare(*app.add_subcommand(commands[i].name, std::string(commands[i].kind.summary)), commands[i].kind, slots[i]);
  try {
    std::vector<std::string> words = words_of(argc, argv);
    std::reverse(words.begin(), words.end());  // as the parser takes them
    app.parse(words);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForAllHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    const bool is_unknown = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
    const std::vector<std::string> extras = unexpected(app);
    // Who mistypes --network has given none either; that would be the wrong thing to say.
    const bool is_mistyped = !is_unknown && !extras.empty() && extras.front().starts_with('-');
    std::cerr << "sparsio: "
              << (is_mistyped ? "The following argument was not expected: " + extras.front() : error.what()) << "; "
              << (is_unknown || is_mistyped ? remedy_for(app, command_line) : help_for(app)) << '\n';
    return exit_bad_input;
  }
  for (size_t i = 0; i < commands.size(); ++i) {
    if (!app.got_subcommand(commands[i].name)) continue;
    return commands[i].kind.run(collect(commands[i].kind, slots[i], command_line));
  }
  if (version)
    print_version(json);
  else
    std::cout << app.help();
  return exit_ok;
}

}  // namespace
}  // namespace sparsio

int main(int argc, char** argv) {
  try {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
      if (std::signal(signal, sparsio::end_without_partial_files) == SIG_IGN) std::signal(signal, SIG_IGN);  // nohup
    sparsio::limit_simd_by_environment();
    sparsio::announce(sparsio::published_columns());
    const int code = sparsio::run(argc, argv);
    std::cout.flush();
    if (!std::cout) {
      std::cerr << "sparsio: standard output: cannot be written\n";
      return sparsio::exit_bad_input;
    }
    return code;
  } catch (const std::bad_alloc&) {
    std::cerr
        << "sparsio: out of memory; take a smaller network, or fewer inputs and a smaller panel where there are any\n";
  } catch (const std::filesystem::filesystem_error& error) {
    std::cerr << "sparsio: " << error.path1().string() << ": " << error.code().message() << '\n';
  } catch (const std::exception& error) {
    std::cerr << "sparsio: " << error.what() << '\n';
  }
  return sparsio::exit_bad_input;
}
