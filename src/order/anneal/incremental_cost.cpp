#include "order/anneal/incremental_cost.hpp"

#include <algorithm>

#include "base/nearest.hpp"

namespace sparsio {

void IncrementalCost::attempt(uint64_t begin, std::span<const Step> window) {
  window_begin_ = begin;
  window_end_ = begin + window.size();
  const std::span<const Step> before = steps().subspan(begin, window.size());
  old_window_.assign(before.begin(), before.end());
  for (uint64_t step = begin; step < window_end_; ++step) ledger_.strike(steps()[step], misses_[step]);
  chains_.replace(begin, window);
  rerun(begin, window_end_);
}

void IncrementalCost::keep() {
  commit();
  for (const auto& [step, misses] : noted_) misses_[step] = misses;
  noted_.clear();
}

void IncrementalCost::drop() {
  for (const auto& [step, misses] : noted_) {
    ledger_.strike(steps()[step], misses);
    if (!in_window(step)) ledger_.enter(steps()[step], misses_[step]);
  }
  noted_.clear();
  chains_.replace(window_begin_, old_window_);
  for (uint64_t step = window_begin_; step < window_end_; ++step) ledger_.enter(steps()[step], misses_[step]);
}

namespace {

MakeIncrementalCost* find_annealed_policy(const std::string& policy, const std::string& place) {
  struct Named {
    std::string name;
    MakeIncrementalCost* make;
  };
  static const Named all[] = {{"lru", incremental_lru}, {"min", incremental_min}, {"rr", incremental_rr}};
  std::vector<std::string> names;
  for (const Named& one : all) {
    if (one.name == policy) return one.make;
    names.push_back(one.name);
  }
  throw BadInput(place, "no order is annealed for policy '" + policy + "'", suggest(policy, names));
}

}  // namespace

std::unique_ptr<IncrementalCost> incremental_cost(const Network& network, std::span<const Step> steps, uint64_t memory,
                                                  const std::string& policy, const std::string& place) {
  return find_annealed_policy(policy, place)(network, steps, memory);
}

void check_annealed_policy(const std::string& policy, const std::string& place) {
  find_annealed_policy(policy, place);
}

}  // namespace sparsio
