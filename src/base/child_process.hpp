// child_process: another program, run to its end or to a deadline, its talk kept in a file.
#pragma once

#include <string>
#include <vector>

#include "base/deadline.hpp"

namespace sparsio {

enum class ChildEnd { exited, signalled, killed_at_deadline, not_started };

struct ChildResult {
  ChildEnd end = ChildEnd::not_started;
  int code = 0;  // exit status, signal number, or errno
};

/// `command[0]` is a path. Standard output and error go to `log`; `environment` ("NAME=value") is added to ours,
/// from which an MPI launcher's variables are taken out.
/// SIGINT, SIGTERM and SIGUSR1 do not end the child; it finds our process id in SPARSIO_PARENT.
ChildResult run_child(const std::vector<std::string>& command, const std::vector<std::string>& environment,
                      const std::string& log, const Deadline& deadline);

/// For a program that run_child may have started: from now on it ends when its parent does, however that ends; at once
/// if it already has.
void end_with_parent();

/// The first executable file called `name` on PATH, "" if there is none.
std::string find_program(const std::string& name);

}  // namespace sparsio
