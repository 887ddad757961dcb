// list: what there is, from the registries.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "bound/bound_kind.hpp"
#include "cli/command.hpp"
#include "config/sweep.hpp"
#include "count/meter.hpp"
#include "driver/driver.hpp"
#include "exec/engine.hpp"
#include "exec/kernel/kernel.hpp"
#include "format/format.hpp"
#include "gen/generator.hpp"
#include "io/policy.hpp"
#include "order/order_kind.hpp"
#include "part/partitioner.hpp"
#include "record/fields.hpp"
#include "record/json.hpp"
#include "record/results.hpp"
#include "record/table.hpp"
#include "run/schema.hpp"
#include "train/optimiser.hpp"

namespace sparsio {
namespace {

using Rows = std::vector<std::vector<std::string>>;  // kind, name, summary, options, bits

std::string describe(const Options& options) {
  std::string text;
  for (const Option& option : options)
    text += fmt::format("{}{}={}", text.empty() ? "" : ",", option.name, option.fallback.value_or("..."));
  return text;
}

/// What its bits do not depend on; empty where that is not a question.
template <class Kind>
std::string bits_of(const Kind&) {
  return "";
}
std::string bits_of(const EngineKind& engine) {
  return engine.with ? "as its options say" : bits_words(engine.bits);
}
std::string bits_of(const KernelKind& kernel) {
  return bits_words(kernel.bits);
}

template <class Kind>
void add(std::string_view kind, Rows& rows) {
  for (const auto& entry : Registry<Kind>::instance().entries())
    rows.push_back({std::string(kind), entry.name, std::string(entry.kind.summary), describe(entry.kind.options),
                    bits_of(entry.kind)});
}

/// "slope=0.01", as an activation is written behind its name.
std::string parameters_of(const ActivationRule& rule) {
  if (rule.parameters.empty()) return "";
  const std::string slope = fmt::format("slope={:.7g}", rule.slope);
  return rule.parameters == "slope" ? slope : fmt::format("{},shift={:.7g}", slope, rule.shift);
}

/// What a layer of a network may do with its sums; not plug-ins, a table.
void add_activations(std::string_view kind, Rows& rows) {
  for (const ActivationRule& rule : activation_rules)
    rows.push_back({std::string(kind), std::string(rule.name), std::string(rule.summary), parameters_of(rule), ""});
}

/// With derivatives, which need the value y or the sum s = z + b.
void print_activations(const Arguments& arguments) {
  const auto from = [](const ActivationRule& rule) {
    return rule.derivative_from == DerivativeFrom::sum ? std::string("sum") : std::string("output");
  };
  if (arguments.has("--json")) {
    std::vector<Fields> things;
    for (const ActivationRule& rule : activation_rules)
      things.push_back({{"kind", std::string("activations")},
                        {"name", std::string(rule.name)},
                        {"summary", std::string(rule.summary)},
                        {"options", parameters_of(rule)},
                        {"derivative", std::string(rule.derivative)},
                        {"derivative_from", from(rule)}});
    std::cout << to_json({{"plugins", things}});
    return;
  }
  Rows rows;
  for (const ActivationRule& rule : activation_rules)
    rows.push_back({std::string(rule.name), std::string(rule.summary), parameters_of(rule),
                    std::string(rule.derivative), from(rule)});
  std::cout << text_table({"name", "what, s = z + b", "parameters", "derivative, y = f(s)", "from"}, rows);
}

struct Listed {
  std::string_view kind;
  void (*add)(std::string_view kind, Rows& rows);
};

constexpr Listed listed[] = {
    {"networks", add<NetworkKind>},    {"inputs", add<InputKind>},   {"orders", add<OrderKind>},
    {"policies", add<PolicyKind>},     {"bounds", add<BoundKind>},   {"partitioners", add<PartitionerKind>},
    {"engines", add<EngineKind>},      {"kernels", add<KernelKind>}, {"drivers", add<DriverKind>},
    {"meters", add<MeterKind>},        {"formats", add<FormatKind>}, {"activations", add_activations},
    {"optimisers", add<OptimiserKind>}};

Rows rows_of(const std::string& wanted) {
  Rows rows;
  std::vector<std::string> kinds;
  for (const Listed& one : listed) {
    kinds.emplace_back(one.kind);
    if (wanted.empty() || wanted == one.kind) one.add(one.kind, rows);
  }
  if (!wanted.empty() && std::find(kinds.begin(), kinds.end(), wanted) == kinds.end())
    throw BadInput("list", "nothing is called '" + wanted + "'", suggest(wanted, kinds));
  return rows;
}

/// The columns of a row, as results files declare them.
void print_columns(const Arguments& arguments) {
  if (arguments.has("--json")) {
    std::vector<Fields> things;
    for (const Column& column : run_schema())
      things.push_back({{"name", column.name},
                        {"type", type_name(column.type)},
                        {"width", uint64_t{column.width}},
                        {"unit", column.unit},
                        {"help", column.help},
                        {"nature", nature_name(column.nature)},
                        {"identity", identity_name(column.identity)},
                        {"former", column.former},
                        {"fallback", column.fallback},
                        {"short", column.short_name},
                        {"chosen_from", column.chosen_from},
                        {"cost", column.is_cost},
                        {"determined", column.is_determined},
                        {"published", column.is_published}});
    std::cout << to_json({{"schema_version", schema_version}, {"columns", things}});
    return;
  }
  Rows rows;
  for (const Column& column : run_schema())
    rows.push_back({column.name, std::string(type_name(column.type)), column.unit,
                    std::string(nature_name(column.nature)), std::string(identity_name(column.identity)), column.help});
  std::cout << text_table({"name", "type", "unit", "nature", "identity", "what"}, rows);
}

int run(const Arguments& arguments) {
  const std::string wanted = arguments.text("KIND");
  if (wanted == "keys") {
    std::cout << keys_markdown();
    return exit_ok;
  }
  if (wanted == "columns") {
    print_columns(arguments);
    return exit_ok;
  }
  if (wanted == "activations") {
    print_activations(arguments);
    return exit_ok;
  }
  Rows rows = rows_of(wanted);
  if (!arguments.has("--json")) {
    std::vector<std::string> heads = {"kind", "name", "what", "options", "bits"};
    const bool has_bits = wanted == "engines" || wanted == "kernels";
    if (!has_bits) {
      heads.pop_back();
      for (auto& row : rows) row.pop_back();
    }
    std::cout << text_table(heads, rows);
    return exit_ok;
  }
  std::vector<Fields> things;
  for (const auto& row : rows) {
    things.push_back({{"kind", row[0]}, {"name", row[1]}, {"summary", row[2]}, {"options", row[3]}});
    if (!row[4].empty()) things.back().emplace_back("bits", row[4]);
  }
  std::cout << to_json({{"plugins", things}});
  return exit_ok;
}

const Register<CommandKind> registered{
    {"networks, inputs, orders, policies, bounds, partitioners, engines, kernels, drivers, meters, formats, "
     "activations, optimisers",
     {{"KIND", Arity::one, "KIND",
       "only these, engines and kernels with what their bits do not depend on; `keys` prints configs/README.md, "
       "`columns` those of results"},
      {"--json", Arity::flag, "", "as JSON"}},
     run}};

}  // namespace
}  // namespace sparsio
