// mtx, smtx and h5: every network and input that a format can hold comes back as it was; what it cannot hold is refused
// with a reason; bad files are refused with the place, and hostile headers before memory is taken.
// The reader of entries is checked against a dumber one, an istream.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "disk/refusal_fixture.hpp"
#include "disk/temporary_folder_fixture.hpp"
#include "format/format.hpp"
#include "format/h5/array_file.hpp"
#include "format/shared/matrix_market.hpp"
#include "format/shared/stored_layers.hpp"

namespace sparsio {
namespace {

const FormatKind& format(const std::string& name) {
  return Registry<FormatKind>::instance().find(name, "test").kind;
}

NetworkSource read(const std::string& name, const std::string& path, const std::vector<NamedText>& given = {}) {
  return format(name).read_network(path, Params(format(name).options, given, name));
}

Layer layer_in(const std::string& name, const std::string& path, const std::vector<NamedText>& given = {}) {
  NetworkSource source = read(name, path, given);
  Layer layer;
  EXPECT_EQ(std::get<std::unique_ptr<LayerSource>>(source)->layers(), 1U);
  std::get<std::unique_ptr<LayerSource>>(source)->next(layer);
  return layer;
}

template <class Range>
bool same(Range a, Range b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

void expect_equal(const Network& a, const Network& b) {
  EXPECT_TRUE(same(a.in_begin(), b.in_begin()));
  EXPECT_TRUE(same(a.source(), b.source()));
  EXPECT_TRUE(same(a.weight(), b.weight()));
  EXPECT_TRUE(same(a.bias(), b.bias()));
  EXPECT_TRUE(same(a.layer_begin(), b.layer_begin()));
  EXPECT_TRUE(same(a.activations(), b.activations()));
}

Layer random_layer(uint32_t sources, uint32_t targets, uint64_t seed, bool one_bias) {
  RandomStream random(seed, 1);
  Layer layer;
  layer.sources = sources;
  layer.targets = targets;
  layer.begin = {0};
  for (uint32_t t = 0; t < targets; ++t) {
    for (uint32_t s = 0; s < sources; ++s) {
      if (random.below(3) != 0) continue;
      layer.source.push_back(s);
      layer.weight.push_back(static_cast<float>(random.uniform(-2, 2)));
    }
    layer.begin.push_back(layer.source.size());
    layer.bias.push_back(one_bias ? -0.25F : static_cast<float>(random.uniform(-1, 1)));
  }
  return layer;
}

std::unique_ptr<LayerSource> random_layers(uint64_t seed, bool one_bias, size_t count) {
  std::vector<Layer> layers;
  uint32_t width = 5;
  for (size_t l = 0; l < count; ++l) {
    const auto next = static_cast<uint32_t>(1 + RandomStream(seed, l).below(20));
    layers.push_back(random_layer(width, next, seed + l, one_bias));
    width = next;
  }
  return std::make_unique<StoredLayers>(std::move(layers));
}

Network random_dag_network(uint64_t seed) {
  RandomStream random(seed, 1);
  std::vector<Connection> connections;
  const auto n = static_cast<uint32_t>(3 + random.below(20));
  std::vector<float> bias(n, 0.0F);
  for (uint32_t v = 1; v < n; ++v)
    for (uint32_t u = 0; u < v; ++u)
      if (random.below(3) == 0 || (u == 0 && v == n - 1)) {
        connections.push_back({u, v, static_cast<float>(random.uniform(-1, 1))});
        bias[v] = 0.5F;
      }
  return Network(n, connections, bias, Activation::relu, "test");
}

TEST(Mtx, LayersAndDagsComeBackAsTheyWere) {
  const TemporaryFolder folder;
  for (uint64_t seed = 0; seed < 20; ++seed)
    for (const std::string name : {"a.mtx", "a.mtx.gz"}) {
      NetworkSource layer = random_layers(seed, true, 1);
      const Network before = flatten(layer);
      format("mtx").write_network(layer, folder / name);
      NetworkSource after = read("mtx", folder / name, {{"bias", "-0.25"}});
      expect_equal(flatten(after), before);
      NetworkSource dag = random_dag_network(seed);
      format("mtx").write_network(dag, folder / name);
      NetworkSource dag_after = read("mtx", folder / name, {{"bias", "0.5"}});
      expect_equal(flatten(dag_after), std::get<Network>(dag));
    }
}

TEST(Mtx, ReadsWhatTheStandardAllows) {
  const TemporaryFolder folder;
  const std::string head = "%%MatrixMarket matrix coordinate ";
  const Layer real =
      layer_in("mtx", folder.put("a.mtx", head + "real general\n% a comment\n\n 2  3 2 \n2 3 +1.5\n1 1 -2e-1"));
  EXPECT_EQ(real.sources, 2U);
  EXPECT_EQ(real.targets, 3U);
  EXPECT_EQ(real.source, (std::vector<uint32_t>{0, 1}));
  EXPECT_EQ(real.weight, (std::vector<float>{-0.2F, 1.5F}));
  const Layer turned = layer_in("mtx", folder / "a.mtx", {{"rows", "targets"}, {"bias", "3"}});
  EXPECT_EQ(turned.sources, 3U);
  EXPECT_EQ(turned.source, (std::vector<uint32_t>{0, 2}));
  EXPECT_EQ(turned.bias, (std::vector<float>{3, 3}));
  const Layer integer =
      layer_in("mtx", folder.put("a.mtx", "%%matrixmarket MATRIX Coordinate INTEGER General\r\n1 2 1\r\n1 2 -7\r\n"));
  EXPECT_EQ(integer.weight, (std::vector<float>{-7}));
  const Layer symmetric = layer_in("mtx", folder.put("a.mtx", head + "real symmetric\n3 3 3\n1 1 1\n3 1 2\n3 2 4\n"));
  EXPECT_EQ(symmetric.begin, (std::vector<uint64_t>{0, 2, 3, 5}));
  EXPECT_EQ(symmetric.source, (std::vector<uint32_t>{0, 2, 2, 0, 1}));
  EXPECT_EQ(symmetric.weight, (std::vector<float>{1, 2, 4, 2, 4}));
  NetworkSource graph =
      read("mtx", folder.put("a.mtx", head + "pattern symmetric\n3 3 2\n3 1\n2 1\n"), {{"as", "dag"}});
  EXPECT_EQ(std::get<Network>(graph).facts().inputs, 1U);
  EXPECT_EQ(std::get<Network>(graph).facts().outputs, 2U);
}

TEST(Mtx, APatternHasDrawnWeightsThatTheSeedFixes) {
  const TemporaryFolder folder;
  const std::string path =
      folder.put("a.mtx", "%%MatrixMarket matrix coordinate pattern general\n2 3 3\n1 1\n2 1\n2 3\n");
  EXPECT_EQ(layer_in("mtx", path).weight, layer_in("mtx", path).weight);
  EXPECT_NE(layer_in("mtx", path).weight, layer_in("mtx", path, {{"seed", "2"}}).weight);
}

TEST(Mtx, EntriesAreThoseOfADumberReader) {
  const TemporaryFolder folder;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    RandomStream random(seed, 9);
    const uint64_t entries = random.below(200);
    std::string text = fmt::format("%%MatrixMarket matrix coordinate real general\n30 40 {}\n", entries);
    for (uint64_t k = 0; k < entries; ++k)
      text += fmt::format("{} {}\t{:.7g}\n", 1 + random.below(30), 1 + random.below(40), random.uniform(-9, 9));
    const MatrixEntries matrix = read_matrix_market(folder.put("a.mtx", text));
    std::istringstream dumb(text);
    std::string line;
    std::getline(dumb, line);
    std::getline(dumb, line);
    ASSERT_EQ(matrix.row.size(), entries);
    for (uint64_t k = 0; k < entries; ++k) {
      uint32_t row = 0;
      uint32_t column = 0;
      float value = 0;
      dumb >> row >> column >> value;
      ASSERT_EQ(matrix.row[k] + 1, row);
      ASSERT_EQ(matrix.column[k] + 1, column);
      ASSERT_EQ(matrix.value[k], value);
    }
  }
}

TEST(Mtx, ReadsWhatIsOutThere) {
  const TemporaryFolder folder;
  const auto layer_of_file = [&](const std::string& bytes, const std::vector<NamedText>& given = {{"as", "layer"}}) {
    return layer_in("mtx", folder.put("a.mtx", bytes), given);
  };
  const Layer plain = layer_of_file("%%MatrixMarket matrix coordinate real general\n3 4 2\n1 1 5\n3 4 -0.25\n");
  for (const std::string bytes :
       {"%%MatrixMarket MATRIX Coordinate Real General\n%\n\n3 4 2 % sizes\n% between\n1 1 5.D0\n% more\n3 4 -2.5d-1 "
        "%\n%end\n\n",
        "%%matrixmarket matrix coordinate double general\n  3\t4  2 \n 3 4 -0.25 \n1 1 +5\n"}) {
    const Layer layer = layer_of_file(bytes);
    EXPECT_EQ(layer.begin, plain.begin) << bytes;
    EXPECT_EQ(layer.source, plain.source) << bytes;
    EXPECT_EQ(layer.weight, plain.weight) << bytes;
  }
  EXPECT_EQ(layer_of_file("%%MatrixMarket matrix coordinate unsigned-integer general\n%\n3 4 1\n1 1 5\n").weight,
            std::vector<float>{5});
  const std::string skew = "%%MatrixMarket matrix coordinate integer skew-symmetric\n3 3 2\n2 1 4\n3 2 -7\n";
  const Layer turned = layer_of_file(skew);
  EXPECT_EQ(turned.source, (std::vector<uint32_t>{1, 0, 2, 1}));  // of targets 1, 2, 2, 3
  EXPECT_EQ(turned.weight, (std::vector<float>{4, -4, -7, 7}));
  const Network upper = std::get<Network>(read("mtx", folder.put("a.mtx", skew), {{"as", "dag"}}));
  EXPECT_TRUE(same(upper.weight(), std::span<const float>(std::vector<float>{-4, 7})));  // rows 1 and 2, above
}

TEST(Mtx, WeightsOfZeroAreNoConnectionsUnlessAskedFor) {
  const TemporaryFolder folder;
  const std::string header = "%%MatrixMarket matrix coordinate real general\n";
  const std::string path = folder.put("a.mtx", header + "3 4 3\n1 1 0.5\n2 2 0\n3 4 -5.47382e-48\n");
  EXPECT_EQ(layer_in("mtx", path).connections(), 1U);
  const Layer kept = layer_in("mtx", path, {{"zeros", "keep"}});
  EXPECT_EQ(kept.connections(), 3U);
  EXPECT_EQ(kept.weight, (std::vector<float>{0.5, 0, 0}));
  const std::string dag = folder.put("a.mtx", header + "3 3 3\n1 2 0.5\n1 3 0\n2 3 1\n");
  EXPECT_EQ(std::get<Network>(read("mtx", dag)).connections(), 2U);
  EXPECT_EQ(std::get<Network>(read("mtx", dag, {{"zeros", "keep"}})).connections(), 3U);
  EXPECT_NE(refusal([&] {
              read("mtx", folder.put("a.mtx", header + "3 3 2\n1 2 0.5\n1 3 0\n"));
            }).find("neuron 3 would become an input"),
            std::string::npos);
}

TEST(Mtx, RefusesWithThePlace) {
  const TemporaryFolder folder;
  const std::string path = folder / "a.mtx";
  const auto message = [&](const std::string& bytes, const std::vector<NamedText>& given = {}) {
    const std::string text = refusal([&] { read("mtx", folder.put("a.mtx", bytes), given); });
    EXPECT_EQ(text.find(path), 0U) << text;
    return text;
  };
  const auto says = [&](const std::string& bytes, const std::string& words) {
    const std::string text = message(bytes);
    EXPECT_NE(text.find(words), std::string::npos) << text;
  };
  const std::string real = "%%MatrixMarket matrix coordinate real general\n";
  says("", "the file is empty");
  says("1 2 3\n", ":1: this is not the first line of a Matrix Market file");
  says("%%MatrixMarket matrix array real general\n1 1\n1\n", ":1: format 'array', not coordinate");
  says("%%MatrixMarket matrix coordinate complex general\n1 1 0\n", ":1: complex entries");
  says("%%MatrixMarket matrix coordinate pattern skew-symmetric\n1 1 0\n", ":1: a skew-symmetric pattern");
  says("%%MatrixMarket matrix coordinate real skew-symmetric\n2 2 1\n1 1 1\n", ":3: entry 1 1 of a skew-symmetric");
  says("%%MatrixMarket matrix coordinate real hermitian\n1 1 0\n", ":1: symmetry 'hermitian'");
  says(real, "the file ends before its line");
  says(real + "2 3\n", ":2: the entry is missing");
  says(real + "2 3 1\n0 1 1\n", ":3: row 0 is out of range; give 1 to 2");
  says(real + "2 3 1\n1 4 1\n", ":3: column 4 is out of range; give 1 to 3");
  says(real + "2 3 1\n1 2 nan\n", ":3: the value 'nan' is not a finite number");
  says(real + "2 3 1\n1 2 1e99\n", ":3: the value '1e99' does not fit");
  says(real + "2 3 1\n1 2\n", ":3: the value is missing");
  says(real + "2 3 1\n1 2 1 1\n", ":3: '1' after the last field");
  says(real + "2 3 1\n1 2 1\n2 2 1\n", ":4: an entry more than the 1");
  says(real + "2 3 2\n1 2 1\n", ": 1 entries, the header says 2");
  says(real + "2 3 2\n1 2 1\n1 2 5\n", ": connection 1 -> 2 stands twice");
  says(real + "2 3 2\r\n1 2 1\n1 3 5\n", "the line ends in");
  says(real + "2 2 2\n1 2 1\n2 1 1\n", "give as=layer if the matrix is one layer");
  says(real + "2 2 1\n1 1 1\n", "neuron 1 would feed itself");
  says("%%MatrixMarket matrix coordinate real symmetric\n2 2 1\n1 2 1\n", ":3: entry 1 2 lies above the diagonal");
  says("%%MatrixMarket matrix coordinate real symmetric\n2 3 1\n1 2 1\n", ":2: symmetric, but 2 x 3");
  says(real + "4000000000 3 1\n1 2 1\n", "give widest=4000000000 if that is meant");
  says(real + "2 3 18446744073709551615\n1 2 1\n", "1 entries, the header says 18446744073709551615");
  EXPECT_NE(message(real + "2 3 1\n1 2 1\n", {{"as", "dag"}}).find("2 x 3 is no adjacency matrix"), std::string::npos);
}

TEST(Smtx, ReadsTheCollectionsForm) {
  const TemporaryFolder folder;
  const Layer layer = layer_in("smtx", folder.put("a.smtx", "2, 4, 3\n0 1 3\n3 2 0\n"), {{"bias", "0.5"}});
  EXPECT_EQ(layer.targets, 2U);
  EXPECT_EQ(layer.sources, 4U);
  EXPECT_EQ(layer.begin, (std::vector<uint64_t>{0, 1, 3}));
  EXPECT_EQ(layer.source, (std::vector<uint32_t>{3, 0, 2}));
  EXPECT_EQ(layer.bias, (std::vector<float>{0.5F, 0.5F}));
  EXPECT_NE(layer.weight, layer_in("smtx", folder / "a.smtx", {{"seed", "2"}}).weight);
  const Layer turned = layer_in("smtx", folder / "a.smtx", {{"rows", "sources"}});
  EXPECT_EQ(turned.sources, 2U);
  EXPECT_EQ(turned.begin, (std::vector<uint64_t>{0, 1, 1, 2, 3}));
  EXPECT_EQ(turned.source, (std::vector<uint32_t>{1, 1, 0}));
}

TEST(Smtx, ThePatternComesBackAsItWas) {
  const TemporaryFolder folder;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    NetworkSource source = random_layers(seed, true, 1);
    format("smtx").write_network(source, folder / "a.smtx.gz");
    Layer before;
    std::get<std::unique_ptr<LayerSource>>(source)->next(before);
    const Layer after = layer_in("smtx", folder / "a.smtx.gz");
    EXPECT_EQ(before.begin, after.begin);
    EXPECT_EQ(before.source, after.source);
    EXPECT_EQ(before.sources, after.sources);
  }
}

TEST(Smtx, LinesMayBeLongerThanAnyBlock) {
  const TemporaryFolder folder;
  constexpr uint32_t columns = 300000;
  std::string text = fmt::format("1, {0}, {0}\n0 {0}\n", columns);
  for (uint32_t c = 0; c < columns; ++c) text += fmt::format("{} ", c);
  const Layer layer = layer_in("smtx", folder.put("a.smtx", text));
  ASSERT_EQ(layer.connections(), columns);
  for (uint32_t c = 0; c < columns; ++c) ASSERT_EQ(layer.source[c], c);
}

TEST(Smtx, RefusesWithThePlace) {
  const TemporaryFolder folder;
  const auto says = [&](const std::string& bytes, const std::string& words) {
    const std::string text = refusal([&] { read("smtx", folder.put("a.smtx", bytes)); });
    EXPECT_EQ(text.find(folder / "a.smtx"), 0U) << text;
    EXPECT_NE(text.find(words), std::string::npos) << text;
  };
  says("", ":1: the file ends before its count of rows");
  says("2, 4", ":1: the file ends before its count of nonzeros");
  says("2, 4, 3\n0 1 3\n3 2", ":3: the file ends before its column");
  says("2, 4, 3\n0 4 3\n3 2 1", ":2: offset 4 is out of range; give at most 3");
  says("2, 4, 3\n0 2 1\n3 2 1", "offsets do not go from 0 to the 3");
  says("3, 4, 3\n0 2 1 3\n3 2 1", "the offsets fall at target 2");
  says("2, 4, 3\n0 1 3\n3 2 4", ":3: column 4 is out of range; give at most 3");
  says("2, 4, 3\n0 1 3\n3 2 2", "connection 3 -> 2 stands twice");
  says("2, 4, 3\n0 1 3\n3 2 1 0\n", ":3: there are more numbers than the header says");
  says("2, 4, 3\n0 1 3\n3 2 -1\n", ":3: '-' in a file of whole numbers");
  says("0, 4, 0\n0\n", "a layer of no neurons");
  says("1, 4000000000, 1\n0 1\n7\n", "give widest=4000000000 if that is meant");
  says("4000000000, 1, 18446744073709551615\n0 1\n7\n", "the file ends before its offset");
  says("1, 1, 18446744073709551616\n0 1\n", ":1: a number does not fit 64 bits");
}

TEST(H5, NetworksAndInputsComeBackAsTheyWere) {
  const TemporaryFolder folder;
  const std::string path = folder / "a.h5";
  for (uint64_t seed = 0; seed < 10; ++seed) {
    NetworkSource layers = random_layers(seed, false, 1 + seed % 4);
    const Network before = flatten(layers);
    format("h5").write_network(layers, path);
    NetworkSource after = read("h5", path);
    expect_equal(flatten(after), before);
    expect_equal(flatten(after), before);  // a second walk
    NetworkSource dag = random_dag_network(seed);
    format("h5").write_network(dag, path);
    NetworkSource dag_after = read("h5", path);
    expect_equal(std::get<Network>(dag_after), std::get<Network>(dag));
  }
  EXPECT_EQ(folder.entries(), 1U);
  for (const std::string name : {"h5", "mtx"}) {
    const std::string file = folder / ("b." + name);
    Inputs bits{3, 11, {0xFF, 0xE0, 0x00, 0x20, 0x80, 0x00}, {}, "file"};
    format(name).write_inputs(bits, file);
    EXPECT_EQ(format(name).read_inputs(file, 11, Params(format(name).options, {}, name)).bits, bits.bits) << name;
    Inputs reals{2, 3, {}, {0, 0.5F, 1, -2, 0, 3e-9F}, "file"};
    format(name).write_inputs(reals, file);
    EXPECT_EQ(format(name).read_inputs(file, 0, Params(format(name).options, {}, name)).values, reals.values) << name;
    EXPECT_NE(refusal([&] { format(name).read_inputs(file, 4, Params(format(name).options, {}, name)); }), "");
  }
}

TEST(H5, EveryFlippedByteAndEveryTruncationIsRefused) {
  const TemporaryFolder folder;
  NetworkSource source = random_layers(3, false, 2);
  format("h5").write_network(source, folder / "a.h5");
  const std::string good = slurp(folder / "a.h5");
  for (size_t k = 0; k < good.size(); k += 97) {
    std::string bad = good;
    bad[k] = static_cast<char>(bad[k] ^ 0x10);
    EXPECT_NE(refusal([&] { read("h5", folder.put("b.h5", bad)); }), "") << k;
    EXPECT_NE(refusal([&] { read("h5", folder.put("b.h5", good.substr(0, k))); }), "") << k;
  }
  EXPECT_NE(refusal([&] { read("h5", folder.put("b.h5", "")); }).find("the last line is not a checksum"),
            std::string::npos);
}

TEST(H5, AFileThatIsSealedButWrongIsRefused) {
  const TemporaryFolder folder;
  const std::string path = folder / "a.h5";
  const auto message = [&](auto&& fill) {
    ArrayWriter arrays(path);
    arrays.fact("program", std::string_view("sparsio"));
    arrays.fact("holds", std::string_view("network"));
    arrays.fact("version", uint64_t{1});
    fill(arrays);
    arrays.finish();
    return refusal([&] {
      NetworkSource source = read("h5", path);
      flatten(source);
    });
  };
  const std::vector<uint32_t> widths{2, 1};
  const auto layer = [&](ArrayWriter& arrays, std::vector<uint64_t> begin, std::vector<uint32_t> source,
                         std::vector<float> weight) {
    arrays.fact("activation", std::string_view("relu"));
    arrays.fact("shape", std::string_view("layers"));
    arrays.array("widths", std::span<const uint32_t>(widths));
    arrays.array("layers/1/begin", std::span<const uint64_t>(begin));
    arrays.array("layers/1/source", std::span<const uint32_t>(source));
    arrays.array("layers/1/weight", std::span<const float>(weight));
    arrays.array("layers/1/bias", std::span<const float>(std::vector<float>{0.5F}));
  };
  EXPECT_EQ(message([&](ArrayWriter& a) { layer(a, {0, 2}, {0, 1}, {1, 2}); }), "");
  EXPECT_NE(message([&](ArrayWriter& a) {
              layer(a, {0, 2}, {0, 2}, {1, 2});
            }).find("source 3 of target 1 is out"),
            std::string::npos);
  EXPECT_NE(message([&](ArrayWriter& a) { layer(a, {0, 9}, {0, 1}, {1, 2}); }).find("offsets"), std::string::npos);
  EXPECT_NE(message([&](ArrayWriter& a) { layer(a, {0, 2}, {1, 1}, {1, 2}); }).find("stands twice"), std::string::npos);
  EXPECT_NE(message([&](ArrayWriter& a) { layer(a, {0, 2}, {0, 1}, {1, NAN}); }).find("not finite"), std::string::npos);
  EXPECT_NE(message([&](ArrayWriter& a) { layer(a, {0, 2}, {0, 1}, {1}); }).find("1 weights for 2"), std::string::npos);
  EXPECT_NE(message([&](ArrayWriter&) {}).find("cannot be read as a network"), std::string::npos);
}

TEST(Formats, AnotherShapeThanAFormatHoldsIsRefused) {
  const TemporaryFolder folder;
  const auto message = [&](const std::string& name, NetworkSource source) {
    const std::string text = refusal([&] { format(name).write_network(source, folder / ("a." + name)); });
    EXPECT_EQ(text.find(folder / ("a." + name)), 0U) << text;
    return text;
  };
  EXPECT_NE(message("mtx", random_layers(1, true, 2)).find("2 layers, a .mtx file is one"), std::string::npos);
  EXPECT_NE(message("smtx", random_layers(1, true, 2)).find("2 layers, a .smtx file is one"), std::string::npos);
  EXPECT_NE(message("smtx", random_dag_network(1)).find("no layers"), std::string::npos);
  EXPECT_NE(message("mtx", random_layers(5, false, 1)).find(".mtx networks have one"), std::string::npos);
  std::vector<Layer> layers{random_layer(3, 3, 1, true)};
  layers.front().activation = Activation::challenge;
  NetworkSource challenge = std::make_unique<StoredLayers>(layers);
  EXPECT_NE(message("mtx", std::move(challenge)).find("activation is challenge"), std::string::npos);
  EXPECT_EQ(folder.entries(), 0U);
}

TEST(Formats, MutantsAreReadOrRefused) {
  const TemporaryFolder folder;
  const std::vector<std::pair<std::string, std::string>> good = {
      {"mtx", "%%MatrixMarket matrix coordinate real general\n3 4 3\n1 1 0.5\n2 4 -1e-3\n3 2 7\n"},
      {"mtx", "%%MatrixMarket matrix coordinate pattern symmetric\n4 4 3\n2 1\n4 1\n4 3\n"},
      {"smtx", "3, 4, 5\n0 2 2 5\n0 3 1 2 3\n"}};
  for (const auto& one : good) {
    const auto& name = one.first;
    int read_well = 0;
    for (uint64_t seed = 0; seed < 1500; ++seed) {
      const std::string path = folder.put("a." + name, mutant(one.second, seed));
      if (refusal([&] { read(name, path); }).empty()) ++read_well;
    }
    EXPECT_GT(read_well, 0) << name;
    EXPECT_LT(read_well, 1500) << name;
  }
}

}  // namespace
}  // namespace sparsio
