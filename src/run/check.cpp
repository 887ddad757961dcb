#include "run/check.hpp"

#include <algorithm>
#include <filesystem>

#include "base/spec.hpp"
#include "count/meter.hpp"
#include "driver/driver.hpp"
#include "exec/engine.hpp"
#include "io/policy.hpp"
#include "order/order_kind.hpp"
#include "run/open.hpp"
#include "topo/caches.hpp"
#include "topo/memory_choice.hpp"

namespace sparsio {
namespace {

enum class Possible { yes, not_the_order, not_the_track };

Possible possible(const Case& one) {
  if (one.text("engine") == "none") return Possible::yes;
  const auto engine = resolve<EngineKind>(one.text("engine"), one.place);
  const auto order = resolve<OrderKind>(one.text("order"), one.place);
  const auto& orders = engine.kind().orders;
  if (!orders.empty() && std::find(orders.begin(), orders.end(), order.name()) == orders.end())
    return Possible::not_the_order;
  const auto& tracks = engine.kind().tracks;
  const Track track = parse_track(one.text("track"), one.place);
  return std::find(tracks.begin(), tracks.end(), track) == tracks.end() ? Possible::not_the_track : Possible::yes;
}

void check_file(const std::string& path, const std::string& place) {
  std::error_code error;
  const auto kind = std::filesystem::status(path, error).type();
  if (kind == std::filesystem::file_type::regular) return;
  if (kind == std::filesystem::file_type::not_found)
    throw BadInput(place, "no file '" + path + "'", "give a path that exists");
  if (error) throw BadInput(place, "'" + path + "' cannot be opened: " + error.message(), "give a path that exists");
  const bool is_folder = kind == std::filesystem::file_type::directory;
  throw BadInput(place, "'" + path + (is_folder ? "' is a folder" : "' is not a regular file"), "give a file");
}

}  // namespace

std::string check_value(Role role, const std::string& value, const std::string& place) {
  switch (role) {
    case Role::network:
      return canonical_network(value, place);
    case Role::inputs:
      return canonical_inputs(value, place);
    case Role::order:
      return resolve<OrderKind>(value, place).canonical();
    case Role::policy:
      return resolve<PolicyKind>(value, place).canonical();
    case Role::engine:
      if (value == "none") return value;
      return resolve<EngineKind>(value, place).canonical();
    case Role::meter: {
      const auto meter = resolve<MeterKind>(value, place);
      if (meter.kind().check != nullptr) meter.kind().check();
      return meter.canonical();
    }
    case Role::driver:
      return resolve<DriverKind>(value, place).canonical();
    case Role::memory:
      check_memory_text(value, place);
      return value;
    case Role::caches:
      parse_caches(value, place);
      return value;
    case Role::file:
      check_file(value, place);
      return value;
    case Role::plain:
    case Role::choice:
      return value;
  }
  return value;
}

LeftOut leave_out_impossible(std::vector<Case>& cases) {
  LeftOut left_out;
  const auto drop = [&](const Case& one) {
    const Possible answer = possible(one);
    if (answer == Possible::not_the_order) ++left_out.orders;
    if (answer == Possible::not_the_track) ++left_out.tracks;
    return answer != Possible::yes;
  };
  cases.erase(std::remove_if(cases.begin(), cases.end(), drop), cases.end());
  return left_out;
}

}  // namespace sparsio
