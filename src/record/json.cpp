#include "record/json.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "base/error.hpp"

namespace sparsio {
namespace {

using OrderedJson = nlohmann::ordered_json;  // to write: keeps the order, but finds names one by one
using Json = nlohmann::json;                 // to read: sorts the names

constexpr uint32_t widest_surplus = 512;  // bytes of a text whose column the program does not know

template <class AnyJson>
std::string dumped(const AnyJson& json) {
  return json.dump(-1, ' ', false, AnyJson::error_handler_t::replace);
}

OrderedJson real_json(double real) {
  if (std::isnan(real)) return nullptr;
  if (std::isinf(real)) return real > 0 ? "inf" : "-inf";
  return real;
}

// `name` says which of the values at `place`; empty if there is no doubt.
[[noreturn]] void refuse_value(const Json& json, const std::string& place, std::string_view name, const char* what) {
  throw BadInput(name.empty() ? place : fmt::format("{}: {}", place, name), fmt::format("{} {}", dumped(json), what));
}

double real_of(const Json& json, const std::string& place, std::string_view name = "") {
  if (json.is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (json.is_number()) return json.get<double>();
  if (json == "inf") return std::numeric_limits<double>::infinity();
  if (json == "-inf") return -std::numeric_limits<double>::infinity();
  refuse_value(json, place, name, "is not a number");
}

int64_t integer_of(const Json& json, const std::string& place, std::string_view name = "") {
  const bool fits = json.is_number_integer() && (!json.is_number_unsigned() || json.get<uint64_t>() <= INT64_MAX);
  if (!fits) refuse_value(json, place, name, "is not an integer of 64 bits");
  return json.get<int64_t>();
}

std::string text_of(const Json& json, const std::string& place, std::string_view name = "") {
  if (!json.is_string()) refuse_value(json, place, name, "is not a text");
  return json.get<std::string>();
}

const Json& member(const Json& object, const char* name, const std::string& place) {
  const auto found = object.find(name);
  if (!object.is_object() || found == object.end()) throw BadInput(place, fmt::format("'{}' is missing", name));
  return *found;
}

Json parsed(std::string_view text, const std::string& place) {
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) throw BadInput(place, "not a JSON object");
  return json;
}

enum class Names { now, former_too };

OrderedJson record_json(const Record& record, Names names = Names::now) {
  OrderedJson json = OrderedJson::object();
  for (size_t column = 0; column < record.schema().size(); ++column) {
    const Cell& cell = record.cells()[column];
    const auto* real = std::get_if<double>(&cell);
    OrderedJson value = real != nullptr ? real_json(*real) : OrderedJson();
    if (const auto* integer = std::get_if<int64_t>(&cell)) value = *integer;
    if (const auto* text = std::get_if<std::string>(&cell)) value = *text;
    // Not operator[]: an ordered object searches its names one by one, and a schema has no name twice.
    auto& members = json.get_ref<OrderedJson::object_t&>();
    const Column& declared = record.schema()[column];
    if (names == Names::former_too && !declared.former.empty()) members.Container::emplace_back(declared.former, value);
    members.Container::emplace_back(declared.name, std::move(value));
  }
  return json;
}

Cell cell_of(const Json& value, const Column& declared, const std::string& place) {
  if (declared.type == Type::integer) return integer_of(value, place, declared.name);
  if (declared.type == Type::real) return real_of(value, place, declared.name);
  return text_of(value, place, declared.name);
}

/// The members that are no columns of `schema`, each as a column of the type that its value has.
Schema surplus_of(const Json& json, const Schema& schema) {
  Schema surplus;
  for (const auto& [name, value] : json.items()) {
    if (find_column(schema, name) < schema.size()) continue;
    Column column{name, Type::real, 0, "", ""};
    if (value.is_number_integer()) column.type = Type::integer;
    if (value.is_string() && value != "inf" && value != "-inf") column.type = Type::text;
    if (column.type == Type::text) column.width = widest_surplus;
    surplus.push_back(std::move(column));
  }
  return surplus;
}

Record record_of(const Json& json, const Schema& schema, const std::string& place) {
  if (!json.is_object()) throw BadInput(place, "the record is not a JSON object");
  if (schema.empty()) throw BadInput(place, "a record where none belongs");
  member(json, schema.front().name.c_str(), place);
  const Schema surplus = surplus_of(json, schema);
  Record record = surplus.empty() ? Record(schema) : Record(schema_with(schema, surplus));
  for (size_t column = 0; column < record.schema().size(); ++column) {
    const Column& declared = record.schema()[column];
    auto value = json.find(declared.name);
    if (value == json.end() && !declared.former.empty()) value = json.find(declared.former);
    record.set_cell(column, value == json.end() ? absent_cell(declared) : cell_of(*value, declared, place));
  }
  return record;
}

OrderedJson event_json(const JournalHeader& header) {
  return {{"event", "header"}, {"program", header.program}, {"schema_version", header.schema_version}};
}

OrderedJson event_json(const StartedCase& started) {
  return {{"event", "started"}, {"run", started.run}, {"place", started.place}};
}

OrderedJson samples_json(const std::vector<Sample>& samples) {
  OrderedJson list = OrderedJson::array();
  for (const Sample& sample : samples)
    list.push_back(OrderedJson::array({sample.repetition, sample.rank, sample.thread, real_json(sample.seconds),
                                       sample.round, real_json(sample.began), real_json(sample.baseline_seconds)}));
  return list;
}

OrderedJson event_json(const RoundOfCase& round) {
  return {{"event", "round"},   {"run", round.run},           {"round", round.round},
          {"host", round.host}, {"revision", round.revision}, {"samples", samples_json(round.samples)}};
}

OrderedJson event_json(const FinishedCase& finished) {
  return {{"event", "finished"},
          {"run", finished.run},
          {"record", record_json(finished.record)},
          {"samples", samples_json(finished.samples)}};
}

std::vector<Sample> samples_of(const Json& json, const std::string& run, const std::string& place) {
  const Json& list = member(json, "samples", place);
  if (!list.is_array()) throw BadInput(place, "the samples are not a list");
  std::vector<Sample> samples;
  for (const Json& sample : list) {
    if (!sample.is_array() || sample.size() != 7) throw BadInput(place, "a sample is not a list of seven numbers");
    samples.push_back({run, integer_of(sample[0], place), integer_of(sample[1], place), integer_of(sample[2], place),
                       real_of(sample[3], place), integer_of(sample[4], place), real_of(sample[5], place),
                       real_of(sample[6], place)});
  }
  return samples;
}

RoundOfCase round_of(const Json& json, const std::string& place) {
  const std::string run = text_of(member(json, "run", place), place);
  return {run, integer_of(member(json, "round", place), place), text_of(member(json, "host", place), place),
          text_of(member(json, "revision", place), place), samples_of(json, run, place)};
}

FinishedCase finished_of(const Json& json, const Schema& schema, const std::string& place) {
  const std::string run = text_of(member(json, "run", place), place);
  return {run, record_of(member(json, "record", place), schema, place), samples_of(json, run, place)};
}

/// What programs of 0.1 read; goes with 0.3.
Fields with_former_names(const Fields& fields) {
  static const std::map<std::string_view, const char*> former = {
      {"panel", "tile"}, {"panel_used", "tile_used"}, {"panel_source", "tile_source"}};
  Fields all;
  for (const auto& field : fields) {
    if (const auto found = former.find(field.first); found != former.end())
      all.emplace_back(found->second, field.second);
    all.push_back(field);
  }
  return all;
}

// A field's value on one line, except that things stand on a line each.
std::string field_json(const FieldValue& field) {
  const auto* things = std::get_if<std::vector<Fields>>(&field.value);
  if (things == nullptr)
    return std::visit(
        [](const auto& value) -> std::string {
          if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::vector<Fields>>)
            return {};
          else
            return dumped(OrderedJson(value));
        },
        field.value);
  std::string text = "[";
  for (const Fields& one : *things) {
    const Fields thing = with_former_names(one);
    text += text.size() > 1 ? ",\n    {" : "\n    {";
    for (size_t index = 0; index < thing.size(); ++index)
      text +=
          (index > 0 ? ", " : "") + dumped(OrderedJson(thing[index].first)) + ": " + field_json(thing[index].second);
    text += "}";
  }
  return text + (things->empty() ? "]" : "\n  ]");
}

}  // namespace

std::string record_to_json(const Record& record) {
  return dumped(record_json(record, Names::former_too));
}

Record record_from_json(std::string_view text, const Schema& schema, const std::string& place) {
  return record_of(parsed(text, place), schema, place);
}

std::string event_to_json(const JournalEvent& event) {
  return dumped(std::visit([](const auto& one) { return event_json(one); }, event));
}

JournalEvent event_from_json(std::string_view text, const Schema& schema, const std::string& place) {
  const Json json = parsed(text, place);
  const std::string event = text_of(member(json, "event", place), place);
  if (event == "header")
    return JournalHeader{text_of(member(json, "program", place), place),
                         integer_of(member(json, "schema_version", place), place)};
  if (event == "started")
    return StartedCase{text_of(member(json, "run", place), place), text_of(member(json, "place", place), place)};
  if (event == "finished") return finished_of(json, schema, place);
  if (event == "round") return round_of(json, place);
  throw BadInput(place, fmt::format("no journal event '{}'", event), "have: header started round finished");
}

std::string to_json(const Fields& fields) {
  std::string text = "{";
  for (const auto& [name, value] : with_former_names(fields))
    text += (text.size() > 1 ? ",\n  " : "\n  ") + dumped(OrderedJson(name)) + ": " + field_json(value);
  return text + (fields.empty() ? "}\n" : "\n}\n");
}

}  // namespace sparsio
