#include "cli/shared/rank_calibration.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <iostream>
#include <vector>

#include "base/error.hpp"
#include "base/utc_time.hpp"
#include "cli/command.hpp"
#include "mpi/shared/launch.hpp"
#include "mpi/shared/ping_pong.hpp"
#include "predict/calibration.hpp"
#include "record/provenance.hpp"

namespace sparsio {
namespace {

constexpr uint32_t trips = 101;  // of each size

int processors() {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

/// What is there stays.
Calibration calibration_at(const std::string& path) {
  if (auto kept = read_calibration(path)) return *kept;
  const std::vector<NamedText> facts = provenance({});
  Calibration blank;
  blank.source = "none";
  blank.host = fact_named("host.name", facts);
  blank.cpu = fact_named("host.cpu", facts);
  blank.made = utc_time();
  return blank;
}

std::vector<Fields> sample_rows(const MessageTime& time) {
  std::vector<Fields> rows;
  for (const MessageSample& sample : time.samples) {
    const auto words = static_cast<double>(sample.words);
    rows.push_back({{"words", sample.words},
                    {"regime", words > time.change_words ? "rendezvous" : "eager"},
                    {"seconds", sample.seconds},
                    {"low", sample.low},
                    {"high", sample.high},
                    {"fitted", time.seconds(words)}});
  }
  return rows;
}

}  // namespace

std::optional<MessageTime> kept_messages(const std::string& path) {
  try {
    const auto kept = path.empty() ? std::nullopt : read_calibration(path);
    return kept ? kept->messages : std::nullopt;
  } catch (const BadInput&) {  // whoever asks is about to write another, or says that there is none
    return std::nullopt;
  }
}

Fields fields_of(const MessageTime& time) {
  return {{"eager_latency", time.eager.latency},
          {"eager_seconds_a_word", time.eager.seconds_a_word},
          {"rendezvous_latency", time.rendezvous.latency},
          {"rendezvous_seconds_a_word", time.rendezvous.seconds_a_word},
          {"change_words", time.change_words},
          {"greatest_error", time.greatest_error}};
}

int calibrate_ranks(const std::string& path, std::string (*written)(const Fields&)) {
  return as_ranks([&](Communicator& ranks) {
    Calibration calibration;
    together(ranks, [&] {
      if (ranks.size() < 2) throw BadInput("--ranks", "one rank has nobody to send to", "start it with mpirun -n 2");
      if (ranks.rank() > 0) return;
      check_calibration_path(path);
      calibration = calibration_at(path);
    });
    const auto measured = ping_pong(ranks, ping_pong_words(), trips);
    const int on_node = ranks.node()->size();
    together(ranks, [&] {
      if (ranks.rank() > 0) return;
      std::vector<MessageSample> samples;
      for (const PingPong& one : measured) samples.push_back(message_sample(one.words, one.seconds));
      calibration.messages = fit_message_time(std::move(samples));
      write_calibration(calibration, path);
      if (on_node > processors())
        std::cerr << fmt::format("warning: oversubscribed: {} ranks on {} processors take turns, and so do messages\n",
                                 on_node, processors());
      std::cerr << "kept in " << path << '\n';
      Fields fields = fields_of(*calibration.messages);
      fields.emplace_back("samples", sample_rows(*calibration.messages));
      std::cout << written(fields);
    });
    return exit_ok;
  });
}

}  // namespace sparsio
