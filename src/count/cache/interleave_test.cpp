// The turns of workers: by hand, against whole traces dealt out in memory, and when somebody fails.
#include "count/cache/interleave.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <tuple>
#include <vector>

#include "base/random.hpp"

namespace sparsio {
namespace {

using Heard = std::vector<std::tuple<uint32_t, uint32_t, uint64_t>>;  // worker, panel, address
using Traces = std::vector<std::vector<std::vector<uint64_t>>>;       // addresses by worker and panel

Heard streamed(const Turns& turns, const Traces& traces, size_t batch) {
  Heard heard;
  interleave(
      turns,
      [&](uint32_t worker, uint32_t panel, const TraceSink& sink) {
        std::vector<AccessSpan> spans;
        for (const uint64_t address : traces[worker][panel]) {
          spans.push_back({address, 4, Access::load});
          if (spans.size() == batch) {
            sink(spans);
            spans.clear();
          }
        }
        sink(spans);
      },
      [&](uint32_t worker, uint32_t panel, std::span<const AccessSpan> spans) {
        EXPECT_LE(spans.size(), turns.workers == 1 ? batch : turns.quantum);
        for (const AccessSpan& span : spans) heard.emplace_back(worker, panel, span.address);
      });
  return heard;
}

/// Whole traces, dealt out: the oracle.
Heard dealt(const Turns& turns, const Traces& traces) {
  std::vector<Heard> left(turns.workers);
  size_t most = 0;
  const auto late = [&](size_t worker) { return worker * turns.lag * turns.quantum; };
  for (uint32_t w = 0; w < turns.workers; ++w) {
    for (uint32_t panel = 0; panel < turns.panels; ++panel)
      for (const uint64_t address : traces[w][panel]) left[w].emplace_back(w, panel, address);
    most = std::max<size_t>(most, late(w) + left[w].size());
  }
  Heard all;
  for (size_t begin = 0; begin < most; begin += turns.quantum)
    for (size_t w = 0; w < left.size(); ++w)
      for (size_t k = std::max<size_t>(begin, late(w));
           k < std::min<size_t>(begin + turns.quantum, late(w) + left[w].size()); ++k)
        all.push_back(left[w][k - late(w)]);
  return all;
}

TEST(Interleave, ByHand) {
  const Traces traces = {{{1, 2, 3}}, {{}}, {{10, 20, 30, 40, 50}}};
  const Heard want = {{0, 0, 1}, {0, 0, 2}, {2, 0, 10}, {2, 0, 20}, {0, 0, 3}, {2, 0, 30}, {2, 0, 40}, {2, 0, 50}};
  EXPECT_EQ(streamed({3, 1, 2}, traces, 4), want);
}

TEST(Interleave, AsWholeTracesDealtOut) {
  for (uint64_t item = 0; item < 60; ++item) {
    RandomStream random(11, item);
    const Turns turns = {static_cast<uint32_t>(1 + random.below(9)), static_cast<uint32_t>(1 + random.below(3)),
                         1 + random.below(20), static_cast<uint32_t>(random.below(3))};
    Traces traces(turns.workers);
    for (auto& panels : traces)
      for (uint32_t panel = 0; panel < turns.panels; ++panel) {
        panels.emplace_back(random.below(4) == 0 ? 0 : random.below(100));
        for (uint64_t& address : panels.back()) address = random.below(1000);
      }
    ASSERT_EQ(streamed(turns, traces, 1 + random.below(30)), dealt(turns, traces)) << item;
  }
}

TEST(Interleave, WhatFailsEndsAllAndIsThrown) {
  const std::vector<AccessSpan> spans(10);
  for (const uint32_t workers : {1, 2, 7}) {
    uint32_t told = 0;
    const auto tell = [&](uint32_t, uint32_t, const TraceSink& sink) { sink(spans); };
    const auto hear = [&](uint32_t worker, uint32_t, std::span<const AccessSpan>) {
      ++told;
      if (worker == workers / 2) throw std::runtime_error("full");
    };
    EXPECT_THROW(interleave({workers, 1, 3}, tell, hear), std::runtime_error) << workers;
    EXPECT_LE(told, workers);
  }
}

}  // namespace
}  // namespace sparsio
