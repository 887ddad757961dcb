// message_time: what a message between two ranks takes here, in two regimes.
// A library sends a small message at once into a buffer of the receiver (eager), and asks first before it sends a large
// one (rendezvous): no one line of latency + words explains both. Each regime is such a line, with relative errors
// squared, so that a message of a word counts as much as one of a million; where the change lies is found from the
// samples: every place between two sizes is tried.
#pragma once

#include <cstdint>
#include <vector>

namespace sparsio {

/// Messages of one size, as they were measured.
struct MessageSample {
  uint64_t words = 0;
  double seconds = 0;  // median
  double low = 0;      // quartiles
  double high = 0;
};

struct MessageRegime {
  double latency = 0;  // seconds
  double seconds_a_word = 0;
};

struct MessageTime {
  MessageRegime eager;
  MessageRegime rendezvous;
  double change_words = 0;    // longer messages are sent by rendezvous
  double greatest_error = 0;  // of the fit, relative, at a sample
  std::vector<MessageSample> samples;

  const MessageRegime& regime_of(double words) const { return words > change_words ? rendezvous : eager; }
  double seconds(double words) const {
    const MessageRegime& regime = regime_of(words);
    return regime.latency + words * regime.seconds_a_word;
  }
};

/// Median and quartiles of `seconds`, which are not empty.
MessageSample message_sample(uint64_t words, std::vector<double> seconds);

/// At least four sizes, in ascending order, each at once; every time is positive. BadInput else.
MessageTime fit_message_time(std::vector<MessageSample> samples);

/// The same line for every size: what is stated of a network, not measured.
MessageTime stated_message_time(double latency, double bytes_a_second);

}  // namespace sparsio
