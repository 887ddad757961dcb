#include "count/hardware_events.hpp"

namespace sparsio {

const std::vector<HardwareEvent>& hardware_events() {
  constexpr std::string_view intel = "skx icl spr";
  constexpr std::string_view zen3 = "amd64_fam19h_zen3";
  constexpr std::string_view zen4 = "amd64_fam19h_zen4";
  constexpr std::string_view zen2 = "amd64_fam17h_zen2";
  constexpr std::string_view arm = "arm_n1 arm_n2 arm_v1";
  static const std::vector<HardwareEvent> events = {
      {"L1", Quantity::fills, "L1D:REPLACEMENT", intel},
      {"L1", Quantity::fills,
       "ANY_DATA_CACHE_FILLS_FROM_SYSTEM:LCL_L2:LOCAL_CCX:NEAR_CACHE_NEAR_FAR:DRAM_IO_NEAR:FAR_CACHE_NEAR_FAR:"
       "DRAM_IO_FAR:ALT_MEM_NEAR_FAR",
       zen4},
      {"L1", Quantity::fills,
       "ANY_DATA_CACHE_FILLS_FROM_SYSTEM:LCL_L2:INT_CACHE:EXT_CACHE_LCL:MEM_IO_LCL:EXT_CACHE_RMT:MEM_IO_RMT", zen3},
      {"L1", Quantity::fills, "L1D_CACHE_REFILL", arm},
      {"L1", Quantity::demand, "MEM_LOAD_RETIRED:L1_MISS", intel},
      {"L1", Quantity::demand,
       "DEMAND_DATA_CACHE_FILLS_FROM_SYSTEM:LCL_L2:LOCAL_CCX:NEAR_CACHE_NEAR_FAR:DRAM_IO_NEAR:FAR_CACHE_NEAR_FAR:"
       "DRAM_IO_FAR:ALT_MEM_NEAR_FAR",
       zen4},
      {"L1", Quantity::demand,
       "DEMAND_DATA_CACHE_FILLS_FROM_SYSTEM:LCL_L2:INT_CACHE:EXT_CACHE_LCL:MEM_IO_LCL:EXT_CACHE_RMT:MEM_IO_RMT", zen3},
      {"L1", Quantity::demand,
       "DATA_CACHE_REFILLS_FROM_SYSTEM:MABRESP_LCL_L2:LS_MABRESP_LCL_CACHE:LS_MABRESP_LCL_DRAM:LS_MABRESP_RMT_CACHE:"
       "LS_MABRESP_RMT_DRAM",
       zen2},
      {"L1", Quantity::demand, "perf::L1-DCACHE-LOAD-MISSES", ""},
      {"L1", Quantity::write_backs, "L1D_CACHE_WB", arm},

      {"L2", Quantity::fills, "L2_LINES_IN:ALL", intel},
      {"L2", Quantity::fills, "L2D_CACHE_REFILL", arm},
      {"L2", Quantity::demand, "L2_RQSTS:ALL_DEMAND_MISS", intel},
      // What the first level got from beyond the second, which these processors do not count by itself.
      {"L2", Quantity::demand,
       "DEMAND_DATA_CACHE_FILLS_FROM_SYSTEM:LOCAL_CCX:NEAR_CACHE_NEAR_FAR:DRAM_IO_NEAR:FAR_CACHE_NEAR_FAR:DRAM_IO_FAR:"
       "ALT_MEM_NEAR_FAR",
       zen4},
      {"L2", Quantity::demand,
       "DEMAND_DATA_CACHE_FILLS_FROM_SYSTEM:INT_CACHE:EXT_CACHE_LCL:MEM_IO_LCL:EXT_CACHE_RMT:MEM_IO_RMT", zen3},
      {"L2", Quantity::demand,
       "DATA_CACHE_REFILLS_FROM_SYSTEM:LS_MABRESP_LCL_CACHE:LS_MABRESP_LCL_DRAM:LS_MABRESP_RMT_CACHE:"
       "LS_MABRESP_RMT_DRAM",
       zen2},
      {"L2", Quantity::demand, "PAPI_L2_DCM", ""},
      {"L2", Quantity::write_backs, "L2_LINES_OUT:NON_SILENT", intel},
      {"L2", Quantity::write_backs, "L2D_CACHE_WB", arm},

      {"L3", Quantity::fills, "L3D_CACHE_REFILL", arm},
      {"L3", Quantity::demand, "LONGEST_LAT_CACHE:MISS", intel},
      {"L3", Quantity::demand, "DEMAND_DATA_CACHE_FILLS_FROM_SYSTEM:DRAM_IO_NEAR:DRAM_IO_FAR:ALT_MEM_NEAR_FAR", zen4},
      {"L3", Quantity::demand, "DEMAND_DATA_CACHE_FILLS_FROM_SYSTEM:MEM_IO_LCL:MEM_IO_RMT", zen3},
      {"L3", Quantity::demand, "DATA_CACHE_REFILLS_FROM_SYSTEM:LS_MABRESP_LCL_DRAM:LS_MABRESP_RMT_DRAM", zen2},
      {"L3", Quantity::demand, "perf::LLC-LOAD-MISSES", ""},
  };
  return events;
}

std::string_view quantity_name(Quantity quantity) {
  constexpr std::string_view names[] = {"fills", "demand", "write_backs"};
  return names[static_cast<size_t>(quantity)];
}

}  // namespace sparsio
