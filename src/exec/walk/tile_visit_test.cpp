// What a tiling tells of a panel in slices, against what the same order tells of a panel as wide as a slice. It
// asserts, for every kernel that runs blocks, from bits and from floats:
// - each slice touches its own rows exactly as often as a panel of its width touches its rows;
// - each word of weights, indices, biases and lists of rows is read so many times as there are slices;
// - inputs are read once, each slice its own;
// - a tile is done with one slice before the next, and with all of them before the next tile.
#include "exec/walk/tile_visit.hpp"

#include <gtest/gtest.h>

#include <map>

#include "exec/tiled_fixture.hpp"
#include "gen/generator.hpp"

namespace sparsio {
namespace {

class Told final : public AccessVisitor {
 public:
  using Counts = std::map<std::pair<uint64_t, uint64_t>, uint64_t>;

  void place(Buffer buffer, uint64_t rows, uint64_t) override { rows_of[static_cast<size_t>(buffer)] = rows; }
  void read_row(Buffer buffer, uint64_t row, uint64_t, uint64_t bytes) override {
    read_bytes[{static_cast<uint64_t>(buffer), row}] += bytes;
  }
  void write_row(Buffer buffer, uint64_t row, uint64_t, uint64_t bytes) override {
    written_bytes[{static_cast<uint64_t>(buffer), row}] += bytes;
    written.emplace_back(buffer, row);
  }
  void scan_targets(const RowScan& scan) override {
    for (uint32_t at = 0; at < columns() * 4; at += scan.vector_bytes)
      for (uint64_t v = 0; v < scan.count; ++v) {
        if (scan.list != nullptr) read(Array::row, v * 4, 4);
        read_target(scan.list == nullptr ? v : scan.list[v], at, scan.vector_bytes);
      }
  }
  void place(Array, uint64_t) override {}
  void read(Array array, uint64_t at, uint64_t) override { ++words[{static_cast<uint64_t>(array), at}]; }
  void write(Array, uint64_t, uint64_t) override {}
  void place_bounds(Array, uint64_t, uint64_t) override {}
  void read_bounds(Array array, uint64_t, uint64_t element, uint64_t bytes) override {
    read(array, element * bytes, 0);
  }
  void place_inputs(const PackedInputs&) override {}
  void turn_inputs(uint32_t column, uint32_t columns, uint32_t pixel) override {
    for (uint32_t c = column; c < column + columns; ++c) ++turned[{c, pixel}];
  }
  void read_turned(uint32_t) override {}

  std::array<uint64_t, buffers> rows_of{};
  Counts read_bytes;
  Counts written_bytes;
  Counts words;   // of an array, at
  Counts turned;  // of an input, from pixel
  std::vector<std::pair<Buffer, uint64_t>> written;
};

/// Rows of `buffer`, with numbers from `first` on, as they would be from 0 on.
Told::Counts rows(const Told::Counts& counts, Buffer buffer, uint64_t first, uint64_t count) {
  Told::Counts moved;
  for (const auto& [key, bytes] : counts)
    if (key.first == static_cast<uint64_t>(buffer) && key.second >= first && key.second < first + count)
      moved[{key.first, key.second - first}] = bytes;
  return moved;
}

bool is_read_by_each_slice(Array array) {
  return content_of(array) == Content::weights && array != Array::state;
}

class TilesTell : public testing::TestWithParam<std::string> {
 protected:
  static constexpr uint32_t slice = 16;

  Told told(const Tiling& tiling, uint32_t panel, InputValues inputs) {
    const KernelKind& kind = Registry<KernelKind>::instance().find(GetParam(), "test").kind;
    const auto engine = depth_first_parallel("tiled", kind, Params(kind.options, {}, "test"), tiling);
    Plan plan;
    plan.layers = layers();
    plan.panel = panel;
    engine->prepare(plan);
    EXPECT_EQ(engine->opaque(), "");
    tiles_ = engine->cost().tiles;
    Told heard;
    engine->visit(heard, {}, {inputs, Life::all});
    return heard;
  }

  void set_network(const char* spec) {
    const auto resolved = resolve<NetworkKind>(spec, "test");
    network_ = resolved.kind().make(resolved.params);
    if (auto* const whole = std::get_if<Network>(&network_)) network_ = layered(*whole);
  }
  LayerSource* layers() { return std::get<std::unique_ptr<LayerSource>>(network_).get(); }

  NetworkSource network_;
  uint64_t tiles_ = 0;  // of what was told last
};

TEST_P(TilesTell, OfEachSliceWhatAPanelOfItsWidthTells) {
  constexpr uint64_t slices = 3;
  Tiling plain;
  plain.depth = 5;
  Tiling tiled = plain;
  tiled.tiles = 4;
  tiled.slices = slices;
  for (const char* spec : {"radix_net:neurons=256,layers=8", "mlp:widths=101x6,density=0.1,seed=3"}) {
    set_network(spec);
    for (const InputValues inputs : {InputValues::bits, InputValues::floats}) {
      const Told one = told(plain, slice, inputs);
      ASSERT_EQ(tiles_, 0U);
      const Told all = told(tiled, slices * slice, inputs);
      ASSERT_GE(tiles_, 4U);
      for (const Buffer buffer : {Buffer::first, Buffer::bits}) {
        const uint64_t count = one.rows_of[static_cast<size_t>(buffer)];
        ASSERT_EQ(all.rows_of[static_cast<size_t>(buffer)], slices * count) << spec;
        for (uint64_t s = 0; s < slices; ++s) {
          EXPECT_EQ(rows(all.read_bytes, buffer, s * count, count), rows(one.read_bytes, buffer, 0, count)) << spec;
          EXPECT_EQ(rows(all.written_bytes, buffer, s * count, count), rows(one.written_bytes, buffer, 0, count))
              << spec;
        }
      }
      Told::Counts times_slices;
      for (const auto& [key, count] : one.words)
        if (is_read_by_each_slice(static_cast<Array>(key.first))) times_slices[key] = slices * count;
      Told::Counts of_all;
      uint64_t values = 0;
      for (const auto& [key, count] : all.words) {
        if (is_read_by_each_slice(static_cast<Array>(key.first))) of_all[key] = count;
        if (static_cast<Array>(key.first) != Array::input_values) continue;
        EXPECT_EQ(count, 1U) << "an input is read by its slice alone";
        ++values;
      }
      EXPECT_EQ(of_all, times_slices) << spec;
      EXPECT_EQ(values > 0, inputs == InputValues::floats);
      EXPECT_EQ(all.turned.size(), slices * one.turned.size());
      for (const auto& [key, count] : all.turned) EXPECT_EQ(count, 1U) << "input " << key.first;
    }
  }
}

TEST_P(TilesTell, OfATileSliceAfterSlice) {
  set_network("radix_net:neurons=256,layers=8");
  Tiling tiled;
  tiled.depth = 5;
  tiled.tiles = 4;
  tiled.slices = 3;
  const Told all = told(tiled, 3 * slice, InputValues::bits);
  std::vector<uint64_t> order;  // of slices, as their rows are written
  for (const auto& [buffer, row] : all.written) {
    const uint64_t here = row / (all.rows_of[static_cast<size_t>(buffer)] / 3);
    if (order.empty() || order.back() != here) order.push_back(here);
  }
  ASSERT_EQ(order.size(), 3 * (1 + tiles_)) << "the inputs, and each tile";
  for (size_t k = 0; k < order.size(); ++k) EXPECT_EQ(order[k], k % 3);
}

INSTANTIATE_TEST_SUITE_P(Kernels, TilesTell, testing::ValuesIn(block_kernels()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace sparsio
