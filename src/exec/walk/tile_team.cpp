#include "exec/walk/tile_team.hpp"

#include <hwy/cache_control.h>

#include <thread>

namespace sparsio {
namespace {

constexpr int looks = 200;
constexpr uint32_t stopped = UINT32_MAX;

bool wait_for(const std::atomic<uint32_t>& value, uint32_t wanted) {
  const auto is_there = [&] { return value.load(std::memory_order_acquire) >= wanted; };
  for (int k = 0; k < looks; ++k) {
    if (is_there()) return true;
    hwy::Pause();
  }
  for (int k = 0; k < looks; ++k) {
    if (is_there()) return true;
    std::this_thread::yield();
  }
  for (uint32_t seen = value.load(std::memory_order_acquire); seen < wanted;
       seen = value.load(std::memory_order_acquire))
    value.wait(seen, std::memory_order_acquire);
  return true;
}

void stop(std::atomic<uint32_t>& value) {
  value.store(stopped, std::memory_order_release);
  value.notify_all();
}

}  // namespace

bool TileFlag::wait(uint32_t wanted) const {
  return sparsio::wait_for(value_, wanted);
}

void TileFlag::raise_to(uint32_t number) {
  uint32_t before = number - 1;
  if (value_.compare_exchange_strong(before, number, std::memory_order_release, std::memory_order_relaxed))
    value_.notify_all();
}

void TileFlag::stop() {
  sparsio::stop(value_);
}

void TileTeam::tell_panel(uint64_t at, uint64_t panel) {
  panel_[at].store(static_cast<uint32_t>(panel + 1), std::memory_order_release);
  panel_[at].notify_all();
}

uint64_t TileTeam::panel(uint64_t at) const {
  wait_for(panel_[at], 1);
  return panel_[at].load(std::memory_order_acquire) - uint64_t{1};
}

bool TileTeam::meet() {
  const uint32_t round = round_.value();
  if (is_stopped()) return false;
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 < members_) return round_.wait_for(round + 1);
  arrived_.store(0, std::memory_order_relaxed);
  round_.raise_to(round + 1);
  return false;
}

void TileTeam::stop() {
  is_stopped_.store(true, std::memory_order_release);
  for (uint64_t piece = 0; piece < pieces_; ++piece) flag_[piece].stop();
  for (uint64_t at = 0; at <= panels_; ++at) {
    uint32_t untold = 0;
    if (panel_[at].compare_exchange_strong(untold, stopped)) panel_[at].notify_all();
  }
  round_.stop();
}

}  // namespace sparsio
