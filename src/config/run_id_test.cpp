#include <set>

#include "config/config_fixture.hpp"

namespace sparsio {
namespace {

class RunId : public ConfigFixture {
 protected:
  std::string id_of(const std::string& text) {
    const Sweep sweep = read_text(text);
    EXPECT_EQ(sweep.cases.size(), 1U);
    return run_id(sweep.cases.at(0));
  }
  static Case with(const std::string& key, const std::string& value) {
    Case one;
    one.set("network", "mlp:widths=5,density=0.1", "");
    one.set(key, value, "");
    return one;
  }
};

// A pinned value: results of one version are found again by the next. If this must change, say so under *Results* in
// CHANGELOG.md.
TEST_F(RunId, IsTheSameEverywhere) {
  const std::string id = run_id(with("panel", "48"));
  EXPECT_EQ(id.size(), 32U);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(id, "6dccd5c89a42671c8197cfd6f705b0fc");
}

TEST_F(RunId, EqualForRespelledValues) {
  const std::string id = id_of("network = \"mlp:widths=5\"\npanel = 48\ntime_limit = 600\nmemory = 100\n");
  EXPECT_EQ(id_of("memory = \"0100\"\ntime_limit = 6e2\nnetwork = \"mlp:density=1e-1,widths=5\"\n"), id);
  EXPECT_EQ(id_of("memory = 100\n[network]\nkind = \"mlp\"\ndensity = 0.10\nwidths = \"5\"\n"), id);
  EXPECT_EQ(id_of("title = \"other\"\nmemory = 1_00\n[[sweep]]\n[sweep.zip]\nnetwork = [\"mlp:widths=5\"]\n"), id);
}

TEST_F(RunId, DiffersInEveryKey) {
  std::vector<Case> cases = {with("panel", "48")};
  for (const auto& [key, value] :
       std::vector<std::pair<std::string, std::string>>{{"network", "mlp:widths=6,density=0.1"},
                                                        {"inputs", "images:count=3"},
                                                        {"order", "rcm"},
                                                        {"policy", "min"},
                                                        {"memory", "100"},
                                                        {"cost", "bytes"},
                                                        {"panel", "47"},
                                                        {"engine", "csr"},
                                                        {"track", "value"},
                                                        {"threads", "1"},
                                                        {"ranks", "2"},
                                                        {"driver", "none"},
                                                        {"partitioner", "random"},
                                                        {"repetitions", "4"},
                                                        {"warmup", "2"},
                                                        {"confidence", "0.99"},
                                                        {"precision", "0.02"},
                                                        {"budget_seconds", "61"},
                                                        {"budget_repetitions", "1001"},
                                                        {"rounds", "2"},
                                                        {"rounds_seed", "2"},
                                                        {"meter", "simulated"},
                                                        {"caches", "L1=1KiB/2"},
                                                        {"baseline", "csr"},
                                                        {"categories", "no/such.tsv"},
                                                        {"labels", "no/such.txt"},
                                                        {"verify", "17"},
                                                        {"time_limit", "601"}})
    cases.push_back(with(key, value));
  EXPECT_EQ(cases.size(), case_keys().size() + 1);
  std::set<std::string> ids;
  for (const Case& one : cases) EXPECT_TRUE(ids.insert(run_id(one)).second) << one.canonical();
}

TEST_F(RunId, ThePlaceIsNoPart) {
  Case one = with("panel", "3");
  one.place = "elsewhere:3:1";
  EXPECT_EQ(run_id(one), run_id(with("panel", "3")));
}

TEST_F(RunId, NamesTheFilesOfACase) {
  Case one = with("network", "tsv:path=a/b.tsv,neurons=3");
  one.set("inputs", "images.bits.xz", "");
  one.set("order", "rcm", "");
  one.set("engine", "csr:path=p", "");
  one.set("policy", "./lru", "");
  one.set("categories", "cats", "");
  one.set("labels", "digits", "");
  EXPECT_EQ(files_named(one), (std::vector<std::string>{"a/b.tsv", "images.bits.xz", "./lru", "p", "cats", "digits"}));
}

// One relative path in two folders: the canonical text is the same, the content decides.
class InFolders : public RunId {
 protected:
  void TearDown() override {
    std::filesystem::current_path(before_);
    RunId::TearDown();
  }
  std::string id_in(const std::string& folder, const Case& one) {
    std::filesystem::create_directories(folder_ / folder);
    std::filesystem::current_path(folder_ / folder);
    return run_id(one);
  }
  const std::filesystem::path before_ = std::filesystem::current_path();
};

TEST_F(InFolders, TheContentOfFilesCounts) {
  for (const auto& [key, value] : std::vector<std::pair<std::string, std::string>>{{"network", "data/net.tsv"},
                                                                                   {"network", "tsv:path=data/net.tsv"},
                                                                                   {"network", "data"},
                                                                                   {"inputs", "data/net.tsv"},
                                                                                   {"categories", "data/net.tsv"},
                                                                                   {"labels", "data/net.tsv"},
                                                                                   {"labels", "tsv:path=data/net.tsv"},
                                                                                   {"order", "./data/net.tsv"}}) {
    SCOPED_TRACE(key + " = " + value);
    write("a/data/net.tsv", "1 2 0.5\n");
    write("b/data/net.tsv", "1 2 0.25\n");
    write("c/data/net.tsv", "1 2 0.5\n");
    const Case one = with(key, value);
    const std::string id = id_in("a", one);
    EXPECT_NE(id_in("b", one), id);
    EXPECT_EQ(id_in("c", one), id);
    EXPECT_NE(id_in("none", one), id);
  }
}

}  // namespace
}  // namespace sparsio
