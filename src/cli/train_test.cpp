// `sparsio train` as users meet it: it learns the labels of a few random inputs by heart, prints the same on any number
// of threads, writes a network from which training goes on, and refuses what cannot be learnt. Digits where they are.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/program_fixture.hpp"

namespace sparsio {
namespace {

const std::string network = "mlp:widths=6-40-40-3,density=0.5,last=identity";

std::vector<std::string> train(const std::string& labels, std::vector<std::string> more) {
  std::vector<std::string> arguments = {
      "train",    "--network", network, "--inputs", "random:count=30,density=1,values=reals",
      "--labels", labels,      "--json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

std::string labels_of(uint32_t count, uint32_t classes) {
  std::string text;
  for (uint32_t i = 0; i < count; ++i) text += std::to_string(i * i % 7 % classes) + "\n";
  return text;
}

TEST(Train, LearnsByHeartTheSameOnAnyThreadsAndGoesOn) {
  const TestFolder folder;
  const std::string labels = folder.put("labels.txt", labels_of(30, 3)), out = folder / "net.h5";
  const std::string spec = "sgd:epochs=150,batch=10,rate=0.1";
  const Ran one = run_program(train(labels, {"--training", spec, "--validation", "0", "--out", out}));
  ASSERT_EQ(one.code, 0) << one.err;
  auto said = nlohmann::json::parse(one.out);
  EXPECT_EQ(said["train_accuracy"], 1.0) << one.out;
  EXPECT_NE(one.err.find("epoch 150 of 150"), std::string::npos);
  Ran two = run_program(train(labels, {"--training", spec, "--validation", "0", "--threads", "2"}));
  EXPECT_EQ(nlohmann::json::parse(two.out)["loss"], said["loss"]);

  std::vector<std::string> again = train(labels, {"--training", "sgd:epochs=0,batch=10", "--validation", "0"});
  again[2] = out;
  const Ran trained = run_program(again);
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_EQ(nlohmann::json::parse(trained.out)["loss"], said["loss"]);
}

TEST(Train, RefusesWhatCannotBeLearnt) {
  const TestFolder folder;
  const std::string labels = folder.put("labels.txt", labels_of(30, 3));
  const auto refusal = [&](const std::string& of, const std::vector<std::string>& more) {
    const Ran ran = run_program(train(of, more));
    EXPECT_EQ(ran.code, 1);
    return ran.err;
  };
  EXPECT_NE(refusal(folder.put("few.txt", labels_of(29, 3)), {}).find("goals of 29 samples"), std::string::npos);
  EXPECT_NE(refusal(folder.put("beyond.txt", labels_of(30, 5)), {}).find("has 3 outputs"), std::string::npos);
  EXPECT_NE(refusal(labels, {"--training", "sgd:batch=31"}).find("a batch of 31"), std::string::npos);
  std::vector<std::string> wild = train(labels, {"--training", "sgd:rate=100,batch=8,loss=mse"});
  wild[2] = "mlp:widths=6-40-40-3,density=0.5,activation=identity";  // relus would die instead
  const Ran diverged = run_program(wild);
  EXPECT_EQ(diverged.code, 1);
  EXPECT_NE(diverged.err.find("diverged"), std::string::npos) << diverged.err;
  EXPECT_NE(refusal(labels, {"--training", "sgd:momentum=2"}).find("momentum"), std::string::npos);
  EXPECT_NE(refusal(labels, {"--validation", "1"}).find("--validation"), std::string::npos);
}

TEST(Train, LearnsDigits) {
  const Ran ran = run_program({"train", "--network", "mlp:widths=64-256-256-10,density=0.1,last=identity", "--inputs",
                               "digits", "--labels", "digits", "--training", "sgd:epochs=8", "--json"});
  if (ran.err.find("python3-sklearn") != std::string::npos) GTEST_SKIP() << ran.err;
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_GT(nlohmann::json::parse(ran.out)["accuracy"], 0.93) << ran.out;
}

}  // namespace
}  // namespace sparsio
