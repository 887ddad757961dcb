#include "predict/message_time.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "base/error.hpp"
#include "statistics/nonnegative_fit.hpp"

namespace sparsio {
namespace {

constexpr size_t least_sizes = 2;  // of a regime: a line has two numbers

MessageRegime line_of(std::span<const MessageSample> samples) {
  std::vector<std::vector<double>> rows;
  std::vector<double> seconds;
  for (const MessageSample& sample : samples) {
    rows.push_back({1.0, static_cast<double>(sample.words)});
    seconds.push_back(sample.seconds);
  }
  const std::vector<double> costs = nonnegative_fit(rows, seconds);
  return {costs[0], costs[1]};
}

double error_of(const MessageTime& time, const MessageSample& sample) {
  return std::abs(time.seconds(static_cast<double>(sample.words)) / sample.seconds - 1);
}

}  // namespace

MessageSample message_sample(uint64_t words, std::vector<double> seconds) {
  std::sort(seconds.begin(), seconds.end());
  const auto at = [&](double share) { return seconds[static_cast<size_t>(share * (seconds.size() - 1) + 0.5)]; };
  return {words, at(0.5), at(0.25), at(0.75)};
}

MessageTime fit_message_time(std::vector<MessageSample> samples) {
  if (samples.size() < 2 * least_sizes)
    throw BadInput("ping-pong", "too few sizes for two regimes", "measure at least four");
  for (size_t i = 0; i < samples.size(); ++i)
    if (!(samples[i].seconds > 0) || (i > 0 && samples[i].words <= samples[i - 1].words))
      throw BadInput("ping-pong", "a time that is not positive, or sizes that do not ascend", "measure again");
  MessageTime best;
  double least = std::numeric_limits<double>::infinity();
  for (size_t at = least_sizes; at + least_sizes <= samples.size(); ++at) {
    MessageTime time{line_of(std::span(samples).first(at)),
                     line_of(std::span(samples).subspan(at)),
                     static_cast<double>(samples[at - 1].words),
                     0,
                     {}};
    double sum = 0;
    for (const MessageSample& sample : samples) {
      const double error = error_of(time, sample);
      sum += error * error;
      time.greatest_error = std::max(time.greatest_error, error);
    }
    if (sum >= least) continue;
    least = sum;
    best = time;
  }
  best.samples = std::move(samples);
  return best;
}

MessageTime stated_message_time(double latency, double bytes_a_second) {
  const MessageRegime line{latency, 4 / bytes_a_second};
  return {line, line, std::numeric_limits<double>::infinity(), 0, {}};
}

}  // namespace sparsio
