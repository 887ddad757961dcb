// registry: how a plug-in is found by name.
// A plug-in is one file. It ends with
//
//     namespace { const Register<OrderKind> registered{{"targets in order, 2-optimal", {}, make}}; }
//
// and is then known under its file's stem: src/order/rcm.cpp is `rcm` in configs, results, tests and benchmarks.
// A second file with the same stem and kind ends the program at start, naming both.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/nearest.hpp"
#include "base/params.hpp"

namespace sparsio {

/// "src/order/rcm.cpp" -> "rcm".
std::string file_stem(std::string_view file);

/// Prints both files and ends the program: two plug-ins cannot share a name.
[[noreturn]] void duplicate_plugin(std::string_view kind, std::string_view name, std::string_view first,
                                   std::string_view second);

/// The plug-ins of one kind, sorted by name. Kind has `static constexpr std::string_view kind_name`, and the members
/// `std::string_view summary` and `Options options`.
template <class Kind>
class Registry {
 public:
  struct Entry {
    std::string name;
    std::string file;
    Kind kind;
  };

  static Registry& instance() {
    static Registry registry;
    return registry;
  }

  void add(Kind kind, std::string_view file) {
    Entry entry{file_stem(file), std::string(file), std::move(kind)};
    auto at = entries_.begin();
    while (at != entries_.end() && at->name < entry.name) ++at;
    if (at != entries_.end() && at->name == entry.name)
      duplicate_plugin(Kind::kind_name, entry.name, at->file, entry.file);
    entries_.insert(at, std::move(entry));
  }

  const std::vector<Entry>& entries() const { return entries_; }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Entry& entry : entries_) names.push_back(entry.name);
    return names;
  }

  /// Null if there is none.
  const Entry* look_up(std::string_view name) const {
    for (const Entry& entry : entries_)
      if (entry.name == name) return &entry;
    return nullptr;
  }

  /// BadInput at `place` with the nearest name if there is none.
  const Entry& find(std::string_view name, const std::string& place) const {
    if (const Entry* entry = look_up(name)) return *entry;
    throw BadInput(place, "no " + std::string(Kind::kind_name) + " '" + std::string(name) + "'",
                   suggest(name, names()));
  }

 private:
  std::vector<Entry> entries_;
};

/// A static object of this type in a plug-in's file registers it.
template <class Kind>
class Register {
 public:
  explicit Register(Kind kind, const char* file = __builtin_FILE()) {
    Registry<Kind>::instance().add(std::move(kind), file);
  }
};

}  // namespace sparsio
