#include "order/anneal/moves.hpp"

#include <algorithm>
#include <cmath>

namespace sparsio {
namespace {

enum class Kind { one, run, pair, gather };
constexpr uint64_t kinds = 4;

}  // namespace

struct Mover::Carry {
  Kind kind;
  bool by_source;  // the steps that belong together share their source, else their target
  bool forward;    // towards the end of the order
  uint64_t at;     // the first step carried
  uint64_t reach;  // how many steps may be walked
};

/// 1 .. window_, log-uniform.
uint64_t Mover::distance(RandomStream& random) const {
  const double far = std::exp(random.uniform() * std::log(static_cast<double>(window_) + 1));
  return std::clamp<uint64_t>(static_cast<uint64_t>(far), 1, window_);
}

const Move& Mover::draw(std::span<const Step> steps, RandomStream& random) {
  Carry what{};
  const uint64_t bits = random.next();
  what.kind = static_cast<Kind>(bits % kinds);
  what.by_source = (bits / kinds) % 2 == 0;
  what.forward = (bits / kinds / 2) % 2 == 0;
  what.at = random.below(steps.size());
  const bool far = what.kind == Kind::pair || what.kind == Kind::gather;
  what.reach = far ? window_ : distance(random);
  carry(steps, what);
  return move_;
}

/// Walks from what.at, and sorts the steps met into carried and passed until one may not be passed.
void Mover::carry(std::span<const Step> steps, const Carry& what) {
  ++draws_;
  carried_.clear();
  passed_.clear();
  const auto same = [&](const Step& a, const Step& b) {
    return what.by_source ? a.source == b.source : a.target == b.target;
  };
  const Step& first = steps[what.at];
  size_t passed_until_last = 0;  // passed when the last one was carried
  const uint64_t room = what.forward ? steps.size() - what.at : what.at + 1;
  for (uint64_t k = 0; k < room && passed_.size() <= what.reach; ++k) {
    const uint64_t at = what.forward ? what.at + k : what.at - k;
    const Step& step = steps[at];
    const bool is_run = what.kind == Kind::run && passed_.empty() && carried_.size() < window_;
    const bool joins = k == 0 || (what.kind != Kind::one && same(first, step) && (is_run || what.kind != Kind::run));
    if (joins) {
      mark_[what.forward ? step.target : step.source] = draws_;
      carried_.push_back(static_cast<uint32_t>(at));
      passed_until_last = passed_.size();
      if (what.kind == Kind::pair && !passed_.empty()) break;
      continue;
    }
    if (mark_[what.forward ? step.source : step.target] == draws_) break;
    if (passed_.size() == what.reach) break;
    passed_.push_back(static_cast<uint32_t>(at));
  }
  const bool to_last = what.kind == Kind::pair || what.kind == Kind::gather;
  if (to_last) passed_.resize(passed_until_last);  // the last one carried stays where it is
  move_.from.clear();
  if (passed_.empty()) return;
  move_.from.insert(move_.from.end(), passed_.begin(), passed_.end());
  move_.from.insert(move_.from.end(), carried_.begin(), carried_.end());
  move_.begin = what.at;
  if (what.forward) return;
  std::reverse(move_.from.begin(), move_.from.end());
  move_.begin = what.at + 1 - move_.from.size();
}

}  // namespace sparsio
