// What is written of a partition is read back whole, and never for another network. Asserts, for every partitioner on
// random layers and 1 to more parts than rows:
//   - owners of all levels, of the inputs too, are those that were written, and so is the number of parts, though the
//     last of them may own nothing;
//   - inputs' owners that somebody chose otherwise stay as they are;
//   - a network with another weight, bias, activation, width or number of layers is refused, and another number of
//   parts.
#include <gtest/gtest.h>

#include "base/spec.hpp"
#include "disk/temporary_folder_fixture.hpp"
#include "part/partitioner.hpp"
#include "part/shared/partition_file.hpp"
#include "part/shared/random_layers_fixture.hpp"

namespace sparsio {
namespace {

Partition made(const std::string& spec, LayerSource& network, uint32_t parts) {
  const auto method = resolve<PartitionerKind>(spec, "test");
  return partition(method.kind(), network, parts, method.params);
}

void write(const FiledPartition& made, const std::string& path) {
  write_partition(made, *open_sink(path));
}

std::string refusal(const std::string& path, LayerSource& network, uint32_t parts) {
  try {
    made("file:path=" + path, network, parts);
  } catch (const BadInput& reason) {
    return reason.what();
  }
  return "none";
}

TEST(FilePartitioner, GivesBackWhatWasWritten) {
  const TemporaryFolder folder;
  const std::string path = folder / "owners.tsv";
  for (const std::string& name : dividing_partitioners())
    for (uint64_t seed = 0; seed < 6; ++seed)
      for (const uint32_t parts : {1U, 3U, 40U}) {
        GivenLayers network = layers_at_random(seed, 12);
        Partition want = made(name, network, parts);
        for (uint32_t& owner : want.owner[0]) owner = (owner + 1) % parts;
        write({want, content_of(network)}, path);
        const Partition got = made("file:path=" + path, network, parts);
        ASSERT_EQ(got.parts, parts) << name << ", seed " << seed;
        ASSERT_EQ(got.owner, want.owner) << name << ", seed " << seed;
      }
}

TEST(FilePartitioner, RefusesAnotherNetworksAndOtherParts) {
  const TemporaryFolder folder;
  const std::string path = folder / "owners.tsv";
  Layer layer{3, 2, {0, 2, 3}, {0, 2, 1}, {1, 2, 3}, {0, 0}, Activation::relu};
  GivenLayers network({layer});
  write({made("contiguous", network, 2), content_of(network)}, path);
  EXPECT_EQ(refusal(path, network, 2), "none");
  EXPECT_NE(refusal(path, network, 3).find("among 2 parts, and 3 are asked for"), std::string::npos);
  std::vector<Layer> others(4, layer);
  others[0].weight[1] = 2.5F;
  others[1].bias[0] = 1;
  others[2].activation = Activation::identity;
  others[3].source[1] = 1;
  for (const Layer& one : others) {
    GivenLayers other({one});
    EXPECT_NE(refusal(path, other, 2).find("is the partition of another network"), std::string::npos);
  }
  layer.sources = 4;
  GivenLayers wider({layer});
  EXPECT_NE(refusal(path, wider, 2).find("has 3 neurons in level 0, and the network 4"), std::string::npos);
  GivenLayers deeper({layer, Layer{2, 1, {0, 1}, {0}, {1}, {0}, Activation::relu}});
  EXPECT_NE(refusal(path, deeper, 2).find("has 2 levels, and the network 3"), std::string::npos);
}

}  // namespace
}  // namespace sparsio
