// h5: the arrays and facts that its letter names are there; the activation of each layer comes back, from layers and
// from a network held whole; a file from before layers had activations opens; activations that are not those of the
// file's layers are refused.
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "disk/refusal_fixture.hpp"
#include "disk/temporary_folder_fixture.hpp"
#include "format/format.hpp"
#include "format/h5/array_file.hpp"
#include "net/layers_fixture.hpp"

namespace sparsio {
namespace {

const FormatKind& h5() {
  return Registry<FormatKind>::instance().find("h5", "test").kind;
}

NetworkSource read(const std::string& path) {
  return h5().read_network(path, Params(h5().options, {}, "h5"));
}

std::vector<Activation> activations_of(const Network& network) {
  return {network.activations().begin(), network.activations().end()};
}

Layer layer_with(Activation activation, uint64_t seed) {
  constexpr uint32_t width = 7;
  RandomStream random(seed, 1);
  Layer layer;
  layer.sources = layer.targets = width;
  layer.activation = activation;
  layer.begin = {0};
  for (uint32_t t = 0; t < width; ++t) {
    layer.source.push_back(static_cast<uint32_t>(random.below(width)));
    layer.weight.push_back(static_cast<float>(random.uniform(-2, 2)));
    layer.begin.push_back(layer.source.size());
    layer.bias.push_back(static_cast<float>(random.uniform(-1, 1)));
  }
  return layer;
}

void expect_equal(const Network& a, const Network& b) {
  EXPECT_EQ(activations_of(a), activations_of(b));
  EXPECT_TRUE(std::equal(a.source().begin(), a.source().end(), b.source().begin(), b.source().end()));
  EXPECT_TRUE(std::equal(a.weight().begin(), a.weight().end(), b.weight().begin(), b.weight().end()));
}

TEST(H5, ActivationsOfLayersComeBack) {
  const TemporaryFolder folder;
  const std::string path = folder / "a.h5";
  constexpr Activation relu = Activation::relu;
  constexpr Activation identity = Activation::identity;
  constexpr Activation challenge = Activation::challenge;
  const std::vector<Activation> all = all_activations();
  const Activation leaky = parse_activation("leaky_relu:slope=0.3", "test");
  for (const std::vector<Activation>& activations :
       std::vector<std::vector<Activation>>{{identity},
                                            {relu, relu, identity},
                                            {challenge, identity, relu, challenge},
                                            {identity, identity},
                                            {leaky, all[2], leaky, all.back()},  // the last of the table is softmax
                                            all}) {
    std::vector<Layer> layers;
    for (const Activation one : activations) layers.push_back(layer_with(one, layers.size()));
    NetworkSource source = std::make_unique<GivenLayers>(layers);
    const Network before = flatten(source);
    h5().write_network(source, path);
    NetworkSource after = read(path);
    expect_equal(flatten(after), before);
    // Also from a network held whole, whose layers are a view.
    NetworkSource whole = before;
    h5().write_network(whole, path);
    auto& back = *std::get<std::unique_ptr<LayerSource>>(after = read(path));
    Layer layer;
    for (const Activation one : activations) {
      layer.activation = one == relu ? identity : relu;
      ASSERT_TRUE(back.next(layer));
      EXPECT_EQ(layer.activation, one);
    }
  }
  NetworkSource dag = Network(3, {{0, 1, 1}, {0, 2, 2}, {1, 2, 3}}, {0, 1, 1}, identity, "test");
  h5().write_network(dag, path);
  NetworkSource dag_after = read(path);
  expect_equal(std::get<Network>(dag_after), std::get<Network>(dag));
  dag = Network(3, {{0, 1, 1}, {0, 2, 2}, {1, 2, 3}}, {0, 1, 1}, {relu, leaky, all.back()}, "test");
  h5().write_network(dag, path);
  dag_after = read(path);
  expect_equal(std::get<Network>(dag_after), std::get<Network>(dag));
}

TEST(H5, ActivationsThatNoNetworkHasAreRefused) {
  const TemporaryFolder folder;
  const std::string path = folder / "a.h5";
  const auto refusal = [&](std::string_view activation, std::vector<uint8_t> which) -> std::string {
    {
      ArrayWriter arrays(path);
      arrays.fact("program", std::string_view("sparsio"));
      arrays.fact("holds", std::string_view("network"));
      arrays.fact("version", uint64_t{1});
      arrays.fact("shape", std::string_view("layers"));
      arrays.fact("activation", activation);
      arrays.array("activations", std::span<const uint8_t>(which));
      arrays.array("widths", std::span<const uint32_t>(std::vector<uint32_t>{1, 1, 1}));
      arrays.finish();
    }
    try {
      read(path);
    } catch (const BadInput& error) {
      return error.what();
    }
    return "taken";
  };
  EXPECT_EQ(refusal("relu", {}), "taken");  // the layers are read later
  EXPECT_NE(refusal("swish", {}).find("no activation 'swish'"), std::string::npos);
  EXPECT_NE(refusal("leaky_relu:slope=-2", {}).find("slope -2"), std::string::npos);
  EXPECT_NE(refusal("softmax", {}).find("softmax follows layer 1 of 2"), std::string::npos);
  EXPECT_NE(refusal("softmax relu", {0, 1}).find("softmax follows layer 1 of 2"), std::string::npos);
  EXPECT_NE(refusal("relu gelu", {0}).find("1 activations for 2 layers"), std::string::npos);
  EXPECT_NE(refusal("relu gelu", {0, 2}).find("activation 2 of the 2"), std::string::npos);
}

TEST(H5, WhatTheLetterNamesIsThere) {
  const TemporaryFolder folder;
  const std::string path = folder / "a.h5";
  const auto expect_layer = [](const ArrayReader& arrays, const std::string& group, uint64_t targets) {
    std::vector<uint64_t> begin;
    std::vector<uint32_t> source;
    std::vector<float> reals;
    arrays.read(group + "/begin", begin);
    arrays.read(group + "/source", source);
    arrays.read(group + "/weight", reals);
    arrays.read(group + "/bias", reals);
    EXPECT_EQ(begin.size(), targets + 1) << group;
    EXPECT_EQ(reals.size(), targets) << group;
  };
  NetworkSource layered = std::make_unique<GivenLayers>(
      std::vector<Layer>{layer_with(Activation::relu, 1), layer_with(Activation::identity, 2)});
  h5().write_network(layered, path);
  {
    const ArrayReader arrays(path);
    EXPECT_EQ(arrays.text("program") + arrays.text("holds") + arrays.text("shape"), "sparsionetworklayers");
    EXPECT_EQ(arrays.number("version"), 1U);
    EXPECT_EQ(arrays.text("activation"), "relu identity");
    std::vector<uint32_t> widths;
    arrays.read("widths", widths);
    EXPECT_EQ(widths, (std::vector<uint32_t>{7, 7, 7}));
    std::vector<uint8_t> which;
    arrays.read("activations", which);
    EXPECT_EQ(which, (std::vector<uint8_t>{0, 1}));
    for (const char* group : {"layers/1", "layers/2"}) expect_layer(arrays, group, 7);
  }
  NetworkSource dag = Network(3, {{0, 1, 1}, {0, 2, 2}, {1, 2, 3}}, {0, 1, 1}, Activation::relu, "test");
  h5().write_network(dag, path);
  const ArrayReader of_dag(path);
  EXPECT_EQ(of_dag.text("shape"), "dag");
  expect_layer(of_dag, "dag", 3);
  for (const Inputs& inputs : {Inputs{2, 3, {0x80, 0x60}, {}, "test"}, Inputs{2, 3, {}, {1, 2, 3, 4, 5, 6}, "test"}}) {
    h5().write_inputs(inputs, path);
    const ArrayReader arrays(path);
    EXPECT_EQ(arrays.text("holds") + " " + arrays.text("values"), inputs.is_packed() ? "inputs bits" : "inputs reals");
    EXPECT_EQ(arrays.number("count"), 2U);
    EXPECT_EQ(arrays.number("width"), 3U);
    std::vector<uint8_t> bits;
    std::vector<float> reals;
    if (inputs.is_packed())
      arrays.read("bits", bits);
    else
      arrays.read("reals", reals);
    EXPECT_EQ(bits, inputs.bits);
    EXPECT_EQ(reals, inputs.values);
  }
}

/// testdata/relu.h5 was written when a network had one activation: mlp:widths=8x3,density=0.5.
TEST(H5, AFileFromBeforeLayersHadActivationsOpens) {
  NetworkSource source = read(SPARSIO_SOURCE_DIR "/src/format/testdata/relu.h5");
  EXPECT_EQ(std::get<std::unique_ptr<LayerSource>>(source)->widths(), (std::vector<uint32_t>{8, 8, 8}));
  const Network network = flatten(source);
  EXPECT_EQ(activations_of(network), std::vector{Activation::relu});
  ASSERT_EQ(network.connections(), 77U);
  EXPECT_EQ(network.weight()[40], 1.10501933F);
  EXPECT_EQ(network.bias()[16], 0.0790632442F);
}

TEST(H5, ActivationsThatAreNotOfItsLayersAreRefused) {
  const TemporaryFolder folder;
  const std::string path = folder / "a.h5";
  const auto message = [&](std::string_view names, const std::vector<uint8_t>& which) {
    ArrayWriter arrays(path);
    arrays.fact("program", std::string_view("sparsio"));
    arrays.fact("holds", std::string_view("network"));
    arrays.fact("version", uint64_t{1});
    arrays.fact("activation", names);
    arrays.fact("shape", std::string_view("layers"));
    arrays.array("widths", std::span<const uint32_t>(std::vector<uint32_t>{2, 2, 2}));
    if (!which.empty()) arrays.array("activations", std::span<const uint8_t>(which));
    arrays.finish();
    return refusal([&] { read(path); });
  };
  EXPECT_EQ(message("relu identity", {0, 1}), "");
  EXPECT_EQ(message("identity", {}), "");
  EXPECT_NE(message("relu identity", {0, 1, 1}).find("3 activations for 2 layers"), std::string::npos);
  EXPECT_NE(message("relu identity", {0, 2}).find("activation 2 of the 2 that are named"), std::string::npos);
  EXPECT_NE(message("relu identity", {}), "");
  EXPECT_NE(message("rely", {}).find("did you mean 'relu'?"), std::string::npos);
  EXPECT_NE(message(" ", {}).find("names no activation"), std::string::npos);
}

}  // namespace
}  // namespace sparsio
