#include "part/joint/joint_plan.hpp"

#include <numeric>

#include "part/shared/greedy_growing.hpp"

namespace sparsio {

JointPlan::JointPlan(LayerSource& network, uint32_t parts, double imbalance) : parts_(parts), seen_part_(parts, 0) {
  network.restart();
  for (Layer layer; network.next(layer);) add_layer(layer, imbalance);
  finish();
}

void JointPlan::add_layer(const Layer& layer, double imbalance) {
  const RowGroups pieces = pieces_of(layer, parts_, imbalance);
  const bool is_first = piece_of_row_.empty();
  const std::vector<uint32_t> piece_of_source = is_first ? std::vector<uint32_t>{} : piece_of_row_.back();
  std::vector<uint32_t> owner;
  owner.reserve(piece_of_source.size());
  for (const uint32_t piece : piece_of_source) owner.push_back(part_[piece]);
  const std::vector<uint32_t> part = grow(layer, pieces, owner, parts_);
  const auto first = static_cast<uint32_t>(part_.size());
  part_.insert(part_.end(), part.begin(), part.end());
  connections_.insert(connections_.end(), pieces.connections.begin(), pieces.connections.end());
  layer_.resize(part_.size(), static_cast<uint32_t>(most_.size()));
  most_.push_back(pieces.most);
  std::vector<uint32_t>& piece_of_row = piece_of_row_.emplace_back(layer.targets);
  for (uint32_t piece = 0; piece < pieces.count(); ++piece)
    for (const uint32_t row : pieces.rows[piece]) piece_of_row[row] = first + piece;
  nets_.append(nets_of(layer, piece_of_source, piece_of_row));
}

void JointPlan::finish() {
  place_.resize(part_.size());
  for (uint32_t piece = 0; piece < part_.size(); ++piece) {
    Held& at = held_[key(layer_[piece], part_[piece])];
    at.connections += connections_[piece];
    place_[piece] = static_cast<uint32_t>(at.pieces.size());
    at.pieces.push_back(piece);
  }
  nets_of_piece_ = Inverse(part_.size(), nets_.count(), [&](size_t net) { return nets_.pins(net); });
  seen_net_.assign(nets_.count(), 0);
  cost_.resize(nets_.count());
  double visits = 0;
  for (uint32_t net = 0; net < nets_.count(); ++net) {
    words_ += cost_[net] = cost(net);
    const auto size = static_cast<double>(pins(net).size());
    visits += size * size;
  }
  if (!part_.empty()) mean_visits_ = visits / static_cast<double>(part_.size());
  const auto& weight = nets_.weight;
  if (!weight.empty())
    mean_weight_ = std::accumulate(weight.begin(), weight.end(), 0.0) / static_cast<double>(weight.size());
}

bool JointPlan::fits(uint32_t piece, uint32_t part, uint32_t instead) const {
  const uint64_t comes = connections_[piece];
  const uint64_t goes = instead == alone ? 0 : connections_[instead];
  const uint64_t most = most_[layer_[piece]];
  return held(layer_[piece], part).connections - goes + comes <= most &&
         held(layer_[piece], part_[piece]).connections - comes + goes <= most;
}

uint64_t JointPlan::cost(uint32_t net) {
  ++look_;
  uint64_t parts = 0;
  for (const uint32_t piece : pins(net)) {
    parts += seen_part_[part_[piece]] != look_ ? 1 : 0;
    seen_part_[part_[piece]] = look_;
  }
  return nets_.weight[net] * (parts - 1);
}

int64_t JointPlan::change(uint32_t piece, uint32_t part, uint32_t instead) {
  from_ = part_[piece];
  part_[piece] = part;
  if (instead != alone) part_[instead] = from_;
  changed_.clear();
  const uint64_t before = ++look_;
  int64_t words = 0;
  const auto recount = [&](uint32_t changed) {
    for (const uint32_t net : nets(changed)) {
      if (seen_net_[net] >= before) continue;
      const uint64_t now = cost(net);
      seen_net_[net] = look_;
      words += static_cast<int64_t>(now) - static_cast<int64_t>(cost_[net]);
      if (now != cost_[net]) changed_.emplace_back(net, now);
    }
  };
  recount(piece);
  if (instead != alone) recount(instead);
  return words;
}

/// Into the lists of its new part.
void JointPlan::settle(uint32_t piece, uint32_t from) {
  Held& left = held_[key(layer_[piece], from)];
  place_[left.pieces.back()] = place_[piece];
  left.pieces[place_[piece]] = left.pieces.back();
  left.pieces.pop_back();
  left.connections -= connections_[piece];
  Held& joined = held_[key(layer_[piece], part_[piece])];
  place_[piece] = static_cast<uint32_t>(joined.pieces.size());
  joined.pieces.push_back(piece);
  joined.connections += connections_[piece];
}

void JointPlan::keep(uint32_t piece, uint32_t instead) {
  for (const auto& [net, now] : changed_) {
    words_ += now;
    words_ -= cost_[net];
    cost_[net] = now;
  }
  settle(piece, from_);
  if (instead != alone) settle(instead, part_[piece]);
}

void JointPlan::take_back(uint32_t piece, uint32_t instead) {
  if (instead != alone) part_[instead] = part_[piece];
  part_[piece] = from_;
}

Partition JointPlan::partition() const {
  Partition made{parts_, {{}}};
  for (const auto& pieces : piece_of_row_) {
    std::vector<uint32_t>& owner = made.owner.emplace_back();
    owner.reserve(pieces.size());
    for (const uint32_t piece : pieces) owner.push_back(part_[piece]);
  }
  return made;
}

}  // namespace sparsio
