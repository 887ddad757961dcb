// --outputs from outside: what may not be written is refused before anything runs; what is read is never written, by
// whatever name; a disk that fills, a wrong answer and a signal leave the file that was there, and nothing beside it.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include "cli/program_fixture.hpp"

namespace sparsio {
namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;

Words infer(const std::string& network, const Words& more) {
  Words words = {"infer", "--network", network, "--engine", "csr", "--repetitions", "1", "--warmup", "0"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

const std::string small = "mlp:widths=30x3-5,density=0.4,activation=relu,last=identity";
const std::string inputs = "images:count=40";

Words small_infer(const std::string& outputs, const Words& more = {}) {
  Words words = infer(small, {"--inputs", inputs, "--outputs", outputs});
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// What is in the folder of a file, the file included.
Words names_beside(const std::string& path) {
  Words names;
  for (const auto& entry : fs::directory_iterator(fs::path(path).parent_path()))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

TEST(InferOutputs, TextExplainsWhatItCountsAndNamesLabelsWhereThereAreAny) {
  const TestFolder folder;
  std::string labels;
  for (int i = 0; i < 40; ++i) labels += "0\n";
  const Ran with = run_program(small_infer(folder / "y.csv", {"--labels", folder.put("l.txt", labels)}));
  ASSERT_EQ(with.code, 0) << with.err;
  EXPECT_NE(with.out.find("\ncategories        40 of 40 inputs have a nonzero output (Graph Challenge's categories)\n"),
            std::string::npos)
      << with.out;
  EXPECT_NE(with.out.find("\naccuracy          0."), std::string::npos) << with.out;
  EXPECT_NE(with.out.find(" of 40 right\n"), std::string::npos) << with.out;
  EXPECT_NE(with.err.find("wrote " + folder / "y.csv" + ": 5 outputs of 40 inputs\n"), std::string::npos) << with.err;
  const Ran without = run_program(small_infer(folder / "y.csv"));
  ASSERT_EQ(without.code, 0) << "outputs may be replaced; " << without.err;
  EXPECT_EQ(without.out.find("accuracy"), std::string::npos) << without.out;
  const Ran json = run_program(small_infer(folder / "y.csv", {"--json"}));
  EXPECT_NE(json.out.find("\"categories\": 40,"), std::string::npos) << json.out;
  EXPECT_NE(json.out.find("\"accuracy\": null,"), std::string::npos) << json.out;
  EXPECT_NE(json.out.find("\"accuracy_status\": \"no labels are given\","), std::string::npos) << json.out;
}

TEST(InferOutputs, AreNeverWhatIsRead) {
  const TestFolder folder;
  const std::string network = folder / "n.h5";
  ASSERT_EQ(run_program({"generate", "mlp:widths=30x3,density=0.4", "--out", network}).code, 0);
  const std::string batch = folder / "x.h5";
  ASSERT_EQ(run_program({"generate", "random:count=9,neurons=30", "--out", batch}).code, 0);
  const std::string labels = folder.put("l.csv", "0\n1\n2\n3\n4\n5\n6\n7\n8\n");
  const std::string categories = folder.put("c.csv", "1\n2\n");
  const std::string challenge = folder / "official";
  ASSERT_EQ(run_program({"generate", "radix_net:neurons=64,layers=2", "--format", "tsv", "--out", challenge}).code, 0);
  fs::create_symlink(network, folder / "link.h5");
  fs::create_hard_link(network, folder / "twin.h5");
  fs::create_symlink("x.h5", folder / "x-link.h5");
  const auto given = [&](const std::string& outputs) {
    return infer(network, {"--inputs", batch, "--labels", labels, "--categories", categories, "--outputs", outputs});
  };
  Words of_folder = infer(challenge, {"--inputs", "random:count=9", "--outputs", challenge + "/y.csv"});
  std::vector<Words> all = {of_folder};
  for (const std::string& name : {network, folder / "link.h5", folder / "twin.h5",
                                  folder / "./../" + fs::path(network).parent_path().filename().string() + "/n.h5",
                                  batch, folder / "x-link.h5", labels, categories})
    all.push_back(given(name));
  const std::vector<std::string> names = names_beside(network);
  const std::string before = text_of(network) + text_of(batch) + text_of(labels) + text_of(categories);
  for (const Words& words : all) {
    const Ran ran = run_program(words);
    EXPECT_EQ(ran.code, 1) << words.back();
    EXPECT_EQ(ran.err, "sparsio: --outputs: '" + words.back() + "' is, or is in, what is read; give another path\n");
    EXPECT_EQ(ran.out, "");
  }
  EXPECT_EQ(text_of(network) + text_of(batch) + text_of(labels) + text_of(categories), before);
  EXPECT_EQ(names_beside(network), names);
}

TEST(InferOutputs, ThatCannotBeWrittenAreRefusedBeforeAnythingRuns) {
  const TestFolder folder;
  fs::create_directory(folder / "folder.npy");
  fs::create_symlink("/dev/full", folder / "full.npy");
  const std::vector<std::pair<std::string, std::string>> all = {
      {folder / "folder.npy", "it is a folder"},
      {folder / "full.npy", "it is not a regular file"},
      {folder / "none/y.npy", "cannot be written"},
      {folder / "y.txt", "outputs end in .npy, .h5 or .csv"},
      {folder.put("theirs.csv", "name,age\nx,3\n"), "does not hold outputs"}};
  for (const auto& [path, message] : all) {
    const Ran ran = run_program(small_infer(path));
    EXPECT_EQ(ran.code, 1) << path;
    EXPECT_NE(ran.err.find(message), std::string::npos) << ran.err;
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
    EXPECT_EQ(ran.out, "") << path;
  }
  EXPECT_EQ(text_of(folder / "theirs.csv"), "name,age\nx,3\n");
  EXPECT_EQ(names_beside(folder / "x"), (std::vector<std::string>{"folder.npy", "full.npy", "theirs.csv"}));
}

TEST(InferOutputs, OfAWrongAnswerAreNotWritten) {
  const TestFolder folder;
  const std::string outputs = folder / "y.npy";
  ASSERT_EQ(run_program(small_infer(outputs)).code, 0);
  const std::string before = text_of(outputs);
  const std::string categories = folder.put("categories.tsv", "3\n");
  for (const std::string& path : {outputs, folder / "other.npy"}) {
    const Ran ran = run_program(small_infer(path, {"--categories", categories}));
    EXPECT_EQ(ran.code, 2);
    EXPECT_NE(ran.out.find("\nstatus            incorrect\n"), std::string::npos) << ran.out;
    EXPECT_NE(ran.err.find("not written: " + path + ", the answer is incorrect\n"), std::string::npos) << ran.err;
  }
  EXPECT_EQ(text_of(outputs), before);
  EXPECT_EQ(names_beside(outputs), (std::vector<std::string>{"categories.tsv", "y.npy"}));
}

/// While it lives, files of child processes may not grow beyond so many bytes, and a write beyond fails as on a full
/// disk.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &now);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST(InferOutputs, OnAFullDiskAreOneLineAndTheMeasurementIsThere) {
  for (const char* name : {"y.npy", "y.h5", "y.csv"}) {
    const TestFolder folder;
    const std::string outputs = folder / name;
    for (const bool is_there : {false, true}) {
      if (is_there) run_program(small_infer(outputs));
      const std::string before = text_of(outputs);
      Ran ran;
      {
        const FullDisk disk(4000);
        ran = run_program(infer("mlp:widths=30x3-2000,density=0.4", {"--inputs", inputs, "--outputs", outputs}));
      }
      EXPECT_EQ(ran.code, 1) << name;
      EXPECT_NE(ran.out.find("\nstatus            ok\n"), std::string::npos) << ran.out;
      EXPECT_NE(ran.err.find("sparsio: " + outputs + ": cannot be written: "), std::string::npos) << ran.err;
      EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 2) << ran.err;  // and that inputs are generated
      EXPECT_EQ(text_of(outputs), before);
      EXPECT_EQ(names_beside(outputs), Words(is_there ? 1 : 0, name));
    }
  }
}

TEST(InferOutputs, ASignalLeavesWhatWasThere) {
  const std::pair<const char*, int> all[] = {
      {"y.npy", SIGTERM}, {"y.h5", SIGTERM}, {"y.csv", SIGTERM}, {"y.npy", SIGKILL}};
  for (const auto& [name, signal] : all) {
    const TestFolder folder;
    const TestFolder talk;
    const std::string outputs = folder / name;
    ASSERT_EQ(run_program(small_infer(outputs)).code, 0);
    const std::string before = text_of(outputs);
    // Values enough that they are not written before the signal comes.
    const Words words = infer("mlp:widths=30-100000,density=0.02",
                              {"--inputs", "images:count=300", "--verify", "0", "--outputs", outputs});
    const pid_t child = start_program(words, talk / "out", talk / "err");
    const auto is_writing = [&] {
      return text_of(talk / "out").find("\nalive ") != std::string::npos && names_beside(outputs).size() == 2;
    };
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (std::chrono::steady_clock::now() < end && !is_writing())
      std::this_thread::sleep_for(std::chrono::milliseconds(1));  // between two looks
    kill(child, signal);
    ASSERT_EQ(wait_for(child), -signal) << name << text_of(talk / "err");
    EXPECT_EQ(text_of(outputs), before) << name << " " << signal;
    if (signal == SIGKILL) continue;  // what it was writing lies beside
    EXPECT_EQ(names_beside(outputs), Words{name}) << signal;
  }
}

}  // namespace
}  // namespace sparsio
