// expand: the sweeps of a config, multiplied out.
// The axes of a sweep are those at the top that it does not set itself, then its own. Cases are counted with an
// odometer over the axes, its last wheel turning fastest.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_set>

#include "base/error.hpp"
#include "config/blocks.hpp"
#include "config/config.hpp"

namespace sparsio {
namespace {

constexpr uint64_t most_cases = 1000000;

class Expansion {
 public:
  Expansion(const std::string& path, Config config, const CheckValue& check)
      : path_(path), config_(std::move(config)), values_(check, config_.errors) {}

  Sweep run() {
    Sweep sweep;
    const std::string place = fmt::format("{}:1:1", path_);
    const Blocks blocks = read_blocks(config_.root, place, values_, config_.errors);
    sweep.title = blocks.title;
    for (const Block& one : blocks.sweeps) expand(blocks.top, one, sweep.cases);
    if (config_.errors.empty() && sweep.cases.empty())
      fail(BadInput(place, "every case is excluded", "loosen `exclude`"));
    if (!config_.errors.empty()) {
      std::string all;
      // A wrong option of a table is wrong in each of the table's SPECs; it is said once.
      std::set<std::string_view> said;
      for (const std::string& error : config_.errors)
        if (said.insert(error).second) all += (all.empty() ? "" : "\n") + error;
      throw BadInput("", all);
    }
    sweep.effective_text = write_document(config_.root);
    return sweep;
  }

 private:
  void fail(const BadInput& error) { config_.errors.emplace_back(error.what()); }

  void expand(const Block& top, const Block& own, std::vector<Case>& cases) {
    std::vector<const Axis*> axes;
    for (const Axis& axis : top.axes) {
      const bool hidden = std::any_of(own.axes.begin(), own.axes.end(), [&](const Axis& other) {
        return place_in(other, axis.columns.front()) != nullptr;
      });
      if (!hidden) axes.push_back(&axis);
    }
    for (const Axis& axis : own.axes) axes.push_back(&axis);

    Case base;
    if (!fill_defaults(axes, own.place, base)) return;
    uint64_t count = 1;
    for (const Axis* axis : axes) {
      count *= axis->steps.size();
      if (count + cases.size() > most_cases) {
        fail(BadInput(own.place, fmt::format("more than {} cases", most_cases),
                      "split the config or shorten its lists"));
        return;
      }
    }
    if (!config_.errors.empty()) return;
    std::vector<Exclusion> exclusions = top.exclusions;
    exclusions.insert(exclusions.end(), own.exclusions.begin(), own.exclusions.end());
    enumerate(axes, exclusions, count, base, cases);
  }

  /// The keys that no axis sets; false if the network is missing.
  bool fill_defaults(const std::vector<const Axis*>& axes, const std::string& place, Case& base) {
    base.place = place;
    bool good = true;
    for (size_t column = 0; column < case_keys().size(); ++column) {
      const CaseKey& key = case_keys()[column];
      const auto sets = [&](const Axis* axis) { return place_in(*axis, column) != nullptr; };
      if (std::any_of(axes.begin(), axes.end(), sets)) continue;
      if (key.role != Role::network) {
        if (SharedText value = values_.fallback(key)) base.share(column, std::move(value));
        continue;
      }
      good = false;
      if (config_.complete)
        fail(BadInput(place, "no network is given",
                      "write network = \"radix_net:neurons=1024,layers=120\", or another"));
    }
    return good;
  }

  void enumerate(const std::vector<const Axis*>& axes, const std::vector<Exclusion>& exclusions, uint64_t count,
                 const Case& base, std::vector<Case>& cases) {
    std::vector<size_t> at(axes.size(), 0);
    Case one = base;
    const auto turn = [&](size_t wheel) {
      const Axis& axis = *axes[wheel];
      for (size_t i = 0; i < axis.columns.size(); ++i) one.share(axis.columns[i], axis.steps[at[wheel]][i]);
    };
    for (size_t wheel = 0; wheel < axes.size(); ++wheel) turn(wheel);
    for (uint64_t n = 0; n < count; ++n) {
      if (!is_excluded(one, exclusions) && seen_.insert(one.canonical()).second) cases.push_back(one);
      for (size_t wheel = axes.size(); wheel-- > 0;) {
        at[wheel] = at[wheel] + 1 < axes[wheel]->steps.size() ? at[wheel] + 1 : 0;
        turn(wheel);
        if (at[wheel] != 0) break;
      }
    }
  }

  static bool is_excluded(const Case& one, const std::vector<Exclusion>& exclusions) {
    return std::any_of(exclusions.begin(), exclusions.end(), [&](const Exclusion& exclusion) {
      return std::all_of(exclusion.begin(), exclusion.end(), [&](const Condition& condition) {
        return std::any_of(condition.values.begin(), condition.values.end(),
                           [&](const SharedText& value) { return *value == one.text(condition.column); });
      });
    });
  }

  std::string path_;
  Config config_;
  Values values_;
  std::unordered_set<std::string> seen_;  // canonical texts
};

}  // namespace

Sweep read_sweep(const std::string& path, const std::vector<std::string>& overrides, const CheckValue& check) {
  return Expansion(path, read_config(path, overrides), check).run();
}

}  // namespace sparsio
