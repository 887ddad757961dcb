// `sparsio info` as users meet it. Asserts:
//   - the text of small networks (layers, one layer, empty rows and columns, many layers, a general DAG), inputs, a
//     partition and categories is the one in testdata/info.txt, but for the engines, which are those of the build
//     (info_engines_test); no line is longer than 100 columns unless it is a command or a word;
//   - --json has the same facts and every layer;
//   - results, calibrations and configs are told with what is in them; a calibration is where the predictions come
//   from,
//     one that is not usable is said and its place taken by figures that are labelled;
//   - garbage, truncated files, models and what has no known ending are one line that says what is wrong.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/program_fixture.hpp"
#include "exec/engine.hpp"
#include "exec/walk/panel_kernels.hpp"
#include "format/format.hpp"
#include "format/outputs.hpp"
#include "net/given_layers.hpp"
#include "predict/calibration.hpp"

namespace sparsio {
namespace {

/// Relative paths lie in a folder of the test's own, where no calibration is kept.
class Info : public testing::Test {
 protected:
  Info() : before_(std::filesystem::current_path()) {
    setenv("XDG_CACHE_HOME", (folder_ / "cache").c_str(), 1);
    std::filesystem::current_path(folder_ / "");
  }
  ~Info() override {
    std::filesystem::current_path(before_);
    unsetenv("XDG_CACHE_HOME");
  }

  static std::string text(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "info");
    const Ran ran = run_program(arguments);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran.out;
  }
  static nlohmann::json json(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    return nlohmann::json::parse(text(std::move(arguments)));
  }
  void made(const std::vector<std::string>& arguments) {
    const Ran ran = run_program(arguments);
    ASSERT_EQ(ran.code, 0) << ran.err;
  }

  TestFolder folder_;

 private:
  std::filesystem::path before_;
};

/// Without the table of engines and what is said of it, and without the size of an HDF5 file, which is the library's.
std::string of_any_build(std::string text) {
  const size_t stored = text.find(" stored, ");
  if (stored != std::string::npos) {
    const size_t number = text.find("bytes          ") + 15;
    text = fmt::format("{}N{}", text.substr(0, number), text.substr(stored));
  }
  const size_t begin = text.find("\nengine  ");
  const size_t end = text.find("\nnext\n");
  if (begin != std::string::npos && end != std::string::npos) text.erase(begin, end - begin);
  return text;
}

void write_small_things() {
  // 4 -> 3 -> 2: target 1 of the first layer has no sources, sources 2 and 3 are not read, targets 0 and 2 are twins.
  std::vector<Layer> layers = {
      {4, 3, {0, 2, 2, 4}, {0, 1, 0, 1}, {1, 2, 2, 1}, {0, 0.5F, 0}, parse_activation("relu", "test")},
      {3, 2, {0, 1, 3}, {0, 0, 2}, {1, 1, 1}, {0, 0}, parse_activation("identity", "test")}};
  NetworkSource network = std::make_unique<GivenLayers>(std::move(layers));
  format_for("gaps.h5", "write_network").kind.write_network(network, "gaps.h5");
  run_program({"partition", "--network", "mlp:widths=4-3-2,density=1", "--parts", "2", "--method", "contiguous",
               "--out", "owners.tsv"});
  run_program({"generate", "random:neurons=10,count=6,density=0.2,values=reals", "--out", "x.h5"});
}

TEST_F(Info, SaysWhatThingsAre) {
  write_small_things();
  folder_.put("categories.tsv", "3\n17\n1200\n");
  folder_.put("labels.txt", "1\n0\n2\n2\n");
  for (const char* name : {"y.npy", "y.h5"}) write_outputs(name, 2, 3, std::vector<float>{0, 0.5F, -1, 0, 0, 0});
  std::string said;
  for (const char* spec :
       {"mlp:widths=6-5-4,density=0.5,seed=3,last=identity", "mlp:widths=7-3,density=1", "gaps.h5",
        "radix_net:neurons=64,layers=14", "random_dag:neurons=12,density=0.2", "random:neurons=10,count=6,density=0.3",
        "x.h5", "owners.tsv", "categories.tsv", "labels.txt", "y.npy", "y.h5"})
    said += fmt::format("$ sparsio info {}\n{}\n", spec, of_any_build(text({spec})));
  EXPECT_EQ(said, text_of(SPARSIO_SOURCE_DIR "/src/cli/testdata/info.txt"));
  std::istringstream lines(said);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("  sparsio ")) continue;
    EXPECT_LE(line.size(), 100U) << line;
  }
}

TEST_F(Info, JsonHasEveryLayer) {
  const auto told = json({"radix_net:neurons=64,layers=14"});
  ASSERT_EQ(told["of_layers"].size(), 14U);
  EXPECT_EQ(told["of_layers"][13]["layer"], 14);
  EXPECT_EQ(told["of_layers"][13]["twins"], 64);
  EXPECT_EQ(told["widths"].size(), 15U);
  EXPECT_EQ(told["engines"].size(), Registry<EngineKind>::instance().entries().size());
  EXPECT_EQ(told["words"].back()["bound"], "upper");
  EXPECT_EQ(told["contents"], "network");
}

TEST_F(Info, AFolderOfTsvIsANetwork) {
  made({"generate", "radix_net:neurons=64,layers=2", "--format", "tsv", "--out", "layers"});
  const auto told = json({"tsv:path=layers,bias=-0.3"});
  EXPECT_EQ(told["origin"], "format tsv");
  EXPECT_EQ(told["connections"], 4096);
  uint64_t bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator("layers")) bytes += file.file_size();
  EXPECT_EQ(told["stored_bytes"], bytes);
  EXPECT_EQ(json({"tsv:path=layers/n64-l2.tsv,bias=-0.3"})["layers"], 1);
  EXPECT_NE(run_program({"info", "layers"}).err.find("no official bias for 64 neurons"), std::string::npos);
}

TEST_F(Info, BoundsAreThoseOfIo) {
  for (const char* spec : {"mlp:widths=30x4,density=0.2", "random_dag:neurons=60,density=0.1"}) {
    const auto told = json({spec, "--memory", "9"});
    const Ran io = run_program({"io", "--network", spec, "--memory", "9", "--json"});
    const auto model = nlohmann::json::parse(io.out);
    for (const auto& bound : told["words"]) {
      if (bound["bound"] == "once") continue;
      EXPECT_EQ(bound["total"], model[bound["bound"].get<std::string>()]) << spec;
    }
    for (const char* fact : {"neurons", "connections", "inputs", "outputs"}) EXPECT_EQ(told[fact], model[fact]) << spec;
  }
}

TEST_F(Info, BytesAreThoseThatTheEnginesStream) {
  GivenLayers layers({{3, 2, {0, 1, 3}, {0, 1, 2}, {1, 1, 1}, {0, 0}}, {2, 1, {0, 2}, {0, 1}, {1, 1}, {0}}});
  NetworkSource network = std::make_unique<GivenLayers>(layers);
  format_for("n.h5", "write_network").kind.write_network(network, "n.h5");
  const auto told = json({"n.h5"});
  EXPECT_EQ(told["stored_bytes"], std::filesystem::file_size("n.h5"));
  const uint64_t begins_and_biases = 4 * ((2 + 1) + (1 + 1) + 3);  // which csr has beside its stream
  for (const auto& [engine, fact, beside] :
       {std::tuple{"csr", "csr_bytes", begins_and_biases}, std::tuple{"dense", "dense_bytes", uint64_t{0}}}) {
    if (Registry<EngineKind>::instance().look_up(engine) == nullptr) continue;
    const auto kind = resolve<EngineKind>(engine, "test");
    const auto made = kind.kind().make(kind.params);
    Plan plan;
    plan.layers = &layers;
    made->prepare(plan);
    EXPECT_EQ(told[fact], made->cost().bytes_streamed + beside) << engine;
  }
}

TEST_F(Info, TellsResults) {
  folder_.put("c.toml",
              "network = \"mlp:widths=9-8-7,density=0.5,last=identity\"\ninputs = \"random:count=8\"\n"
              "engine = [\"csr\", \"reference\"]\ntrack = [\"general\", \"value\"]\nrepetitions = 2\n");
  EXPECT_EQ(run_program({"run", "c.toml", "--out", "r.h5"}).code, 2);
  const std::string config = text({"c.toml"});
  EXPECT_NE(config.find("cases          3 on 1 network"), std::string::npos) << config;
  const std::string said = text({"r.h5"});
  EXPECT_NE(said.find("rows           3: 2 ok, 1 unsupported"), std::string::npos) << said;
  EXPECT_NE(said.find("engines        2 csr, 1 reference"), std::string::npos) << said;
  EXPECT_NE(said.find("does not stay"), std::string::npos) << said;
  EXPECT_NE(said.find("  sparsio summary r.h5\n"), std::string::npos) << said;
  const auto told = json({"r.h5"});
  EXPECT_EQ(told["rows"], 3);
  EXPECT_GE(told["samples"], 4);
  EXPECT_EQ(told["errors"].size(), 1U);
  EXPECT_NE(told["command"].get<std::string>().find("run c.toml"), std::string::npos);
  folder_.put("unwritten.h5.journal", "");
  EXPECT_EQ(json({"unwritten.h5"})["rows"], 0) << "a run that has not written yet";
}

/// Rates that make csr lose above a density of 0.4.
void write_made_up_calibration(const std::string& path, const std::string& simd) {
  Calibration made;
  made.source = "simulated";
  made.host = "here";
  made.cpu = "a processor";
  made.made = "2026-11-30T12:00:00Z";
  made.simd = simd;
  made.engines = {{"csr", 48, 1e9, {{"connection", 1e-9}}, 0}, {"dense", 48, 1e9, {{"stream_byte", 1e-10}}, 0}};
  write_calibration(made, path);
}

TEST_F(Info, PredictsFromTheCalibration) {
  if (Registry<EngineKind>::instance().look_up("dense") == nullptr) GTEST_SKIP() << "no dense in this build";
  write_made_up_calibration("here.toml", simd_name());
  const auto told = json({"mlp:widths=100-100-100,density=0.2", "--calibration", "here.toml"});
  for (const auto& layer : told["of_layers"]) {
    EXPECT_NEAR(layer["sparse_pays_below"].get<double>(), 0.4 * 101 / 100, 0.02);
    EXPECT_NEAR(layer["sparse_seconds_predicted"].get<double>(), layer["connections"].get<double>() * 1e-9, 1e-15);
    EXPECT_NEAR(layer["dense_seconds_predicted"].get<double>(), layer["dense_bytes"].get<double>() * 1e-10, 1e-15);
  }
  const std::string sparse = text({"mlp:widths=100x2,density=0.2", "--calibration", "here.toml"});
  EXPECT_NE(sparse.find("Every layer gains by being sparse."), std::string::npos) << sparse;
  const std::string dense = text({"mlp:widths=100x2,density=0.8", "--calibration", "here.toml"});
  EXPECT_NE(dense.find("dense 2.0x faster"), std::string::npos) << dense;
  EXPECT_NE(dense.find("One layer does not gain by being sparse: 1."), std::string::npos) << dense;
  EXPECT_NE(dense.find("calibration of 2026-11-30T12:00:00Z"), std::string::npos) << dense;
  const std::string itself = text({"here.toml"});
  EXPECT_NE(itself.find("engines        csr dense"), std::string::npos) << itself;
}

TEST_F(Info, TellsTheOptionsThatACalibrationKept) {
  const auto told = [&](const std::vector<KeptSpec>& specs) {
    Calibration made;
    made.specs = specs;
    write_calibration(made, "specs.toml");
    return text({"specs.toml"});
  };
  const auto says = [&](const std::vector<KeptSpec>& specs, const std::string& words) {
    const std::string all = told(specs);
    EXPECT_NE(all.find("options        " + words + "\n"), std::string::npos) << all;
  };
  says({}, "not measured: sparsio calibrate");
  says({{"row_pairs", 0.1, "row_pairs", 1}}, "the defaults won at every density");
  says({{"row_pairs", 0.02, "row_pairs", 1},
        {"row_pairs", 0.1, "row_pairs:block=16384", 1.25},
        {"row_pairs", 0.3, "row_pairs:vectors=3", 1.5}},
       "row_pairs:block=16384 at 0.1, row_pairs:vectors=3 at 0.3");
}

TEST_F(Info, DoesNotPredictFromWhatIsNotOfThisMachine) {
  write_made_up_calibration("other.toml", "another set");
  for (const std::string& said :
       {text({"mlp:widths=100x2", "--calibration", "other.toml"}), text({"mlp:widths=100x2"})}) {
    EXPECT_NE(said.find("Not of this machine ("), std::string::npos) << said;
    EXPECT_NE(said.find("sparsio calibrate"), std::string::npos) << said;
    EXPECT_EQ(said.find("Predicted"), std::string::npos) << said;
  }
  EXPECT_NE(text({"other.toml"}).find("cannot be made from it here"), std::string::npos);
}

TEST_F(Info, RefusesInOneLine) {
  write_small_things();
  const std::string network = text_of("gaps.h5");
  folder_.put("cut.h5", network.substr(0, network.size() / 2));
  folder_.put("garbage.h5", "what is this");
  folder_.put("r.toml", "network = \"mlp:widths=5x3\"\nmemory = 5\n");
  run_program({"run", "r.toml", "--out", "r.h5"});
  const std::string results = text_of("r.h5");
  folder_.put("cut_results.h5", results.substr(0, results.size() / 2));
  folder_.put("flipped.h5", std::string(results).replace(results.size() / 2, 1, 1, '\x5a'));
  folder_.put("model.npz", "PK");
  folder_.put("model.onnx", "");
  folder_.put("thing.xyz", "1 2 3");
  folder_.put("matrix.dat", "%%MatrixMarket matrix coordinate real general\n");
  folder_.put("network.dat", network);
  folder_.put("some.journal", "");
  folder_.put("bad.toml", "source = \"papi\"\nhost = \"x\"\n");
  folder_.put("bad.tsv", "level\tneuron\tpart\n0\t0\t0\n0\t2\t0\n");
  folder_.put("part.tsv", "level\tneuron\tpart\n# network 0123456789abcdef0123456789abcdef parts 2\n0\t0\t2\n");
  folder_.put("of.tsv", "level\tneuron\tpart\n# network 01 parts 2\n0\t0\t1\n");
  folder_.put("worse.tsv", "level\tneuron\tpart\n0\t0\n");
  const std::vector<std::pair<std::vector<std::string>, std::string>> all = {
      {{"cut.h5"}, "is no network or inputs ("},
      {{"garbage.h5"}, "and no results ("},
      {{"cut_results.h5"}, "and no results ("},
      {{"flipped.h5"}, "flipped.h5: damaged"},
      {{"model.onnx"}, "sparsio import model.onnx"},
      {{"model.npz"}, "model.npz: cannot be read as a .npz"},
      {{"thing.xyz"}, "is nothing that Sparsio reads, by its ending"},
      {{"matrix.dat"}, "but begins as a Matrix Market file does; name it .mtx"},
      {{"network.dat"}, "but begins as an HDF5 file does"},
      {{"some.journal"}, "is the journal of a run"},
      {{"bad.toml"}, "the calibration has no 'cpu'"},
      {{"bad.tsv"}, "bad.tsv:3: neuron 2 of level 0 is not the next one"},
      {{"worse.tsv"}, "worse.tsv:2: "},
      {{"part.tsv"}, "part.tsv:3: there is no part 2"},
      {{"of.tsv"}, "is not of a network of so many parts"},
      {{"none.h5"}, "no file of that name"},
      {{"mpl"}, "did you mean 'mlp'?"},
      {{"mlp:width=3x3"}, "did you mean 'widths'?"},
      {{"mlp", "--as", "what"}, "'what' is neither"},
      {{"mlp", "--memory", "2"}, "--memory"},
      {{"mlp", "--panel", "0"}, "--panel"},
      {{"mlp", "--calibration", "none.toml"}, "'none.toml' is not there"},
      {{"random"}, "neurons"}};
  for (const auto& [arguments, message] : all) {
    std::vector<std::string> command = arguments;
    command.insert(command.begin(), "info");
    const Ran ran = run_program(command);
    EXPECT_EQ(ran.code, 1) << arguments.front() << ran.out;
    EXPECT_EQ(ran.out, "") << arguments.front();
    EXPECT_NE(ran.err.find(message), std::string::npos) << arguments.front() << ": " << ran.err;
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  }
}

}  // namespace
}  // namespace sparsio
