#include "driver/shared/same_work.hpp"

#include <fmt/format.h>

#include <span>

#include "disk/digest.hpp"
#include "mpi/shared/launch.hpp"
#include "record/provenance.hpp"

namespace sparsio {
namespace {

template <class Type>
std::string digest_of(std::span<const Type> numbers) {
  return digest({reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes()});
}

std::string digest_of(const Inputs& inputs) {
  return fmt::format("{} x {}, {}", inputs.count, inputs.width,
                     inputs.is_packed() ? digest_of(std::span(inputs.bits)) : digest_of(std::span(inputs.values)));
}

std::string digest_of(const Network& network) {
  return digest(digest_of(network.in_begin()) + digest_of(network.source()) + digest_of(network.weight()) +
                digest_of(network.bias()));
}

std::string digest_of(const Partition& partition) {
  std::string owners = fmt::format("{} parts", partition.parts);
  for (const auto& level : partition.owner) owners += digest_of(std::span(level));
  return digest(owners);
}

std::string program() {
  std::string words;
  for (const auto& [name, value] : build_facts())
    if (name == "program.version" || name == "git.revision") words += (words.empty() ? "" : ", ") + value;
  return words;
}

}  // namespace

void expect_same_work(const Plan& plan, const Inputs& inputs, Communicator& ranks) {
  expect_same(ranks, program(), "program", "start the same sparsio on every node");
  if (plan.network != nullptr)
    expect_same(ranks, digest_of(*plan.network), "content of the network", "give every node the same file");
  if (plan.partition != nullptr)
    expect_same(ranks, digest_of(*plan.partition), "partition", "give every node the same partitioner and seed");
  expect_same(ranks, digest_of(inputs), "inputs", "give every node the same file");
}

}  // namespace sparsio
