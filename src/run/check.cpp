#include "run/check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/spec.hpp"
#include "count/meter.hpp"
#include "driver/driver.hpp"
#include "exec/engine.hpp"
#include "io/policy.hpp"
#include "order/order_kind.hpp"
#include "part/partitioner.hpp"
#include "run/labels.hpp"
#include "run/open.hpp"
#include "topo/caches.hpp"
#include "topo/memory_choice.hpp"

namespace sparsio {
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
    case Role::partitioner:
      return resolve<PartitionerKind>(value, place).canonical();
    case Role::memory:
      check_memory_text(value, place);
      return value;
    case Role::caches:
      parse_caches(value, place);
      return value;
    case Role::labels:
      return canonical_labels(value, place);
    case Role::file:
      check_file(value, place);
      return value;
    case Role::plain:
    case Role::choice:
      return value;
  }
  return value;
}

Flaw flaw_of(const Case& one) {
  if (!one.has_engine()) return Flaw::none;
  const auto engine = resolve<EngineKind>(one.text("engine"), one.where("engine"));
  const auto order = resolve<OrderKind>(one.text("order"), one.where("order"));
  const auto has = [](const auto& list, const auto& wanted) {
    return std::find(list.begin(), list.end(), wanted) != list.end();
  };
  const EngineKind kind = kind_of(engine);
  if (!kind.orders.empty() && !has(kind.orders, order.name())) return Flaw::order;
  if (!has(kind.tracks, parse_track(one.text("track"), one.where("track")))) return Flaw::track;
  if (one.text("inputs").empty()) return Flaw::inputs;
  const auto driver = resolve<DriverKind>(one.text("driver"), one.where("driver"));
  return one.integer("ranks") > 1 && driver.kind().ranks == RanksTaken::one ? Flaw::ranks : Flaw::none;
}

void refuse_impossible(const Case& one) {
  const auto engine = [&] { return resolve<EngineKind>(one.text("engine"), one.where("engine")); };
  switch (flaw_of(one)) {
    case Flaw::none:
      return;
    case Flaw::order:
      throw BadInput(one.where("order"),
                     fmt::format("engine {} does not execute order {}", engine().name(), one.text("order")),
                     fmt::format("it has: {}", fmt::join(engine().kind().orders, " ")));
    case Flaw::track: {
      std::string have;
      for (const Track track : kind_of(engine()).tracks) have += fmt::format(" {}", track_name(track));
      throw BadInput(one.where("track"), fmt::format("engine {} has no track {}", engine().name(), one.text("track")),
                     "it has:" + have);
    }
    case Flaw::inputs:
      throw BadInput(one.where("inputs"), "engine " + one.text("engine") + " has no inputs",
                     "give inputs = \"images\" or a file, or engine = \"none\" for the model alone");
    case Flaw::ranks:
      throw BadInput(one.where("driver"),
                     fmt::format("{} is one rank, and {} were started", one.text("driver"), one.integer("ranks")),
                     "give --driver data or model, or start it without mpirun");
  }
}

LeftOut leave_out_impossible(std::vector<Case>& cases) {
  LeftOut left_out;
  const auto drop = [&](const Case& one) {
    const Flaw flaw = flaw_of(one);
    if (flaw == Flaw::inputs) refuse_impossible(one);
    if (flaw == Flaw::order) ++left_out.orders;
    if (flaw == Flaw::track) ++left_out.tracks;
    return flaw == Flaw::order || flaw == Flaw::track;
  };
  cases.erase(std::remove_if(cases.begin(), cases.end(), drop), cases.end());
  return left_out;
}

}  // namespace sparsio
