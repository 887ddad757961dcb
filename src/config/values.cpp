#include "config/values.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/spec.hpp"
#include "config/config.hpp"

namespace sparsio {
namespace {

/// A list this long times the others is a mistake; it would fill the memory before anyone could say so.
constexpr size_t most_specs = 1000000;

/// What the key would accept, for a remedy.
std::string example(const CaseKey& key) {
  // The fallback of some means "left out", which cannot be written.
  if (key.type == Type::integer) return fmt::format("{} = {}", key.name, key.low > 0 ? "1" : key.fallback);
  if (key.type == Type::real) return fmt::format("{} = {}", key.name, key.fallback);
  if (key.role == Role::memory) return "memory = \"L2\" or a number of values, memory = 100";
  if (takes_spec(key)) return fmt::format("{} = \"kind:option=value\", or a table with `kind`", key.name);
  return fmt::format("{} = \"{}\"", key.name, key.fallback);
}

bool fits(const CaseKey& key, const Node& node) {
  switch (node.kind) {
    case Node::Kind::text:
      return key.type == Type::text;
    case Node::Kind::integer:
      return key.type != Type::text || key.role == Role::memory;
    case Node::Kind::real:
      return key.type == Type::real;
    default:
      return false;
  }
}

std::string kind_of(const CaseKey& key) {
  if (key.type == Type::text) return "a text";
  return key.type == Type::integer ? "an integer" : "a number";
}

/// One option of a SPEC: its name and the values it runs through.
struct Choice {
  std::string name;
  std::vector<std::string> texts;
};

std::string option_text(const Node& node) {
  const bool scalar =
      node.kind == Node::Kind::text || node.kind == Node::Kind::integer || node.kind == Node::Kind::real;
  if (!scalar) throw BadInput(node.place, fmt::format("an option is a number or a text, not {}", describe(node)), "");
  if (node.text.find(',') != std::string::npos)
    throw BadInput(node.place, fmt::format("'{}' holds a comma, which separates options", node.text),
                   "write it without");
  return node.text;
}

Choice choice_of(const Node& option) {
  if (!is_plugin_name(option.key))
    throw BadInput(option.key_place, fmt::format("'{}' is not the name of an option", option.key),
                   "names are of a-z, 0-9 and _");
  Choice choice{option.key, {}};
  if (option.kind != Node::Kind::list) {
    choice.texts.push_back(option_text(option));
  } else {
    if (option.children.empty())
      throw BadInput(option.place, fmt::format("{} is an empty list", option.key), "give a value");
    for (const Node& item : option.children) choice.texts.push_back(option_text(item));
  }
  return choice;
}

/// `kind` (or a lone `path`) first, then the options as they stand.
std::vector<Choice> choices_of(const CaseKey& key, const Node& table) {
  const bool path_only = table.children.size() == 1 && table.children.front().key == "path";
  const Node* kind = table.find(path_only ? "path" : "kind");
  if (kind == nullptr)
    throw BadInput(table.place, fmt::format("the table {} has no kind", key.name), "add kind = \"...\"");
  std::vector<Choice> choices{choice_of(*kind)};
  for (const std::string& text : choices.front().texts)
    if (!path_only && !is_plugin_name(text))
      throw BadInput(kind->place, fmt::format("kind '{}' is not a name", text), "names are of a-z, 0-9 and _");
  for (const Node& option : table.children)
    if (&option != kind) choices.push_back(choice_of(option));
  return choices;
}

std::string spec_text(const std::vector<Choice>& choices, const std::vector<size_t>& at) {
  // "mlp:" is a plug-in even without options; a lone word might be taken for a path.
  std::string text = choices[0].texts[at[0]];
  if (choices.size() == 1 && choices[0].name == "kind") text += ':';
  for (size_t i = 1; i < choices.size(); ++i)
    text += fmt::format("{}{}={}", i == 1 ? ":" : ",", choices[i].name, escaped(choices[i].texts[at[i]]));
  return text;
}

std::vector<std::string> spec_texts(const CaseKey& key, const Node& table) {
  const std::vector<Choice> choices = choices_of(key, table);
  size_t count = 1;
  for (const Choice& choice : choices) {
    count *= choice.texts.size();
    if (count > most_specs)
      throw BadInput(table.place, fmt::format("the table {} stands for more than {} values", key.name, most_specs),
                     "shorten its lists");
  }
  std::vector<std::string> texts;
  std::vector<size_t> at(choices.size(), 0);
  for (size_t n = 0; n < count; ++n) {
    texts.push_back(spec_text(choices, at));
    for (size_t i = choices.size(); i-- > 0;) {
      if (++at[i] < choices[i].texts.size()) break;
      at[i] = 0;
    }
  }
  return texts;
}

/// An error about a table names an option, 'so' or "so:"; it is better placed where that option stands.
void point_at_option(const Node& table, std::string& error) {
  if (error.rfind(table.place + ": ", 0) != 0) return;
  const std::string said = error.substr(table.place.size());
  for (const Node& option : table.children) {
    const bool named = said.find(fmt::format(": {}: ", option.key)) != std::string::npos ||
                       said.find(fmt::format("option '{}'", option.key)) != std::string::npos;
    const bool is_kind = option.key == "kind" && said.find(fmt::format("'{}'", option.text)) != std::string::npos;
    if (!named && !is_kind) continue;
    error = (named ? option.key_place : option.place) + said;
    return;
  }
}

/// Does the value name something that the caller knows?
bool names_something(const CaseKey& key, const std::string& value) {
  if (key.role == Role::plain || key.role == Role::choice || value.empty()) return false;
  return key.role != Role::engine || value != "none";
}

}  // namespace

std::vector<SharedText> Values::of(const CaseKey& key, const Node& node) {
  std::vector<SharedText> values;
  if (node.kind != Node::Kind::list) {
    add(key, node, values);
    return values;
  }
  if (node.children.empty())
    errors_.emplace_back(
        BadInput(node.place, fmt::format("{} is an empty list", key.name), "give a value or leave the key out").what());
  for (const Node& child : node.children) add(key, child, values);
  return values;
}

SharedText Values::fallback(const CaseKey& key) {
  // A default may stand outside the range of what can be given: 0 threads are all, but nobody may ask for 0.
  if (key.type != Type::text) return std::make_shared<const std::string>(key.fallback);
  return checked(key, std::string(key.fallback), fmt::format("default of {}", key.name));
}

void Values::add(const CaseKey& key, const Node& node, std::vector<SharedText>& values) {
  std::vector<std::string> texts;
  try {
    if (node.kind == Node::Kind::table && takes_spec(key))
      texts = spec_texts(key, node);
    else if (fits(key, node))
      texts.push_back(node.text);
    else
      throw BadInput(node.place, fmt::format("{} is {}, not {}", key.name, kind_of(key), describe(node)),
                     "write " + example(key));
  } catch (const BadInput& error) {
    errors_.emplace_back(error.what());
    values.push_back(nullptr);
  }
  for (const std::string& text : texts) {
    const size_t errors_before = errors_.size();
    values.push_back(checked(key, text, node.place));
    if (errors_.size() > errors_before) point_at_option(node, errors_.back());
  }
}

SharedText Values::checked(const CaseKey& key, const std::string& value, const std::string& place) {
  const std::string id = fmt::format("{}={}", key.name, value);
  const auto [entry, is_new] = known_.try_emplace(id, nullptr);
  if (!is_new) return entry->second;
  try {
    std::string text = checked_value(key, value, place);
    if (names_something(key, text)) text = checked_value(key, check_(key.role, text, place), place);
    entry->second = std::make_shared<const std::string>(std::move(text));
  } catch (const BadInput& error) {
    errors_.emplace_back(error.what());
  }
  return entry->second;
}

}  // namespace sparsio
