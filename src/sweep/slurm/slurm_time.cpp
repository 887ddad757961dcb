#include "sweep/slurm/slurm_time.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/error.hpp"

namespace sparsio {
namespace {

constexpr const char* remedy = "give minutes, hours:minutes:seconds, days-hours:minutes:seconds or UNLIMITED";

/// The numbers of "1:30:00"; empty if it is not digits with colons between.
std::vector<double> numbers_of(const std::string& text) {
  std::vector<double> numbers;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(':', begin), text.size());
    const std::string digits = text.substr(begin, end - begin);
    if (digits.empty() || digits.size() > 9 || digits.find_first_not_of("0123456789") != std::string::npos) return {};
    numbers.push_back(std::stod(digits));
    begin = end + 1;
  }
  return numbers;
}

}  // namespace

double slurm_minutes(const std::string& text, const std::string& place) {
  if (text == "UNLIMITED" || text == "INFINITE") return std::numeric_limits<double>::infinity();
  const size_t dash = text.find('-');
  const bool has_days = dash != std::string::npos;
  const std::vector<double> days = has_days ? numbers_of(text.substr(0, dash)) : std::vector<double>{0};
  std::vector<double> clock = numbers_of(has_days ? text.substr(dash + 1) : text);
  if (days.size() != 1 || clock.empty() || clock.size() > 3)
    throw BadInput(place, "'" + text + "' is not a time limit", remedy);
  // Hours come first after days and where there are three numbers; else minutes do.
  if (!has_days && clock.size() < 3) clock.insert(clock.begin(), 0);
  clock.resize(3, 0);
  const double minutes = days.front() * 24 * 60 + clock[0] * 60 + clock[1] + std::ceil(clock[2] / 60);
  if (minutes == 0) throw BadInput(place, "'" + text + "' is no time", remedy);
  return minutes;
}

}  // namespace sparsio
