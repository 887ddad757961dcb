#include "driver/shared/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/error.hpp"
#include "base/random.hpp"

namespace sparsio {

std::vector<uint64_t> spread_over(uint64_t count, uint64_t most) {
  const uint64_t share_count = std::min(count, most);
  std::vector<uint64_t> numbers;
  for (uint64_t k = 0; k < share_count; ++k) {
    const auto begin_of = [&](uint64_t share) {
      return static_cast<uint64_t>(static_cast<unsigned __int128>(count) * share / share_count);
    };
    const uint64_t begin = begin_of(k);
    const uint64_t end = begin_of(k + 1);
    if (k == 0)
      numbers.push_back(begin);
    else if (k + 1 == share_count)
      numbers.push_back(end - 1);
    else
      numbers.push_back(begin + RandomStream(count, k).below(end - begin));
  }
  return numbers;
}

namespace {

/// What the values of a row decide about its category.
struct Decided {
  bool must_be = false;  // some output is not zero, whatever rounding does
  bool may_be = false;
};

Decided decided_by(const Outcome& want, uint64_t begin, uint64_t end) {
  Decided row;
  for (uint64_t o = begin; o < end; ++o) {
    row.must_be = row.must_be || std::abs(want.values[o]) > want.bounds[o];
    row.may_be = row.may_be || want.values[o] != 0 || want.bounds[o] != 0;
  }
  return row;
}

struct RowError {
  double relative = 0;  // to the row's largest value
  double share = 0;     // of the bound
  bool is_compared = false;
};

/// Of outputs begin .. end - 1, one row.
RowError error_of(const std::vector<double>& got, const Outcome& want, uint64_t begin, uint64_t end) {
  RowError row;
  double largest = 0;
  double smallest_bound = HUGE_VAL;
  for (uint64_t o = begin; o < end; ++o) {
    if (!std::isfinite(want.bounds[o])) return {};
    largest = std::max(largest, std::abs(want.values[o]));
    smallest_bound = std::min(smallest_bound, want.bounds[o]);
  }
  double error = 0;
  for (uint64_t o = begin; o < end; ++o) {
    const double distance = std::abs(got[o] - want.values[o]);
    if (distance == 0) continue;
    error = std::isnan(distance) ? HUGE_VAL : std::max(error, distance);  // no number is no result
    row.share = std::max(row.share, std::isnan(distance) ? HUGE_VAL : distance / want.bounds[o]);
  }
  if (error > 0) row.relative = largest > 0 ? error / largest : HUGE_VAL;
  row.is_compared = largest == 0 || smallest_bound < largest;
  return row;
}

}  // namespace

Verdict verdict_on(const std::vector<double>& got, const Outcome& want, uint64_t count) {
  Verdict verdict{"ok", "", 0, 0, 0, 0};
  if (got.size() != want.values.size() || count == 0) {
    verdict.status = "incorrect";
    verdict.words = fmt::format("{} outputs where reference has {}", got.size(), want.values.size());
    return verdict;
  }
  const uint64_t outputs = want.values.size() / count;
  uint64_t wrong = 0;
  for (uint64_t i = 0; i < count; ++i) {
    const RowError row = error_of(got, want, i * outputs, (i + 1) * outputs);
    if (!row.is_compared) ++verdict.uncompared;
    const Decided category = decided_by(want, i * outputs, (i + 1) * outputs);
    if (row.is_compared && category.may_be && !category.must_be) ++verdict.tied;
    if (row.share > 1) ++wrong;
    verdict.max_relative_error = std::max(verdict.max_relative_error, row.relative);
    verdict.share_of_bound = std::max(verdict.share_of_bound, row.share);
  }
  if (wrong > 0) verdict.status = "incorrect";
  if (wrong == 0 && verdict.uncompared == count)
    throw Unsupported(
        fmt::format("reference is no oracle here: in each of the {} verified inputs a float may overflow, or "
                    "rounding may make as much as there is; scale the weights, or give verify = 0",
                    count));
  verdict.words = fmt::format("{} inputs against reference, error {:.1e}, {:.1e} of what rounding may make{}{}",
                              count - verdict.uncompared, verdict.max_relative_error, verdict.share_of_bound,
                              verdict.uncompared > 0 ? fmt::format(", {} not comparable", verdict.uncompared) : "",
                              wrong > 0 ? fmt::format(", {} wrong", wrong) : "");
  return verdict;
}

Verdict verify_values(Engine& engine, Engine& reference, const Inputs& inputs, uint64_t count) {
  const Inputs sample = first_rows(inputs, std::min(count, inputs.count));
  const Outcome got = engine.run(sample, Observe::values, {});
  return verdict_on(got.values, reference.run(sample, Observe::bounds, {}), sample.count);
}

std::string categories_against(const std::vector<uint64_t>& categories, const Outcome& want,
                               const std::vector<uint64_t>& numbers) {
  if (numbers.empty()) return "";
  const uint64_t outputs = want.values.size() / numbers.size();
  for (size_t i = 0; i < numbers.size(); ++i) {
    const Decided row = decided_by(want, i * outputs, (i + 1) * outputs);
    const bool is = std::binary_search(categories.begin(), categories.end(), numbers[i] + 1);
    if (is ? row.may_be : !row.must_be) continue;
    return fmt::format("input {} is {} the categories of the timed run, and by reference it is{}", numbers[i] + 1,
                       is ? "among" : "not among", is ? " not" : "");
  }
  return "";
}

std::string compare_categories(const std::vector<uint64_t>& found, const std::vector<uint64_t>& wanted,
                               const std::string& so_named) {
  std::vector<uint64_t> missing;
  std::vector<uint64_t> extra;
  std::set_difference(wanted.begin(), wanted.end(), found.begin(), found.end(), std::back_inserter(missing));
  std::set_difference(found.begin(), found.end(), wanted.begin(), wanted.end(), std::back_inserter(extra));
  if (missing.empty() && extra.empty()) return "";
  return fmt::format("{} categories where {} are {}: {} missing{}, {} extra{}", found.size(), wanted.size(), so_named,
                     missing.size(), missing.empty() ? "" : fmt::format(" (first {})", missing.front()), extra.size(),
                     extra.empty() ? "" : fmt::format(" (first {})", extra.front()));
}

}  // namespace sparsio
