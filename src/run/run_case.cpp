#include "run/run_case.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <optional>

#include "base/spec.hpp"
#include "base/utc_time.hpp"
#include "bound/shared/lower_words.hpp"
#include "count/shared/publisher.hpp"
#include "driver/driver.hpp"
#include "mpi/shared/launch.hpp"
#include "part/partitioner.hpp"
#include "run/case_counts.hpp"
#include "run/case_facts.hpp"
#include "run/case_theory.hpp"
#include "run/case_times.hpp"
#include "run/rounds.hpp"
#include "run/schema.hpp"
#include "run/team_size.hpp"
#include "topo/caches.hpp"

namespace sparsio {
namespace {

/// What each rank knows before they meet.
struct SetUp {
  CaseFacts facts;
  std::optional<CaseTheory> theory;
  Plan plan;
};

Resolved<DriverKind> driver_of(const Case& one) {
  return resolve<DriverKind>(one.text("driver"), one.where("driver"));
}

void check_ranks(const Case& one, const Communicator& ranks) {
  const int64_t wanted = one.integer("ranks");
  if (one.has_engine() && driver_of(one).kind().takes_partition && one.text("meter") != "none")
    throw Unsupported(
        fmt::format("driver {}: what one of its ranks touches is not counted; give meter none", driver_of(one).name()));
  if (wanted == 1) return;
  const auto driver = driver_of(one);
  if (driver.kind().ranks == RanksTaken::one)
    throw Unsupported(fmt::format("driver {} is one rank; {} are asked for", driver.name(), wanted));
  if (!one.has_engine()) throw Unsupported("the model needs no ranks; engine is none");
  if (ranks.size() < wanted)
    throw Unsupported(fmt::format("needs {0} ranks: start with mpirun -n {0}, or more", wanted));
}

/// The order that the engine is to execute. One that goes layer by layer asks for none, and for no network held whole.
void plan_order(const Case& one, const SetUp& known, CaseCache& cache, Plan& plan) {
  if (known.theory) {
    plan.network = known.theory->network;
    plan.order = known.theory->schedule->order;
    return;
  }
  const auto engine = resolve<EngineKind>(one.text("engine"), one.where("engine"));
  if (!engine.kind().orders.empty() && plan.layers != nullptr) return;
  plan.network = known.facts.network->whole_if_small();
  if (engine.kind().orders.empty() && plan.network != nullptr)
    plan.order = *cache.order(one.text("network"), *plan.network, one.text("order"), known.facts.memory.values,
                              one.where("order"));
}

Plan plan_of(const Case& one, const SetUp& known, CaseCache& cache) {
  Plan plan;
  plan.layers = known.facts.network->layers();
  plan.panel = known.facts.panel;
  plan.panel_may_change = one.integer("panel") == 0 && (!known.theory || is_of_any_panel(known.facts.memory));
  plan.threads = known.facts.threads;
  if (known.facts.inputs != nullptr) plan.inputs = known.facts.inputs->count;
  plan.track = parse_track(one.text("track"), one.where("track"));
  for (const CacheGeometry& level : known.facts.levels)
    if (level.name == "l2") plan.l2_bytes = level.bytes;
  plan_order(one, known, cache, plan);
  return plan;
}

/// The pass of an engine that is not executed: nobody has opened inputs, so they are taken to be 0/1.
ModelledPass pass_of_case(const Case& one, const SetUp& known, CaseCache& cache) {
  if (!one.has_engine()) return pass_of(*known.theory, known.facts.panel);
  const auto kind = resolve<EngineKind>(one.text("engine"), one.where("engine"));
  const std::shared_ptr<Engine> engine = kind.kind().make(kind.params);
  Plan plan = plan_of(one, known, cache);
  plan.panel_may_change = false;  // the row has been given it
  engine->prepare(plan);
  return pass_of(engine, InputValues::bits, engine->chosen() + " " + engine->simd());
}

void write_model(const Case& one, const CaseQuestions& questions, const SetUp& known, const ModelledPass& pass,
                 CaseCache& cache, Record& record) {
  if (!known.theory) return;
  write_words(*known.theory, one, known.facts.panel, pass.cost.bytes, record);
  if (questions.lines == Lines::predicted) write_lines(*known.theory, one, known.facts, pass, cache, record);
}

/// The I/O model is one of one memory, and holds the network whole, which ranks that divide it do not.
Words words_of(const Case& one, const CaseQuestions& questions) {
  return one.has_engine() && driver_of(one).kind().takes_partition ? Words::not_asked : questions.words;
}

/// Made by rank 0, the same for all.
Partition partition_of(const Case& one, const SetUp& known, Communicator& ranks) {
  const auto driver = driver_of(one);
  const uint32_t parts = driver.kind().parts != nullptr ? driver.kind().parts(ranks.size(), driver.params)
                                                        : static_cast<uint32_t>(ranks.size());
  Partition made;
  together(ranks, [&] {
    if (known.plan.layers == nullptr)
      throw Unsupported("rows are divided layer by layer, and the network is not given in layers");
    if (ranks.rank() > 0) return;
    const auto partitioner = resolve<PartitionerKind>(one.text("partitioner"), one.where("partitioner"));
    made = partition(partitioner.kind(), *known.plan.layers, parts, partitioner.params);
  });
  made.parts = parts;
  made.owner.resize(known.plan.layers->widths().size());
  for (auto& owner : made.owner) owner = ranks.broadcast(owner, 0);
  return made;
}

SetUp set_up(const Case& one, const CaseQuestions& questions, CaseCache& cache, const Communicator& ranks,
             unsigned threads, Record& record) {
  check_ranks(one, ranks);
  const Executes executes = one.has_engine() ? questions.executes : Executes::no;
  SetUp known;
  const Words words = words_of(one, questions);
  known.facts = case_facts(one, words, executes, cache, threads, record);
  if (words != Words::not_asked) known.theory = case_theory(one, known.facts, cache, record);
  if (executes == Executes::no) {
    // The refusal of an engine counts, whatever is known of the network.
    if (known.theory || one.has_engine())
      write_model(one, questions, known, pass_of_case(one, known, cache), cache, record);
    record.set("misses_source", "none");
    record.set("misses_status", "not asked for");
    return known;
  }
  open_case_inputs(one, cache, known.facts, record);
  open_case_labels(one, cache, known.facts);
  known.plan = plan_of(one, known, cache);
  return known;
}

ExecutionRequest request_of(const Case& one, const CaseQuestions& questions, const SetUp& known,
                            const EarlierRounds& earlier) {
  ExecutionRequest request;
  request.driver = one.text("driver");
  request.engine = one.text("engine");
  request.baseline = one.text("baseline");
  request.plan = known.plan;
  request.repetition = repetition_of(one);
  if (is_in_rounds(one)) {
    request.repetition.least = share_of_round(one, earlier.rounds);
    request.repetition.precision = 0;
  }
  request.warmup = static_cast<uint64_t>(one.integer("warmup"));
  request.verify = static_cast<uint64_t>(one.integer("verify"));
  request.categories = one.text("categories");
  request.place = one.where("engine");
  request.labels = known.facts.labels;
  request.alive = questions.alive;
  request.outputs = questions.outputs;
  return request;
}

/// Were these rounds enough? A wrong answer needs no more of them.
bool is_finished(const Case& one, const Execution& execution, const EarlierRounds& earlier, const CaseTimes& times) {
  if (!is_in_rounds(one) || execution.verdict.status != "ok") return true;
  const bool has_all_rounds = earlier.rounds + 1 >= static_cast<uint64_t>(one.integer("rounds"));
  return has_all_rounds && is_enough(times.seconds, repetition_of(one));
}

/// Beside the words of a partition, what every one as even must send.
void write_lower_words(const Partition& partition, LayerSource& layers, Record& record) {
  if (std::isnan(record.real("words"))) return;
  const WordsBound bound = lower_words(layers, partition, work_in_passing);
  record.set("lower_words", static_cast<double>(bound.words));
  record.set("words_gap", words_gap(record.real("words"), bound));
  record.set("lower_words_form", bound.form);
}

/// What all ranks do together; rank 0 has the answer.
void answer(const Case& one, const CaseQuestions& questions, SetUp& known, const EarlierRounds& earlier,
            const Deadline& deadline, CaseCache& cache, Communicator& ranks, CaseResult& result) {
  const Inputs& inputs = *known.facts.inputs;
  ExecutionRequest request = request_of(one, questions, known, earlier);
  Partition partition;  // which the engine may look at
  if (driver_of(one).kind().takes_partition) {
    partition = partition_of(one, known, ranks);
    request.plan.partition = &partition;
  }
  Execution execution = execute(request, inputs, deadline, ranks);
  if (ranks.rank() > 0) return;
  Record& record = result.record;
  const CaseTimes times = keep_samples(record.text("run"), earlier, execution, result.samples);
  result.alive = execution.alive;
  result.outputs = std::move(execution.outputs);
  result.is_finished = is_finished(one, execution, earlier, times);
  if (!result.is_finished) return;
  // Who chooses the engine may have found that it is faster on other panels, or input by input.
  if (const uint32_t used = execution.cost.panel; !execution.engine->chosen().empty() && used != known.facts.panel) {
    if (known.plan.panel_may_change)
      take_panel(one, {used, fmt::format("{}: the fastest of those raced here", used)}, cache, known.facts, record);
    else
      record.set("panel_used", static_cast<double>(used));
  }
  const MissCount counted{one,
                          execution,
                          known.plan,
                          inputs,
                          known.facts.levels,
                          geometries(cache.machine(known.facts.threads)),
                          known.facts.panel,
                          known.facts.memory.values,
                          deadline};
  write_model(one, questions, known, watched_pass(counted), cache, record);
  write_times(one, execution, times, inputs.count, record);
  if (request.plan.partition != nullptr) write_lower_words(partition, *known.plan.layers, record);
  record.set("threads_used", static_cast<double>(known.facts.threads));
  count_misses(counted, cache, record);
}

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

CaseResult run_case(const Case& one, const std::string& run, const Origin& origin, CaseCache& cache,
                    Communicator& ranks, const EarlierRounds& earlier, const CaseQuestions& questions) {
  CaseResult result{blank_record(one, run, origin), {}, {}, {}, {}};
  Record& record = result.record;
  record.set("status", "ok");
  record.set("accuracy_status", one.text("labels").empty() ? "no labels are given" : "nothing was executed");
  const auto begin = std::chrono::steady_clock::now();
  const unsigned threads = team_size(*ranks.node());
  const Deadline deadline(one.real("time_limit"));  // of the whole case: what setting it up takes counts
  SetUp known;
  attempt(record, [&] { known = set_up(one, questions, cache, ranks, threads, record); });
  if (all_are_ok(ranks, record) && known.facts.inputs != nullptr)
    attempt(record, [&] { answer(one, questions, known, earlier, deadline, cache, ranks, result); });
  result.memory_warnings = known.facts.memory.warnings;
  if (record.text("status") != "ok") result.is_finished = true;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  record.set("wall_seconds", took.count());
  std::vector<PublishedCount> counts;
  for (const std::string& name : published_columns()) counts.push_back({name, record.real(name)});
  publish(counts);
  return result;
}

}  // namespace sparsio
