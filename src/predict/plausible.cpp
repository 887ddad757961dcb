#include "predict/plausible.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace sparsio {
namespace {

/// NaN on either side says nothing.
void doubt_threads(const std::string& what, double one, double all, const Calibration& calibration,
                   std::vector<std::string>& list) {
  if (calibration.threads < 2 || !(all < least_gain * one)) return;
  list.push_back(fmt::format("{} threads {} slower than one: {:.3g} a second, one {:.3g}; leave the processors free",
                             calibration.threads, what, all, one));
}

void doubt_fits(const Calibration& calibration, std::vector<std::string>& list) {
  std::map<std::string, const EngineRate*> worst;
  for (const EngineRate& rate : calibration.engines) {
    if (!(rate.greatest_error > greatest_fit_error)) continue;
    const EngineRate*& of_engine = worst[rate.engine];
    if (of_engine == nullptr || rate.greatest_error > of_engine->greatest_error) of_engine = &rate;
  }
  if (worst.empty()) return;
  std::string engines;
  for (const auto& [name, rate] : worst)
    engines +=
        fmt::format("{}{} by {:.2f} at panel {}", engines.empty() ? "" : ", ", name, rate->greatest_error, rate->panel);
  list.push_back(
      fmt::format("fitted costs are off by more than {} of the times they were fitted to: {}; measure longer "
                  "(--seconds)",
                  greatest_fit_error, engines));
}

void doubt_load(const Load& load, std::vector<std::string>& list) {
  if (load.others > std::max(idle_load, idle_part * load.processors))
    list.push_back(fmt::format("other programs kept {:.2g} of {:g} processors busy meanwhile; wait until they are done",
                               load.others, load.processors));
  else if (load.lost > greatest_loss)
    list.push_back(fmt::format("the measuring thread did not run for {:.0f} % of the time; leave it a processor",
                               100 * load.lost));
}

}  // namespace

std::vector<std::string> doubts(const Calibration& calibration) {
  std::vector<std::string> list;
  doubt_threads("multiply and add", calibration.fma_one_thread, calibration.fma_all_threads, calibration, list);
  for (const ReadRate& rate : calibration.reads)
    doubt_threads("read " + rate.level, rate.one_thread, rate.all_threads, calibration, list);
  doubt_fits(calibration, list);
  doubt_load(calibration.load, list);
  return list;
}

}  // namespace sparsio
