#include "train/shared/train_layer.hpp"

#include <algorithm>
#include <numeric>

#include "net/twins.hpp"

namespace sparsio {
namespace {

/// Where each of `threads` begins, so that all have about the same work, and the end.
std::vector<uint32_t> shares(const std::vector<uint64_t>& work, unsigned threads) {
  const uint64_t all = std::accumulate(work.begin(), work.end(), uint64_t{0});
  std::vector<uint32_t> begin{0};
  uint64_t done = 0;
  for (uint32_t i = 0; i < work.size(); ++i) {
    while (begin.size() < threads && done * threads >= all * begin.size()) begin.push_back(i);
    done += work[i];
  }
  begin.resize(threads, static_cast<uint32_t>(work.size()));
  begin.push_back(static_cast<uint32_t>(work.size()));
  return begin;
}

}  // namespace

TrainLayer train_layer(const Layer& layer, const std::vector<uint32_t>& new_source, size_t first, unsigned threads) {
  TrainLayer made;
  made.sources = layer.sources;
  made.targets = layer.targets;
  made.activation = layer.activation;
  made.first = first;
  made.at.resize(layer.connections());
  std::vector<uint64_t> class_work, source_work(layer.sources, 1);
  uint64_t weights = 0;
  for (const std::vector<uint32_t>& group : twins_of(layer)) {
    for (size_t begin = 0; begin < group.size(); begin += widest_class) {
      const auto targets = static_cast<uint32_t>(std::min<size_t>(widest_class, group.size() - begin));
      const auto old_sources = layer.sources_of(group[begin]);
      std::vector<uint32_t> order(old_sources.size());
      std::iota(order.begin(), order.end(), 0U);
      std::sort(order.begin(), order.end(),
                [&](uint32_t a, uint32_t b) { return new_source[old_sources[a]] < new_source[old_sources[b]]; });
      made.classes.push_back({static_cast<uint32_t>(made.number.size()), targets, made.source.size(),
                              static_cast<uint32_t>(order.size()), weights});
      for (size_t s = 0; s < order.size(); ++s) {
        const uint32_t source = new_source[old_sources[order[s]]];
        made.source.push_back(source);
        source_work[source] += targets;
        for (uint32_t t = 0; t < targets; ++t)
          made.at[layer.begin[group[begin + t]] + order[s]] = weights + s * targets + t;
      }
      for (uint32_t t = 0; t < targets; ++t) made.number.push_back(group[begin + t]);
      weights += order.size() * targets;
      class_work.push_back((order.size() + 1) * targets);
    }
  }
  made.class_begin = shares(class_work, threads);
  made.source_begin = shares(source_work, threads);
  for (const uint32_t begin : made.source_begin)
    for (const TrainClass& one : made.classes) {
      const auto from = made.source.begin() + static_cast<int64_t>(one.source);
      made.cut.push_back(static_cast<uint32_t>(std::lower_bound(from, from + one.sources, begin) - from));
    }
  return made;
}

}  // namespace sparsio
