// import: a model of another program as a network.
// analysis/import_network.py does it, because the libraries that read models are Python's. This command finds it beside
// the program (in the tree that it was built in, or installed as share/sparsio/analysis) and a Python that has what the
// models need: SPARSIO_PYTHON, then Debian's, whose packages setup.sh installs, then the first on PATH. Then it becomes
// that program, so that output, signals and exit code are its own.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "base/child_process.hpp"
#include "base/error.hpp"
#include "cli/command.hpp"
#include "disk/byte_stream.hpp"

namespace sparsio {
namespace {

namespace fs = std::filesystem;

std::string importer() {
  const fs::path program = fs::read_symlink("/proc/self/exe");
  for (fs::path above = program.parent_path(); above.has_relative_path(); above = above.parent_path())
    for (const char* folder : {"analysis", "share/sparsio/analysis"})
      if (fs::exists(above / folder / "import_network.py")) return (above / folder / "import_network.py").string();
  throw BadInput("import", "there is no analysis/import_network.py above " + program.string(),
                 "use the program where it was built or installed");
}

std::vector<std::string> needed_modules(const std::vector<std::string>& models) {
  std::vector<std::string> modules = {"numpy", "h5py"};
  for (const std::string& model : models) {
    if (model.ends_with(".onnx")) modules.emplace_back("onnx");
    if (model.ends_with(".mtx")) modules.emplace_back("scipy");
  }
  return modules;
}

bool has(const std::string& python, const std::vector<std::string>& modules) {
  std::vector<std::string> command = {python, "-c",
                                      "import importlib.util, sys\n"
                                      "sys.exit(any(importlib.util.find_spec(one) is None for one in sys.argv[1:]))"};
  command.insert(command.end(), modules.begin(), modules.end());
  const ChildResult ended = run_child(command, {}, "/dev/null", Deadline(60));
  return ended.end == ChildEnd::exited && ended.code == 0;
}

/// The first that has the modules; else the first there is, which says what it lacks.
std::string python_with(const std::vector<std::string>& modules) {
  const char* chosen = std::getenv("SPARSIO_PYTHON");
  if (chosen != nullptr && *chosen != '\0') return chosen;
  std::string first;
  for (const std::string& python : {std::string("/usr/bin/python3"), find_program("python3")}) {
    if (python.empty() || access(python.c_str(), X_OK) != 0) continue;
    if (has(python, modules)) return python;
    if (first.empty()) first = python;
  }
  if (first.empty()) throw BadInput("import", "there is no python3", "install the packages python3-numpy python3-h5py");
  return first;
}

int run(const Arguments& arguments) {
  const std::vector<std::string> models = arguments.all("MODEL");
  std::vector<std::string> command = {python_with(needed_modules(models)), importer()};
  for (const char* option :
       {"--out", "--activation", "--last", "--layers", "--rows", "--threshold", "--zeros", "--until", "--limit"})
    if (arguments.has(option)) command.push_back(std::string(option) + "=" + arguments.text(option));
  command.emplace_back("--");
  command.insert(command.end(), models.begin(), models.end());
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (std::string& word : command) words.push_back(word.data());
  words.push_back(nullptr);
  std::cout.flush();
  execvp(words.front(), words.data());
  throw BadInput("import", command.front() + " cannot be run: " + errno_text(), "set SPARSIO_PYTHON to a python3");
}

const Register<CommandKind> registered{
    {"a model (.onnx .pt .safetensors .npz .mtx .smtx) as a network",
     {{"MODEL", Arity::many, "FILE", "the model; several .npz, .mtx or .smtx are one network, in order"},
      {"--out", Arity::required, "FILE", "the network, .h5"},
      {"--activation", Arity::one, "NAME", "what follows each layer but the last; .onnx says it itself"},
      {"--last", Arity::one, "NAME", "what follows the last layer, likewise"},
      {"--layers", Arity::one, "A,B,C", "tensors in order; left out: every matrix that is a layer"},
      {"--rows", Arity::one, "WHAT", "what a row of a matrix is: targets (default) or sources"},
      {"--threshold", Arity::one, "T", "weights up to this are no connections"},
      {"--zeros", Arity::one, "RULE", "stored weights of 0: drop (default), or keep as connections"},
      {"--until", Arity::one, "NODE", "node or tensor of an .onnx graph at which the network ends"},
      {"--limit", Arity::one, "N", "most connections a graph is lowered to (10^8)"}},
     run}};

}  // namespace
}  // namespace sparsio
