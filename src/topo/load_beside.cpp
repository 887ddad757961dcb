#include "topo/load_beside.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <time.h>  // clock_gettime
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>
#include <string>

namespace sparsio {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// Those that this program may run on.
std::vector<uint32_t> allowed_processors() {
  std::vector<uint32_t> list;
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return list;
  for (uint32_t k = 0; k < CPU_SETSIZE; ++k)
    if (CPU_ISSET(k, &set)) list.push_back(k);
  return list;
}

double busy_seconds(const std::vector<uint32_t>& processors) {
  std::ifstream file("/proc/stat");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return busy_ticks(text, processors) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

double own_seconds() {
  double sum = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(who, &usage);
    sum += seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }
  return sum;
}

double thread_seconds() {
  timespec time{};
  if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) != 0) return unknown;
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace

double busy_ticks(std::string_view stat, const std::vector<uint32_t>& processors) {
  double sum = 0;
  size_t found = 0;
  std::istringstream lines{std::string(stat)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string name;
    fields >> name;
    if (name.size() < 4 || !name.starts_with("cpu")) continue;
    const auto processor = static_cast<uint32_t>(std::strtoul(name.c_str() + 3, nullptr, 10));
    if (std::find(processors.begin(), processors.end(), processor) == processors.end()) continue;
    // user nice system idle iowait irq softirq steal; what guests use is in user.
    double ticks[8] = {};
    for (double& one : ticks) fields >> one;
    ++found;
    sum += ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7];
  }
  return found == processors.size() && sum > 0 ? sum : unknown;
}

LoadWatch::LoadWatch()
    : processors_(allowed_processors()),
      busy_(busy_seconds(processors_)),
      own_(own_seconds()),
      thread_(thread_seconds()),
      begin_(std::chrono::steady_clock::now()) {}

Load LoadWatch::seen() const {
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  const double others = busy_seconds(processors_) - busy_ - (own_seconds() - own_);
  const double lost = 1 - (thread_seconds() - thread_) / wall;
  // Ticks are 10 ms, and each count is taken a little before or after the other.
  const auto not_negative = [](double value) { return value < 0 ? 0 : value; };
  return {static_cast<double>(processors_.size()), not_negative(others / wall), not_negative(lost)};
}

}  // namespace sparsio
