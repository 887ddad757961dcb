#include "sweep/compare.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>

#include "base/error.hpp"
#include "config/case.hpp"
#include "record/table.hpp"
#include "run/check.hpp"
#include "sweep/choices.hpp"

namespace sparsio {
namespace {

std::string key_text(const Record& row, std::string_view key) {
  return cell_text(row.cell(key));
}

/// As the results hold it: SPECs with all their options.
std::string canonical_choice(const CaseKey& key, const std::string& value, const std::string& place) {
  const std::string checked = checked_value(key, value, place);
  return checked.empty() ? checked : check_value(key.role, checked, place);
}

/// What a row has is right as it is: rows of jobs/peers.py have engines that this program has not.
bool is_in_some_row(const std::vector<const Record*>& rows, const CaseKey& key, const std::string& value) {
  return std::any_of(rows.begin(), rows.end(), [&](const Record* row) { return key_text(*row, key.name) == value; });
}

std::vector<const Record*> selected(const Side& side) {
  std::vector<const Record*> rows;
  for (const Record& row : side.results.runs) rows.push_back(&row);
  for (const auto& [key, value] : side.selection) {
    const std::string place = fmt::format("{}={}", key, value);
    const CaseKey& known = case_keys()[case_column(key, place)];
    const std::string wanted = is_in_some_row(rows, known, value) ? value : canonical_choice(known, value, place);
    std::set<std::string> have;
    for (const Record* row : rows) have.insert(key_text(*row, known.name));
    const auto is_other = [&wanted, &known](const Record* row) { return key_text(*row, known.name) != wanted; };
    rows.erase(std::remove_if(rows.begin(), rows.end(), is_other), rows.end());
    if (rows.empty())
      throw BadInput(place, fmt::format("no row of {} has {} = {}", side.name, key, wanted),
                     fmt::format("have: {}", fmt::join(have, " ")));
  }
  return rows;
}

using Keys = std::vector<std::string_view>;
using Matching = std::map<std::vector<std::string>, const Record*>;

/// Rows by the values of `keys`; the second of two that are alike, if any.
const Record* match(const std::vector<const Record*>& rows, const Keys& keys, Matching& found) {
  found.clear();
  for (const Record* row : rows) {
    std::vector<std::string> values;
    for (const std::string_view key : keys) values.push_back(key_text(*row, key));
    if (!found.emplace(std::move(values), row).second) return row;
  }
  return nullptr;
}

/// A repetition lasts as long as its slowest rank and thread.
std::unordered_map<std::string, std::vector<double>> times_of(const Results& results) {
  std::unordered_map<std::string, std::map<int64_t, double>> slowest;
  for (const Sample& sample : results.samples) {
    auto [at, is_new] = slowest[sample.run].try_emplace(sample.repetition, sample.seconds);
    at->second = std::max(at->second, sample.seconds);
  }
  std::unordered_map<std::string, std::vector<double>> times;
  for (const auto& [run, of_repetition] : slowest)
    for (const auto& [repetition, seconds] : of_repetition) times[run].push_back(seconds);
  return times;
}

class Comparing {
 public:
  Comparing(const Side& first, const Side& second, const CompareRequest& request)
      : first_(first), second_(second), request_(request) {}

  Comparison run() {
    pair_rows();
    for (RowComparison& row : done_.rows) compare_values(row);
    compare_times();
    for (RowComparison& row : done_.rows) judge(row);
    return std::move(done_);
  }

 private:
  void pair_rows() {
    const auto first_rows = selected(first_);
    const auto second_rows = selected(second_);
    std::set<std::string, std::less<>> chosen;
    for (const Selection* selection : {&first_.selection, &second_.selection})
      for (const auto& [key, value] : *selection) chosen.emplace(case_keys()[case_column(key, key)].name);
    Keys case_only;
    Keys all;
    for (const CaseKey& key : case_keys()) {
      if (chosen.find(key.name) != chosen.end()) continue;
      all.push_back(key.name);
      if (key.identity == Identity::of_case) case_only.push_back(key.name);
    }
    Matching in_first;
    Matching in_second;
    Keys keys = case_only;
    if (match(first_rows, keys, in_first) != nullptr || match(second_rows, keys, in_second) != nullptr) keys = all;
    for (const auto& [side, rows, found] :
         {std::tuple(&first_, &first_rows, &in_first), std::tuple(&second_, &second_rows, &in_second)})
      if (const Record* twin = match(*rows, keys, *found))
        throw BadInput(side->name,
                       fmt::format("two rows of {} are alike but for what the sides are chosen by", label(*twin, keys)),
                       "choose one of them: --first KEY=VALUE, --second KEY=VALUE");
    Keys varying;
    for (size_t k = 0; k < keys.size(); ++k) {
      std::set<std::string> values;
      for (const Matching* found : {&in_first, &in_second})
        for (const auto& [texts, row] : *found) values.insert(texts[k]);
      if (values.size() > 1) varying.push_back(keys[k]);
    }
    if (varying.empty()) varying = {"network"};
    uint64_t chosen_otherwise = 0;
    for (const Record* row : first_rows) {
      const auto found = in_second.find(values_of(*row, keys));
      if (found == in_second.end()) {
        done_.only_in_first.push_back(label(*row, varying));
        continue;
      }
      if (const std::vector<std::string> differing = other_choices(*row, *found->second, chosen); !differing.empty()) {
        done_.only_in_first.push_back(label(*row, varying) + choices_text(*row, differing));
        done_.only_in_second.push_back(label(*found->second, varying) + choices_text(*found->second, differing));
        ++chosen_otherwise;
        continue;
      }
      done_.rows.push_back({row, found->second, label(*row, varying), {}, "", {}, 0, false});
    }
    for (const Record* row : second_rows)
      if (in_first.find(values_of(*row, keys)) == in_first.end()) done_.only_in_second.push_back(label(*row, varying));
    if (done_.rows.empty() && chosen_otherwise > 0)
      throw BadInput(second_.name,
                     fmt::format("of every case that is in {}, too, something else was chosen: {}", first_.name,
                                 done_.only_in_second.front()),
                     "compare rows whose engine and panel are given");
    if (done_.rows.empty())
      throw BadInput(second_.name, "no case of it is in " + first_.name,
                     "compare results of one config, or give --first and --second KEY=VALUE for what differs");
    warn();
  }

  static std::vector<std::string> values_of(const Record& row, const Keys& keys) {
    std::vector<std::string> values;
    for (const std::string_view key : keys) values.push_back(key_text(row, key));
    return values;
  }

  static std::string label(const Record& row, const Keys& keys) {
    std::string text;
    for (const std::string_view key : keys) {
      const std::string value = key_text(row, key);
      if (value.empty()) continue;
      const bool speaks_for_itself = key == "network" || key == "engine" || key == "order";
      text += (text.empty() ? "" : " ") + (speaks_for_itself ? value : fmt::format("{}={}", key, value));
    }
    return text;
  }

  void warn() {
    for (const char* column : {"host", "revision"}) {
      std::set<std::string> sides[2];
      for (const RowComparison& row : done_.rows) {
        sides[0].insert(row.first->text(column));
        sides[1].insert(row.second->text(column));
      }
      if (sides[0] != sides[1])
        done_.warnings.push_back(
            fmt::format("{}: {} and {}", column, fmt::join(sides[0], " "), fmt::join(sides[1], " ")));
    }
    uint64_t other_files = 0;
    uint64_t dirty = 0;
    for (const RowComparison& row : done_.rows) {
      bool same_keys = true;
      for (const CaseKey& key : case_keys())
        same_keys = same_keys && key_text(*row.first, key.name) == key_text(*row.second, key.name);
      other_files += same_keys && row.first->text("run") != row.second->text("run") ? 1 : 0;
      dirty += row.first->text("revision") == row.second->text("revision") &&
                       row.first->text("revision").ends_with("+") && row.first != row.second
                   ? 1
                   : 0;
    }
    if (other_files > 0)
      done_.warnings.push_back(fmt::format("{} cases have the same keys, but the files they name differ", other_files));
    if (dirty > 0 && first_.name != second_.name)
      done_.warnings.push_back("both come from changed sources of one revision, which need not be the same program");
  }

  void compare_values(RowComparison& row) {
    const bool counts_alike = row.first->text("misses_source") == row.second->text("misses_source") &&
                              row.first->text("misses_source") != "papi";
    const Schema& schema = row.first->schema();
    for (size_t column = 0; column < schema.size(); ++column) {
      const bool is_exact =
          schema[column].nature == Nature::deterministic || (schema[column].nature == Nature::counted && counts_alike);
      if (!is_exact) continue;
      const Cell& a = row.first->cells()[column];
      const Cell* in_second = row.second->find(schema[column].name, column);
      if (in_second == nullptr) continue;  // a column of the first file that neither the second nor the program knows
      const Cell& b = *in_second;
      ++row.values_compared;
      if (same_cell(a, b)) continue;
      const auto* x = std::get_if<double>(&a);
      const auto* y = std::get_if<double>(&b);
      const bool grew = x != nullptr && y != nullptr && *y > *x * (1 + request_.threshold);
      row.changes.push_back({schema[column].name, cell_text(a), cell_text(b), grew && schema[column].is_cost});
    }
  }

  void compare_times() {
    const auto first_times = times_of(first_.results);
    const auto second_times = times_of(second_.results);
    std::vector<RowComparison*> timed;
    std::vector<double> p;
    for (RowComparison& row : done_.rows) {
      const auto a = first_times.find(row.first->text("run"));
      const auto b = second_times.find(row.second->text("run"));
      row.no_time = why_no_time(row);
      if (!row.no_time.empty()) continue;
      if (a == first_times.end() || b == second_times.end()) {
        row.no_time = "no repetition is kept";
        continue;
      }
      TimeComparison time;
      time.first_count = a->second.size();
      time.second_count = b->second.size();
      time.ratio = median_ratio(a->second, b->second, request_.confidence);
      time.first = median(a->second);
      time.second = median(b->second);
      time.larger = chance_of_larger(a->second, b->second);
      time.p = rank_sum_test(a->second, b->second);
      row.time = time;
      timed.push_back(&row);
      p.push_back(time.p);
    }
    const std::vector<double> adjusted = holm_adjusted(p);
    for (size_t k = 0; k < timed.size(); ++k) {
      TimeComparison& time = *timed[k]->time;
      time.p_adjusted = adjusted[k];
      const bool is_shown = adjusted[k] <= 1 - request_.confidence + 1e-12;
      if (is_shown && time.larger > 0.5 && time.ratio.ratio > 1) time.verdict = Difference::slower;
      if (is_shown && time.larger < 0.5 && time.ratio.ratio < 1) time.verdict = Difference::faster;
    }
    say_if_too_few(timed);
  }

  static std::string why_no_time(const RowComparison& row) {
    for (const Record* one : {row.first, row.second})
      if (one->text("status") != "ok") return "status " + one->text("status");
    if (std::isnan(row.first->real("seconds")) || std::isnan(row.second->real("seconds"))) return "not timed";
    if (row.first->text("track") != row.second->text("track")) return "tracks are not compared";
    return "";
  }

  /// Would samples that do not even overlap have been enough?
  void say_if_too_few(const std::vector<RowComparison*>& timed) {
    uint64_t too_few = 0;
    for (const RowComparison* row : timed) {
      const double least = least_p(row->time->first_count, row->time->second_count);
      too_few += least * static_cast<double>(timed.size()) > 1 - request_.confidence ? 1 : 0;
    }
    if (too_few == 0) return;
    uint64_t needed = 1;
    while (least_p(needed, needed) * static_cast<double>(timed.size()) > 1 - request_.confidence) ++needed;
    done_.warnings.push_back(
        fmt::format("{} of {} timed rows have too few repetitions to show any difference; {} on each side would do",
                    too_few, timed.size(), needed));
  }

  void judge(RowComparison& row) {
    if (row.first->text("status") == "ok" && row.second->text("status") != "ok") row.is_regression = true;
    if (row.time && row.time->verdict == Difference::slower && row.time->ratio.ratio > 1 + request_.threshold)
      row.is_regression = true;
    for (const ValueChange& change : row.changes) row.is_regression = row.is_regression || change.is_regression;
    done_.regressions += row.is_regression ? 1 : 0;
  }

  const Side& first_;
  const Side& second_;
  const CompareRequest& request_;
  Comparison done_;
};

}  // namespace

std::string_view difference_words(Difference verdict) {
  return verdict == Difference::faster ? "faster" : verdict == Difference::slower ? "slower" : "no difference shown";
}

Comparison compare(const Side& first, const Side& second, const CompareRequest& request) {
  return Comparing(first, second, request).run();
}

}  // namespace sparsio
