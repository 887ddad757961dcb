#include "run/run_case.hpp"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "count/publisher.hpp"
#include "io/line_model.hpp"
#include "plugin/spec.hpp"
#include "record/utc_time.hpp"
#include "run/execution.hpp"
#include "run/one_pass.hpp"
#include "run/rounds.hpp"
#include "run/schema.hpp"
#include "run/tile_choice.hpp"
#include "statistics/two_samples.hpp"
#include "topo/caches.hpp"
#include "topo/memory_choice.hpp"

namespace sparsio {
namespace {

/// One case on its way through theory and machine. Each step writes what it learns into the record at once, so that a
/// case that fails later keeps what was known.
class CaseRun {
 public:
  CaseRun(const Case& one, CaseResult& result, const EarlierRounds& earlier, Workbench& workbench)
      : case_(one),
        record_(result.record),
        result_(result),
        earlier_(earlier),
        bench_(workbench),
        deadline_(one.real("time_limit")) {}

  void run() {
    network_ = bench_.network(case_.text("network"), case_.place);
    describe_network();
    choose_memory_and_levels();
    costs_.tile = static_cast<uint32_t>(tile_);
    costs_.lines.row_bytes = static_cast<uint32_t>((4 * tile_ + 63) / 64 * 64);
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
    machine();
    if (!result_.is_finished) return;
    price_words();
    predict();
    write_times(inputs_->count);
    count_misses();
  }

 private:
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
    threads_ = wanted > 0 ? static_cast<unsigned>(wanted) : static_cast<unsigned>(omp_get_max_threads());
    const Machine& machine = bench_.machine(threads_);
    choose_tile_for(machine);
    memory_ = choose_memory(case_.text("memory"), tile_, machine, case_.place);
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

  void choose_tile_for(const Machine& machine) {
    const auto wanted = static_cast<uint64_t>(case_.integer("tile"));
    const bool runs = case_.text("engine") != "none";
    const EngineKind* engine = nullptr;
    uint64_t inputs = 0;
    if (wanted == 0 && runs) {
      engine = &resolve<EngineKind>(case_.text("engine"), case_.place).kind();
      inputs = bench_.inputs(case_.text("inputs"), network_->input_width(), case_.place)->count;
    }
    const TileChoice choice = choose_tile(wanted, engine, network_->layers(), inputs, threads_, machine);
    tile_ = choice.tile;
    record_.set("tile_used", static_cast<double>(tile_));
    record_.set("tile_source", choice.source);
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
    const Theory theory = price(network_->whole_if_small()->facts(), *schedule_, moved_, unit(), tile_, costs_.bytes);
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
                  model_lines(network, *schedule_, policy.kind(), level.bytes, costs_.tile, costs_.bytes));
      const std::string key = fmt::format("{} {} {} {} {}", case_.text("network"), case_.text("order"), memory_.values,
                                          case_.text("engine"), tile_);
      const LinePrediction lines =
          bench_.prediction(fmt::format("{} {} {} {}", key, level.bytes, level.ways, level.line_bytes),
                            [&] { return predict_lines(network, schedule_->steps, level, costs_.lines); });
      record_.set(level.name + "_predicted_lines", static_cast<double>(lines.misses));
      record_.set(level.name + "_predicted_write_lines", static_cast<double>(lines.write_backs));
    }
  }

  void machine() {
    inputs_ = bench_.inputs(case_.text("inputs"), network_->input_width(), case_.place);
    record_.set("input_count", static_cast<double>(inputs_->count));
    record_.set("inputs_origin", inputs_->origin);
    ExecutionRequest request;
    request.engine = case_.text("engine");
    request.baseline = case_.text("baseline");
    request.plan.network = network_->whole_if_small();
    request.plan.layers = network_->layers();
    if (schedule_ != nullptr) request.plan.order = schedule_->order;
    request.plan.tile = static_cast<uint32_t>(tile_);
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
    execution_ = execute(request, *inputs_, deadline_);
    costs_ = execution_.cost;
    keep_samples();
    const bool has_all_rounds = earlier_.rounds + 1 >= static_cast<uint64_t>(case_.integer("rounds"));
    if (is_in_rounds(case_) && execution_.verdict.status == "ok")  // a wrong answer needs no more rounds
      result_.is_finished = has_all_rounds && is_enough(seconds_, wanted);
  }

  void keep_samples() {
    for (const Sample& sample : earlier_.samples) {
      seconds_.push_back(sample.seconds);
      if (!std::isnan(sample.baseline_seconds)) baseline_seconds_.push_back(sample.baseline_seconds);
    }
    for (size_t r = 0; r < execution_.seconds.size(); ++r) {
      Sample sample{record_.text("run"), static_cast<int64_t>(seconds_.size()), 0, 0, execution_.seconds[r]};
      sample.round = static_cast<int64_t>(earlier_.rounds);
      sample.began = execution_.began[r];
      seconds_.push_back(sample.seconds);
      if (!execution_.baseline_seconds.empty()) {
        sample.baseline_seconds = execution_.baseline_seconds[r];
        baseline_seconds_.push_back(sample.baseline_seconds);
      }
      result_.samples.push_back(std::move(sample));
    }
  }

  void write_times(uint64_t input_count) {
    const double confidence = case_.real("confidence");
    const MedianInterval interval = median_interval(seconds_, confidence);
    const double seconds = interval.median;
    const double edges = static_cast<double>(input_count) * static_cast<double>(execution_.cost.connections);
    const auto executed = static_cast<double>(execution_.outcome.executed_edges);
    record_.set("network_connections", static_cast<double>(execution_.cost.connections));
    record_.set("prepare_seconds", execution_.prepare_seconds);
    record_.set("edges", edges);
    record_.set("executed_edges", executed);
    record_.set("category_count", static_cast<double>(execution_.outcome.categories.size()));
    record_.set("verified", execution_.verdict.words);
    record_.set("max_relative_error", execution_.verdict.max_relative_error);
    record_.set("tied_inputs", static_cast<double>(execution_.verdict.tied));
    record_.set("threads_used", static_cast<double>(threads_));
    record_.set("simd", execution_.simd);
    record_.set("timed_runs", static_cast<double>(seconds_.size()));
    record_.set("note", execution_.engine->note());
    record_.set("seconds", seconds);
    record_.set("seconds_low", interval.low);
    record_.set("seconds_high", interval.high);
    record_.set("seconds_coverage", interval.coverage);
    record_.set("seconds_interval", interval_words(interval, confidence));
    record_.set("seconds_min", *std::min_element(seconds_.begin(), seconds_.end()));
    if (execution_.verdict.status != "ok") {
      // A wrong answer has no rate.
      record_.set("status", execution_.verdict.status);
      record_.set("error", execution_.verdict.words);
      return;
    }
    record_.set("nominal_rate", edges / seconds);
    record_.set("executed_rate", executed / seconds);
    if (!baseline_seconds_.empty()) {
      const RatioInterval speedup = median_ratio(seconds_, baseline_seconds_, confidence);
      record_.set("baseline_seconds", median(baseline_seconds_));
      record_.set("speedup", speedup.ratio);
      record_.set("speedup_low", speedup.low);
      record_.set("speedup_high", speedup.high);
    }
  }

  void count_misses() {
    const auto meter = resolve<MeterKind>(case_.text("meter"), case_.place);
    record_.set("misses_source", meter.name());
    record_.set("misses_status", "not asked for");
    if (meter.name() == "none") return;
    const Engine& engine = *execution_.engine;
    const MeterRequest request{[&](const TraceSink& sink) { engine.trace(sink); },
                               [&] { return prepare_one_pass(case_.text("engine"), plan_, *inputs_, case_.place); },
                               levels_,
                               geometries(bench_.machine(threads_)),
                               one_pass_command(case_, tile_, memory_.values),
                               deadline_};
    const auto count = [&] {
      try {
        return meter.kind().measure(request, meter.params);
      } catch (const Unsupported& reason) {  // the engine has no trace: the case is timed all the same
        return unavailable(meter.name(), request, reason.what());
      }
    };
    write_counts(meter.kind().repeats == Repeats::anew ? count() : bench_.counts(counts_key(meter.canonical()), count));
  }

  /// All that a count which is the same each time depends on.
  std::string counts_key(const std::string& meter) const {
    std::string key = meter;
    for (const char* name : {"network", "engine", "order", "track", "inputs"}) key += " " + case_.text(name);
    key += fmt::format(" {} {}", tile_, memory_.values);
    for (const CacheGeometry& level : levels_)
      key += fmt::format(" {} {} {} {}", level.name, level.bytes, level.line_bytes, level.ways);
    return key;
  }

  void write_counts(const Counts& counts) {
    record_.set("misses_source", counts.source);
    record_.set("misses_status", counts.status);
    record_.set("misses_map", counts.map);
    for (const LevelCount& level : counts.levels) {
      record_.set(level.name + "_misses", level.misses);
      record_.set(level.name + "_demand_misses", level.demand_misses);
      record_.set(level.name + "_write_backs", level.write_backs);
    }
    for (const EventCount& event : counts.events) record_.set(event.name, event.value);
  }

  const Case& case_;
  Record& record_;
  CaseResult& result_;
  const EarlierRounds& earlier_;
  std::vector<double> seconds_;  // of all rounds
  std::vector<double> baseline_seconds_;
  Workbench& bench_;
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
  uint64_t tile_ = 1;
  unsigned threads_ = 1;
};

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
                    const EarlierRounds& earlier) {
  CaseResult result{blank_record(one, run, origin), {}};
  const auto fail = [&](const char* status, const std::string& error) {
    result.record.set("status", status);
    result.record.set("error", error);
    result.is_finished = true;
  };
  result.record.set("status", "ok");
  try {
    CaseRun(one, result, earlier, workbench).run();
  } catch (const Unsupported& reason) {
    fail("unsupported", reason.what());
  } catch (const TimeLimit& reason) {
    fail("timeout", reason.what());
  } catch (const std::bad_alloc&) {
    fail("error", "out of memory; take fewer inputs, a smaller tile or a smaller network");
  } catch (const std::exception& error) {
    fail("error", error.what());
  }
  std::vector<PublishedCount> counts;
  for (const std::string_view name : published_names()) counts.push_back({name, result.record.real(name)});
  publish(counts);
  return result;
}

}  // namespace sparsio
