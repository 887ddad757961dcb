#include <gtest/gtest.h>

#include <cstdio>
#include <functional>

#include "disk/atomic_file.hpp"
#include "disk/refusal_fixture.hpp"
#include "disk/temporary_folder_fixture.hpp"
#include "format/format.hpp"
#include "format/tsv/challenge_names.hpp"
#include "net/layers_fixture.hpp"

namespace sparsio {
namespace {

const FormatKind& tsv() {
  return Registry<FormatKind>::instance().find("tsv", "test").kind;
}

using Given = std::vector<NamedText>;

std::unique_ptr<LayerSource> open(const std::string& path, const Given& given = {}) {
  return std::get<std::unique_ptr<LayerSource>>(tsv().read_network(path, Params(tsv().options, given, "tsv")));
}

std::vector<Layer> walk(LayerSource& source) {
  std::vector<Layer> layers;
  for (Layer layer; source.next(layer);) layers.push_back(layer);
  return layers;
}

void expect_equal(const std::vector<Layer>& a, const std::vector<Layer>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t l = 0; l < a.size(); ++l) {
    EXPECT_EQ(a[l].sources, b[l].sources);
    EXPECT_EQ(a[l].targets, b[l].targets);
    EXPECT_EQ(a[l].begin, b[l].begin);
    EXPECT_EQ(a[l].source, b[l].source);
    EXPECT_EQ(a[l].weight, b[l].weight);
    EXPECT_EQ(a[l].bias, b[l].bias);
  }
}

NetworkSource given(std::vector<Layer> layers, Activation activation = Activation::challenge) {
  return std::make_unique<GivenLayers>(std::move(layers), activation);
}

enum class Weights { official, any };

Layer random_layer(uint32_t neurons, float bias, Weights weights, uint64_t seed) {
  Layer layer;
  layer.sources = layer.targets = neurons;
  layer.begin = {0};
  layer.bias.assign(neurons, bias);
  RandomStream random(seed, neurons);
  for (uint32_t t = 0; t < neurons; ++t) {
    for (uint32_t s = 0; s < neurons; ++s)
      if (random.below(4) == 0 || s + t == 0) {
        layer.source.push_back(s);
        layer.weight.push_back(weights == Weights::official ? 0.0625F : static_cast<float>(random.uniform(-3, 3)));
      }
    layer.begin.push_back(layer.source.size());
  }
  return layer;
}

/// The dumb writer: the official form with printf.
std::string printed(const Layer& layer) {
  std::string text;
  char line[64];
  for (uint32_t t = 0; t < layer.targets; ++t)
    for (uint64_t k = layer.begin[t]; k < layer.begin[t + 1]; ++k) {
      std::snprintf(line, sizeof line, "%u\t%u\t%.6e\n", layer.source[k] + 1, t + 1,
                    static_cast<double>(layer.weight[k]));
      text += line;
    }
  return text;
}

TEST(Tsv, WritesTheOfficialBytes) {
  const TemporaryFolder folder;
  const std::vector<Layer> layers{random_layer(40, -0.25F, Weights::official, 1),
                                  random_layer(40, -0.25F, Weights::official, 2)};
  NetworkSource source = given(layers);
  tsv().write_network(source, folder / "new/net");
  EXPECT_EQ(slurp(folder / "new/net/n40-l1.tsv"), printed(layers[0]));
  EXPECT_EQ(slurp(folder / "new/net/n40-l2.tsv"), printed(layers[1]));
  EXPECT_NE(slurp(folder / "new/net/n40-l1.tsv").find("\t6.250000e-02\n"), std::string::npos);
}

TEST(Tsv, RoundTripIsExactForAnyWeights) {
  const TemporaryFolder folder;
  std::vector<Layer> layers;
  for (uint64_t l = 0; l < 11; ++l) layers.push_back(random_layer(30, -0.25F, Weights::any, l));
  NetworkSource source = given(layers);
  tsv().write_network(source, folder.path());
  const auto back = open(folder.path(), {{"bias", "-0.25"}});
  EXPECT_EQ(back->widths(), std::vector<uint32_t>(12, 30));
  for (const Layer& layer : walk(*back)) EXPECT_EQ(layer.activation, Activation::challenge);
  back->restart();
  expect_equal(walk(*back), layers);
  back->restart();
  expect_equal(walk(*back), layers);
  layers.resize(4);
  expect_equal(walk(*open(folder.path(), {{"bias", "-0.25"}, {"layers", "4"}})), layers);
  NetworkSource whole = Network(*back, 1'000'000);
  const TemporaryFolder again;
  tsv().write_network(whole, again.path());
  expect_equal(walk(*open(again.path(), {{"bias", "-0.25"}, {"layers", "4"}})), layers);
}

TEST(Tsv, UnsortedFilesAreSorted) {
  const TemporaryFolder folder;
  const Layer layer = random_layer(50, -0.25F, Weights::any, 9);
  std::vector<std::string> lines;
  for (uint32_t t = 0; t < 50; ++t)
    for (uint64_t k = layer.begin[t]; k < layer.begin[t + 1]; ++k) {
      char line[64];
      std::snprintf(line, sizeof line, "%u %u %.9g\r\n", layer.source[k] + 1, t + 1,
                    static_cast<double>(layer.weight[k]));
      lines.emplace_back(line);
    }
  RandomStream random(4, 4);
  for (size_t k = lines.size(); k > 1; --k) std::swap(lines[k - 1], lines[random.below(k)]);
  std::string text;
  for (const std::string& line : lines) text += line;
  expect_equal(walk(*open(folder.put("n50-l1.tsv", text), {{"bias", "-0.25"}})), {layer});
}

TEST(Tsv, FindsLayersDirectlyInSubfoldersAndPacked) {
  const TemporaryFolder folder;
  write_file(folder.put("neuron1024/n1024-l1.tsv.gz", ""), "1\t1\t6.25e-2\n");
  folder.put("neuron1024/n1024-l2.tsv", "1024\t1\t6.25e-2");
  folder.put("neuron1024/n1024-l2.tsv.partial-1-2", "junk");
  const auto network = open(folder.path() + "/");
  EXPECT_EQ(network->widths(), std::vector<uint32_t>(3, 1024));
  EXPECT_EQ(walk(*network)[1].source, std::vector<uint32_t>{1023});
  network->restart();
  EXPECT_EQ(walk(*network)[0].bias, std::vector<float>(1024, -0.3F));
  folder.put("n16-l1.tsv", "16\t1\t6.25e-2\n");
  EXPECT_EQ(refusal([&] { open(folder.path()); }),
            folder.path() + ": there are networks of several sizes; choose with neurons=, have: 16 1024");
  EXPECT_EQ(open(folder.path(), {{"neurons", "1024"}})->layers(), 2U);
  EXPECT_EQ(refusal([&] {
              open(folder.path(), {{"neurons", "17"}});
            }),
            folder.path() + ": no network of 17 neurons; have: 16 1024");
  EXPECT_EQ(refusal([&] {
              open(folder.path(), {{"neurons", "16"}});
            }),
            folder.path() + ": no official bias for 16 neurons; give bias=");
  EXPECT_NE(refusal([&] {
              open(folder.path(), {{"neurons", "16"}, {"bias", "1e300"}});
            }).find("the bias '1e300' does not fit"),
            std::string::npos);
}

TEST(Tsv, RefusesFoldersThatAreNotWhole) {
  const TemporaryFolder folder;
  const std::string place = folder.path() + ": ";
  EXPECT_EQ(refusal([&] { open(folder.path()); }).find(place + "no layer files n{N}-l{k}.tsv"), 0U);
  EXPECT_EQ(refusal([&] { open(folder / "none/"); }).find(folder / "none/: cannot be listed: No such file"), 0U);
  for (const int layer : {1, 2, 4}) folder.put("n1024-l" + std::to_string(layer) + ".tsv", "1\t1\t1\n");
  EXPECT_EQ(refusal([&] { open(folder.path()); }), place + "layer 3 of 1 to 4 is missing; add n1024-l3.tsv or .gz");
  EXPECT_EQ(open(folder.path(), {{"layers", "2"}})->layers(), 2U);
  EXPECT_EQ(refusal([&] {
              open(folder.path(), {{"layers", "5"}});
            }),
            place + "no layer 5, the last is 4; give layers= up to that");
  folder.put("n1024-l2.tsv.gz", "");
  EXPECT_NE(refusal([&] { open(folder.path()); }).find("layer 2 of 1024 neurons is there twice"), std::string::npos);
}

TEST(Tsv, RefusesLinesWithThePlace) {
  const TemporaryFolder folder;
  const std::string path = folder / "n1024-l1.tsv";
  const auto message = [&](const std::string& bytes) {
    return refusal([&] { walk(*open(folder.put("n1024-l1.tsv", bytes))); });
  };
  const std::string good = "1\t1\t6.250000e-02\n";
  const std::string shape = "; a line is 'source target weight' with tabs or spaces between";
  EXPECT_EQ(message(good), "");
  EXPECT_EQ(message(good + "0\t2\t1\n"), path + ":2: source 0 is out of range; give 1 to 1024");
  EXPECT_EQ(message(good + "1\t1025\t1\n"), path + ":2: target 1025 is out of range; give 1 to 1024");
  EXPECT_EQ(message(good + "1\t99999999999999999999999\t1\n"),
            path + ":2: target 99999999999999999999999 is out of range; give 1 to 1024");
  EXPECT_EQ(message(good + "2\t2\tnan\n"), path + ":2: the weight 'nan' is not a finite number; give one like 0.0625");
  EXPECT_EQ(message(good + "2\t2\n"), path + ":2: the line ends after the target, the weight is missing" + shape);
  EXPECT_EQ(message(good + "2\t2\t1\t1\n"), path + ":2: '\\x091' after the weight" + shape);
  EXPECT_EQ(message(good + "2\t2\t1x\n"), path + ":2: the weight '1x' is not a finite number; give one like 0.0625");
  EXPECT_EQ(message(good + good), path + ":2: connection 1 -> 1 stands twice; add the weights and give it once");
  EXPECT_EQ(message("5\t9\t1\n" + good + "5\t8\t1\n1\t1\t3\n5\t9\t2\n"),
            path + ":4: connection 1 -> 1 stands twice; add the weights and give it once");
  EXPECT_EQ(message(good + "2\t2\t1\r\n"),
            path + ":2: the line ends in CRLF, the ones before in LF; use one kind of line end");
  EXPECT_EQ(message(good + std::string("2\t2\t\0\n", 6)).find(path + ":2: there is a NUL byte"), 0U);
  EXPECT_EQ(message("").find(path + ": the file is empty"), 0U);
  EXPECT_EQ(message("\xff\xfe"), path + ":1: '\\xff\\xfe' is not a source number" + shape);
}

TEST(Tsv, BlanksSayNothing) {
  const TemporaryFolder folder;
  const std::string plain = folder.put("n1024-l1.tsv", "1\t1\t0.5\n7\t2\t-3\n2\t9\t0.25\n");
  const std::string blank = folder.put("n1024-l2.tsv", "\n 1 1  +0.5 \n\n7\t \t2\t-3\t\n  2 9 0.25\n \n");
  Layer a;
  Layer b;
  open(plain)->next(a);
  open(blank)->next(b);
  EXPECT_EQ(a.begin, b.begin);
  EXPECT_EQ(a.source, b.source);
  EXPECT_EQ(a.weight, b.weight);
  EXPECT_EQ(refusal([&] { walk(*open(folder.put("n1024-l3.tsv", "\n1 1 1\n\n\n2 1 1\n 1 1 1\n"))); }),
            folder / "n1024-l3.tsv" + ":6: connection 1 -> 1 stands twice; add the weights and give it once");
}

TEST(Tsv, WeightsOfZeroAreNoConnectionsUnlessAskedFor) {
  const TemporaryFolder folder;
  const std::string path = folder.put("n1024-l1.tsv", "1\t1\t0\n2\t1\t0.5\n5\t3\t-1e-60\n6\t3\t1e-40\n");
  const std::vector<std::pair<std::string, std::vector<uint32_t>>> rules = {{"drop", {1, 5}}, {"keep", {0, 1, 4, 5}}};
  for (const auto& [zeros, sources] : rules) {
    Layer layer;
    open(path, {{"zeros", zeros}})->next(layer);
    EXPECT_EQ(layer.source, sources) << zeros;
    EXPECT_EQ(layer.begin[1], zeros == "keep" ? 2U : 1U);
    EXPECT_EQ(layer.begin.back(), layer.source.size());
  }
}

TEST(Tsv, WhatBeginsLikeALayerIsReadOrRefused) {
  for (const char* stranger : {"n1024-l0.tsv", "n1024-l2.TSV", "n1024-l2.tsv.part", "n1024-l2", "n1024-l02x.tsv.gz"}) {
    const TemporaryFolder folder;
    folder.put("n1024-l1.tsv", "1\t1\t0.5\n");
    folder.put("neuron1024-l1-categories.tsv", "1\n");
    folder.put("n1024-l2.tsv.partial-7-0", "");
    EXPECT_EQ(open(folder.path())->layers(), 1U);
    const std::string path = folder.put(stranger, "1\t1\t0.5\n");
    EXPECT_EQ(refusal([&] { open(folder.path()); }).find(path + ": begins like a layer, and is none"), 0U) << stranger;
  }
  const TemporaryFolder folder;
  folder.put("n1024-l1.tsv", "1\t1\t0.5\n");
  const auto sink = open_sink(folder / "n1024-l2.tsv.xz");
  sink->write("3\t1\t0.5\n");
  sink->finish();
  EXPECT_EQ(open(folder.path())->layers(), 2U);
}

TEST(Tsv, ASingleFileIsOneLayer) {
  const TemporaryFolder folder;
  const std::string path = folder.put("mine.tsv", "4 3 0.5\n");
  EXPECT_EQ(refusal([&] { open(path); }),
            path + ": the name does not say how many neurons a layer has; write tsv:path=" + path +
                ",neurons=N; or if it holds inputs: sparsio convert --as inputs --width N");
  const auto network = open(path, {{"neurons", "4"}, {"bias", "1"}});
  EXPECT_EQ(walk(*network)[0].begin, (std::vector<uint64_t>{0, 0, 0, 1, 1}));
  EXPECT_EQ(refusal([&] {
              open(path, {{"neurons", "4"}, {"bias", "1"}, {"layers", "2"}});
            }).find(path + ": a file is one layer"),
            0U);
  EXPECT_NE(refusal([&] { open(folder / "none.tsv"); }).find("no such file"), std::string::npos);
  EXPECT_NE(refusal([&] { open(folder.put("n4000000000-l1.tsv", "1 1 1\n")); }).find("4000000000 neurons by its name"),
            std::string::npos);
  NetworkSource source = given({random_layer(30, 1, Weights::any, 5)});
  tsv().write_network(source, folder / "n30-l1.tsv.gz");
  expect_equal(walk(*open(folder / "n30-l1.tsv.gz", {{"bias", "1"}})), {random_layer(30, 1, Weights::any, 5)});
}

TEST(Tsv, WriterRefusesWhatItCannotKeep) {
  const TemporaryFolder folder;
  const auto message = [&](NetworkSource source, const std::string& path) {
    return refusal([&] { tsv().write_network(source, path); });
  };
  const auto layer = [](float bias, uint32_t neurons = 20) {
    return random_layer(neurons, bias, Weights::official, 1);
  };
  const std::string net = folder / "net/";
  Layer uneven = layer(1);
  uneven.bias[7] = 2;
  EXPECT_NE(message(given({uneven}), net).find("bias 2 in layer 1 and 1 before"), std::string::npos);
  EXPECT_NE(message(given({layer(1), layer(2)}), net).find("bias 2 in layer 2 and 1 before"), std::string::npos);
  EXPECT_NE(
      message(given({layer(-0.25F, 1024)}), net).find("bias -0.25 in layer 1, .tsv networks of 1024 neurons have -0.3"),
      std::string::npos);
  EXPECT_NE(message(given({layer(1)}, Activation::relu), net).find("the activation is relu"), std::string::npos);
  Layer wide = layer(1);
  wide.sources = 21;
  EXPECT_NE(message(given({wide}), net).find("layers of 21 and of 20 neurons"), std::string::npos);
  Layer empty{2, 2, {0, 0, 0}, {}, {}, {1, 1}};
  EXPECT_NE(message(given({empty}), net).find("layer 1 has no connections"), std::string::npos);
  EXPECT_NE(message(Network(2, {{0, 1, 1}}, {0, 0}, Activation::challenge, ""), net).find("no layers"),
            std::string::npos);
  EXPECT_NE(message(given({layer(1), layer(1)}), folder / "a.tsv").find("2 layers, a .tsv file is one"),
            std::string::npos);
  EXPECT_EQ(folder.entries(), 0U);
  EXPECT_EQ(message(given({layer(1), layer(1)}), net), "");
  EXPECT_NE(message(given({layer(1)}), net).find("n20-l2.tsv is there and would be taken for part"), std::string::npos);
  EXPECT_EQ(message(given({layer(1), layer(1)}), net), "");
  folder.put("file", "");
  EXPECT_NE(message(given({layer(1)}), folder / "file/net").find("the folder cannot be made: Not a directory"),
            std::string::npos);
}

/// Looks on before it gives the third layer on the second walk, which is the one that is written.
class WatchedLayers final : public LayerSource {
 public:
  WatchedLayers(std::vector<Layer> layers, std::function<void()> look)
      : layers_(std::move(layers), Activation::challenge), look_(std::move(look)) {}
  const std::vector<uint32_t>& widths() const override { return layers_.widths(); }
  void restart() override {
    layers_.restart();
    ++walks_;
    given_ = 0;
  }
  bool next(Layer& layer) override {
    if (walks_ > 1 && given_++ == 2) look_();
    return layers_.next(layer);
  }

 private:
  GivenLayers layers_;
  std::function<void()> look_;
  int walks_ = 0;
  int given_ = 0;
};

// What a killed program leaves is what stands there at any moment.
TEST(Tsv, AFolderHalfWrittenIsNoNetwork) {
  const TemporaryFolder folder;
  const auto layer = [](uint64_t seed) { return random_layer(20, 1, Weights::official, seed); };
  const std::string net = folder / "net";
  const auto read = [&] { return walk(*open(net, {{"bias", "1"}})); };
  for (const uint64_t seed : {1, 10}) {  // a new folder, then one that holds an old network
    int looked = 0;
    NetworkSource source =
        std::make_unique<WatchedLayers>(std::vector<Layer>{layer(seed), layer(seed + 1), layer(seed + 2)}, [&] {
          EXPECT_NE(refusal(read).find(seed == 1 ? "layer 1 of 1 to 2 is missing" : "layer 1 of 1 to 3 is missing"),
                    std::string::npos);
          ++looked;
        });
    tsv().write_network(source, net + "/");
    EXPECT_EQ(looked, 1);
    expect_equal(read(), {layer(seed), layer(seed + 1), layer(seed + 2)});
  }
}

TEST(Tsv, AFolderThatCouldNotBeWrittenIsNotThere) {
  const TemporaryFolder folder;
  const Layer layer = random_layer(20, 1, Weights::official, 1);
  NetworkSource source =
      std::make_unique<WatchedLayers>(std::vector<Layer>{layer, layer, layer}, [] { throw BadInput("disk", "full"); });
  EXPECT_THROW(tsv().write_network(source, folder / "net/"), BadInput);
  EXPECT_EQ(folder.entries(), 0U);
}

TEST(Tsv, TruncationAtEveryByteIsRefused) {
  const TemporaryFolder folder;
  NetworkSource source = given({random_layer(12, 1, Weights::any, 5)});
  tsv().write_network(source, folder / "n12-l1.tsv.gz");
  const std::string whole = slurp(folder / "n12-l1.tsv.gz");
  for (size_t size = 0; size < whole.size(); ++size) {
    folder.put("n12-l1.tsv.gz", whole.substr(0, size));
    const std::string message = refusal([&] { walk(*open(folder.path(), {{"bias", "1"}})); });
    EXPECT_EQ(message.find(folder / "n12-l1.tsv.gz: the gzip data end too early"), 0U) << size << ": " << message;
  }
}

TEST(Tsv, MutantsAreReadOrRefused) {
  const TemporaryFolder folder;
  int read = 0;
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    folder.put("n16-l1.tsv",
               mutant("1\t1\t6.250000e-02\n16\t1\t6.250000e-02\n2\t2\t-1\n3\t2\t1e-3\n4\t16\t0.5\n", seed));
    const std::string message = refusal([&] {
      for (const Layer& layer : walk(*open(folder.path(), {{"bias", "1"}}))) {
        ASSERT_EQ(layer.begin.back(), layer.source.size());
        for (uint32_t t = 0; t < 16; ++t)
          for (uint64_t k = layer.begin[t] + 1; k < layer.begin[t + 1]; ++k)
            ASSERT_LT(layer.source[k - 1], layer.source[k]);
      }
    });
    if (message.empty()) ++read;
  }
  EXPECT_GT(read, 0);
  EXPECT_LT(read, 2000);
}

TEST(ChallengeNames, AreTakenApart) {
  EXPECT_EQ(parse_layer_name("n1024-l7.tsv")->neurons, 1024U);
  EXPECT_EQ(parse_layer_name("n1024-l7.tsv.gz")->layer, 7U);
  for (const char* bad : {"n1024-l7.tsv.bak", "n-l7.tsv", "n1024-l0.tsv", "n1024-l.tsv", "xn1024-l7.tsv", "n1024l7.tsv",
                          "n99999999999-l1.tsv", "neuron1024-l120-categories.tsv"})
    EXPECT_FALSE(parse_layer_name(bad)) << bad;
  EXPECT_EQ(parse_images_name("sparse-images-1024.tsv.gz"), 1024U);
  EXPECT_FALSE(parse_images_name("sparse-images-1024.bits"));
}

}  // namespace
}  // namespace sparsio
