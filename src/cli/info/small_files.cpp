// small_files: what `sparsio info` says of a calibration, a config, a partition, categories and labels.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>

#include "base/grouped.hpp"
#include "base/plural.hpp"
#include "cli/info/report.hpp"
#include "cli/shared/sweep_arguments.hpp"
#include "exec/walk/panel_kernels.hpp"
#include "format/labels.hpp"
#include "format/shared/categories.hpp"
#include "part/shared/partition_file.hpp"
#include "predict/calibration.hpp"
#include "predict/kept_specs.hpp"
#include "predict/plausible.hpp"

namespace sparsio {
namespace {

std::string giga(double rate, std::string_view unit) {
  return std::isnan(rate) ? "not measured" : fmt::format("{:.3g} G{} a second", rate / 1e9, unit);
}

/// "row_pairs:block=32768 at 0.1" of each that has options, by density.
std::vector<std::string> options_of(const Calibration& calibration) {
  std::vector<std::string> kept;
  for (const KeptSpec& one : calibration.specs)
    if (has_options(one)) kept.push_back(fmt::format("{} at {:g}", one.spec, one.density));
  return kept;
}

/// The engines that have rates, each once.
std::vector<std::string> engines_of(const Calibration& calibration) {
  std::vector<std::string> names;
  for (const EngineRate& rate : calibration.engines)
    if (std::find(names.begin(), names.end(), rate.engine) == names.end()) names.push_back(rate.engine);
  return names;
}

}  // namespace

Report calibration_report(const InfoRequest& request) {
  const Calibration calibration = read_calibration(request.path).value();
  const std::vector<std::string> engines = engines_of(calibration);
  const std::vector<std::string> doubted = doubts(calibration);
  std::vector<std::string> trusted;
  for (const LevelTrust& level : calibration.levels)
    if (level.is_trusted) trusted.push_back(level.level);
  const std::string is_usable = usable_calibration(request.path).reason;
  Report report;
  report.fields = {{"contents", "calibration"},
                   {"file", request.path},
                   {"host", calibration.host},
                   {"cpu", calibration.cpu},
                   {"made", calibration.made},
                   {"source", calibration.source},
                   {"simd", calibration.simd},
                   {"threads", calibration.threads},
                   {"fma_one_thread", calibration.fma_one_thread},
                   {"fma_all_threads", calibration.fma_all_threads},
                   {"engines", engines},
                   {"levels", calibration.levels.size()},
                   {"trusted", trusted},
                   {"doubts", doubted},
                   {"usable", is_usable.empty()},
                   {"reason", is_usable}};
  report.line("calibration", request.path);
  report.line("made", fmt::format("{} on {} ({}), counted by {}", calibration.made, calibration.host, calibration.cpu,
                                  calibration.source));
  report.line("peaks", fmt::format("{} on one thread, {} on {}", giga(calibration.fma_one_thread, " multiply-adds"),
                                   giga(calibration.fma_all_threads, " multiply-adds"), calibration.threads));
  report.line("counters",
              fmt::format("{} of {} trusted{}{}", trusted.size(), plural(calibration.levels.size(), "level"),
                          trusted.empty() ? "" : ": ", fmt::join(trusted, " ")));
  report.line("engines", engines.empty() ? "no rates: sparsio calibrate --seconds 0.2"
                                         : fmt::format("{}", fmt::join(engines, " ")));
  const std::vector<std::string> kept = options_of(calibration);
  report.line("options", calibration.specs.empty() ? "not measured: sparsio calibrate"
                         : kept.empty()            ? "the defaults won at every density"
                                                   : fmt::format("{}", fmt::join(kept, ", ")));
  for (const std::string& doubt : doubted) report.line("doubtful", doubt);
  report.line("predictions", is_usable.empty()
                                 ? fmt::format("can be made from it here ({})", calibration.simd)
                                 : fmt::format("cannot be made from it here ({}): {}", simd_name(), is_usable));
  report.next({fmt::format("sparsio choose --network SPEC --calibration {}", request.path),
               fmt::format("sparsio info NETWORK --calibration {}", request.path)});
  return report;
}

Report config_report(const InfoRequest& request) {
  const Sweep sweep = sweep_from(request.path, Arguments({}), std::cerr);
  std::map<std::string, uint64_t> networks;
  std::map<std::string, uint64_t> engines;
  for (const Case& one : sweep.cases) {
    ++networks[one.text("network")];
    ++engines[one.text("engine")];
  }
  Report report;
  report.fields = {{"contents", "config"}, {"file", request.path}, {"cases", sweep.cases.size()}};
  report.line("config", request.path);
  report.line("cases", fmt::format("{} on {}", grouped(sweep.cases.size()), plural(networks.size(), "network")));
  report.line("engines", counted({engines.begin(), engines.end()}, 8));
  report.next({fmt::format("sparsio run {} --dry-run", request.path), fmt::format("sparsio run {}", request.path)});
  return report;
}

Report partition_report(const InfoRequest& request) {
  const Partition partition = read_partition(request.path).partition;
  std::vector<uint64_t> neurons;
  std::vector<uint64_t> of_part(partition.parts, 0);
  uint64_t all = 0;
  for (const std::vector<uint32_t>& level : partition.owner) {
    neurons.push_back(level.size());
    all += level.size();
    for (const uint32_t part : level) ++of_part[part];
  }
  const auto [least, most] = std::minmax_element(of_part.begin(), of_part.end());
  Report report;
  report.fields = {{"contents", "partition"},  {"file", request.path}, {"parts", partition.parts},
                   {"levels", neurons.size()}, {"widths", neurons},    {"neurons", all},
                   {"least_neurons", *least},  {"most_neurons", *most}};
  report.line("partition", request.path);
  report.line("parts", grouped(partition.parts));
  report.line("neurons", fmt::format("{} in {}, the inputs first; {} to {} a part", grouped(all),
                                     plural(neurons.size(), "level"), grouped(*least), grouped(*most)));
  report.next({fmt::format("sparsio partition --network SPEC --parts {}", partition.parts)});
  return report;
}

Report labels_report(const InfoRequest& request) {
  const std::vector<uint32_t> labels = read_labels(request.path);
  std::map<uint32_t, uint64_t> of_class;
  for (const uint32_t label : labels) ++of_class[label];
  uint64_t least = labels.size();
  uint64_t most = 0;
  for (const auto& [label, count] : of_class) {
    least = std::min(least, count);
    most = std::max(most, count);
  }
  const uint64_t last = of_class.rbegin()->first;
  Report report;
  report.fields = {{"contents", "labels"},       {"file", request.path}, {"inputs", labels.size()},
                   {"classes", of_class.size()}, {"last", last},         {"least_of_a_class", least},
                   {"most_of_a_class", most}};
  report.line("labels", request.path);
  report.line("inputs", fmt::format("{} of {} classes from 0 to {}, {} to {} of each", grouped(labels.size()),
                                    grouped(of_class.size()), grouped(last), grouped(least), grouped(most)));
  report.next({fmt::format("sparsio infer --network SPEC --inputs SPEC --engine csr --labels {}", request.path)});
  return report;
}

Report categories_report(const InfoRequest& request) {
  const std::vector<uint32_t> categories = read_categories(request.path);
  Report report;
  report.fields = {{"contents", "categories"},
                   {"file", request.path},
                   {"inputs", categories.size()},
                   {"first", categories.front()},
                   {"last", categories.back()}};
  report.line("categories", request.path);
  report.line("inputs", fmt::format("{} with a nonzero output, numbers {} to {}, from 1", grouped(categories.size()),
                                    grouped(categories.front()), grouped(categories.back())));
  report.next({fmt::format("sparsio infer --network SPEC --inputs SPEC --engine csr --categories {}", request.path)});
  return report;
}

}  // namespace sparsio
