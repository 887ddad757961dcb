// The commands as users meet them: what they print, word for word where it does not depend on the machine.
#include <gtest/gtest.h>

#include <filesystem>

#include "cli/program_fixture.hpp"
#include "record/results.hpp"
#include "run/run_case.hpp"
#include "run/schema.hpp"

namespace sparsio {
namespace {

TEST(Commands, IoPrintsTheModelBesideTheBounds) {
  const Ran ran = run_program({"io", "--network", "mlp:widths=20x3,density=0.5,seed=2", "--memory", "8"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, text_of(SPARSIO_SOURCE_DIR "/src/cli/testdata/io.txt"));
}

TEST(Commands, IoInBytesPricesEveryFigure) {
  const Ran ran = run_program({"io", "--network", "mlp:widths=20x3,density=0.5,seed=2", "--memory", "8", "--cost",
                               "bytes", "--panel", "16", "--engine", "csr", "--json"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, text_of(SPARSIO_SOURCE_DIR "/src/cli/testdata/io_bytes.json"));
  const Ran old = run_program({"io", "--network", "mlp:widths=20x3,density=0.5,seed=2", "--memory", "8", "--cost",
                               "bytes", "--tile", "16", "--engine", "csr", "--json"});
  EXPECT_EQ(old.out, ran.out);
}

TEST(Commands, SummaryNamesEveryKeyThatVaries) {
  const TestFolder folder;
  const std::string config = folder.put("c.toml",
                                        "network = \"mlp:widths=9x3\"\nmemory = 5\n"
                                        "caches = [\"none\", \"L1=4KiB/4\"]\nwarmup = [1, 2]\n");
  const std::string out = folder / "r.h5";
  ASSERT_EQ(run_program({"run", config, "--out", out}).code, 0);
  const std::string said = run_program({"summary", out}).out;
  for (const char* word : {"caches", "L1=4KiB/4", "none", "warmup"})
    EXPECT_NE(said.find(word), std::string::npos) << word << "\n" << said;
  EXPECT_EQ(said.find("ranks"), std::string::npos) << said;
}

TEST(Commands, ConfigReadmeIsWhatTheProgramPrints) {
  EXPECT_EQ(run_program({"list", "keys"}).out, text_of(SPARSIO_SOURCE_DIR "/configs/README.md"))
      << "mend it with: build/release/sparsio list keys > configs/README.md";
}

TEST(Commands, EveryCommandHasHelp) {
  for (const char* command : {"run", "list", "io", "infer", "generate", "summary", "export", "merge", "status",
                              "submit", "compare", "partition", "info"}) {
    const Ran ran = run_program({command, "--help"});
    EXPECT_EQ(ran.code, 0) << command;
    EXPECT_NE(ran.out.find("Usage:"), std::string::npos) << command;
    EXPECT_EQ(ran.err, "") << command;
  }
}

TEST(Commands, GenerateReproducesTheOfficialNetworkByteForByte) {
  const std::string hashes = SPARSIO_OFFICIAL_DATA "/n1024-tsv.sha256";
  if (!std::filesystem::exists(hashes)) GTEST_SKIP() << "no " << hashes;
  const TestFolder folder;
  const std::string network = folder / "network";
  ASSERT_EQ(run_program({"generate", "radix_net:neurons=1024,layers=120", "--format", "tsv", "--out", network}).code,
            0);
  const std::string check = "cd '" + network + "' && find . -name '*.tsv' -exec mv -t . {} + 2>/dev/null; " +
                            "sha256sum --check --quiet '" + hashes + "' > /dev/null 2>&1 && ls *.tsv | wc -l > count";
  ASSERT_EQ(std::system(check.c_str()), 0);
  EXPECT_EQ(text_of(network + "/count"), "120\n");
}

TEST(Commands, OfficialInputsGiveThePublishedCategoriesAndAliveCounts) {
  const std::string data = SPARSIO_OFFICIAL_DATA;
  if (!std::filesystem::exists(data)) GTEST_SKIP() << "no " << data;
  for (const char* track : {"general", "value"}) {
    const Ran ran =
        run_program({"infer", "--network", "radix_net:neurons=1024,layers=120", "--inputs",
                     data + "/sparse-images-1024.bits.xz", "--engine", "csr", "--track", track, "--categories",
                     data + "/neuron1024-l120-categories.tsv", "--repetitions", "1", "--warmup", "0"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_NE(
        ran.out.find("\ncategories        1812 of 60000 inputs have a nonzero output (Graph Challenge's categories)\n"),
        std::string::npos)
        << ran.out;
    EXPECT_NE(ran.out.find("categories as published"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find(" 54687 40498 23042 12010 6537 4087 2774 2128 1939 1874 "), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find(", 1812 after layer 120; all in --json\n"), std::string::npos) << ran.out;
  }
}

TEST(Commands, InferPrintsLongListsAsLinesThatCanBeRead) {
  const std::vector<std::string> command = {"infer",
                                            "--network",
                                            "radix_net:neurons=64,layers=300",
                                            "--inputs",
                                            "random:count=8,density=0.5",
                                            "--engine",
                                            "csr",
                                            "--repetitions",
                                            "50"};
  const Ran text = run_program(command);
  ASSERT_EQ(text.code, 0) << text.err;
  std::istringstream lines(text.out);
  for (std::string line; std::getline(lines, line);) EXPECT_LT(line.size(), 200) << line;
  EXPECT_NE(text.out.find(" ...; all 50 in --json\n"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find(" after layer 300; all in --json\n"), std::string::npos) << text.out;
  std::vector<std::string> as_json = command;
  as_json.emplace_back("--json");
  const Ran json = run_program(as_json);
  const size_t alive = json.out.find("\"alive\"");
  ASSERT_NE(alive, std::string::npos) << json.out;
  EXPECT_EQ(std::count(json.out.begin() + static_cast<int64_t>(alive), json.out.end(), ','), 299) << json.out;
}

TEST(Commands, TheLargerOfficialNetworkGivesItsPublishedCategories) {
  const std::string data = SPARSIO_OFFICIAL_DATA;
  if (!std::filesystem::exists(data)) GTEST_SKIP() << "no " << data;
  const Ran ran = run_program({"infer", "--network", "radix_net:neurons=16384,layers=120", "--inputs",
                               data + "/sparse-images-16384.bits.xz", "--engine", "csr", "--track", "value", "--panel",
                               "16", "--categories", data + "/neuron16384-l120-categories.tsv", "--repetitions", "1",
                               "--warmup", "0", "--verify", "2"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(
      ran.out.find("\ncategories        1918 of 60000 inputs have a nonzero output (Graph Challenge's categories)\n"),
      std::string::npos)
      << ran.out;
}

TEST(Commands, ExportAndSummaryReadWhatRunWrote) {
  const TestFolder folder;
  const std::string config = folder.put("small.toml",
                                        "network = 'mlp:widths=30x3,density=0.3'\ninputs = 'images:count=20'\n"
                                        "memory = [6, 12]\nengine = ['csr', 'connection_list', 'reference']\n"
                                        "order = ['by_target', 'blocks']\nmeter = 'simulated'\n");
  const Ran ran = run_program({"run", config, "--out", folder / "small.h5"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, folder / "small.h5\n");
  EXPECT_NE(ran.err.find("left out 4 pairs of an engine and an order that it does not execute"), std::string::npos);
  const Ran csv = run_program({"export", folder / "small.h5", "--csv"});
  EXPECT_EQ(std::count(csv.out.begin(), csv.out.end(), '\n'), 9);
  const Ran summary = run_program({"summary", folder / "small.h5", "--json"});
  EXPECT_NE(summary.out.find("\"rows\": 8"), std::string::npos) << summary.out;
  EXPECT_NE(summary.out.find("\"ok\": 8"), std::string::npos) << summary.out;
  const Ran again = run_program({"run", config, "--out", folder / "small.h5"});
  EXPECT_NE(again.err.find("8 cases, 0 run now, 8 there before, 0 not ok"), std::string::npos) << again.err;
}

TEST(Commands, SubmitShowsTheJobWithoutSendingIt) {
  const TestFolder folder;
  const std::string config = folder.put("s.toml", "network = 'mlp:widths=30x4,density=0.3'\nmemory = [4, 8, 16]\n");
  const std::string site = folder.put("site.toml", "partition = 'long'\nsetup = ['module load x', 'ulimit -s']\n");
  const std::vector<std::string> submit = {"submit", config, "--out", folder / "out.h5", "--dry-run", "--site", site};
  std::vector<std::string> more = submit;
  more.insert(more.end(), {"--cpus-per-task", "4", "--partition", "short", "--directive=--mem=1G", "--setup", "date"});
  const Ran ran = run_program(more);
  ASSERT_EQ(ran.code, 0) << ran.err;
  for (const char* line : {"#SBATCH --array=1-1\n", "#SBATCH --cpus-per-task=4\n", "#SBATCH --partition=short\n",
                           "#SBATCH --mem=1G\n", "module load x\nulimit -s\ndate\n", "\nsrun -N 1 -n 1 -c 4 "})
    EXPECT_NE(ran.out.find(line), std::string::npos) << line << ran.out;
  EXPECT_EQ(ran.out.find("{{"), std::string::npos);
  EXPECT_NE(ran.err.find("3 cases: 0 finished, 0 in the queue, 3 to send\n1 task,"), std::string::npos) << ran.err;
  EXPECT_FALSE(std::filesystem::exists(folder / "out.tasks"));
  folder.put("site.toml", "partitoin = 'long'\n");
  const Ran refused = run_program(submit);
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.err.find("site.toml:1:1: no key 'partitoin'"), std::string::npos) << refused.err;
}

TEST(Commands, SubmitRefusesARequestThatMakesNoSense) {
  const TestFolder folder;
  const std::string config = folder.put("s.toml", "network = 'mlp:widths=30x4,density=0.3'\nmemory = [4, 8, 16]\n");
  const std::vector<std::pair<std::vector<std::string>, std::string>> all = {
      {{"--nodes", "0"}, "--nodes: 0 is out of range; give at least 1"},
      {{"--nodes", "-3"}, "--nodes: '-3' is not a count"},
      {{"--ntasks", "x"}, "--ntasks: 'x' is not a count"},
      {{"--cpus-per-task", "0"}, "--cpus-per-task: 0 is out of range"},
      {{"--at-once", "0"}, "--at-once: 0 is out of range"},
      {{"--at-once", "-1"}, "--at-once: '-1' is not a count"},
      {{"--warning", "-1"}, "--warning: '-1' is not a count"},
      {{"--warning", "70000"}, "--warning: 70000 is out of range; give 0 to 65535"},
      {{"--warning", "300", "--time", "5"}, "--warning: a warning 300 s before the end of a task of 300 s"},
      {{"--time", "abc"}, "--time: 'abc' is not a time limit"},
      {{"--time", "00:00"}, "--time: '00:00' is no time"},
      {{"--most", "x"}, "--most: 'x' is not a count"},
      {{"--most", "0"}, "--most: 0 is out of range"},
      {{"--wall", "0"}, "--wall"},
      {{"--wall", "1e300"}, "--wall: is more than a year"},
      {{"--rate", "-1"}, "--rate"},
      {{"--out", folder / "none/x.h5"}, "there is no folder " + (folder / "none") + "; create it"},
      {{"--site", folder.put("site.toml", "nodes = 0\n")}, "site.toml:1:9: 0 is out of range"},
  };
  for (const auto& [options, message] : all) {
    std::vector<std::string> submit = {"submit", config, "--dry-run"};
    if (options.front() != "--out") submit.insert(submit.end(), {"--out", folder / "out.h5"});
    submit.insert(submit.end(), options.begin(), options.end());
    const Ran ran = run_program(submit);
    EXPECT_EQ(ran.code, 1) << message;
    EXPECT_NE(ran.err.find(message), std::string::npos) << message << '\n' << ran.err;
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
    EXPECT_EQ(ran.out, "") << message;
  }
  const Ran ran = run_program({"submit", config, "--dry-run", "--out", folder / "out.h5", "--time", "1-12", "--at-once",
                               "7", "--warning", "0"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  folder.put("site.toml", "time = 12:30:00\n");  // to TOML a time of day
  const Ran half =
      run_program({"submit", config, "--dry-run", "--out", folder / "out.h5", "--site", folder / "site.toml"});
  EXPECT_NE(half.out.find("#SBATCH --time=12:30:00\n"), std::string::npos) << half.err << half.out;
  for (const char* line : {"#SBATCH --array=1-1%7\n", "#SBATCH --time=1-12\n", "#SBATCH --signal=B:USR1@0\n"})
    EXPECT_NE(ran.out.find(line), std::string::npos) << line << ran.out;
}

TEST(Commands, ListKnowsTheDrivers) {
  const std::string drivers = run_program({"list", "drivers"}).out;
  for (const char* name : {"drivers  data", "drivers  hybrid", "drivers  model", "drivers  single"})
    EXPECT_NE(drivers.find(name), std::string::npos) << drivers;
  EXPECT_EQ(drivers.find("engines"), std::string::npos) << drivers;
}

TEST(Commands, RunTakesJustTheCasesOfAList) {
  const TestFolder folder;
  const std::string config = folder.put("s.toml", "network = 'mlp:widths=30x4,density=0.3'\nmemory = [4, 8, 16]\n");
  const std::string cases = run_program({"run", config, "--dry-run"}).out;
  const std::string list = folder.put("list", cases.substr(0, cases.find('\n') + 1));
  const Ran ran = run_program({"run", config, "--only", list, "--out", folder / "out.h5"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.err.find(": 1 case, 1 run now"), std::string::npos) << ran.err;
  folder.put("list", "0123456789abcdef0123456789abcdef\n");
  const Ran refused = run_program({"run", config, "--only", list, "--out", folder / "out.h5"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.err.find("list:1: the config has no case 0123"), std::string::npos) << refused.err;
}

/// Results with one row a panel, each with these times scaled, and this total of the first row.
void put_results(const std::string& path, double scale, double total) {
  Results results;
  for (const char* panel : {"8", "16"}) {
    Case one;
    for (const auto& [key, value] : {std::pair("network", "mlp:widths=9x3"), std::pair("panel", panel)})
      one.set(key, value, "test");
    Record row = blank_record(one, run_id(one), {"test.toml", "here", "abc"});
    row.set("status", "ok");
    row.set("total", results.runs.empty() ? total : 100);
    row.set("seconds", scale);
    for (int k = 0; k < 8; ++k) results.samples.push_back({run_id(one), k, 0, 0, scale * (1 + 0.001 * k)});
    results.runs.push_back(std::move(row));
  }
  write_results(path, run_schema(), results);
}

TEST(Commands, CompareTellsOfRegressionsByItsExitCode) {
  const TestFolder folder;
  put_results(folder / "old.h5", 1, 100);
  put_results(folder / "slow.h5", 1.1, 100);
  put_results(folder / "costly.h5", 0.9, 120);
  EXPECT_EQ(run_program({"compare", folder / "old.h5", folder / "old.h5"}).code, 0);
  const Ran slow = run_program({"compare", folder / "old.h5", folder / "slow.h5"});
  EXPECT_EQ(slow.code, 2) << slow.err;
  EXPECT_EQ(slow.out, text_of(SPARSIO_SOURCE_DIR "/src/cli/testdata/compare.txt"));
  EXPECT_EQ(run_program({"compare", folder / "old.h5", folder / "slow.h5", "--threshold", "0.2"}).code, 0);
  EXPECT_EQ(run_program({"compare", folder / "slow.h5", folder / "old.h5"}).code, 0);
  const Ran costly = run_program({"compare", folder / "old.h5", folder / "costly.h5", "--json"});
  EXPECT_EQ(costly.code, 2);
  EXPECT_NE(costly.out.find(R"({"column": "total", "first": "100", "second": "120", "regression": true})"),
            std::string::npos)
      << costly.out;
  EXPECT_NE(costly.out.find(R"("verdict": "faster")"), std::string::npos) << costly.out;
  const Ran parts = run_program({"compare", folder / "old.h5", "--first", "panel=8", "--second", "panel=16"});
  EXPECT_EQ(parts.code, 0) << parts.err;
  EXPECT_NE(parts.out.find("1 row compared, 1 no difference shown"), std::string::npos) << parts.out;
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{"compare", folder / "old.h5"},
        {"compare", folder / "old.h5", folder / "none.h5"},
        {"compare", folder / "old.h5", "--first", "panel", "--second", "panel=16"},
        {"compare", folder / "old.h5", folder / "old.h5", "--first", "tlie=8"},
        {"compare", folder / "old.h5", folder / "old.h5", "--first", "panel=7"},
        {"compare", folder / "old.h5", folder / "old.h5", "--confidence", "2"}})
    EXPECT_EQ(run_program(wrong).code, 1);
}

TEST(Commands, ACacheTooLargeToSimulateLeavesARowWithoutMisses) {
  const TestFolder folder;
  const std::string config = folder.put("s.toml", R"(network = "mlp:widths=20x3"
memory = 1000000000
inputs = "random:count=10"
engine = "csr"
meter = "simulated"
)");
  const std::string out = folder / "s.h5";
  const Ran run = run_program({"run", config, "--out", out});
  EXPECT_EQ(run.code, 0) << run.err;
  const std::string rows = run_program({"export", out, "--csv"}).out;
  EXPECT_NE(rows.find("unavailable: cache memory: 3000000000 lines are too many to simulate"), std::string::npos)
      << rows;
}

TEST(Commands, ExportHasEveryRepetition) {
  const TestFolder folder;
  put_results(folder / "a.h5", 1, 100);
  const Ran csv = run_program({"export", folder / "a.h5", "--csv", "--samples"});
  EXPECT_EQ(csv.code, 0) << csv.err;
  EXPECT_EQ(csv.out.substr(0, csv.out.find('\n')), "run,repetition,rank,thread,seconds,round,began,baseline_seconds");
  EXPECT_EQ(std::count(csv.out.begin(), csv.out.end(), '\n'), 17);
  EXPECT_NE(run_program({"export", folder / "a.h5", "--json", "--samples"}).out.find("\"seconds\":1.007"),
            std::string::npos);
}

}  // namespace
}  // namespace sparsio
