// The trick: the child holds the writing end of a pipe and nothing writes into it, so that poll() on the other end
// waits for the end of the child and for the deadline at once, without signals.
#include "base/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <iterator>
#include <string_view>

namespace sparsio {
namespace {

constexpr int look_at_deadline_milliseconds = 200;

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  all.reserve(texts.size() + 1);
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

/// How a launcher of MPI programs tells a rank that it is one. A child is none: it would wait for the others.
bool is_of_a_rank(std::string_view name) {
  constexpr std::string_view prefixes[] = {"OMPI_", "PMIX_", "PMI_", "PRTE_", "ORTE_"};
  return std::any_of(std::begin(prefixes), std::end(prefixes),
                     [&](std::string_view prefix) { return name.starts_with(prefix); });
}

std::vector<std::string> merged_environment(const std::vector<std::string>& added) {
  std::vector<std::string> all = added;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const std::string_view name = text.substr(0, std::min(text.find('='), text.size()));
    const auto is_same = [&](const std::string& other) {
      return other.starts_with(name) && other.substr(name.size(), 1) == "=";
    };
    if (!is_of_a_rank(name) && std::none_of(added.begin(), added.end(), is_same)) all.emplace_back(text);
  }
  return all;
}

/// Both ends of a pipe; the reading one is not inherited.
struct Pipe {
  Pipe() {
    if (pipe(ends) == 0) fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_writing();
    if (ends[0] >= 0) close(ends[0]);
  }
  void close_writing() {
    if (ends[1] >= 0) close(ends[1]);
    ends[1] = -1;
  }
  int ends[2] = {-1, -1};
};

/// What ends a sweep after the case in flight must not end that case's child, which a terminal and a batch system
/// signal as well.
class Attributes {
 public:
  Attributes() {
    sigset_t held;
    sigemptyset(&held);
    for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) sigaddset(&held, signal);
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setsigmask(&attributes_, &held);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
  }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { posix_spawnattr_destroy(&attributes_); }
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

/// False if the deadline came first.
bool wait_for_end(int reading, const Deadline& deadline) {
  while (!deadline.is_over()) {
    pollfd end{reading, POLLIN, 0};
    if (poll(&end, 1, look_at_deadline_milliseconds) > 0) return true;
  }
  return false;
}

}  // namespace

ChildResult run_child(const std::vector<std::string>& command, const std::vector<std::string>& environment,
                      const std::string& log, const Deadline& deadline) {
  std::vector<std::string> arguments = command;
  std::vector<std::string> added = environment;
  added.push_back("SPARSIO_PARENT=" + std::to_string(getpid()));
  std::vector<std::string> variables = merged_environment(added);
  Pipe life;
  if (life.ends[0] < 0) return {ChildEnd::not_started, errno};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  const Attributes attributes;
  pid_t child = 0;
  const int failure = posix_spawn(&child, command.at(0).c_str(), &actions, attributes.get(), pointers(arguments).data(),
                                  pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  life.close_writing();
  if (failure != 0) return {ChildEnd::not_started, failure};
  const bool ended = wait_for_end(life.ends[0], deadline);
  if (!ended) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return {ChildEnd::not_started, errno};
  if (!ended) return {ChildEnd::killed_at_deadline, 0};
  if (WIFSIGNALED(status)) return {ChildEnd::signalled, WTERMSIG(status)};
  return {ChildEnd::exited, WEXITSTATUS(status)};
}

void end_with_parent() {
  const char* const parent = std::getenv("SPARSIO_PARENT");
  if (parent == nullptr) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (std::to_string(getppid()) != parent) raise(SIGKILL);  // it was quicker
}

std::string find_program(const std::string& name) {
  const char* found = std::getenv("PATH");
  const std::string path = found == nullptr ? "" : found;
  for (size_t begin = 0; begin <= path.size();) {
    const size_t end = std::min(path.find(':', begin), path.size());
    const std::string candidate = path.substr(begin, end - begin) + "/" + name;
    if (end > begin && access(candidate.c_str(), X_OK) == 0) return candidate;
    begin = end + 1;
  }
  return "";
}

}  // namespace sparsio
