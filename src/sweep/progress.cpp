#include "sweep/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace sparsio {

std::string duration_text(double seconds) {
  if (seconds < 10) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<uint64_t>(std::lround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

void Progress::finished(const Record& record, uint64_t done) {
  const double so_far = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  const double all_done = std::min(static_cast<double>(done) + parts_, static_cast<double>(cases_));
  const double left = so_far / all_done * (static_cast<double>(cases_) - all_done);
  std::string what = fmt::format("{} {} {} M={}", record.text("network"), record.text("order"), record.text("policy"),
                                 record.text("memory"));
  if (record.text("engine") != "none") what += fmt::format(" {} {}", record.text("engine"), record.text("track"));
  const std::string& status = record.text("status");
  std::string end = status;
  if (status != "ok")
    end += fmt::format(": {}", record.text("error"));
  else if (std::isfinite(record.real("nominal_rate")))
    end += fmt::format(" {:.3g} edges/s", record.real("nominal_rate"));
  log_ << fmt::format("[{:>{}}/{}] {}  {}; {} left\n", done, fmt::formatted_size("{}", cases_), cases_, what, end,
                      duration_text(left))
       << std::flush;
}

}  // namespace sparsio
