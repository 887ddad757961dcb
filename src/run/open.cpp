#include "run/open.hpp"

#include <algorithm>
#include <filesystem>

#include "base/spec.hpp"
#include "format/format.hpp"
#include "gen/generator.hpp"

namespace sparsio {
namespace {

/// What stands in the way of looking (a link to itself, a folder that may not be entered) is said as such.
bool is_there(const std::string& path, const std::string& place) {
  std::error_code error;
  const bool is_there = std::filesystem::exists(path, error);
  if (error) throw BadInput(place, "'" + path + "' cannot be opened: " + error.message(), "give a path that exists");
  return is_there;
}

/// A SPEC taken apart: a generator with its options, or a format with its options and a path.
template <class Kind>
struct Opened {
  const typename Registry<Kind>::Entry* generator = nullptr;
  const Registry<FormatKind>::Entry* format = nullptr;
  std::string path;
  Params params;

  std::string canonical() const {
    const std::string options = params.canonical();
    if (generator != nullptr) return options.empty() ? generator->name : generator->name + ":" + options;
    return options.empty() ? path : format->name + ":path=" + escaped(path) + "," + options;
  }
};

template <class Kind>
Opened<Kind> take_apart(const std::string& text, std::string_view reading, const std::string& place) {
  Spec spec = parse_spec(text, place);
  const auto& generators = Registry<Kind>::instance();
  Opened<Kind> opened;
  const std::string& word = spec.kind.empty() ? spec.path : spec.kind;
  opened.generator = generators.look_up(word);
  if (opened.generator != nullptr) {
    opened.params = Params(opened.generator->kind.options, spec.given, place + ": " + word);
    return opened;
  }
  if (spec.kind.empty()) {
    opened.path = spec.path;
    if (!is_there(spec.path, place)) {
      const bool is_word = spec.path.find_first_of("/.") == std::string::npos;
      const std::string remedy = is_word ? suggest(spec.path, generators.names()) : "give a path that exists";
      throw BadInput(place, "no " + std::string(Kind::kind_name) + " '" + spec.path + "' and no file of that name",
                     remedy);
    }
    opened.format = &format_for(spec.path, reading);
  } else {
    opened.format = Registry<FormatKind>::instance().look_up(spec.kind);
    if (opened.format == nullptr)
      throw BadInput(place, "no " + std::string(Kind::kind_name) + " '" + spec.kind + "'",
                     suggest(spec.kind, generators.names()));
    const auto is_path = [](const NamedText& option) { return option.first == "path"; };
    const auto path = std::find_if(spec.given.begin(), spec.given.end(), is_path);
    if (path == spec.given.end())
      throw BadInput(place, spec.kind + " needs a file", "write " + spec.kind + ":path=FILE");
    opened.path = path->second;
    spec.given.erase(path);
    if (!is_there(opened.path, place))
      throw BadInput(place, "no file '" + opened.path + "'", "give a path that exists");
  }
  opened.params = Params(opened.format->kind.options, spec.given, place + ": " + opened.format->name);
  return opened;
}

}  // namespace

NetworkSource open_network(const std::string& spec, const std::string& place) {
  const auto opened = take_apart<NetworkKind>(spec, "read_network", place);
  if (opened.generator != nullptr) return opened.generator->kind.make(opened.params);
  if (opened.format->kind.read_network == nullptr)
    throw BadInput(place, "format " + opened.format->name + " does not hold networks",
                   "give another path; a model becomes a network by sparsio import");
  return opened.format->kind.read_network(opened.path, opened.params);
}

Inputs open_inputs(const std::string& spec, uint32_t width, const std::string& place) {
  const auto opened = take_apart<InputKind>(spec, "read_inputs", place);
  if (opened.generator != nullptr) return opened.generator->kind.make(opened.params, width);
  if (opened.format->kind.read_inputs == nullptr)
    throw BadInput(place, "format " + opened.format->name + " does not hold inputs");
  return opened.format->kind.read_inputs(opened.path, width, opened.params);
}

std::string canonical_network(const std::string& spec, const std::string& place) {
  return take_apart<NetworkKind>(spec, "read_network", place).canonical();
}

std::string canonical_inputs(const std::string& spec, const std::string& place) {
  return take_apart<InputKind>(spec, "read_inputs", place).canonical();
}

void check_file(const std::string& path, const std::string& place) {
  std::error_code error;
  const auto kind = std::filesystem::status(path, error).type();
  if (kind == std::filesystem::file_type::regular) return;
  if (kind == std::filesystem::file_type::not_found)
    throw BadInput(place, "no file '" + path + "'", "give a path that exists");
  if (error) throw BadInput(place, "'" + path + "' cannot be opened: " + error.message(), "give a path that exists");
  const bool is_folder = kind == std::filesystem::file_type::directory;
  throw BadInput(place, "'" + path + (is_folder ? "' is a folder" : "' is not a regular file"), "give a file");
}

}  // namespace sparsio
