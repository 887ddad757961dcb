#include "run/labels.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

#include "base/spec.hpp"
#include "format/labels.hpp"
#include "gen/generator.hpp"
#include "run/open.hpp"

namespace sparsio {
namespace {

/// The inputs that know their classes, for messages.
std::vector<std::string> inputs_with_labels() {
  std::vector<std::string> names;
  for (const auto& entry : Registry<InputKind>::instance().entries())
    if (entry.kind.labels != nullptr) names.push_back(entry.name);
  return names;
}

/// Who makes the inputs, with the options; null for a file.
struct Made {
  const Registry<InputKind>::Entry* inputs = nullptr;
  Params params;
};

bool is_file(const Spec& spec) {
  std::error_code error;
  return spec.kind.empty() &&
         (spec.path.find_first_of("/.") != std::string::npos || std::filesystem::exists(spec.path, error));
}

Made take_apart(const std::string& text, const std::string& place) {
  const Spec spec = parse_spec(text, place);
  const std::string& word = spec.kind.empty() ? spec.path : spec.kind;
  const auto* inputs = Registry<InputKind>::instance().look_up(word);
  if (inputs == nullptr && is_file(spec)) return {};
  if (inputs == nullptr)
    throw BadInput(place, fmt::format("no inputs '{}' with labels and no file of that name", word),
                   suggest(word, inputs_with_labels()));
  if (inputs->kind.labels == nullptr)
    throw BadInput(place, fmt::format("inputs {} have no labels", word),
                   fmt::format("give a .npy or .txt file, or one of: {}", fmt::join(inputs_with_labels(), " ")));
  return {inputs, Params(inputs->kind.options, spec.given, place + ": " + word)};
}

}  // namespace

std::vector<uint32_t> open_labels(const std::string& spec, const std::string& place) {
  const Made made = take_apart(spec, place);
  return made.inputs == nullptr ? read_labels(spec) : made.inputs->kind.labels(made.params);
}

std::string canonical_labels(const std::string& spec, const std::string& place) {
  const Made made = take_apart(spec, place);
  if (made.inputs == nullptr) {
    check_file(spec, place);
    return spec;
  }
  const std::string options = made.params.canonical();
  return options.empty() ? made.inputs->name : made.inputs->name + ":" + options;
}

}  // namespace sparsio
