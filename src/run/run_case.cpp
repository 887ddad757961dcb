#include "run/run_case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <optional>

#include "base/spec.hpp"
#include "base/utc_time.hpp"
#include "count/shared/publisher.hpp"
#include "driver/driver.hpp"
#include "io/lines/line_model.hpp"
#include "run/case_counts.hpp"
#include "run/case_times.hpp"
#include "run/panel_choice.hpp"
#include "run/rounds.hpp"
#include "run/schema.hpp"
#include "run/team_size.hpp"
#include "topo/caches.hpp"
#include "topo/memory_choice.hpp"

namespace sparsio {
namespace {

/// One case on its way through theory and machine. Each step writes what it learns into the record at once, so that a
/// case that fails later keeps what was known.
class CaseRun {
 public:
  CaseRun(const Case& one, CaseResult& result, const EarlierRounds& earlier, Workbench& workbench, Communicator& ranks,
          unsigned threads)
      : case_(one),
        record_(result.record),
        result_(result),
        earlier_(earlier),
        bench_(workbench),
        ranks_(ranks),
        driver_(resolve<DriverKind>(one.text("driver"), one.place)),
        deadline_(one.real("time_limit")),
        threads_(threads) {}

  /// What each rank does for itself, before they meet.
  void set_up() {
    check_ranks();
    network_ = bench_.network(case_.text("network"), case_.place);
    describe_network();
    choose_memory_and_levels();
    costs_.panel = static_cast<uint32_t>(panel_);
    costs_.lines.row_bytes = static_cast<uint32_t>((4 * panel_ + 63) / 64 * 64);
    costs_.lines.bytes_a_connection = static_cast<uint32_t>(costs_.bytes.weight + costs_.bytes.index);
    if (network_->whole_if_small() != nullptr) theory();
    if (case_.text("engine") == "none") {
      price_words();
      predict();
      record_.set("misses_source", "none");
      record_.set("misses_status", "not asked for");
      return;
    }
    if (case_.text("inputs").empty())
      throw BadInput(case_.place, "engine " + case_.text("engine") + " has no inputs",
                     "give inputs = \"images\" or a file");
    inputs_ = bench_.inputs(case_.text("inputs"), network_->input_width(), case_.place);
    record_.set("input_count", static_cast<double>(inputs_->count));
    record_.set("inputs_origin", inputs_->origin);
  }

  /// What they do together; rank 0 has the answer.
  void run() {
    if (case_.text("engine") == "none") return;
    machine();
    if (ranks_.rank() > 0 || !result_.is_finished) return;
    price_words();
    const MissCount counted{case_,  execution_,     plan_,    *inputs_, levels_, geometries(bench_.machine(threads_)),
                            panel_, memory_.values, deadline_};
    costs_ = watched_cost(counted);
    predict();
    write_times(case_, execution_, times_, inputs_->count, record_);
    record_.set("threads_used", static_cast<double>(threads_));
    count_misses(counted, bench_, record_);
  }

 private:
  void check_ranks() const {
    const int64_t wanted = case_.integer("ranks");
    if (wanted == 1) return;
    if (driver_.kind().ranks == RanksTaken::one)
      throw Unsupported(fmt::format("driver {} is one rank; {} are asked for", driver_.name(), wanted));
    if (case_.text("engine") == "none") throw Unsupported("the model needs no ranks; engine is none");
    if (ranks_.size() < wanted)
      throw Unsupported(fmt::format("needs {0} ranks: start with mpirun -n {0}, or more", wanted));
  }

  void describe_network() {
    record_.set("layers", static_cast<double>(network_->depth()));
    if (const Network* whole = network_->whole_if_small()) {
      const NetworkFacts& facts = whole->facts();
      record_.set("network_neurons", static_cast<double>(facts.neurons));
      record_.set("network_connections", static_cast<double>(facts.connections));
      record_.set("network_inputs", static_cast<double>(facts.inputs));
      record_.set("network_outputs", static_cast<double>(facts.outputs));
      if (facts.connections == 0) throw Unsupported("the network has no connections");
    }
  }

  void choose_memory_and_levels() {
    const int64_t wanted = case_.integer("threads");
    if (wanted > 0) threads_ = static_cast<unsigned>(wanted);
    const Machine& machine = bench_.machine(threads_);
    choose_panel_for(machine);
    memory_ = choose_memory(case_.text("memory"), panel_, machine, case_.place);
    record_.set("memory_values", static_cast<double>(memory_.values));
    record_.set("memory_source", memory_.source);
    std::vector<std::string> warnings = memory_.warnings;
    warnings.insert(warnings.end(), machine.warnings.begin(), machine.warnings.end());
    record_.set("warnings", fmt::format("{}", fmt::join(warnings, "; ")));
    if (!machine.threads.empty()) record_.set("binding", machine.threads.front().binding);

    levels_.push_back({"memory", memory_.bytes / 64 * 64, 64, 0});
    const auto& given = case_.text("caches");
    for (CacheGeometry& cache : given.empty() ? geometries(machine) : parse_caches(given, case_.place)) {
      std::string prefix = cache.name;
      std::transform(prefix.begin(), prefix.end(), prefix.begin(), [](unsigned char c) { return std::tolower(c); });
      if (std::find(level_prefixes().begin(), level_prefixes().end(), prefix) == level_prefixes().end()) continue;
      cache.name = prefix;
      levels_.push_back(cache);
    }
    for (const CacheGeometry& level : levels_) record_.set(level.name + "_bytes", static_cast<double>(level.bytes));
  }

  void choose_panel_for(const Machine& machine) {
    const auto wanted = static_cast<uint64_t>(case_.integer("panel"));
    const bool runs = case_.text("engine") != "none";
    const EngineKind* engine = nullptr;
    uint64_t inputs = 0;
    if (wanted == 0 && runs) {
      engine = &resolve<EngineKind>(case_.text("engine"), case_.place).kind();
      inputs = bench_.inputs(case_.text("inputs"), network_->input_width(), case_.place)->count;
    }
    const PanelChoice choice = choose_panel(wanted, engine, network_->layers(), inputs, threads_, machine);
    panel_ = choice.panel;
    record_.set("panel_used", static_cast<double>(panel_));
    record_.set("panel_source", choice.source);
  }

  void theory() {
    const Network& network = *network_->whole_if_small();
    const auto policy = resolve<PolicyKind>(case_.text("policy"), case_.place);
    schedule_ = bench_.schedule(case_.text("network"), network, case_.text("order"), memory_.values, case_.place);
    moved_ = policy.kind().simulate(network, schedule_->steps, memory_.values);
    record_.set("max_live", static_cast<double>(schedule_->max_live));
    record_.set("perfect_memory", static_cast<double>(schedule_->max_live + 1));
    if (unit() == CostUnit::words) price_words();
  }

  CostUnit unit() const { return case_.text("cost") == "unit" ? CostUnit::words : CostUnit::bytes; }

  /// Bytes are those of the engine's layout (the model's own without an engine), so they are known once it is prepared.
  void price_words() {
    if (schedule_ == nullptr) return;
    const Theory theory = price(network_->whole_if_small()->facts(), *schedule_, moved_, unit(), panel_, costs_.bytes);
    record_.set("lower", static_cast<double>(theory.lower));
    record_.set("lower_instance", static_cast<double>(theory.lower_instance));
    record_.set("upper", static_cast<double>(theory.upper));
    record_.set("reads", static_cast<double>(theory.reads));
    record_.set("writes", static_cast<double>(theory.writes));
    record_.set("total", static_cast<double>(theory.total()));
    record_.set("ratio", theory.ratio());
    record_.set("certified_gap", theory.certified_gap);
  }

  void predict() {
    if (schedule_ == nullptr) return;
    const auto policy = resolve<PolicyKind>(case_.text("policy"), case_.place);
    const Network& network = *network_->whole_if_small();
    for (const CacheGeometry& level : levels_) {
      record_.set(level.name + "_model_lines",
                  model_lines(network, *schedule_, policy.kind(), level.bytes, costs_.panel, costs_.bytes));
      const LineLayout& layout = costs_.lines;
      const std::string worker = execution_.engine != nullptr ? execution_.engine->chosen() : "";
      const std::string key = fmt::format("{} {} {} {} {} {} {} {} {}", case_.text("network"), case_.text("order"),
                                          memory_.values, case_.text("engine"), worker, panel_, layout.vector_bytes,
                                          layout.strip_bytes, layout.bytes_a_connection);
      const LinePrediction lines =
          bench_.prediction(fmt::format("{} {} {} {}", key, level.bytes, level.ways, level.line_bytes),
                            [&] { return predict_lines(network, schedule_->steps, level, layout); });
      record_.set(level.name + "_predicted_lines", static_cast<double>(lines.misses));
      record_.set(level.name + "_predicted_write_lines", static_cast<double>(lines.write_backs));
    }
  }

  void machine() {
    ExecutionRequest request;
    request.engine = case_.text("engine");
    request.baseline = case_.text("baseline");
    request.plan.network = network_->whole_if_small();
    request.plan.layers = network_->layers();
    if (schedule_ != nullptr) request.plan.order = schedule_->order;
    request.plan.panel = static_cast<uint32_t>(panel_);
    request.plan.threads = threads_;
    request.plan.track = parse_track(case_.text("track"), case_.place);
    const Repetition wanted = repetition_of(case_);
    request.repetition = wanted;
    if (is_in_rounds(case_)) {
      request.repetition.least = share_of_round(case_, earlier_.rounds);
      request.repetition.precision = 0;
    }
    request.warmup = static_cast<uint64_t>(case_.integer("warmup"));
    request.verify = static_cast<uint64_t>(case_.integer("verify"));
    request.categories = case_.text("categories");
    request.place = case_.place;
    plan_ = request.plan;
    execution_ = driver_.kind().execute(request, *inputs_, deadline_, ranks_, driver_.params);
    if (ranks_.rank() > 0) return;
    costs_ = execution_.cost;
    times_ = keep_samples(record_.text("run"), earlier_, execution_, result_.samples);
    const bool has_all_rounds = earlier_.rounds + 1 >= static_cast<uint64_t>(case_.integer("rounds"));
    if (is_in_rounds(case_) && execution_.verdict.status == "ok")  // a wrong answer needs no more rounds
      result_.is_finished = has_all_rounds && is_enough(times_.seconds, wanted);
  }

  const Case& case_;
  Record& record_;
  CaseResult& result_;
  const EarlierRounds& earlier_;
  CaseTimes times_;
  Workbench& bench_;
  Communicator& ranks_;
  Resolved<DriverKind> driver_;
  Deadline deadline_;
  std::shared_ptr<NetworkAtHand> network_;
  std::shared_ptr<const Schedule> schedule_;
  IoCount moved_;
  MemoryChoice memory_;
  std::vector<CacheGeometry> levels_;
  EngineCost costs_;
  std::shared_ptr<const Inputs> inputs_;
  Plan plan_;
  Execution execution_;
  uint64_t panel_ = 1;
  unsigned threads_;
};

/// What goes wrong in the step is in the record.
template <class Step>
void attempt(Record& record, const Step& step) {
  const auto fail = [&](const char* status, const std::string& error) {
    record.set("status", status);
    record.set("error", error);
  };
  try {
    step();
  } catch (const Unsupported& reason) {
    fail("unsupported", reason.what());
  } catch (const TimeLimit& reason) {
    fail("timeout", reason.what());
  } catch (const std::bad_alloc&) {
    fail("error", "out of memory; take fewer inputs, a smaller panel or a smaller network");
  } catch (const std::exception& error) {
    fail("error", error.what());
  }
}

/// Nobody may go on alone: what failed on another rank is the record's failure on rank 0.
bool all_are_ok(Communicator& ranks, Record& record) {
  const bool is_ok = record.text("status") == "ok";
  if (ranks.size() == 1) return is_ok;
  const auto statuses = ranks.gather(record.text("status"), 0);
  const auto errors = ranks.gather(record.text("error"), 0);
  for (size_t rank = 0; is_ok && rank < statuses.size(); ++rank) {
    if (statuses[rank] == "ok") continue;
    record.set("status", statuses[rank]);
    record.set("error", fmt::format("rank {}: {}", rank, errors[rank]));
    break;
  }
  return ranks.broadcast(record.text("status"), 0) == "ok";
}

}  // namespace

Record blank_record(const Case& one, const std::string& run, const Origin& origin) {
  Record record(run_schema());
  record.set("run", run);
  record.set("config", origin.config);
  record.set("host", origin.host);
  record.set("revision", origin.revision);
  record.set("started", utc_time());
  for (const CaseKey& key : case_keys()) {
    if (key.type == Type::text)
      record.set(key.name, one.text(key.name));
    else if (key.type == Type::integer)
      record.set(key.name, one.integer(key.name));
    else
      record.set(key.name, one.real(key.name));
  }
  return record;
}

CaseResult run_case(const Case& one, const std::string& run, const Origin& origin, Workbench& workbench,
                    Communicator& ranks, const EarlierRounds& earlier) {
  CaseResult result{blank_record(one, run, origin), {}};
  result.record.set("status", "ok");
  const auto begin = std::chrono::steady_clock::now();
  std::optional<CaseRun> work;
  const unsigned threads = team_size(*ranks.node());
  attempt(result.record, [&] { work.emplace(one, result, earlier, workbench, ranks, threads).set_up(); });
  if (all_are_ok(ranks, result.record)) attempt(result.record, [&] { work->run(); });
  if (result.record.text("status") != "ok") result.is_finished = true;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  result.record.set("wall_seconds", took.count());
  std::vector<PublishedCount> counts;
  for (const std::string& name : published_columns()) counts.push_back({name, result.record.real(name)});
  publish(counts);
  return result;
}

}  // namespace sparsio
