// The fit finds curves that are known, and a calibration file keeps them.
#include "predict/message_time.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "disk/temporary_folder_fixture.hpp"
#include "predict/calibration.hpp"

namespace sparsio {
namespace {

/// 0.5 us + 6.8 ns a word up to 1024 words, 10 us + 4.4 ns a word above; each size off by up to `noise`.
std::vector<MessageSample> known_curve(double noise) {
  std::vector<MessageSample> samples;
  int sign = 1;
  for (uint64_t words = 1; words <= uint64_t{1} << 20; words *= 2, sign = -sign) {
    const auto n = static_cast<double>(words);
    const double seconds = (words <= 1024 ? 0.5e-6 + 6.8e-9 * n : 10e-6 + 4.4e-9 * n) * (1 + sign * noise);
    samples.push_back({words, seconds, 0.9 * seconds, 1.2 * seconds});
  }
  return samples;
}

TEST(MessageTime, FindsBothLinesAndTheirChange) {
  const MessageTime time = fit_message_time(known_curve(0));
  EXPECT_EQ(time.change_words, 1024);
  EXPECT_NEAR(time.eager.latency, 0.5e-6, 1e-12);
  EXPECT_NEAR(time.eager.seconds_a_word, 6.8e-9, 1e-14);
  EXPECT_NEAR(time.rendezvous.latency, 10e-6, 1e-11);
  EXPECT_NEAR(time.rendezvous.seconds_a_word, 4.4e-9, 1e-14);
  EXPECT_LT(time.greatest_error, 1e-9);
}

TEST(MessageTime, FindsTheChangeAlsoInNoise) {
  const MessageTime time = fit_message_time(known_curve(0.05));
  EXPECT_EQ(time.change_words, 1024);
  EXPECT_NEAR(time.eager.latency, 0.5e-6, 0.05e-6);
  EXPECT_NEAR(time.rendezvous.seconds_a_word, 4.4e-9, 0.4e-9);
  EXPECT_LT(time.greatest_error, 0.11);
}

TEST(MessageTime, OneLineIsTheSameLineTwice) {
  std::vector<MessageSample> samples;
  for (uint64_t words = 1; words <= 4096; words *= 4) samples.push_back({words, 2e-6 + 1e-9 * words, 0, 0});
  const MessageTime time = fit_message_time(samples);
  for (const double words : {1.0, 100.0, 4096.0}) EXPECT_NEAR(time.seconds(words), 2e-6 + 1e-9 * words, 1e-12);
}

TEST(MessageTime, RefusesTooFewSizesAndTimesThatAreNone) {
  EXPECT_THROW(fit_message_time({{1, 1e-6, 0, 0}, {2, 1e-6, 0, 0}, {3, 1e-6, 0, 0}}), BadInput);
  std::vector<MessageSample> samples = known_curve(0);
  samples[3].seconds = 0;
  EXPECT_THROW(fit_message_time(samples), BadInput);
}

TEST(MessageTime, TakesMedianAndQuartilesOfTrips) {
  const MessageSample sample = message_sample(7, {5, 1, 4, 2, 3});
  EXPECT_EQ(sample.words, 7U);
  EXPECT_EQ(sample.seconds, 3);
  EXPECT_EQ(sample.low, 2);
  EXPECT_EQ(sample.high, 4);
}

TEST(MessageTime, IsKeptInTheCalibrationFile) {
  const TemporaryFolder folder;
  const std::string path = folder / "calibration.toml";
  Calibration written;
  written.messages = fit_message_time(known_curve(0.05));
  write_calibration(written, path);
  const auto read = read_calibration(path);
  ASSERT_TRUE(read.has_value() && read->messages.has_value());
  EXPECT_EQ(read->messages->change_words, 1024);
  EXPECT_NEAR(read->messages->rendezvous.latency, written.messages->rendezvous.latency, 1e-12);
  ASSERT_EQ(read->messages->samples.size(), written.messages->samples.size());
  EXPECT_NEAR(read->messages->samples.back().high, written.messages->samples.back().high, 1e-9);
  written.messages.reset();
  write_calibration(written, path);
  EXPECT_FALSE(read_calibration(path)->messages.has_value());
}

}  // namespace
}  // namespace sparsio
