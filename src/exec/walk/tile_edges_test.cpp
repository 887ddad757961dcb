// tile_edges against a dumb oracle, on random networks in blocks of any depth, cut in tiles at random, by the sequence
// and by every partitioner. What a tile reads and writes is read off the schedule; three panels are unrolled. It
// asserts:
// - of two tasks that touch one row, one of them writing it, the earlier is through before the later begins, by edges
//   alone (so that there is no race, whoever runs what), and no edge goes backwards;
// - no edge is superfluous: without any one of them there are two such tasks that nothing keeps apart;
// - the tasks of a level do not touch each other's rows, and levels follow each other;
// - whatever the cut, each unit is computed once, after its sources; one part of a partition is the sequence.
#include "exec/walk/tile_edges.hpp"

#include <gtest/gtest.h>

#include <set>

#include "exec/tiled_fixture.hpp"
#include "exec/walk/tile_run.hpp"
#include "part/partitioner.hpp"

namespace sparsio {
namespace {

struct Accesses {
  std::set<uint32_t> reads;
  std::set<uint32_t> writes;
};

struct Cut {
  TileJob job;
  std::vector<Accesses> task;
  uint64_t tiles = 0;
};

/// The tasks that the walk makes, and by a second reading what each touches.
Cut cut_of(const DeepExample& one, uint32_t depth, const BlockCut& cut, uint32_t lag) {
  GivenLayers layers(one.layers);
  Plan plan;
  plan.layers = &layers;
  const KernelKind& kind = Registry<KernelKind>::instance().find("csr", "test").kind;
  const auto maker = kind.make(plan, Params(kind.options, {}, "test"));
  WindowedSchedule schedule(one.layers.front().sources, {.depth = depth}, cut, lag);
  Cut made;
  std::optional<TileTasks> tasks;
  const auto add = [&](const std::optional<DepthBlock>& block) {
    if (!block) return;
    if (!tasks) {
      tasks.emplace(schedule.input_rows());
      made.task.push_back({{}, {schedule.input_rows().begin(), schedule.input_rows().end()}});
    }
    tasks->add(*block, *maker->make_block(*block));
    std::vector<std::set<uint32_t>> done(block->layers.size());
    size_t steps = 0;
    for (size_t k = 0; k < block->steps.size(); ++k) {
      if (k == 0 || std::count(block->tile.begin(), block->tile.end(), k) > 0) made.task.emplace_back();
      const uint32_t l = block->steps[k].layer;
      for (const uint32_t t : block->units[l].targets_of(block->steps[k].unit)) {
        for (const uint32_t s : block->layers[l].sources_of(t)) {
          EXPECT_TRUE(l == 0 || done[l - 1].contains(s));
          made.task.back().reads.insert(block->row[l][s]);
        }
        EXPECT_TRUE(done[l].insert(t).second);
        made.task.back().writes.insert(block->row[l + 1][t]);
        ++steps;
      }
    }
    const std::set<uint32_t> outputs(block->row.back().begin(), block->row.back().end());
    if (block->layers.back().activation.kind == ActivationKind::softmax) made.task.push_back({outputs, outputs});
    made.tiles += block->tile.size();
    size_t targets = 0;
    for (const Layer& layer : block->layers) targets += layer.targets;
    EXPECT_EQ(steps, targets);
    if (block->first + block->layers.size() == one.layers.size()) made.task.push_back({outputs, {}});
  };
  for (const Layer& layer : one.layers) add(schedule.push(layer));
  add(schedule.finish());
  EXPECT_EQ(tasks->tiles(), made.tiles);
  made.job = tasks->finish({}, 48);
  EXPECT_EQ(made.job.task.size(), made.task.size());
  return made;
}

bool touch(const Accesses& a, const Accesses& b) {
  const auto meet = [](const std::set<uint32_t>& x, const std::set<uint32_t>& y) {
    return std::any_of(x.begin(), x.end(), [&](uint32_t row) { return y.contains(row); });
  };
  return meet(a.writes, b.writes) || meet(a.writes, b.reads) || meet(a.reads, b.writes);
}

/// Whether edges keep apart all tasks of three panels that touch each other's rows.
bool is_safe(const std::vector<Accesses>& task, const std::vector<std::vector<TileEdge>>& edges,
             const std::vector<std::vector<bool>>& touches) {
  const size_t n = task.size();
  std::vector<std::vector<bool>> before(3 * n, std::vector<bool>(3 * n, false));  // who is through before whom
  for (size_t k = 0; k < 3 * n; ++k)
    for (const TileEdge& edge : edges[k % n]) {
      if (edge.panels_ago > k / n) continue;
      const size_t from = edge.from + (k / n - edge.panels_ago) * n;
      EXPECT_LT(from, k);
      before[k][from] = true;
      for (size_t j = 0; j < from; ++j)
        if (before[from][j]) before[k][j] = true;
    }
  for (size_t k = 0; k < 3 * n; ++k)
    for (size_t j = 0; j < k; ++j)
      if (touches[j % n][k % n] && !before[k][j]) return false;
  return true;
}

/// Of each two tasks; a task touches its own rows of the panel before.
std::vector<std::vector<bool>> touches_of(const std::vector<Accesses>& task) {
  std::vector<std::vector<bool>> touches(task.size(), std::vector<bool>(task.size()));
  for (size_t a = 0; a < task.size(); ++a)
    for (size_t b = 0; b < task.size(); ++b) touches[a][b] = touch(task[a], task[b]);
  return touches;
}

void expect_levels(const Cut& cut) {
  const std::vector<uint32_t> level = levels_of(cut.job.edges);
  for (size_t a = 0; a < cut.task.size(); ++a)
    for (size_t b = 0; b < a; ++b)
      EXPECT_TRUE(level[b] < level[a] || !touch(cut.task[a], cut.task[b])) << b << " and " << a;
}

/// At random, that is also tiles of one step and blocks of one tile.
BlockCut random_cut(uint64_t item) {
  return [random = std::make_shared<RandomStream>(5, item)](DepthBlock& block) {
    const double often = random->uniform();
    for (size_t k = 0; k < block.steps.size(); ++k)
      if (k == 0 || random->uniform() < often) block.tile.push_back(k);
  };
}

TEST(TileEdges, KeepApartWhatTouches) {
  size_t removed = 0;
  size_t between_panels = 0;
  for (uint64_t item = 0; item < 24; ++item) {
    const DeepExample one = deep_example(item);
    const auto depth = static_cast<uint32_t>(1 + item % one.layers.size());
    const Cut cut = cut_of(one, depth, random_cut(item), item % 2 == 0 ? 0 : 4);
    if (cut.task.size() > 60) continue;
    const auto touches = touches_of(cut.task);
    ASSERT_TRUE(is_safe(cut.task, cut.job.edges, touches)) << item;
    expect_levels(cut);
    auto edges = cut.job.edges;
    for (auto& list : edges)
      for (size_t e = 0; e < list.size(); ++e) {
        const TileEdge edge = list[e];
        list.erase(list.begin() + static_cast<std::ptrdiff_t>(e));
        EXPECT_FALSE(is_safe(cut.task, edges, touches))
            << item << ": nobody misses the edge from " << edge.from << ", " << edge.panels_ago << " panels ago";
        list.insert(list.begin() + static_cast<std::ptrdiff_t>(e), edge);
        ++removed;
        between_panels += edge.panels_ago;
      }
  }
  EXPECT_GT(removed, 200U);
  EXPECT_GT(between_panels, 20U);
}

TEST(TileEdges, KeepApartTheTilesOfEveryCut) {
  std::vector<std::string> partitioners = dividing_partitioners();
  ASSERT_GE(partitioners.size(), 2U);
  partitioners.push_back("sequence");
  size_t cuts = 0;
  for (uint64_t item = 0; item < 12; ++item)
    for (const std::string& partitioner : partitioners) {
      const DeepExample one = deep_example(item);
      Tiling tiling;
      tiling.partitioner = partitioner;
      const TileRoom room{1 << 20, 192, [] { return uint64_t{8}; }};
      for (const uint32_t lag : {0U, 4U}) {
        const auto depth = static_cast<uint32_t>(1 + item % one.layers.size());
        tiling.tiles = static_cast<uint32_t>(2 + (item + lag) % 3);
        std::optional<Cut> cut;
        try {
          cut = cut_of(one, depth, tile_cut(tiling, room, "tiled"), lag);
        } catch (const Unsupported&) {  // a layer of fewer units than tiles
          continue;
        }
        ASSERT_TRUE(is_safe(cut->task, cut->job.edges, touches_of(cut->task))) << partitioner << " " << item;
        expect_levels(*cut);
        ++cuts;
      }
    }
  EXPECT_GT(cuts, 30U);
}

TEST(TileCut, OfOnePartLeavesTheOrderAndItsWindow) {
  Tiling tiling;
  tiling.partitioner = "contiguous";
  tiling.tiles = 1;
  const TileRoom room{1 << 20, 192, [] { return uint64_t{8}; }};
  int blocks = 0;
  for (uint64_t item = 0; item < 12; ++item) {
    const DeepExample one = deep_example(item);
    WindowedSchedule plain(one.layers.front().sources, {.depth = 3});
    WindowedSchedule cut(one.layers.front().sources, {.depth = 3}, tile_cut(tiling, room, "tiled"));
    const auto compare = [&](const std::optional<DepthBlock>& a, const std::optional<DepthBlock>& b) {
      ASSERT_EQ(a.has_value(), b.has_value());
      if (!a) return;
      ++blocks;
      EXPECT_EQ(a->window, b->window);
      EXPECT_EQ(a->row, b->row);
      EXPECT_EQ(b->tile, std::vector<size_t>{0});
    };
    for (const Layer& layer : one.layers) compare(plain.push(layer), cut.push(layer));
    compare(plain.finish(), cut.finish());
  }
  EXPECT_GT(blocks, 12);
}

TEST(TileEdges, GoToAllReadersOfARowThatIsTakenAgain) {
  TileEdges all;
  const std::vector<uint32_t> a = {0};
  const std::vector<uint32_t> b = {1};
  const std::vector<uint32_t> c = {2};
  all.add({}, a);  // 0
  all.add(a, b);   // 1 reads row 0
  all.add(a, c);   // 2 reads row 0
  all.add({}, a);  // 3 writes it again
  const auto edges = all.edges();
  ASSERT_EQ(edges[3].size(), 2U);
  EXPECT_EQ(edges[3][0].from, 2U);
  EXPECT_EQ(edges[3][1].from, 1U);
  ASSERT_EQ(edges[0].size(), 1U);  // of the panel before: the last that wrote row 0
  EXPECT_EQ(edges[0][0].from, 3U);
  EXPECT_EQ(edges[0][0].panels_ago, 1U);
  EXPECT_EQ(levels_of(edges), (std::vector<uint32_t>{0, 1, 1, 2}));
}

}  // namespace
}  // namespace sparsio
