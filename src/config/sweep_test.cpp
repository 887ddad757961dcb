// What a config expands to, and in which order.
#include "config/sweep.hpp"

#include <set>

#include "base/random.hpp"
#include "config/config_fixture.hpp"

namespace sparsio {
namespace {

class Sweeps : public ConfigFixture {};

TEST_F(Sweeps, OneCaseWithDefaults) {
  const Sweep sweep = read_text("title = \"one\"\nnetwork = \"mlp:widths=5x3\"\n");
  ASSERT_EQ(sweep.cases.size(), 1U);
  EXPECT_EQ(sweep.title, "one");
  Case expected;
  expected.set("network", "mlp:widths=5x3,density=0.1", "");
  EXPECT_EQ(sweep.cases[0].canonical(), expected.canonical());
}

TEST_F(Sweeps, TopLevelListsAreCrossedLastKeyFastest) {
  const Sweep sweep =
      read_text("network = \"mlp:widths=5\"\npanel = [1, 2]\norder = \"rcm\"\nmemory = [\"L1\", 100]\n");
  EXPECT_EQ(rows(sweep, {"panel", "order", "memory"}), "1 rcm L1\n1 rcm 100\n2 rcm L1\n2 rcm 100\n");
}

TEST_F(Sweeps, TheOrderIsTheDocumentsNotTheAlphabets) {
  const Sweep sweep = read_text("warmup = [1, 2]\npanel = [3, 4]\nnetwork = \"mlp:widths=5\"\n");
  EXPECT_EQ(rows(sweep, {"warmup", "panel"}), "1 3\n1 4\n2 3\n2 4\n");
}

TEST_F(Sweeps, TablesAreSpecsAndTheirListsAreSwept) {
  const Sweep sweep = read_text(
      "panel = [1, 2]\n"
      "[network]\nkind = \"radix_net\"\nneurons = [1024, 4096]\nlayers = [120, 480]\n");
  EXPECT_EQ(rows(sweep, {"panel", "network"}),
            "1 radix_net:neurons=1024,layers=120\n1 radix_net:neurons=1024,layers=480\n"
            "1 radix_net:neurons=4096,layers=120\n1 radix_net:neurons=4096,layers=480\n"
            "2 radix_net:neurons=1024,layers=120\n2 radix_net:neurons=1024,layers=480\n"
            "2 radix_net:neurons=4096,layers=120\n2 radix_net:neurons=4096,layers=480\n");
}

TEST_F(Sweeps, ATableOfAKindAlone) {
  EXPECT_EQ(rows(read_text("network = \"mlp:widths=5\"\n[order]\nkind = [\"rcm\", \"by_source\"]\n"), {"order"}),
            "rcm\nby_source\n");
}

TEST_F(Sweeps, ListsOfTablesAndTextsTogether) {
  const Sweep sweep = read_text(
      "network = [\"some/net.tsv\", {kind = \"mlp\", widths = [\"5\", \"6\"], density = 1.0}, {path = \"b.h5\"},\n"
      "  {kind = \"tsv\", path = \"c.tsv\"}]\n");
  EXPECT_EQ(rows(sweep, {"network"}),
            "some/net.tsv\nmlp:widths=5,density=1\nmlp:widths=6,density=1\nb.h5\ntsv:path=c.tsv\n");
}

TEST_F(Sweeps, ProductZipAndPlainKeysOfASweep) {
  const Sweep sweep = read_text(
      "network = \"mlp:widths=5\"\nmemory = [7, 8]\n"
      "[[sweep]]\nwarmup = 5\n"
      "[sweep.zip]\npanel = [1, 2]\nrepetitions = [11, 12]\n"
      "[sweep.product]\nthreads = [3, 4]\n");
  EXPECT_EQ(rows(sweep, {"memory", "warmup", "panel", "repetitions", "threads"}),
            "7 5 1 11 3\n7 5 1 11 4\n7 5 2 12 3\n7 5 2 12 4\n"
            "8 5 1 11 3\n8 5 1 11 4\n8 5 2 12 3\n8 5 2 12 4\n");
}

TEST_F(Sweeps, ASweepOverridesTheTop) {
  const Sweep sweep = read_text(
      "network = \"mlp:widths=5\"\nmemory = [7, 8]\npanel = 9\n"
      "[[sweep]]\nmemory = 1\n[[sweep]]\n[sweep.zip]\npanel = [1, 2]\nmemory = [3, 4]\n[[sweep]]\n");
  EXPECT_EQ(rows(sweep, {"memory", "panel"}), "1 9\n3 1\n4 2\n7 9\n8 9\n");
}

TEST_F(Sweeps, AUnionKeepsEqualCasesOnce) {
  const Sweep sweep = read_text(
      "network = \"mlp:widths=5\"\n"
      "[[sweep]]\nmemory = [1, 2, 2]\n[[sweep]]\nmemory = [2, 3]\nnetwork = \"mlp:density=1e-1,widths=5\"\n");
  EXPECT_EQ(rows(sweep, {"memory"}), "1\n2\n3\n");
}

TEST_F(Sweeps, Exclusions) {
  const Sweep sweep = read_text(
      "network = \"mlp:widths=5\"\nexclude = [{panel = 2, memory = 100}]\n"
      "[[sweep]]\npanel = [1, 2, 3]\nmemory = [\"L1\", 100]\nexclude = {panel = [1, 3], memory = \"L1\"}\n"
      "[[sweep]]\npanel = [1, 2]\nmemory = 100\nwarmup = 9\n");
  EXPECT_EQ(rows(sweep, {"panel", "memory", "warmup"}), "1 100 1\n2 L1 1\n3 100 1\n1 100 9\n");
}

TEST_F(Sweeps, ExclusionsCompareWhatValuesMean) {
  const Sweep sweep = read_text(
      "network = [\"mlp:widths=5\", \"mlp:widths=6\"]\n"
      "exclude = [{network = {kind = \"mlp\", density = 0.10, widths = \"5\"}}]\n");
  EXPECT_EQ(rows(sweep, {"network"}), "mlp:widths=6,density=0.1\n");
}

TEST_F(Sweeps, IncludedValuesAreDefaults) {
  write("base/common.toml", "include = \"more.toml\"\npanel = [1, 2]\nwarmup = 4\n");
  write("base/more.toml", "network = \"mlp:widths=5\"\nwarmup = 3\nthreads = 6\n");
  const Sweep sweep = read_text("include = \"base/common.toml\"\npanel = 9\n");
  EXPECT_EQ(rows(sweep, {"network", "panel", "warmup", "threads"}), "mlp:widths=5,density=0.1 9 4 6\n");
}

TEST_F(Sweeps, OfTwoIncludesTheLaterHolds) {
  write("a.toml", "network = \"mlp:widths=5\"\npanel = 1\n[[sweep]]\nwarmup = 1\n");
  write("b.toml", "panel = 2\n");
  const Sweep sweep = read_text("include = [\"a.toml\", \"b.toml\", \"b.toml\"]\n[[sweep]]\nwarmup = 8\n");
  EXPECT_EQ(rows(sweep, {"panel", "warmup"}), "2 8\n");
}

TEST_F(Sweeps, OverridesReplaceAKeyEverywhere) {
  const std::string text =
      "network = \"mlp:widths=5\"\n"
      "[[sweep]]\npanel = [1, 2]\n[[sweep]]\n[sweep.zip]\npanel = [3, 4]\nmemory = [5, 6]\n";
  EXPECT_EQ(rows(read_text(text, {"panel=9"}), {"panel", "memory"}), "9 L2\n9 5\n9 6\n");
  EXPECT_EQ(rows(read_text(text, {"memory=[100,200]", "panel=7"}), {"panel", "memory"}), "7 100\n7 200\n");
  EXPECT_EQ(rows(read_text(text, {"memory=2MiB", "panel=7", "memory=L1"}), {"panel", "memory"}), "7 L1\n");
  EXPECT_EQ(read_text("title = 2024\n" + text, {}).title, "2024");
  EXPECT_EQ(read_text("title = 2024-05-01\n" + text, {}).title, "2024-05-01");
  EXPECT_EQ(read_text(text, {"title=2024"}).title, "2024");
  EXPECT_EQ(read_text(text, {"title=2024 # not a comment"}).title, "2024 # not a comment");
}

TEST_F(Sweeps, OverridesOfOneOption) {
  const std::string text =
      "network = [\"radix_net:neurons=1024\", {kind = \"radix_net\", neurons = [4, 5], layers = 7}]\n"
      "[[sweep]]\n[[sweep]]\n[sweep.product]\nnetwork = [\"radix_net:neurons=6\"]\n";
  EXPECT_EQ(rows(read_text(text, {"network.neurons=256"}), {"network"}),
            "radix_net:neurons=256,layers=120\nradix_net:neurons=256,layers=7\n");
  EXPECT_EQ(rows(read_text(text, {"network.layers=[1, 2]", "network.neurons=3"}), {"network"}),
            "radix_net:neurons=3,layers=1\nradix_net:neurons=3,layers=2\n");
}

TEST_F(Sweeps, AnOverrideGivesTheMissingNetwork) {
  EXPECT_EQ(rows(read_text("panel = 3\n", {"network=mlp:widths=5x2,density=0.5"}), {"network", "panel"}),
            "mlp:widths=5x2,density=0.5 3\n");
}

// Claims: every value is checked once, at its first place; defaults too; empty values and the engine `none` never.
TEST_F(Sweeps, EveryValueIsCheckedOnce) {
  const std::string path = write("c.toml",
                                 "network = \"mlp:widths=5\"\nmemory = [1, 2]\nengine = [\"csr\", \"none\"]\n"
                                 "[[sweep]]\nmemory = [2, 3]\n[[sweep]]\nexclude = [{memory = 2}]\n");
  read(path);
  std::multiset<std::pair<std::string, std::string>> called;
  for (const auto& [value, place] : calls_) {
    const bool in_file = place.rfind(path + ":", 0) == 0;
    called.emplace(value, in_file ? place.substr(path.size() + 1) : place);
  }
  const std::multiset<std::pair<std::string, std::string>> expected = {
      {"mlp:widths=5", "1:11"},
      {"1", "2:11"},
      {"2", "2:14"},
      {"csr", "3:11"},
      {"3", "5:14"},
      {"by_target", "default of order"},
      {"lru", "default of policy"},
      {"none", "default of meter"},
      {"single", "default of driver"},
      {"twins:imbalance=0.03", "default of partitioner"},
  };
  EXPECT_EQ(called, expected);
}

TEST_F(Sweeps, CasesKnowTheirSweep) {
  const Sweep sweep = read_text("network = \"mlp:widths=5\"\n[[sweep]]\npanel = 1\n[[sweep]]\npanel = 2\n");
  EXPECT_EQ(sweep.cases[0].place, (folder_ / "c.toml").string() + ":2:1");
  EXPECT_EQ(sweep.cases[1].place, (folder_ / "c.toml").string() + ":4:1");
}

// The effective config alone gives the same cases.
TEST_F(Sweeps, TheEffectiveTextStandsForTheWholeConfig) {
  write("base.toml", "title = \"a \\\"b\\\" \\\\ c\"\ntime_limit = [0.5, 1e10]\n");
  const Sweep sweep = read_text(
      "include = \"base.toml\"\nexclude = [{panel = 1, memory = \"L1\"}]\n"
      "[network]\nkind = \"mlp\"\nwidths = [\"5\", \"6\"]\n"
      "[[sweep]]\npanel = [1, 2]\n[sweep.product]\nmemory = [\"L1\", 3]\n[[sweep]]\nzip = {panel = [3, 4], warmup = "
      "[5, "
      "6]}\n",
      {"network.density=0.25", "threads=[1, 2]"});
  EXPECT_EQ(sweep.effective_text.find("include"), std::string::npos);
  write("base.toml", "warmup = 77\n");
  const Sweep again = read(write("effective.toml", sweep.effective_text));
  EXPECT_EQ(again.title, "a \"b\" \\ c");
  ASSERT_EQ(again.cases.size(), sweep.cases.size());
  for (size_t i = 0; i < sweep.cases.size(); ++i) EXPECT_EQ(again.cases[i].canonical(), sweep.cases[i].canonical());
  EXPECT_EQ(again.effective_text, sweep.effective_text);
}

// Oracle: nested loops, written as recursion over the keys.
void loops(const std::vector<std::pair<std::string, std::vector<int>>>& lists, size_t depth, std::string row,
           std::string& out) {
  if (depth == lists.size()) {
    row.back() = '\n';
    out += row;
    return;
  }
  for (const int value : lists[depth].second) loops(lists, depth + 1, row + std::to_string(value) + " ", out);
}

TEST_F(Sweeps, RandomProductsEqualNestedLoops) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    RandomStream random(7, seed);
    std::vector<std::string> keys = {"panel", "threads", "repetitions", "warmup", "verify", "memory"};
    for (size_t i = keys.size(); i > 1; --i) std::swap(keys[i - 1], keys[random.below(i)]);
    std::vector<std::pair<std::string, std::vector<int>>> lists;
    std::string text = "network = \"mlp:widths=5\"\n[[sweep]]\n[sweep.product]\n";
    for (const std::string& key : keys) {
      lists.push_back({key, {}});
      text += key + " = [";
      for (uint64_t n = 1 + random.below(3); n > 0; --n) {
        lists.back().second.push_back(static_cast<int>(n));
        text += std::to_string(n) + ", ";
      }
      text += "]\n";
    }
    std::string expected;
    loops(lists, 0, "", expected);
    EXPECT_EQ(rows(read_text(text), keys), expected) << text;
  }
}

TEST_F(Sweeps, AHundredThousandCasesHaveAsManyIds) {
  std::string text = "[network]\nkind = \"radix_net\"\nneurons = 1024\nlayers = [";
  for (int i = 1; i <= 500; ++i) text += std::to_string(i) + ", ";
  text += "]\n[[sweep]]\npanel = [1, 2, 4, 8]\norder = [\"by_target\", \"by_source\"]\nmemory = [";
  for (int i = 1; i <= 25; ++i) text += std::to_string(i) + ", ";
  text += "]\n";
  const Sweep sweep = read_text(text);
  ASSERT_EQ(sweep.cases.size(), 100000U);
  std::set<std::string> ids;
  for (const Case& one : sweep.cases) ids.insert(run_id(one));
  EXPECT_EQ(ids.size(), 100000U);
}

}  // namespace
}  // namespace sparsio
