// lower_instance: W + N + S raised by what the connections themselves and the size of fast memory enforce.
// Reads, the largest of: N; the phase argument (phases.hpp); and one read at a time: a connection becomes possible when
// the later of its ends is read, with at most M - 2 other neurons there, so a read makes at most min(M - 2, largest
// degree) connections possible. Writes: the same argument over the connections that do not come from inputs says how
// often other neurons are read again. An accumulator read again was written before (a residency that changed nothing
// can be left out); a complete value once written can be read again for each of its out-connections and no more often.
#include "bound/lower_instance.hpp"

#include <algorithm>

#include "bound/bound_kind.hpp"
#include "bound/lower_instance/phases.hpp"

namespace sparsio {
namespace {

/// Reads so that each, one after the other, makes at most `most` connections possible; the k-th at most k - 1.
uint64_t reads_one_at_a_time(uint64_t connections, uint64_t most) {
  uint64_t reads = 1;
  uint64_t possible = 0;
  while (possible < connections && reads < most) possible += reads++;
  return possible >= connections ? reads : reads + (connections - possible + most - 1) / most;
}

/// Writes, final ones not counted, that allow non-input neurons to be read again `repeats` times.
uint64_t writes_for(const Network& network, uint64_t repeats) {
  std::vector<uint32_t> out;
  for (uint32_t v = 0; v < network.neurons(); ++v)
    if (network.in_degree(v) > 0) out.push_back(std::max(1U, network.out_degree()[v]));
  std::sort(out.begin(), out.end(), std::greater<>());
  uint64_t writes = 0;
  for (size_t i = 0; i < out.size() && repeats > 0; ++i, ++writes) repeats -= std::min<uint64_t>(repeats, out[i]);
  return writes + repeats;
}

}  // namespace

InstanceBound lower_instance(const Network& network, uint64_t memory, std::optional<PairChains>& kept) {
  const Bounds plain = bounds(network.facts());
  const NetworkFacts& facts = network.facts();
  const uint64_t slots = memory - 1;
  if (facts.connections == 0 || slots >= facts.neurons) return {plain.lower_reads, plain.lower_writes};
  if (!kept) kept = pair_chains(network);
  uint64_t degree = 0;
  for (uint32_t v = 0; v < network.neurons(); ++v)
    degree = std::max<uint64_t>(degree, network.in_degree(v) + network.out_degree()[v]);
  const uint64_t reads = std::max({facts.neurons, phase_reads(kept->all, slots, facts.neurons),
                                   reads_one_at_a_time(facts.connections, std::min(slots - 1, degree))});

  const std::vector<PairChain>& beyond = kept->beyond_inputs;
  const auto inner = static_cast<uint64_t>(beyond.front().worth);  // in the first, connections weigh 1
  const uint64_t own = facts.neurons - facts.inputs;
  const uint64_t inner_reads = std::max(phase_reads(beyond, slots, own),
                                        inner == 0 ? 0 : reads_one_at_a_time(inner, std::min(slots - 1, degree)));
  const uint64_t repeats = inner_reads > own ? inner_reads - own : 0;
  return {facts.connections + std::max(reads, facts.inputs + inner_reads),
          facts.outputs + writes_for(network, repeats)};
}

InstanceBound lower_instance(const Network& network, uint64_t memory) {
  std::optional<PairChains> kept;
  return lower_instance(network, memory, kept);
}

namespace {

const Register<BoundKind> registered{
    {"W + N + S raised by phases: how many connections M - 1 neurons and those read can have among them",
     BoundKind::Side::lower,
     {},
     [](const Network& network, uint64_t memory) { return lower_instance(network, memory).total(); }}};

}  // namespace
}  // namespace sparsio
