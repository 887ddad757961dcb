// generate: a network or inputs on disk.
#include <iostream>

#include "base/spec.hpp"
#include "cli/command.hpp"
#include "disk/seal.hpp"
#include "format/format.hpp"
#include "gen/generator.hpp"
#include "run/open.hpp"

namespace sparsio {
namespace {

const FormatKind& format_of(const Arguments& arguments, std::string_view what) {
  if (arguments.has("--format"))
    return Registry<FormatKind>::instance().find(arguments.text("--format"), "--format").kind;
  return format_for(arguments.text("--out"), what).kind;
}

int run(const Arguments& arguments) {
  const std::string spec = arguments.text("SPEC");
  const std::string out = arguments.text("--out");
  const std::string kind = parse_spec(spec, "SPEC").kind;
  const std::string name = kind.empty() ? spec : kind;
  std::string_view left_out;
  spare_results(out);
  if (Registry<InputKind>::instance().look_up(name) != nullptr) {
    const FormatKind& format = format_of(arguments, "write_inputs");
    if (format.write_inputs == nullptr)
      throw BadInput("--format", "that format does not hold inputs", "try bits or tsv");
    format.write_inputs(open_inputs(spec, 0, "SPEC"), out);
  } else {
    canonical_network(spec, "SPEC");  // what is wrong with it comes before what is wrong with the path
    const FormatKind& format = format_of(arguments, "write_network");
    if (format.write_network == nullptr)
      throw BadInput("--format", "that format does not hold networks", "try tsv or edges");
    NetworkSource network = open_network(spec, "SPEC");
    format.write_network(network, out);
    left_out = format.left_out;
  }
  std::cerr << "wrote " << out << '\n';
  if (!left_out.empty()) std::cerr << "not in the file: " << left_out << '\n';
  return exit_ok;
}

const Register<CommandKind> registered{
    {"a network or inputs on disk",
     {{"SPEC", Arity::required, "SPEC", "what: kind:key=value,... or a path to convert"},
      {"--out", Arity::required, "PATH", "where; a folder for a Graph Challenge network"},
      {"--format", Arity::one, "NAME", "format; left out: by the ending of PATH"}},
     run}};

}  // namespace
}  // namespace sparsio
