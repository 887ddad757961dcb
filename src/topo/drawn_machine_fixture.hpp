// drawn_machine_fixture: machines that hwloc's synthetic descriptions cannot draw, for tests: cores that differ, cores
// that are not ours. A tree of objects is written as the XML that hwloc replays.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "topo/replayed_machine_fixture.hpp"

namespace sparsio {

struct DrawnObject {
  std::string type;        // "L3Cache", "Core", "PU" ...
  std::string attributes;  // beside the sets, "" or ` cache_size="..."`
  std::vector<DrawnObject> children;
};

inline DrawnObject drawn_cache(int level, uint64_t bytes, uint32_t ways, std::vector<DrawnObject> children) {
  return {
      fmt::format("L{}Cache", level),
      fmt::format(" cache_size=\"{}\" depth=\"{}\" cache_linesize=\"64\" cache_associativity=\"{}\" cache_type=\"{}\"",
                  bytes, level, ways, level == 1 ? 1 : 0),
      std::move(children)};
}

/// A core of `units` processing units.
inline DrawnObject drawn_core(int units) {
  return {"Core", "", std::vector<DrawnObject>(static_cast<size_t>(units), DrawnObject{"PU", "", {}})};
}

/// Writes objects from left to right; processing units and cores are numbered as they come.
class MachineDrawing {
 public:
  /// `ours`: the bits of the processing units that a cgroup leaves us.
  explicit MachineDrawing(uint64_t ours = ~uint64_t{0}) : ours_(ours) {}

  std::string xml(const std::vector<DrawnObject>& package, const std::string& info = "") {
    DrawnObject root{"Machine", " os_index=\"0\"", {{"Package", " os_index=\"0\"", package}}};
    number(root);
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE topology SYSTEM \"hwloc2.dtd\">\n"
           "<topology version=\"2.0\">\n" +
           write(root, info).text + "</topology>\n";
  }

 private:
  struct Written {
    std::string text;
    uint64_t units;
  };

  void number(DrawnObject& object) {
    if (object.type == "PU") object.attributes = fmt::format(" os_index=\"{}\"", units_++);
    if (object.type == "Core") object.attributes = fmt::format(" os_index=\"{}\"", cores_++);
    for (DrawnObject& child : object.children) number(child);
  }

  Written write(const DrawnObject& object, const std::string& info) {
    const int id = ++ids_;
    uint64_t units = object.type == "PU" ? uint64_t{1} << written_units_++ : 0;
    std::string inside;
    for (const DrawnObject& child : object.children) {
      const Written written = write(child, "");
      inside += written.text;
      units |= written.units;
    }
    if ((units & ours_) == 0) return {"", units};  // hwloc leaves out what is not ours
    const std::string sets = fmt::format(
        " cpuset=\"{}\" complete_cpuset=\"{}\"{} nodeset=\"0x1\" complete_nodeset=\"0x1\"{} gp_index=\"{}\"",
        bits(units & ours_), bits(units),
        object.type == "Machine" ? fmt::format(" allowed_cpuset=\"{}\"", bits(units & ours_)) : "",
        object.type == "Machine" ? " allowed_nodeset=\"0x1\"" : "", id);
    std::string memory;
    if (object.type == "Package")
      memory = fmt::format(
          "<object type=\"NUMANode\" os_index=\"0\" cpuset=\"{}\" complete_cpuset=\"{}\" nodeset=\"0x1\" "
          "complete_nodeset=\"0x1\" gp_index=\"{}\" local_memory=\"1073741824\"/>\n",
          bits(units & ours_), bits(units), ++ids_);
    return {"<object type=\"" + object.type + "\"" + object.attributes + sets + ">\n" + info + memory + inside +
                "</object>\n",
            units};
  }

  /// hwloc writes sets in words of 32 bits, the high one first.
  static std::string bits(uint64_t set) {
    return set >> 32 == 0 ? fmt::format("0x{:08x}", set)
                          : fmt::format("0x{:08x},0x{:08x}", set >> 32, set & 0xffffffff);
  }

  uint64_t ours_;
  int ids_ = 0;
  int units_ = 0;
  int cores_ = 0;
  int written_units_ = 0;
};

/// The machine that XML draws, read through a file of its own.
inline Machine drawn_machine(const std::string& xml, uint32_t threads) {
  const auto path = std::filesystem::temp_directory_path() / ("sparsio_drawing_" + std::to_string(getpid()) + ".xml");
  std::ofstream(path) << xml;
  Machine machine = replay_machine("HWLOC_XMLFILE", path.string(), threads);
  std::filesystem::remove(path);
  return machine;
}

}  // namespace sparsio
