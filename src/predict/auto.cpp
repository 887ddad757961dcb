// auto: chooses an engine for the network at hand, and says why. As `choose` does, with order, panel and threads given:
// a prediction orders the engines, a measurement decides.
// What share of the possible connections is there (density) tells first whether `dense` is worth looking at; `latency`
// is, where inputs are few. Then the time of each engine is predicted from its work on the first layers and this
// machine's calibration, if `sparsio calibrate` has kept one, with the options that it kept for such a density, and all
// that are not hopeless run a small batch of random 0/1 inputs in turns (turns.hpp), as many as there will be where
// these are fewer; without a calibration all of them do. The fastest wins; so the crossing of sparse and dense is found
// on this machine and not assumed. Where nobody asked for a panel, it and who is near it race once more, on other
// panels too. A network that was measured whole is not prepared again. csr in depth is looked at where two of these
// layers fit into a core's L2 at once: where they do not, it is csr once more.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "base/random.hpp"
#include "base/spec.hpp"
#include "exec/engine.hpp"
#include "exec/machine/l2_bytes.hpp"
#include "exec/walk/depth_blocks.hpp"
#include "net/given_layers.hpp"
#include "predict/depth_closes.hpp"
#include "predict/engine_time.hpp"
#include "predict/kept_specs.hpp"
#include "predict/turns.hpp"
#include "topo/caches.hpp"

namespace sparsio {
namespace {

constexpr uint64_t batch_passes = 2;  // of each thread, in a measurement
/// A candidate predicted to take so many times as long is not measured: far more than predictions were off by (1.9).
constexpr double hopeless = 3;

/// Layers are measured until they have so many connections, the first ones: their weights then fill an L2.
constexpr uint64_t sampled_connections = uint64_t{1} << 19;
constexpr uint64_t most_sampled_cells = uint64_t{1} << 26;
/// With one input, a stream of all cells was up to 8 times as fast a cell as a gather is a connection; with many,
/// row_pairs reached half of what the dense product does from a density of 0.05 on (results/README.md).
constexpr double dense_from = 0.1;
/// So few inputs of a thread may be faster one by one.
constexpr uint64_t few_inputs = 16;
/// So few of them may be faster as vectors: as three or four columns they took a library up to 2 times as long.
constexpr uint64_t few_vectors = 4;
constexpr const char* vectors = "dense:library=openblas";
/// Panels that fill strips of one to six vectors, and a batch that all of them divide. The narrowest is for so few
/// inputs that a wider one would be half empty.
constexpr uint32_t usual_panels[] = {16, 32, 48, 64, 96};
constexpr uint64_t narrow_below = 64;
constexpr uint64_t usual_batch = 192;
/// Another panel made an engine up to 1.15 times as fast (bench/auto_regret.cpp), and two are enough to prepare anew.
constexpr double within_reach = 1.2;
constexpr size_t most_near = 2;
/// twin_tiles is in depth by itself; where there are rings and no twins, this may win.
constexpr const char* in_depth = "tiled:kernel=csr";
/// Of layers so large that one is enough, as many are measured where they close in depth, or depth would not be seen.
constexpr size_t deep_layers = 3;

/// The first layers of a network, which are held.
struct Sample {
  std::unique_ptr<GivenLayers> layers;
  double density = 0;
  uint64_t connections = 0;
  uint64_t cells = 0;
  bool has_depth = false;  // two of them fit into a core's L2 at once
};

/// Columns that are done leave between blocks only, so that in tracks of values `tiled` has no depth of itself.
bool may_have_depth(const Plan& plan) {
  return plan.track == Track::general || plan.track == Track::structure;
}

Sample sample_of(const Plan& plan) {
  LayerSource& whole = *plan.layers;
  std::vector<Layer> held;
  Sample sample;
  const auto hold_next = [&] {
    Layer layer;
    const bool is_there = whole.next(layer);
    if (is_there) held.push_back(std::move(layer));
    return is_there;
  };
  whole.restart();
  for (uint64_t connections = 0; connections < sampled_connections && hold_next();)
    connections += held.back().connections();
  if (may_have_depth(plan)) {
    const uint32_t window = window_rows(plan.panel, plan.l2_bytes > 0 ? plan.l2_bytes : l2_bytes());
    const size_t enough = held.size();
    if (enough == 1 && closes_alone(held.front(), window))
      while (held.size() < deep_layers && hold_next()) continue;
    sample.has_depth = depth_closes(held, window);
    if (!sample.has_depth) held.resize(enough);
  }
  for (const Layer& layer : held) {
    sample.connections += layer.connections();
    sample.cells += uint64_t{layer.sources} * layer.targets;
  }
  if (sample.cells > 0) sample.density = static_cast<double>(sample.connections) / static_cast<double>(sample.cells);
  sample.layers = std::make_unique<GivenLayers>(std::move(held));
  return sample;
}

class Auto final : public Engine {
 public:
  void prepare(const Plan& plan) override {
    if (plan.layers == nullptr) {
      choose("connection_list", "a network without layers", plan);
      return;
    }
    Sample sample = sample_of(plan);
    const bool is_whole = sample.layers->layers() == plan.layers->layers();
    Plan part = plan;
    part.network = nullptr;
    part.layers = sample.layers.get();
    const UsableCalibration kept = usable_calibration(default_calibration_path());
    std::vector<Candidate> candidates;
    std::string why = fmt::format("density {:.2g}", sample.density);
    for (const char* spec : {"row_pairs", "twin_tiles", "csr", in_depth, "dense", vectors, "latency"}) {
      if (!is_worth_trying(spec, sample, plan)) continue;
      const KeptSpec* const better = kept_options(kept, spec, sample.density);
      try_out(better != nullptr ? better->spec : spec, part, candidates);
      if (better != nullptr) why += "; " + words(*better);
    }
    if (plan.panel > 1 && plan.inputs > 1 && plan.inputs <= few_vectors * plan.threads &&
        is_worth_trying(vectors, sample, plan)) {
      part.panel = 1;
      try_out(vectors, part, candidates);
      part.panel = plan.panel;
    }
    if (candidates.empty()) throw Unsupported(fmt::format("auto found no engine for track {}", track_name(plan.track)));
    why += predict(part, kept, candidates);
    take_turns(candidates, batch(sample.layers->widths().front(), plan), plan.threads);
    if (plan.panel_may_change) race_on_other_panels(part, candidates);
    const auto best = std::min_element(candidates.begin(), candidates.end(),
                                       [](const auto& a, const auto& b) { return a.seconds < b.seconds; });
    if (candidates.size() > 1) why += "; measured";
    for (const Candidate& one : candidates)
      if (candidates.size() > 1) why += fmt::format(" {}{} {:.3g} s", shown(one), panel_words(one, plan), one.seconds);
    Candidate taken = std::move(*best);
    candidates.clear();
    if (!is_whole) {
      Plan its = plan;
      its.panel = taken.panel;
      choose(taken.name, why, its);
      return;
    }
    sample_ = std::move(sample);
    take(std::move(taken.engine), taken.name, why);
  }

  Outcome run(const Inputs& inputs, Observe observe, const Deadline& deadline) override {
    return chosen_->run(inputs, observe, deadline);
  }
  EngineCost cost() const override { return chosen_->cost(); }
  void visit(AccessVisitor& visitor, const Worker& worker, PassInputs inputs) const override {
    chosen_->visit(visitor, worker, inputs);
  }
  std::string opaque() const override { return chosen_->opaque(); }
  std::string simd() const override { return chosen_->simd(); }
  std::string chosen() const override { return chosen_name_; }
  std::string note() const override { return note_; }

 private:
  static bool is_worth_trying(std::string_view spec, const Sample& sample, const Plan& plan) {
    const std::string name(spec.substr(0, spec.find(':')));
    const auto* const entry = Registry<EngineKind>::instance().look_up(name);
    if (entry == nullptr) return false;  // not in this build
    const bool is_few = plan.inputs > 0 && plan.inputs <= few_inputs * plan.threads;
    const auto& tracks = entry->kind.tracks;
    if (std::find(tracks.begin(), tracks.end(), plan.track) == tracks.end()) return false;
    if (name == "latency") return plan.panel <= 4 || is_few;
    if (spec == in_depth) return sample.has_depth;
    if (name != spec && plan.panel > 4 && !is_few) return false;  // OpenBLAS is for vectors and what is nearly one
    if (name == "dense") return sample.density >= dense_from && sample.cells <= most_sampled_cells;
    return true;
  }

  static std::unique_ptr<Engine> made(const std::string& spec) {
    const auto kind = resolve<EngineKind>(spec, "auto");
    return kind.kind().make(kind.params);
  }

  /// Null where the engine is best as it is, for all that is known.
  static const KeptSpec* kept_options(const UsableCalibration& kept, std::string_view engine, double density) {
    const KeptSpec* const near = kept.calibration ? spec_near(*kept.calibration, engine, density) : nullptr;
    return near != nullptr && has_options(*near) ? near : nullptr;
  }

  /// Kept options are said once; OpenBLAS and another kernel are another engine.
  static std::string shown(const Candidate& one) {
    const bool is_another = one.name == vectors || one.name == in_depth;
    return is_another ? one.name : one.name.substr(0, one.name.find(':'));
  }

  static std::string panel_words(const Candidate& one, const Plan& plan) {
    if (one.panel == plan.panel) return "";
    return one.panel == 1 ? " one by one" : fmt::format(" by {}", one.panel);
  }

  static void try_out(const std::string& spec, const Plan& part, std::vector<Candidate>& candidates) {
    Candidate one{spec, part.panel, made(spec)};
    try {
      one.engine->prepare(part);
    } catch (const Unsupported&) {
      return;
    }
    candidates.push_back(std::move(one));
  }

  /// Leaves those that are worth measuring. Rates are of the general track, which the others are not compared in, and
  /// of engines without options: near enough for kept ones.
  static std::string predict(const Plan& plan, const UsableCalibration& kept, std::vector<Candidate>& candidates) {
    if (candidates.size() == 1) return ", the only engine for this track and build";
    if (plan.track != Track::general) return fmt::format("; nothing is predicted of track {}", track_name(plan.track));
    const auto& [calibration, reason] = kept;
    if (!calibration) return "; " + reason;
    const std::vector<CacheGeometry> levels = geometries(detect_machine(plan.threads));
    for (Candidate& one : candidates) {
      if (one.name == vectors) {  // of which nothing is known
        one.predicted = 0;
        continue;
      }
      const auto rate = rate_at(*calibration, one.name == in_depth ? "csr" : shown(one), plan.panel);  // its loop
      if (!rate) return fmt::format("; {} is not calibrated near a panel of {}", shown(one), plan.panel);
      const PassWork work = work_of(*one.engine, plan, InputValues::bits, levels);
      one.predicted = predicted_seconds(work, *rate, batch_passes * plan.threads, plan.threads, *calibration).first;
    }
    std::sort(candidates.begin(), candidates.end(),
              [](const Candidate& a, const Candidate& b) { return a.predicted < b.predicted; });
    std::string words = "; predicted";
    const double least = std::find_if(candidates.begin(), candidates.end(), [](const auto& one) {
                           return one.predicted > 0;
                         })->predicted;
    for (const Candidate& one : candidates)
      if (one.predicted > 0) words += fmt::format(" {} {:.3g} s", shown(one), one.predicted);
    while (candidates.back().predicted > hopeless * least) candidates.pop_back();
    return words;
  }

  /// Who is near the fastest runs on the usual panels beside its own, where there are inputs for more than one of them.
  static void race_on_other_panels(const Plan& part, std::vector<Candidate>& candidates) {
    const uint64_t share = part.inputs == 0 ? usual_batch : (part.inputs + part.threads - 1) / part.threads;
    if (share <= few_inputs) return;
    std::sort(candidates.begin(), candidates.end(),
              [](const Candidate& a, const Candidate& b) { return a.seconds < b.seconds; });
    while (candidates.size() > most_near || candidates.back().seconds > within_reach * candidates.front().seconds)
      candidates.pop_back();
    Plan plan = part;
    for (size_t k = 0, engines = candidates.size(); k < engines; ++k) {
      for (const uint32_t panel : usual_panels) {
        plan.panel = panel;
        if (panel == candidates[k].panel || panel >= share + 16) continue;
        if (panel == usual_panels[0] && share >= narrow_below) continue;
        try_out(std::string(candidates[k].name), plan, candidates);
      }
    }
    plan.panel = usual_batch / batch_passes;
    take_turns(candidates, batch(part.layers->widths().front(), plan), part.threads);
  }

  static Inputs batch(uint32_t width, const Plan& plan) {
    const uint64_t passes = uint64_t{plan.panel} * plan.threads * batch_passes;
    Inputs inputs{plan.inputs == 0 ? passes : std::min(plan.inputs, passes), width, {}, {}, "generated"};
    inputs.bits.resize(inputs.count * inputs.row_bytes());
    RandomStream random(1, 0);
    for (uint8_t& byte : inputs.bits) byte = static_cast<uint8_t>(random.next() & random.next());
    return inputs;
  }

  void choose(const std::string& name, const std::string& why, const Plan& plan) {
    auto engine = made(name);
    engine->prepare(plan);
    take(std::move(engine), name, why);
  }

  void take(std::unique_ptr<Engine> engine, const std::string& name, const std::string& why) {
    chosen_ = std::move(engine);
    chosen_name_ = name;
    note_ = fmt::format("{}: {}", name, why);
  }

  Sample sample_;  // of an engine that was prepared for it
  std::unique_ptr<Engine> chosen_;
  std::string chosen_name_;
  std::string note_;
};

/// What row_pairs likes, with the options that it will be given; the others lost 4 % at most at it to what is best for
/// them (bench/auto_regret.cpp).
uint32_t panel_of_most(double density, const Params&) {
  const auto [calibration, reason] = usable_calibration(default_calibration_path());
  const KeptSpec* const kept = calibration ? spec_near(*calibration, "row_pairs", density) : nullptr;
  const auto engine = resolve<EngineKind>(kept != nullptr ? kept->spec : "row_pairs", "auto");
  return engine.kind().best_panel(density, engine.params);
}

const Register<EngineKind> registered{
    {.summary = "the engine that a model and a short measurement choose",
     .options = {},
     .make = [](const Params&) -> std::unique_ptr<Engine> { return std::make_unique<Auto>(); },
     .orders = {"by_target"},
     .tracks = {Track::general, Track::structure, Track::value, Track::structure_value},
     .best_panel = panel_of_most,
     .bits = {}}};  // another run may choose another engine

}  // namespace
}  // namespace sparsio
