// hardware_events: which counters tell what a cache did, by the names that PAPI (through libpfm4) has for them.
// The library's presets are not used where a native event is known: the same preset is a different quantity on another
// processor (lines replaced, prefetches included, on one; demand loads only on the next), and none counts write-backs.
// So three quantities are kept apart, and every row of the table says on which processors it exists. The first row of
// a level and quantity that counts on this machine is taken. Sources: the processors' event lists as libpfm4 has them.
#pragma once

#include <string_view>
#include <vector>

namespace sparsio {

enum class Quantity {
  fills,        // lines brought in, whoever asked, prefetchers included: the traffic
  demand,       // misses that loads (and stores, where counted) waited for
  write_backs,  // dirty lines that left
};

struct HardwareEvent {
  std::string_view level;  // "L1", "L2", "L3"
  Quantity quantity;
  std::string_view name;
  std::string_view pmus;  // libpfm4's names of the processors that have it; "" for generic and preset events
};

const std::vector<HardwareEvent>& hardware_events();

/// "fills", "demand", "write_backs".
std::string_view quantity_name(Quantity quantity);

}  // namespace sparsio
