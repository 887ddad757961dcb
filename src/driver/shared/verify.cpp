#include "driver/shared/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace sparsio {

Verdict verdict_on(const Outcome& got, const Outcome& want, uint64_t count) {
  constexpr double tolerance = 1e-5;
  Verdict verdict{"ok", "", 0, 0};
  if (got.values.size() != want.values.size() || count == 0) {
    verdict.status = "incorrect";
    verdict.words = fmt::format("{} outputs where reference has {}", got.values.size(), want.values.size());
    return verdict;
  }
  const uint64_t outputs = want.values.size() / count;
  uint64_t wrong = 0;
  for (uint64_t i = 0; i < count; ++i) {
    double largest = 0;
    double error = 0;
    for (uint64_t o = 0; o < outputs; ++o) {
      largest = std::max(largest, std::abs(want.values[i * outputs + o]));
      const double distance = std::abs(got.values[i * outputs + o] - want.values[i * outputs + o]);
      if (!(distance <= error)) error = std::isnan(distance) ? HUGE_VAL : distance;  // no number is no result
    }
    if (error <= tolerance * largest || error == 0) {
      if (error > 0) verdict.max_relative_error = std::max(verdict.max_relative_error, error / largest);
    } else if (want.tied[i]) {
      ++verdict.tied;
    } else {
      ++wrong;
      verdict.max_relative_error = std::max(verdict.max_relative_error, largest > 0 ? error / largest : HUGE_VAL);
    }
  }
  if (wrong > 0) verdict.status = "incorrect";
  verdict.words = fmt::format("{} inputs against reference, error {:.1e}, {} tied{}", count, verdict.max_relative_error,
                              verdict.tied, wrong > 0 ? fmt::format(", {} wrong", wrong) : "");
  return verdict;
}

Verdict verify_values(Engine& engine, Engine& reference, const Inputs& inputs, uint64_t count) {
  const Inputs sample = first_rows(inputs, std::min(count, inputs.count));
  const Outcome got = engine.run(sample, Observe::values, {});
  return verdict_on(got, reference.run(sample, Observe::values, {}), sample.count);
}

std::string compare_categories(const std::vector<uint64_t>& found, const std::vector<uint32_t>& published) {
  std::vector<uint64_t> missing;
  std::vector<uint64_t> extra;
  std::set_difference(published.begin(), published.end(), found.begin(), found.end(), std::back_inserter(missing));
  std::set_difference(found.begin(), found.end(), published.begin(), published.end(), std::back_inserter(extra));
  if (missing.empty() && extra.empty()) return "";
  return fmt::format("{} categories where {} are published: {} missing{}, {} extra{}", found.size(), published.size(),
                     missing.size(), missing.empty() ? "" : fmt::format(" (first {})", missing.front()), extra.size(),
                     extra.empty() ? "" : fmt::format(" (first {})", extra.front()));
}

}  // namespace sparsio
