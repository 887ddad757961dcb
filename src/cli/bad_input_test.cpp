// Bad input: one clear message with place, what and remedy; exit code 1; nothing written.
#include <gtest/gtest.h>

#include <filesystem>

#include "cli/program_fixture.hpp"

namespace sparsio {
namespace {

struct Bad {
  const char* what;
  std::vector<std::string> arguments;
  const char* message;
};

TEST(BadInput, OnTheCommandLineIsAnsweredWithTheRemedy) {
  const std::vector<Bad> all = {
      {"command", {"iof"}, "did you mean 'io'?"},
      {"option", {"io", "--network", "mlp", "--ordr", "x"}, "did you mean '--order'?"},
      {"a required option", {"io", "--netwrk", "x"}, "not expected: --netwrk; --netwrk: did you mean '--network'?"},
      {"a required option, with =", {"io", "--netwrk=x"}, "--netwrk=x: did you mean '--network'?"},
      {"an option without a path", {"run", "--ot", "x.h5"}, "not expected: --ot; --ot: did you mean '--out'?"},
      {"nothing at all", {"io"}, "--network is required; see sparsio io --help"},
      {"network",
       {"io", "--network", "mpl"},
       "--network: no network 'mpl' and no file of that name; did you mean 'mlp'?"},
      {"network option", {"io", "--network", "mlp:width=5x5"}, "did you mean 'widths'?"},
      {"missing file", {"io", "--network", "./none.edges"}, "give a path that exists"},
      {"order", {"io", "--network", "mlp", "--order", "by_traget"}, "did you mean 'by_target'?"},
      {"policy", {"io", "--network", "mlp", "--policy", "lur"}, "did you mean 'lru'?"},
      {"memory of 2 values", {"io", "--network", "mlp", "--memory", "2"}, "give at least 3 values"},
      {"memory in words", {"io", "--network", "mlp", "--memory", "much"}, "--memory"},
      {"engine",
       {"infer", "--network", "mlp", "--inputs", "images:count=4", "--engine", "csrr"},
       "did you mean 'csr'?"},
      {"track",
       {"infer", "--network", "mlp", "--inputs", "images:count=4", "--engine", "csr", "--track", "fast"},
       "track"},
      {"0 threads",
       {"infer", "--network", "mlp", "--inputs", "images:count=4", "--engine", "csr", "--threads", "0"},
       "threads is 0; give at least 1"},
      {"panel 0",
       {"io", "--network", "mlp", "--order", "by_target", "--policy", "lru", "--memory", "2MiB", "--panel", "0"},
       "give 1 or more"},
      {"tile and panel",
       {"io", "--network", "mlp", "--memory", "2MiB", "--tile", "8", "--panel", "8"},
       "--tile: it is the former name of --panel, and both are given; give --panel alone"},
      {"width of the inputs",
       {"infer", "--network", "mlp", "--inputs", "images:neurons=64,count=4", "--engine", "csr"},
       "64 pixels an image, but the network has 500 inputs"},
      {"layers of 10^11 connections", {"io", "--network", "mlp:widths=1000000x3", "--memory", "5"}, "2^32 connections"},
      {"no config", {"run", "./none.toml"}, "none.toml"},
      {"integer of 65 bits",
       {"io", "--network", "mlp:seed=18446744073709551616"},
       "--network: mlp: seed: 18446744073709551616 is too large; give at most 9223372036854775807"},
      {"count of 65 bits",
       {"doctor", "--threads", "18446744073709551616"},
       "--threads: 18446744073709551616 is too large; give at most 18446744073709551615"},
      {"folder for a file",
       {"infer", "--network", "mlp", "--inputs", "images:count=4", "--engine", "csr", "--categories", "/tmp"},
       "--categories: '/tmp' is a folder; give a file"},
      {"results that are not there", {"summary", "./none.h5"}, "none.h5"},
      {"kind to list", {"list", "ordres"}, "did you mean 'orders'?"},
  };
  for (const Bad& bad : all) {
    const Ran ran = run_program(bad.arguments);
    EXPECT_EQ(ran.code, 1) << bad.what << '\n' << ran.out << ran.err;
    EXPECT_NE(ran.err.find(bad.message), std::string::npos) << bad.what << '\n' << ran.err;
    EXPECT_EQ(ran.out, "") << bad.what;
  }
}

TEST(BadInput, NoNetworkTakesThePlaceOfResults) {
  const TestFolder folder;
  const std::string results = folder / "r.h5";
  const std::string config = folder.put("s.toml", "network = \"mlp:widths=5x3\"\nmemory = 5\n");
  ASSERT_EQ(run_program({"run", config, "--out", results}).code, 0);
  const std::string network = folder / "n.h5";
  ASSERT_EQ(run_program({"generate", "mlp:widths=5x3", "--out", network}).code, 0);
  EXPECT_EQ(run_program({"generate", "mlp:widths=6x3", "--out", network}).code, 0) << "networks may be replaced";
  const std::string before = text_of(results);
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"generate", "mlp:widths=5x3", "--out", results},
        {"convert", network, results},
        {"generate", "random:count=3,neurons=8", "--out", results}}) {
    const Ran ran = run_program(command);
    EXPECT_EQ(ran.code, 1) << command[0];
    EXPECT_NE(ran.err.find("holds results of Sparsio"), std::string::npos) << ran.err;
    EXPECT_EQ(text_of(results), before);
  }
}

TEST(BadInput, AnEmptyPathIsRefusedBeforeAnythingRuns) {
  const TestFolder folder;
  const std::string config = folder.put("small.toml", "network = 'mlp:widths=30x3,density=0.3'\nmemory = 6\n");
  const std::vector<std::pair<std::vector<std::string>, std::string>> all = {
      {{"run", ""}, "CONFIG"},
      {{"run", config, "--out", ""}, "--out"},
      {{"run", config, "--out=", "--dry-run"}, "--out"},
      {{"run", config, "--only", "", "--dry-run"}, "--only"},
      {{"submit", config, "--out", "", "--dry-run"}, "--out"},
      {{"submit", config, "--site=", "--dry-run"}, "--site"},
      {{"submit", config, "--templates", "", "--dry-run"}, "--templates"},
      {{"status", ""}, "FILE"},
      {{"status", folder / "none.h5", "--config", ""}, "--config"},
      {{"merge", ""}, "OUT"},
      {{"merge", folder / "out.h5", config, ""}, "IN"},
      {{"summary", ""}, "FILE"},
      {{"export", "", "--csv"}, "FILE"},
      {{"compare", "", config}, "A"},
      {{"compare", config, ""}, "B"},
      {{"convert", "", folder / "out.h5"}, "IN"},
      {{"convert", config, ""}, "OUT"},
      {{"generate", "mlp", "--out", ""}, "--out"},
      {{"calibrate", "--source", "simulated", "--seconds", "0", "--out", ""}, "--out"},
      {{"choose", "--network", "mlp", "--calibration", ""}, "--calibration"},
      {{"infer", "--network", "mlp", "--inputs", "images:count=4", "--engine", "csr", "--categories", ""},
       "--categories"},
      {{"infer", "--network", "mlp", "--inputs", "images:count=4", "--engine", "csr", "--labels", ""}, "--labels"},
      {{"infer", "--network", "mlp", "--inputs", "images:count=4", "--engine", "csr", "--outputs="}, "--outputs"}};
  for (const auto& [arguments, place] : all) {
    const Ran ran = run_program(arguments);
    EXPECT_EQ(ran.code, 1) << arguments.front() << ' ' << place;
    EXPECT_TRUE(ran.err.starts_with("sparsio: " + place + ": the path is empty; give a ")) << place << '\n' << ran.err;
    EXPECT_EQ(ran.out, "") << arguments.front() << ' ' << place;
  }
}

TEST(BadInput, WhatCannotEvenBeLookedAtIsNamedWithItsReason) {
  const TestFolder folder;
  const std::string loop = folder / "loop.edges";
  std::filesystem::create_symlink(loop, loop);
  for (const std::string& spec : {loop, "edges:path=" + loop}) {
    const Ran ran = run_program({"io", "--network", spec});
    EXPECT_EQ(ran.code, 1);
    EXPECT_EQ(ran.err, "sparsio: --network: '" + loop +
                           "' cannot be opened: Too many levels of symbolic links; give a path that exists\n");
  }
  const Ran ran = run_program({"summary", loop});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.err, "sparsio: " + loop + ": Too many levels of symbolic links\n");
}

TEST(BadInput, WhereTheDefaultFolderCannotBeMadeOutIsNamed) {
  const TestFolder folder;
  const std::string config = folder.put("small.toml", "network = 'mlp:widths=30x3,density=0.3'\nmemory = 6\n");
  folder.put("results", "a file");
  const auto here = std::filesystem::current_path();
  std::filesystem::current_path(std::filesystem::path(config).parent_path());
  const Ran ran = run_program({"run", config});
  std::filesystem::current_path(here);
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("sparsio: results: the folder cannot be made: "), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("; give --out FILE\n"), std::string::npos) << ran.err;
}

TEST(BadInput, AFileThatDoesNotSayItsWidthIsToldHowToGiveIt) {
  const TestFolder folder;
  const std::string bits = folder / "y.bits";
  const std::string tsv = folder / "y.tsv";
  ASSERT_EQ(run_program({"generate", "images:count=10,neurons=64", "--out", bits}).code, 0);
  ASSERT_EQ(run_program({"generate", "random:count=10,neurons=50", "--out", tsv}).code, 0);
  EXPECT_NE(run_program({"convert", bits, folder / "o.tsv"}).err.find("--width N"), std::string::npos);
  EXPECT_NE(run_program({"convert", tsv, folder / "o.h5"}).err.find("--as inputs --width N"), std::string::npos);
  EXPECT_NE(run_program({"convert", tsv, folder / "o.h5", "--as", "inputs"}).err.find("--width N"), std::string::npos);
  EXPECT_EQ(run_program({"convert", bits, folder / "o.tsv", "--width", "64"}).code, 0);
  EXPECT_EQ(run_program({"convert", tsv, folder / "o.h5", "--as", "inputs", "--width", "50"}).code, 0);
}

TEST(BadInput, InNetworkFilesNamesTheLine) {
  const TestFolder folder;
  const std::vector<std::pair<std::string, std::string>> all = {
      {"0 2 1.0\n", ":1: "}, {"1 2 1.0\n1 3 nan\n", ":2: "}, {"1 2 1.0\n2 1 1.0\n", "cycle"},
      {"1 2\n", ":1: "},     {"1 2 1.0\n1 2 0.5\n", ":2: "}, {std::string("\0\1\2\3", 4), "bad.edges"},
      {"", "bad.edges"}};
  for (const auto& [text, message] : all) {
    const Ran ran = run_program({"io", "--network", folder.put("bad.edges", text), "--memory", "5"});
    EXPECT_EQ(ran.code, 1) << text << ran.out;
    EXPECT_NE(ran.err.find(message), std::string::npos) << text << '\n' << ran.err;
  }
}

TEST(BadInput, InConfigsIsAllSaidAtOnceBeforeAnythingRuns) {
  const TestFolder folder;
  const std::string config = folder.put("bad.toml",
                                        "network = 'mlp'\n"
                                        "polcy = 'lru'\n"
                                        "order = 'rmc'\n"
                                        "panel = 'wide'\n"
                                        "memory = []\n");
  const Ran ran = run_program({"run", config, "--out", folder / "bad.h5"});
  EXPECT_EQ(ran.code, 1);
  for (const char* message : {"bad.toml:2:1: no key 'polcy'; did you mean 'policy'?", "bad.toml:3:9: no order 'rmc'",
                              "bad.toml:4:9: ", "bad.toml:5:10: memory is an empty list"})
    EXPECT_NE(ran.err.find(message), std::string::npos) << message << '\n' << ran.err;
  EXPECT_FALSE(std::filesystem::exists(folder / "bad.h5"));
}

TEST(BadInput, InConfigsIsAlsoAnOptionOutOfRangeOrAFileThatIsNotThere) {
  const TestFolder folder;
  const std::string config =
      folder.put("bad.toml",
                 "network = ['mlp:density=7', 'mlp:density=0.1', 'radix_net:neurons=1000', 'star:direction=up',\n"
                 "  {kind = 'radix_net', layers = [0, 2]}, 'mlp:widths=500', './none.tsv']\n"
                 "inputs = ['images:count=0', './none.bits']\n"
                 "categories = './none.tsv'\n"
                 "order = ['anneal:policy=fifo', 'cluster:size=-1', 'anneal:from=anneal']\n"
                 "engine = 'csr'\nmeter = 'simulated:hierarchy=deep'\nmemory = 9\n");
  const Ran ran = run_program({"run", config, "--out", folder / "bad.h5"});
  EXPECT_EQ(ran.code, 1);
  for (const char* message : {
           "bad.toml:1:12: mlp: density: 7 is out of range; give 0 to 1",
           "bad.toml:1:48: radix_net: neurons: 1000 is not a power of two from 64 to 2^24; give 1024, 4096, ",
           "bad.toml:1:74: star: direction: 'up' is not one of them; ",
           "bad.toml:2:24: radix_net: layers: 0 is out of range; give 1 to 1048576",
           "bad.toml:2:42: mlp: widths: '500' is one layer of neurons; write 500x5 ",
           "bad.toml:2:60: no network './none.tsv' and no file of that name; give a path that exists",
           "bad.toml:3:11: images: count: 0 is out of range; give 1 to 4294967296",
           "bad.toml:3:29: no inputs './none.bits' and no file of that name; give a path that exists",
           "bad.toml:4:14: no file './none.tsv'; give a path that exists",
           "bad.toml:5:10: anneal: policy: no order is annealed for policy 'fifo'; have: lru min rr",
           "bad.toml:5:32: cluster: size: -1 is out of range; give at least 1",
           "bad.toml:5:51: anneal: from: annealing starts from itself; name another order, like by_target",
           "bad.toml:7:9: simulated: hierarchy: 'deep' is not one of them; have: independent filtered",
       })
    EXPECT_NE(ran.err.find(message), std::string::npos) << message << '\n' << ran.err;
  EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 13) << ran.err;
  EXPECT_FALSE(std::filesystem::exists(folder / "bad.h5"));
  EXPECT_FALSE(std::filesystem::exists(folder / "bad.h5.journal"));
}

TEST(BadInput, AnUnwritableFolderAndAForeignResultsFileAreRefused) {
  const TestFolder folder;
  const std::string config = folder.put("one.toml", "network = 'mlp:widths=9x2'\nmemory = 5\n");
  const Ran nowhere = run_program({"run", config, "--out", folder / "none/one.h5"});
  EXPECT_EQ(nowhere.code, 1);
  EXPECT_NE(nowhere.err.find("create it or give another --out"), std::string::npos) << nowhere.err;
  const std::string foreign = folder.put("foreign.h5", "not HDF5 at all");
  const Ran refused = run_program({"run", config, "--out", foreign});
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.err.find("foreign.h5"), std::string::npos) << refused.err;
  EXPECT_EQ(text_of(foreign), "not HDF5 at all");
  EXPECT_FALSE(std::filesystem::exists(foreign + ".journal"));
}

TEST(BadInput, AFailingCaseIsARowAndTheSweepGoesOn) {
  const TestFolder folder;
  const std::string config = folder.put("mixed.toml",
                                        "network = ['mlp:widths=30x3,density=0', 'mlp:widths=30x3,density=0.5']\n"
                                        "memory = 9\nengine = 'csr'\ninputs = 'images:count=4'\n");
  const Ran ran = run_program({"run", config, "--out", folder / "mixed.h5"});
  EXPECT_EQ(ran.code, 2) << ran.err;
  EXPECT_NE(ran.err.find("2 cases, 2 run now, 0 there before, 1 not ok"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace sparsio
