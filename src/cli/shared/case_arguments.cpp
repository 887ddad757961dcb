#include "cli/shared/case_arguments.hpp"

#include <set>
#include <stdexcept>

#include "mpi/shared/launch.hpp"
#include "run/check.hpp"

namespace sparsio {
namespace {

std::string_view value_word(const CaseKey& key) {
  switch (key.role) {
    case Role::memory:
      return "M";
    case Role::file:
      return "FILE";
    case Role::labels:
      return "PATH";  // mostly; an empty one is a variable that is not set
    case Role::choice:
      return "WORD";
    case Role::caches:
      return "LIST";
    case Role::plain:
      return key.type == Type::integer ? "N" : "X";
    default:
      return "SPEC";
  }
}

/// A default that says "left out" is none to be given.
bool may_be_given(const CaseKey& key) {
  return key.type == Type::text || parse_real(key.fallback, std::string(key.name)) >= key.low;
}

}  // namespace

Argument key_argument(std::string_view name, Arity arity, std::string_view fallback) {
  static std::set<std::string, std::less<>> names;  // arguments hold views
  const CaseKey& key = case_keys()[case_column(name, "argument")];
  if (fallback.empty() && arity == Arity::one && may_be_given(key)) fallback = key.fallback;
  return {*names.insert("--" + std::string(key.name)).first, arity, value_word(key), key.help, fallback};
}

Case case_from(const Arguments& arguments) {
  Case one;
  one.place = command_line_place;
  for (const CaseKey& key : case_keys()) {
    const std::string name = "--" + std::string(key.name);
    if (!arguments.has(name)) continue;
    const std::string value = arguments.text(name);
    one.set(key.name, value, name);
    if (!value.empty()) one.set(key.name, check_value(key.role, value, name), name);
  }
  return one;
}

uint32_t given_panel(const Case& one) {
  const int64_t panel = one.integer("panel");
  if (panel == 0) throw BadInput("--panel", "a panel of 0 inputs", "give 1 or more");
  return static_cast<uint32_t>(panel);
}

CaseResult answered(const Case& one, const CaseQuestions& questions, Communicator& ranks) {
  CaseCache cache;
  CaseResult result = run_case(one, run_id(one), {}, cache, ranks, {}, questions);
  together(ranks, [&] {
    const std::string& status = result.record.text("status");
    if (ranks.rank() == 0 && status != "ok" && status != "incorrect")
      throw std::runtime_error(result.record.text("error"));
  });
  return result;
}

}  // namespace sparsio
