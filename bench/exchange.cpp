// exchange: what ranks send each other through all layers, without computing: values, partial sums and covers straight,
// and values stored and forwarded. Started by mpirun (1, 2, 4, 8 ranks), on one input and on 64; the ways take turns in
// every round, and a line is the median over rounds of the slowest rank's seconds, with the words and messages of one
// pass. Ranks beyond the processors tell counts, not times.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iostream>

#include "base/spec.hpp"
#include "driver/shared/rank_layers.hpp"
#include "exec/shared/aligned.hpp"
#include "mpi/shared/launch.hpp"
#include "part/partitioner.hpp"
#include "run/open.hpp"

namespace sparsio {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int rounds = 15;
constexpr uint32_t batches[] = {1, 64};
constexpr const char* partitioners[] = {"contiguous", "random", "twins"};
constexpr std::pair<const char*, const char*> exchanges[] = {
    {"values", "direct"}, {"sums", "direct"}, {"cover", "direct"}, {"values", "grid"}, {"values", "stages"}};

std::string name_of(const char* partitioner, const char* exchange, const char* route) {
  return fmt::format("{}: {}, {}", partitioner, exchange, route);
}

/// Through all layers.
class Way {
 public:
  Way(std::string name, LayerSource& network, const Partition& partition, Communicator& ranks, const ExchangePlan& plan)
      : name_(std::move(name)), ranks_(ranks), exchange_(ranks) {
    RankLayers layers(network, partition, ranks.rank(), plan);
    layers.restart();
    uint64_t rows = 1;
    for (Layer layer; layers.next(layer); rows = std::max<uint64_t>(rows, layers.share().rows()))
      for (const ExchangePattern& pattern : layers.share().stages) patterns_.push_back(pattern);
    values_.assign(rows * *std::max_element(std::begin(batches), std::end(batches)), 1);
  }

  double pass(uint32_t batch) {
    exchange_.reset_counts();
    ranks_.barrier();
    ranks_.barrier();
    const auto start = Clock::now();
    for (const ExchangePattern& pattern : patterns_) {
      exchange_.start(pattern, values_.data(), batch, batch);
      exchange_.finish();
    }
    return ranks_.max(std::chrono::duration<double>(Clock::now() - start).count());
  }

  /// Of the passes since the last line.
  void tell(uint32_t batch, std::vector<double>& seconds) {
    const uint64_t words = ranks_.sum(exchange_.counts().words);
    const uint64_t messages = ranks_.sum(exchange_.counts().messages);
    std::sort(seconds.begin(), seconds.end());
    if (ranks_.rank() == 0)
      fmt::print("{:<32} {:>2} ranks, {:>2} inputs {:>10} words {:>5} messages {:>9.3f} ms\n", name_, ranks_.size(),
                 batch, words, messages, 1e3 * seconds[seconds.size() / 2]);
    seconds.clear();
  }

 private:
  std::string name_;
  Communicator& ranks_;
  Exchange exchange_;
  std::vector<ExchangePattern> patterns_;
  AlignedVector<float> values_;
};

int list() {
  for (const char* rows : partitioners)
    for (const auto& [exchange, route] : exchanges) std::cout << name_of(rows, exchange, route) << '\n';
  return 0;
}

int run(Communicator& ranks) {
  NetworkSource source = open_network("radix_net:neurons=1024,layers=120", "bench");
  LayerSource& network = *std::get<std::unique_ptr<LayerSource>>(source);
  std::vector<std::unique_ptr<Way>> ways;
  for (const char* rows : partitioners) {
    const auto partitioner = resolve<PartitionerKind>(rows, "bench");
    const Partition made =
        partition(partitioner.kind(), network, static_cast<uint32_t>(ranks.size()), partitioner.params);
    for (const auto& [exchange, route] : exchanges)
      ways.push_back(std::make_unique<Way>(name_of(rows, exchange, route), network, made, ranks,
                                           ExchangePlan{parse_sent(exchange), route}));
  }
  for (const uint32_t batch : batches) {
    std::vector<std::vector<double>> seconds(ways.size());
    for (int round = 0; round < rounds; ++round)
      for (size_t w = 0; w < ways.size(); ++w) seconds[w].push_back(ways[w]->pass(batch));
    for (size_t w = 0; w < ways.size(); ++w) ways[w]->tell(batch, seconds[w]);
  }
  return 0;
}

}  // namespace
}  // namespace sparsio

int main(int count, char** words) {
  if (count > 1 && std::string_view(words[1]) == "--benchmark_list_tests=true") return sparsio::list();
  return sparsio::as_ranks(sparsio::run);
}
