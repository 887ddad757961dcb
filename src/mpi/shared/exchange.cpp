#include "mpi/shared/exchange.hpp"

#include <algorithm>
#include <functional>
#include <map>

namespace sparsio {
namespace {

std::vector<RowsOfPeer> listed(std::map<uint32_t, std::vector<uint32_t>>& rows) {
  std::vector<RowsOfPeer> list;
  for (auto& [rank, of_rank] : rows) list.push_back({static_cast<int>(rank), std::move(of_rank)});
  return list;
}

bool follow_each_other(const std::vector<uint32_t>& rows) {
  return rows.back() - rows.front() + 1 == rows.size() && std::is_sorted(rows.begin(), rows.end());
}

}  // namespace

LevelShare share_of_level(int rank, std::span<const uint32_t> owner, const Readers& readers) {
  const auto mine = static_cast<uint32_t>(rank);
  LevelShare share;
  std::map<uint32_t, std::vector<uint32_t>> sends;   // rows, by reader
  std::map<uint32_t, std::vector<uint32_t>> ghosts;  // values, by owner
  for (uint32_t v = 0; v < owner.size(); ++v) {
    const std::span<const uint32_t> reading = readers.of(v);
    if (owner[v] != mine) {
      if (std::binary_search(reading.begin(), reading.end(), mine)) ghosts[owner[v]].push_back(v);
      continue;
    }
    for (const uint32_t reader : reading)
      if (reader != mine) sends[reader].push_back(static_cast<uint32_t>(share.own.size()));
    share.own.push_back(v);
  }
  std::map<uint32_t, std::vector<uint32_t>> receives;
  for (const auto& [from, values] : ghosts)
    for (const uint32_t v : values) {
      receives[from].push_back(share.rows());
      share.ghosts.push_back(v);
    }
  share.pattern = {listed(sends), listed(receives)};
  return share;
}

void Exchange::reserve(const ExchangePattern& pattern, uint32_t columns) {
  size_t room = 0;
  for (const auto* peers : {&pattern.sends, &pattern.receives})
    for (const RowsOfPeer& peer : *peers) room += peer.rows.size() * columns;
  if (buffer_.size() < room) buffer_.resize(room);
  sends_.reserve(pattern.sends.size());
  receives_.reserve(pattern.receives.size());
  packed_.reserve(pattern.receives.size());
}

void Exchange::start(const ExchangePattern& pattern, float* values, uint32_t stride, uint32_t columns,
                     Arriving arriving) {
  values_ = values;
  stride_ = stride;
  columns_ = columns;
  arriving_ = arriving;
  const auto lies_there = [&](const RowsOfPeer& peer) { return columns == stride && follow_each_other(peer.rows); };
  const auto lies_where_it_arrives = [&](const RowsOfPeer& peer) {
    return arriving == Arriving::replaces && lies_there(peer);
  };
  reserve(pattern, columns);
  receives_.clear();
  sends_.clear();
  packed_.clear();
  size_t at = 0;
  const auto in_place = [&](const RowsOfPeer& peer) { return values + uint64_t{peer.rows.front()} * stride; };
  for (const RowsOfPeer& peer : pattern.receives) {
    const size_t count = peer.rows.size() * columns;
    counts_.words_received += count;
    if (lies_where_it_arrives(peer)) {
      receives_.push_back({peer.rank, in_place(peer), count});
      continue;
    }
    receives_.push_back({peer.rank, buffer_.data() + at, count});
    packed_.push_back({&peer, at});
    at += count;
  }
  for (const RowsOfPeer& peer : pattern.sends) {
    const size_t count = peer.rows.size() * columns;
    counts_.words += count;
    ++counts_.messages;
    if (lies_there(peer)) {
      sends_.push_back({peer.rank, in_place(peer), count});
      continue;
    }
    sends_.push_back({peer.rank, buffer_.data() + at, count});
    for (const uint32_t row : peer.rows) {
      std::copy_n(values + uint64_t{row} * stride, columns, buffer_.data() + at);
      at += columns;
    }
  }
  ranks_.start(receives_, sends_);
}

void Exchange::finish() {
  ranks_.finish();
  for (const auto& [peer, begin] : packed_) {
    const float* from = buffer_.data() + begin;
    for (const uint32_t row : peer->rows) {
      float* const to = values_ + uint64_t{row} * stride_;
      if (arriving_ == Arriving::replaces)
        std::copy_n(from, columns_, to);
      else
        std::transform(from, from + columns_, to, to, std::plus<>());
      from += columns_;
    }
  }
  packed_.clear();
}

}  // namespace sparsio
