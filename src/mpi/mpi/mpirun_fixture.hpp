// mpirun_fixture: a program started as several ranks, as users start it. For tests.
#pragma once

#include <fmt/format.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace sparsio {

/// The words before a program; more ranks than processors are well here.
inline std::string mpirun(int ranks) {
  return fmt::format("mpirun --oversubscribe --bind-to none -n {} ", ranks);
}

inline bool has_mpirun() {
  // Tests may run as root; a container has nothing else.
  setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 1);
  setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 1);
  return std::system("mpirun --version >/dev/null 2>&1") == 0;
}

struct Told {
  int code;          // exit code; 124 if it did not end within a minute
  std::string text;  // both streams
};

/// Runs a line of the shell.
inline Told run_line(const std::string& line) {
  std::string name = (std::filesystem::temp_directory_path() / "sparsio-mpi-XXXXXX").string();
  close(mkstemp(name.data()));
  const int status = std::system(fmt::format("timeout --foreground 60 {} </dev/null >{} 2>&1", line, name).c_str());
  std::stringstream text;
  text << std::ifstream(name).rdbuf();
  std::filesystem::remove(name);
  return {WEXITSTATUS(status), text.str()};
}

}  // namespace sparsio
