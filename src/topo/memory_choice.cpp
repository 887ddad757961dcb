#include "topo/memory_choice.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/params.hpp"
#include "topo/byte_size.hpp"

namespace sparsio {
namespace {

constexpr uint64_t fallback_bytes = uint64_t{1} << 20;
constexpr uint64_t bytes_a_value = 4;
constexpr uint64_t fewest_values = 3;
constexpr int deepest_level = 4;
constexpr std::string_view remedy =
    "give a number of values (100), bytes (2MiB), a level (L1 L2 L3 L4) or a part (L2/2)";

enum class Kind { values, bytes, level };

/// What was written, understood but not yet looked up.
struct Asked {
  Kind kind;
  uint64_t amount;  // values or bytes
  int level;
  uint64_t divisor;
  bool takes_unbelieved;  // "L3!"
};

Asked parse_level(std::string_view text, const std::string& place) {
  Asked asked{Kind::level, 0, 0, 1, false};
  std::string_view rest = text.substr(1);
  if (rest.empty() || rest[0] < '1' || rest[0] > '0' + deepest_level)
    throw BadInput(place, fmt::format("no memory '{}'", text), std::string(remedy));
  asked.level = rest[0] - '0';
  rest.remove_prefix(1);
  if (rest.starts_with('!')) {
    asked.takes_unbelieved = true;
    rest.remove_prefix(1);
  }
  if (rest.starts_with('/')) {
    asked.divisor = parse_count(rest.substr(1), place);
    if (asked.divisor == 0) throw BadInput(place, fmt::format("'{}' divides by 0", text), "give a part like L2/2");
    rest = {};
  }
  if (!rest.empty()) throw BadInput(place, fmt::format("no memory '{}'", text), std::string(remedy));
  return asked;
}

Asked parse_memory(std::string_view text, const std::string& place) {
  if (text.starts_with('L')) return parse_level(text, place);
  const bool is_digits = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  if (is_digits) return {Kind::values, parse_count(text, place), 0, 1, false};
  if (text.empty() || text[0] < '0' || text[0] > '9')
    throw BadInput(place, fmt::format("no memory '{}'", text), std::string(remedy));
  return {Kind::bytes, parse_byte_size(text, place), 0, 1, false};
}

void refuse_too_little(uint64_t values, std::string_view text, uint64_t panel, Kind kind, const std::string& place) {
  if (values >= fewest_values) return;
  const std::string what = kind == Kind::values
                               ? fmt::format("a memory of {} values is too small", values)
                               : fmt::format("a memory of {} holds {} values of panel {}", text, values, panel);
  throw BadInput(place, what, "a step needs a source, a target and a weight: give at least 3 values");
}

void warn_of_differences(const CacheLevel& mine, const Machine& machine, std::vector<std::string>& warnings) {
  for (const ThreadPlace& place : machine.threads) {
    const auto same = [&](const CacheLevel& cache) { return cache.level == mine.level; };
    const auto other = std::find_if(place.caches.begin(), place.caches.end(), same);
    if (other != place.caches.end() && other->share_bytes == mine.share_bytes) continue;
    warnings.push_back(fmt::format("threads have different L{}: thread 0 has {}, thread {} has {}; thread 0's is taken",
                                   mine.level, byte_size_text(mine.share_bytes), place.thread,
                                   other == place.caches.end() ? "none" : byte_size_text(other->share_bytes)));
    return;
  }
}

/// Fills bytes, source and warnings from the machine's caches.
void take_level(const Asked& asked, const Machine& machine, MemoryChoice& choice) {
  const CacheLevel* cache = find_cache(machine, asked.level);
  const std::string part = asked.divisor > 1 ? fmt::format("/{}", asked.divisor) : "";
  std::string remark;
  if (cache != nullptr && cache->trust == Trust::refused) {
    if (asked.takes_unbelieved) {
      remark = " (asked for)";
      choice.warnings.push_back(
          fmt::format("L{} is taken as asked for, though it is hardly believable: {}", asked.level, cache->reason));
    } else {
      remark = fmt::format(" (L{} refused: {})", asked.level, cache->reason);
      choice.warnings.push_back(fmt::format("L{} is refused ({}) and L2 taken; L{}! takes it all the same", asked.level,
                                            cache->reason, asked.level));
      cache = find_cache(machine, 2);
    }
  }
  if (cache == nullptr) {
    choice.bytes = fallback_bytes / asked.divisor;
    choice.source = "fallback" + remark;
    choice.warnings.push_back(fmt::format("this machine shows no {} cache; {} is taken instead",
                                          remark.empty() ? fmt::format("L{}", asked.level) : "L2",
                                          byte_size_text(choice.bytes)));
    return;
  }
  choice.bytes = cache->share_bytes / asked.divisor;
  choice.source = fmt::format("{}:L{}{}{}", machine.source, cache->level, part, remark);
  warn_of_differences(*cache, machine, choice.warnings);
}

}  // namespace

MemoryChoice choose_memory(std::string_view text, uint64_t panel, const Machine& machine, const std::string& place) {
  check_memory_text(text, place);
  if (panel == 0 || panel > UINT32_MAX)
    throw BadInput(place, fmt::format("a panel of {} inputs", panel), "give 1 or more");
  const Asked asked = parse_memory(text, place);
  MemoryChoice choice;
  const uint64_t bytes_a_row = bytes_a_value * panel;
  if (asked.kind == Kind::values) {
    if (asked.amount > UINT64_MAX / bytes_a_row)
      throw BadInput(place, fmt::format("{} values are too many", text), "give fewer");
    choice = {asked.amount * bytes_a_row, asked.amount, "given:values", {}};
    return choice;
  }
  if (asked.kind == Kind::bytes) {
    choice.bytes = asked.amount;
    choice.source = "given:bytes";
  } else {
    take_level(asked, machine, choice);
  }
  choice.values = choice.bytes / bytes_a_row;
  refuse_too_little(choice.values, text, panel, asked.kind, place);
  return choice;
}

void check_memory_text(std::string_view text, const std::string& place) {
  const Asked asked = parse_memory(text, place);
  if (asked.kind == Kind::values) refuse_too_little(asked.amount, text, 1, asked.kind, place);
  if (asked.kind == Kind::bytes) refuse_too_little(asked.amount / bytes_a_value, text, 1, asked.kind, place);
}

}  // namespace sparsio
