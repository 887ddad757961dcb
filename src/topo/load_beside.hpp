// load_beside: did anything else use the processors while something was measured?
// A peak or a rate is what the machine can do only if it was alone. The kernel counts for every processor how long it
// was busy (/proc/stat; time that a hypervisor gave to others is busy, too) and for this program how long its threads
// ran: the difference, on the processors that this program may run on, is what others had. That sees a neighbour also
// where the scheduler kept it off the thread that measured, for it took the caches, the memory and the clock all the
// same. Where the system counts no such thing (another system, a sandbox), the thread that measures still knows how
// much of the wall's time it got.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sparsio {

struct Load {
  double processors = 0;  // that this program may run on
  double others = 0;      // of them, kept busy by others, on average; NaN: the system does not say
  double lost = 0;        // part of the wall's time in which the measuring thread did not run; NaN: not measured
};

/// From its making on, until asked, both on one thread, which measures all the while.
class LoadWatch {
 public:
  LoadWatch();
  Load seen() const;

 private:
  std::vector<uint32_t> processors_;
  double busy_;  // seconds, of all of them; NaN: not known
  double own_;   // seconds of processor time, all threads and children that ended
  double thread_;
  std::chrono::steady_clock::time_point begin_;
};

/// Ticks that `processors` were busy, from the text of /proc/stat; NaN where it lacks one of them or counts nothing.
double busy_ticks(std::string_view stat, const std::vector<uint32_t>& processors);

}  // namespace sparsio
