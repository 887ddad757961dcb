// `sparsio partition` as users meet it. Asserts:
//   - contiguous rows of the official network for 8 parts send the 860160 words in 6720 messages that are known, random
//     rows about 849000 in as many, `twins` an eighth of that;
//   - the two that know nothing of the network stand beside every result;
//   - --out says who owns every neuron, and replaces nothing that is read;
//   - what cannot be is refused in one line, and nothing is written.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "cli/program_fixture.hpp"

namespace sparsio {
namespace {

const std::string official = "radix_net:neurons=1024,layers=120";

/// The number in the text output after `name`.
double figure(const Ran& ran, const std::string& name) {
  std::istringstream lines(ran.out);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string first;
    double value = 0;
    if (words >> first >> value && first == name) return value;
  }
  ADD_FAILURE() << "no " << name << " in " << ran.out << ran.err;
  return 0;
}

Ran partitioned(const std::string& method) {
  return run_program({"partition", "--network", official, "--parts", "8", "--method", method});
}

TEST(PartitionCommand, GivesTheKnownFiguresOfTheOfficialNetwork) {
  const Ran contiguous = partitioned("contiguous");
  EXPECT_EQ(contiguous.code, 0) << contiguous.err;
  EXPECT_EQ(figure(contiguous, "words"), 860160);
  EXPECT_EQ(figure(contiguous, "words_mean"), 107520);
  EXPECT_EQ(figure(contiguous, "words_max"), 107520);
  EXPECT_EQ(figure(contiguous, "messages"), 6720);
  EXPECT_EQ(figure(contiguous, "imbalance"), 0);
  const Ran random = partitioned("random");
  EXPECT_NEAR(figure(random, "words"), 849000, 1000);
  EXPECT_EQ(figure(random, "messages"), 6720);
  const Ran twins = partitioned("twins");
  EXPECT_LT(figure(twins, "words"), 108000);
  EXPECT_EQ(figure(twins, "imbalance"), 0);
  EXPECT_EQ(figure(twins, "contiguous"), 860160);
  EXPECT_EQ(figure(twins, "random"), figure(random, "words"));
}

TEST(PartitionCommand, SaysWhoOwnsEveryNeuron) {
  const TestFolder folder;
  const std::string out = folder / "owners.tsv";
  const std::vector<std::string> network = {"partition", "--network", "mlp:widths=4-3-2,density=1", "--parts", "2"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), network.begin(), network.end());
    return run_program(more);
  };
  const Ran ran = with({"--method", "contiguous", "--out", out, "--json"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  const std::string text = text_of(out);
  EXPECT_EQ(text.substr(0, 28), "level\tneuron\tpart\n# network ");
  EXPECT_EQ(text.substr(60),
            " parts 2\n0\t0\t0\n0\t1\t1\n0\t2\t0\n0\t3\t1\n1\t0\t0\n1\t1\t1\n1\t2\t1\n2\t0\t0\n2\t1\t1\n");
  // Everybody reads everything: each value goes once to the other part.
  EXPECT_NE(ran.out.find("\n  \"words\": 7,\n  \"words_mean\": 3.5,\n  \"words_max\": 4,\n  \"messages\": 4,\n"),
            std::string::npos)
      << ran.out;
  const Ran packed = with({"--out", out + ".gz"});
  EXPECT_EQ(packed.code, 0) << packed.err;
  EXPECT_EQ(text_of(out + ".gz").substr(0, 2), "\x1f\x8b");
}

TEST(PartitionCommand, ReplacesNothingThatIsRead) {
  const TestFolder folder;
  const std::string network = folder / "network.h5";
  ASSERT_EQ(run_program({"generate", "mlp:widths=5-5,density=1", "--out", network}).code, 0);
  const std::string tsv = folder / "layers";
  ASSERT_EQ(run_program({"generate", "radix_net:neurons=64,layers=2", "--format", "tsv", "--out", tsv}).code, 0);
  const std::string before = text_of(network);
  const auto refusal = [&](const std::string& spec, const std::string& out) {
    const Ran ran = run_program({"partition", "--network", spec, "--parts", "2", "--out", out});
    EXPECT_EQ(ran.code, 1) << ran.out;
    EXPECT_EQ(ran.out, "");
    return ran.err;
  };
  EXPECT_NE(refusal(network, network).find("is, or is in, what is read"), std::string::npos);
  EXPECT_EQ(text_of(network), before);
  EXPECT_NE(refusal("tsv:path=" + tsv + ",bias=-0.3", tsv + "/n64-l1.tsv").find("is, or is in, what is read"),
            std::string::npos);
  EXPECT_NE(refusal(network, folder / "").find("folder"), std::string::npos);
  EXPECT_NE(refusal(network, folder / "nowhere/owners.tsv").find("nowhere"), std::string::npos);
}

TEST(PartitionCommand, RefusesWhatCannotBe) {
  const TestFolder folder;
  const std::string out = folder / "owners.tsv";
  const auto refusal = [&](std::vector<std::string> arguments, const std::string& network) {
    arguments.insert(arguments.begin(), {"partition", "--network", network, "--out", out});
    const Ran ran = run_program(arguments);
    EXPECT_EQ(ran.code, 1) << ran.out;
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
    EXPECT_FALSE(std::filesystem::exists(out));
    return ran.err;
  };
  EXPECT_NE(refusal({"--parts", "0"}, official).find("--parts: 0 is out of range; give 1 to "), std::string::npos);
  EXPECT_NE(refusal({"--parts", "8", "--method", "twin"}, official).find("did you mean 'twins'?"), std::string::npos);
  EXPECT_NE(refusal({"--parts", "8", "--method", "joint:imbalance=-1"}, official).find("imbalance: -1 is out of range"),
            std::string::npos);
  EXPECT_NE(refusal({}, official).find("--parts is required"), std::string::npos);
  EXPECT_NE(refusal({"--parts", "2"}, "random_dag:neurons=20").find("not given in layers"), std::string::npos);
}

}  // namespace
}  // namespace sparsio
