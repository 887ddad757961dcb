// convert: the same network or inputs in another format. What a format cannot hold is refused; what it leaves out by
// its nature is said.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "base/plural.hpp"
#include "base/spec.hpp"
#include "cli/command.hpp"
#include "cli/shared/contents.hpp"
#include "disk/seal.hpp"
#include "format/format.hpp"
#include "run/open.hpp"

namespace sparsio {
namespace {

/// The path that IN names, and its format: null if the ending must say.
std::pair<std::string, const Registry<FormatKind>::Entry*> named(const std::string& spec) {
  const Spec parsed = parse_spec(spec, "IN");
  if (parsed.kind.empty()) return {parsed.path, nullptr};
  const Registry<FormatKind>::Entry* format = Registry<FormatKind>::instance().look_up(parsed.kind);
  if (format == nullptr)
    throw BadInput("IN", fmt::format("'{}' is not a format", parsed.kind),
                   "give a path or FORMAT:path=FILE,...; to make a network: sparsio generate");
  for (const auto& [name, value] : parsed.given)
    if (name == "path") return {value, format};
  throw BadInput("IN", parsed.kind + " needs a file", "write " + parsed.kind + ":path=FILE");
}

Contents contents_of(const Arguments& arguments, const std::string& path, const Registry<FormatKind>::Entry* format) {
  const std::string as = arguments.text("--as");
  if (as == "network") return Contents::network;
  if (as == "inputs") return Contents::inputs;
  if (as != "auto") throw BadInput("--as", "'" + as + "' is neither", "give network or inputs");
  std::error_code error;
  if (!std::filesystem::exists(path, error)) throw BadInput(path, "no such file or folder", "give a path that exists");
  return holds_inputs(path, format) ? Contents::inputs : Contents::network;
}

const Registry<FormatKind>::Entry& out_format(const Arguments& arguments, std::string_view what) {
  if (arguments.has("--format")) return Registry<FormatKind>::instance().find(arguments.text("--format"), "--format");
  return format_for(arguments.text("OUT"), what);
}

/// Layers are read while they are written, so neither side may change the other.
void check_apart(const std::string& in, const std::string& out) {
  std::error_code error;
  if (std::filesystem::equivalent(in, out, error) && !error)
    throw BadInput("OUT", fmt::format("'{}' is what is read", out), "give another path");
}

int run(const Arguments& arguments) {
  const std::string spec = arguments.text("IN");
  const std::string out = arguments.text("OUT");
  const auto [path, format] = named(spec);
  const Contents contents = contents_of(arguments, path, format);
  check_apart(path, out);
  spare_results(out);
  if (contents == Contents::inputs) {
    const FormatKind& kind = out_format(arguments, "write_inputs").kind;
    if (kind.write_inputs == nullptr)
      throw BadInput("--format", "that format does not hold inputs", "have: bits h5 mtx tsv");
    const auto width =
        arguments.has("--width") ? static_cast<uint32_t>(parse_count(arguments.text("--width"), "--width")) : 0;
    const Inputs inputs = open_inputs(spec, width, "IN");
    kind.write_inputs(inputs, out);
    std::cerr << fmt::format("wrote {}: {} of {}\n", out, plural(inputs.count, "input"), inputs.width);
    return exit_ok;
  }
  const FormatKind& kind = out_format(arguments, "write_network").kind;
  if (kind.write_network == nullptr)
    throw BadInput("--format", "that format does not hold networks", "have: edges h5 mtx smtx tsv");
  NetworkSource network = open_network(spec, "IN");
  kind.write_network(network, out);
  std::cerr << "wrote " << out << '\n';
  if (!kind.left_out.empty()) std::cerr << "not in the file: " << kind.left_out << '\n';
  return exit_ok;
}

const Register<CommandKind> registered{
    {"a network or inputs from one format to another",
     {{"IN", Arity::required, "PATH", "a path, or FORMAT:path=FILE,key=value,..."},
      {"OUT", Arity::required, "PATH", "where; a folder (ending in /) for a Graph Challenge network"},
      {"--format", Arity::one, "NAME", "format of OUT; left out: by its ending"},
      {"--as", Arity::one, "WHAT", "what IN is: network, inputs, or auto (by format, name and contents)", "auto"},
      {"--width", Arity::one, "N", "values an input, where the file does not say (.bits)"}},
     run}};

}  // namespace
}  // namespace sparsio
