#include "record/provenance.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/utc_time.hpp"
#include "base/utf8.hpp"
#include "record/build_information.hpp"

namespace sparsio {
namespace {

constexpr std::string_view recorded_prefixes[] = {"OMP_", "GOMP_", "KMP_", "HWLOC_", "OPENBLAS_", "GOTO_"};
constexpr std::string_view recorded_names[] = {
    "GLIBC_TUNABLES",       "LD_LIBRARY_PATH",        "LD_PRELOAD",
    "MALLOC_ARENA_MAX",     "MALLOC_TOP_PAD_",        "OMPI_COMM_WORLD_LOCAL_SIZE",
    "OMPI_COMM_WORLD_SIZE", "SLURM_ARRAY_JOB_ID",     "SLURM_ARRAY_TASK_ID",
    "SLURM_CLUSTER_NAME",   "SLURM_CPUS_ON_NODE",     "SLURM_CPUS_PER_TASK",
    "SLURM_CPU_BIND",       "SLURM_DISTRIBUTION",     "SLURM_HINT",
    "SLURM_JOB_ID",         "SLURM_JOB_NAME",         "SLURM_JOB_NODELIST",
    "SLURM_JOB_NUM_NODES",  "SLURM_JOB_PARTITION",    "SLURM_MEM_BIND",
    "SLURM_MEM_PER_NODE",   "SLURM_NTASKS",           "SLURM_NTASKS_PER_NODE",
    "SLURM_RESTART_COUNT",  "SLURM_THREADS_PER_CORE", "SPARSIO_SIMD"};

std::string file_text(const char* path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// What follows the colon on the first line that begins with `key`; empty if there is none.
std::string cpuinfo_value(std::string_view cpuinfo, std::string_view key) {
  std::istringstream lines{std::string(cpuinfo)};
  for (std::string line; std::getline(lines, line);) {
    const size_t colon = line.find(':');
    if (colon == std::string::npos || !line.starts_with(key)) continue;
    if (line.find_last_not_of(" \t", colon - 1) + 1 != key.size()) continue;
    const size_t begin = line.find_first_not_of(" \t", colon + 1);
    if (begin != std::string::npos) return line.substr(begin);
  }
  return {};
}

std::string quoted(const std::string& argument) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%";
  if (!argument.empty() && argument.find_first_not_of(plain) == std::string::npos) return argument;
  std::string text = "'";
  for (const char byte : argument)
    if (byte == '\'')
      text += "'\\''";
    else
      text += byte;
  return text + "'";
}

}  // namespace

const std::vector<NamedText>& build_facts() {
  static const std::vector<NamedText> facts(std::begin(build_information), std::end(build_information));
  return facts;
}

bool is_recorded_variable(std::string_view name) {
  const auto begins = [&](std::string_view prefix) { return name.starts_with(prefix); };
  return std::any_of(std::begin(recorded_prefixes), std::end(recorded_prefixes), begins) ||
         std::find(std::begin(recorded_names), std::end(recorded_names), name) != std::end(recorded_names);
}

std::string cpu_model(std::string_view cpuinfo) {
  for (const std::string_view key : {"model name", "Model Name", "cpu", "Processor", "uarch"})
    if (std::string model = cpuinfo_value(cpuinfo, key); !model.empty()) return model;
  const std::string implementer = cpuinfo_value(cpuinfo, "CPU implementer");  // ARM gives numbers only
  if (implementer.empty()) return "unknown";
  return fmt::format("ARM implementer {} part {}", implementer, cpuinfo_value(cpuinfo, "CPU part"));
}

std::string shell_text(const std::vector<std::string>& command) {
  std::string text;
  for (const std::string& argument : command) {
    if (!text.empty()) text += " ";
    text += quoted(argument);
  }
  return text;
}

std::string fact_named(std::string_view name, const std::vector<NamedText>& facts) {
  for (const auto& [key, value] : facts)
    if (key == name) return value;
  return "unknown";
}

std::vector<NamedText> provenance(const std::vector<std::string>& command) {
  std::vector<NamedText> facts = build_facts();
  utsname system{};
  const bool is_known = uname(&system) == 0;
  facts.emplace_back("host.name", is_known ? system.nodename : "unknown");
  facts.emplace_back("host.kernel", is_known ? fmt::format("{} {} {}", system.sysname, system.release, system.version)
                                             : std::string("unknown"));
  facts.emplace_back("host.architecture", is_known ? system.machine : "unknown");
  facts.emplace_back("host.cpu", cpu_model(file_text("/proc/cpuinfo")));
  facts.emplace_back("host.processors", fmt::format("{}", std::thread::hardware_concurrency()));
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const size_t equals = text.find('=');
    if (equals != std::string_view::npos && is_recorded_variable(text.substr(0, equals)))
      facts.emplace_back(fmt::format("environment.{}", text.substr(0, equals)), text.substr(equals + 1));
  }
  facts.emplace_back("process.started", utc_time());
  facts.emplace_back("process.command", shell_text(command));
  for (auto& [name, text] : facts) text = valid_utf8(text);
  return facts;
}

}  // namespace sparsio
