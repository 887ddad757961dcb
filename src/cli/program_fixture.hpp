// program_fixture: runs the built program from outside and catches what it says. For tests.
#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace sparsio {

struct Ran {
  int code;  // exit code; -signal if it was killed
  std::string out;
  std::string err;
};

/// A folder of its own for each test, removed at the end.
class TestFolder {
 public:
  TestFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "sparsio-cli-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  /// Writes a file and gives its path.
  std::string put(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

inline std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Starts the program with its output in `out` and `err`; gives its process id.
inline pid_t start_program(const std::vector<std::string>& arguments, const std::string& out, const std::string& err) {
  const pid_t child = fork();
  if (child != 0) return child;
  dup2(open(out.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600), 1);
  dup2(open(err.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600), 2);
  std::vector<char*> argv;
  std::string program = SPARSIO_PROGRAM;
  argv.push_back(program.data());
  std::vector<std::string> copies = arguments;
  for (std::string& argument : copies) argv.push_back(argument.data());
  argv.push_back(nullptr);
  execv(program.c_str(), argv.data());
  _exit(127);
}

inline int wait_for(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

inline Ran run_program(const std::vector<std::string>& arguments) {
  const TestFolder folder;
  const int code = wait_for(start_program(arguments, folder / "out", folder / "err"));
  return {code, text_of(folder / "out"), text_of(folder / "err")};
}

}  // namespace sparsio
