// The trick: a signal may come while a name is copied, and half a name may be that of the user's file. So a name counts
// only while its flag is up, which is down while it changes.
#include "disk/partial_files.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>

namespace sparsio {
namespace {

struct Noted {
  std::atomic<bool> is_whole{false};
  std::array<char, 4096> name{};
};

std::array<Noted, 16> all;  // more are not written at once

}  // namespace

void note_partial_file(const std::string& name) {
  for (Noted& noted : all) {
    if (noted.is_whole || name.size() >= noted.name.size()) continue;
    name.copy(noted.name.data(), name.size());
    noted.name[name.size()] = '\0';
    noted.is_whole = true;
    return;
  }
}

void forget_partial_file(const std::string& name) {
  for (Noted& noted : all)
    if (noted.is_whole && name == noted.name.data()) noted.is_whole = false;
}

void end_without_partial_files(int signal) {
  for (const Noted& noted : all)
    if (noted.is_whole) unlink(noted.name.data());
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace sparsio
