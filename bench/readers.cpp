// readers: bytes a second of every text reader (one core), and of h5 beside them, on a network of 2 M connections made
// once in a temporary folder. Text readers are to parse 100 MB a second or more; the rate counts bytes on disk, or of a
// packed file the bytes of its text.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "disk/atomic_file.hpp"
#include "format/format.hpp"
#include "format/shared/categories.hpp"
#include "run/open.hpp"

namespace sparsio {
namespace {

namespace fs = std::filesystem;

/// Files of this run, gone at its end.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / fmt::format("sparsio-bench-{}", getpid())) {
    fs::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code error;
    fs::remove_all(path_, error);
  }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

struct Subject {
  std::string name;    // of the file, whose ending chooses the format
  std::string made;    // the SPEC that is written to it
  std::string before;  // what stands before the path in the SPEC that is read
};

const std::vector<Subject>& networks() {
  static const std::vector<Subject> all = {
      {"official/", "radix_net:neurons=1024,layers=60", "tsv:path="},
      {"drawn.edges", "random_dag:neurons=20000,density=0.01", "edges:path="},
      {"drawn.mtx", "random_dag:neurons=20000,density=0.01", "mtx:path="},
      {"drawn.mtx.gz", "random_dag:neurons=20000,density=0.01", "mtx:path="},
      {"drawn.smtx", "mlp:widths=4096x2,density=0.12", "smtx:path="},
      {"drawn.h5", "random_dag:neurons=20000,density=0.01", "h5:path="},
  };
  return all;
}

/// The formats that hold one bias cannot take drawn ones.
NetworkSource with_one_bias(NetworkSource source) {
  Network* whole = std::get_if<Network>(&source);
  if (whole == nullptr) return source;
  std::vector<Connection> connections;
  for (uint32_t v = 0; v < whole->neurons(); ++v)
    for (uint64_t k = whole->in_begin()[v]; k < whole->in_begin()[v + 1]; ++k)
      connections.push_back({whole->source()[k], v, whole->weight()[k]});
  return Network(whole->neurons(), std::move(connections), std::vector<float>(whole->neurons(), 0.0F), Activation::relu,
                 "bench");
}

uint64_t bytes_of(const std::string& path) {
  if (!fs::is_directory(path)) return fs::file_size(path);
  uint64_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(path))
    if (entry.is_regular_file()) bytes += entry.file_size();
  return bytes;
}

void read_network(benchmark::State& state, const Subject& subject) {
  const Folder folder;
  const std::string path = folder / subject.name;
  NetworkSource made = with_one_bias(open_network(subject.made, "bench"));
  format_for(path, "write_network").kind.write_network(made, path);
  const std::string text = path.ends_with(".gz") ? path.substr(0, path.size() - 3) : path;
  if (text != path) format_for(text, "write_network").kind.write_network(made, text);
  uint64_t connections = 0;
  for (auto _ : state) {
    NetworkSource source = open_network(subject.before + path, "bench");
    connections = 0;
    if (auto* layers = std::get_if<std::unique_ptr<LayerSource>>(&source)) {
      Layer layer;
      while ((*layers)->next(layer)) connections += layer.connections();
    } else {
      connections = std::get<Network>(source).connections();
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * bytes_of(text)));
  state.counters["connections"] =
      benchmark::Counter(static_cast<double>(connections * state.iterations()), benchmark::Counter::kIsRate);
}

void read_inputs(benchmark::State& state, const std::string& name) {
  const Folder folder;
  const std::string path = folder / name;
  const FormatKind& format = format_for(path, "write_inputs").kind;
  format.write_inputs(open_inputs("images:neurons=1024,count=20000", 1024, "bench"), path);
  for (auto _ : state) benchmark::DoNotOptimize(format.read_inputs(path, 1024, Params(format.options, {}, "bench")));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * bytes_of(path)));
}

/// A category a line: the numbers of half of a million inputs.
void read_published_categories(benchmark::State& state) {
  const Folder folder;
  const std::string path = folder / "neuron1024-l120-categories.tsv";
  std::string text;
  for (uint32_t k = 0; k < 500000; ++k) text += std::to_string(2 * k + 1) + "\n";
  write_file(path, text);
  for (auto _ : state) benchmark::DoNotOptimize(read_categories(path));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * bytes_of(path)));
}

const int registered = [] {
  for (const Subject& subject : networks())
    benchmark::RegisterBenchmark(("network/" + subject.name).c_str(), read_network, subject)
        ->Unit(benchmark::kMillisecond);
  for (const char* name : {"sparse-images-1024.tsv", "images.bits", "images.mtx", "images.h5"})
    benchmark::RegisterBenchmark((std::string("inputs/") + name).c_str(), read_inputs, std::string(name))
        ->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("categories", read_published_categories)->Unit(benchmark::kMillisecond);
  return 0;
}();

}  // namespace
}  // namespace sparsio

BENCHMARK_MAIN();
