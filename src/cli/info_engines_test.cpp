// What `sparsio info` says of engines is what a run says. Over every registered engine and each of its tracks, on
// layers with biases that do and do not leave zeros alone, another last layer, no connections, and general DAGs: a case
// that info says is taken ends `ok`, one that it says is not is `unsupported` for the same reason.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cli/program_fixture.hpp"
#include "format/format.hpp"
#include "net/given_layers.hpp"
#include "run/open.hpp"
#include "run/run_case.hpp"
#include "run/takers.hpp"

namespace sparsio {
namespace {

std::string stored(const TestFolder& folder, const std::string& name, NetworkSource network) {
  const std::string path = folder / name;
  format_for(path, "write_network").kind.write_network(network, path);
  return path;
}

/// Three connected neurons without layers: 0 -> 1 -> 2 and 0 -> 2, and a bias at the end.
NetworkSource small_dag(Activation activation, float bias) {
  return Network(3, {{0, 1, 0.5F}, {1, 2, 0.25F}, {0, 2, 1.0F}}, {0, -0.5F, bias}, activation, "test");
}

/// 2 -> 2 -> 1 with one bias in each layer's last target.
NetworkSource small_layers(Activation first, Activation last, float bias) {
  std::vector<Layer> layers = {{2, 2, {0, 1, 3}, {0, 0, 1}, {0.5F, 0.25F, 1.0F}, {0, bias}, first},
                               {2, 1, {0, 2}, {0, 1}, {0.5F, 0.5F}, {bias}, last}};
  return std::make_unique<GivenLayers>(std::move(layers));
}

StandIn stand_in_for(const std::string& spec) {
  NetworkAtHand network(open_network(spec, "test"));
  StandIn stand_in;
  if (LayerSource* layers = network.layers()) {
    layers->restart();
    for (Layer layer; layers->next(layer);) stand_in.add(layer);
  } else {
    stand_in.add(network.whole());
  }
  return stand_in;
}

Record run_of(const std::string& network, const std::string& engine, Track track) {
  Case one;
  one.place = "test";
  one.set("network", network, "test");
  one.set("inputs", "random:count=8,density=0.5", "test");
  one.set("engine", engine, "test");
  one.set("track", track_name(track), "test");
  one.set("threads", "1", "test");
  one.set("repetitions", "1", "test");
  one.set("warmup", "0", "test");
  one.set("memory", "100", "test");
  CaseCache cache;
  const auto alone = Registry<CommunicatorKind>::instance().find("alone", "test").kind.join();
  return run_case(one, "test", {"", "", ""}, cache, *alone, {}, {Words::not_asked, Lines::not_asked}).record;
}

TEST(InfoEngines, SayWhatARunSays) {
  const TestFolder folder;
  std::vector<std::string> networks = {"mlp:widths=9-8-7,density=0.5",
                                       "mlp:widths=9-8-7,density=0.5,last=identity",
                                       "mlp:widths=9-8-7,density=0.5,activation=challenge",
                                       "mlp:widths=5x3,density=0",
                                       "radix_net:neurons=64,layers=2",
                                       "random_dag:neurons=40,density=0.1",
                                       "star"};
  int number = 0;
  for (const float bias : {0.0F, 0.5F})
    for (const char* name : {"identity", "relu", "challenge"}) {
      const Activation one = parse_activation(name, "test");
      const Activation last = parse_activation("identity", "test");
      networks.push_back(stored(folder, fmt::format("dag{}.h5", ++number), small_dag(one, bias)));
      networks.push_back(stored(folder, fmt::format("layers{}.h5", number), small_layers(one, last, bias)));
    }
  uint64_t taken = 0;
  uint64_t refused = 0;
  for (const std::string& network : networks)
    for (const Taker& taker : stand_in_for(network).takers()) {
      for (const Track track : taker.tracks) {
        const Record ran = run_of(network, taker.engine, track);
        EXPECT_EQ(ran.text("status"), "ok")
            << network << " " << taker.engine << " " << track_name(track) << ": " << ran.text("error");
        ++taken;
      }
      for (const Refusal& refusal : taker.refusals) {
        const Record ran = run_of(network, taker.engine, refusal.track);
        EXPECT_EQ(ran.text("status"), "unsupported") << network << " " << taker.engine;
        EXPECT_EQ(ran.text("error"), refusal.reason) << network << " " << taker.engine;
        ++refused;
      }
    }
  EXPECT_GT(taken, 200U);
  EXPECT_GT(refused, 100U);
}

}  // namespace
}  // namespace sparsio
