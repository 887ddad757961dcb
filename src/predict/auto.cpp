// auto: chooses an engine for the network at hand, and says why. As `choose` does, with order, panel and threads given:
// a prediction orders the engines, a measurement decides.
// What share of the possible connections is there (density) tells first whether `dense` is worth looking at; a plan for
// one input goes to `latency` where nothing can be shared. Then the time of each engine is predicted from its work on
// the first layers and this machine's calibration, if `sparsio calibrate` has kept one, and the best three, unless they
// are hopeless, run a small batch of random 0/1 inputs in turns; without a calibration all of them do. The fastest of
// their best times wins; so the crossing of sparse and dense is found on this machine and not assumed.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>

#include "base/random.hpp"
#include "exec/engine.hpp"
#include "exec/walk/panel_kernels.hpp"
#include "predict/chooser.hpp"
#include "predict/engine_time.hpp"
#include "topo/caches.hpp"

namespace sparsio {
namespace {

struct Candidate {
  std::string name;
  std::unique_ptr<Engine> engine;
  double seconds = std::numeric_limits<double>::infinity();
  double predicted = std::numeric_limits<double>::infinity();  // infinite: unknown
};

constexpr uint64_t batch_passes = 2;  // of each thread, in a measurement
/// A candidate predicted to take so many times as long is not measured: far more than predictions were off by (1.9).
constexpr double hopeless = 3;

/// At most so many layers are measured; the first ones.
constexpr uint64_t sampled_layers = 6;
constexpr uint64_t most_sampled_weights = uint64_t{1} << 26;

/// The first layers of a network.
class FirstLayers final : public LayerSource {
 public:
  FirstLayers(LayerSource& whole, uint64_t count)
      : whole_(whole),
        widths_(whole.widths().begin(),
                whole.widths().begin() + static_cast<int64_t>(std::min(count, whole.layers()) + 1)) {}
  const std::vector<uint32_t>& widths() const override { return widths_; }
  void restart() override {
    whole_.restart();
    at_ = 0;
  }
  bool next(Layer& layer) override { return at_++ < layers() && whole_.next(layer); }

 private:
  LayerSource& whole_;
  std::vector<uint32_t> widths_;
  uint64_t at_ = 0;
};

class Auto final : public Engine {
 public:
  void prepare(const Plan& plan) override {
    if (plan.layers == nullptr) {
      choose("connection_list", "a network without layers", plan);
      return;
    }
    FirstLayers sample(*plan.layers, sampled_layers);
    const double density = density_of(sample);
    std::vector<Candidate> candidates;
    for (const char* name : {"row_pairs", "twin_tiles", "csr", "dense", "latency"})
      if (is_worth_trying(name, density, sample, plan)) try_out(name, sample, plan, candidates);
    if (candidates.empty()) throw Unsupported(fmt::format("auto found no engine for track {}", track_name(plan.track)));
    const std::string predictions = predict(sample, plan, candidates);
    measure(candidates, sample.widths().front(), plan);
    const auto best = std::min_element(candidates.begin(), candidates.end(),
                                       [](const auto& a, const auto& b) { return a.seconds < b.seconds; });
    std::string why = fmt::format("density {:.2g}{}", density, predictions);
    if (candidates.size() > 1) why += "; measured";
    for (const Candidate& one : candidates)
      if (candidates.size() > 1) why += fmt::format(" {} {:.3g} s", one.name, one.seconds);
    const std::string name = best->name;
    candidates.clear();
    choose(name, why, plan);
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
  static double density_of(FirstLayers& sample) {
    double there = 0;
    double possible = 0;
    sample.restart();
    for (Layer layer; sample.next(layer);) {
      there += static_cast<double>(layer.connections());
      possible += static_cast<double>(layer.sources) * layer.targets;
    }
    return possible > 0 ? there / possible : 0;
  }

  static bool is_worth_trying(std::string_view name, double density, const FirstLayers& sample, const Plan& plan) {
    const auto* const entry = Registry<EngineKind>::instance().look_up(name);
    if (entry == nullptr) return false;  // not in this build
    const auto& tracks = entry->kind.tracks;
    if (std::find(tracks.begin(), tracks.end(), plan.track) == tracks.end()) return false;
    if (name == "latency") return plan.panel <= 4;
    if (name != "dense") return true;
    uint64_t weights = 0;
    for (size_t l = 0; l + 1 < sample.widths().size(); ++l)
      weights += uint64_t{sample.widths()[l]} * sample.widths()[l + 1];
    return density >= 0.01 && weights <= most_sampled_weights;
  }

  static std::unique_ptr<Engine> made(std::string_view name) {
    const auto& entry = Registry<EngineKind>::instance().find(name, "auto");
    return entry.kind.make(Params(entry.kind.options, {}, entry.name));
  }

  static void try_out(const char* name, FirstLayers& sample, const Plan& plan, std::vector<Candidate>& candidates) {
    Plan part = plan;
    part.network = nullptr;
    part.layers = &sample;
    Candidate one{name, made(name)};
    try {
      one.engine->prepare(part);
    } catch (const Unsupported&) {
      return;
    }
    candidates.push_back(std::move(one));
  }

  /// Leaves those that are worth measuring. Rates are of the general track, which the others are not compared in.
  static std::string predict(const FirstLayers& sample, const Plan& plan, std::vector<Candidate>& candidates) {
    if (candidates.size() == 1) return ", the only engine for this track and build";
    if (plan.track != Track::general) return fmt::format("; nothing is predicted of track {}", track_name(plan.track));
    const auto [calibration, reason] = usable_calibration(default_calibration_path());
    if (!calibration) return "; " + reason;
    const std::vector<CacheGeometry> levels = geometries(detect_machine(plan.threads));
    for (Candidate& one : candidates) {
      const auto rate = rate_at(*calibration, one.name, plan.panel);
      if (!rate) return fmt::format("; {} is not calibrated near a panel of {}", one.name, plan.panel);
      Plan part = plan;
      FirstLayers layers = sample;
      part.layers = &layers;
      const PassWork work = work_of(*one.engine, part, InputValues::bits, levels);
      one.predicted = predicted_seconds(work, *rate, batch_passes * plan.threads, plan.threads, *calibration).first;
    }
    std::sort(candidates.begin(), candidates.end(),
              [](const Candidate& a, const Candidate& b) { return a.predicted < b.predicted; });
    std::string words = "; predicted";
    for (const Candidate& one : candidates) words += fmt::format(" {} {:.3g} s", one.name, one.predicted);
    if (candidates.size() > different_engines) candidates.resize(different_engines);
    while (candidates.back().predicted > hopeless * candidates.front().predicted) candidates.pop_back();
    return words;
  }

  static void measure(std::vector<Candidate>& candidates, uint32_t width, const Plan& plan) {
    Inputs inputs{uint64_t{plan.panel} * plan.threads * batch_passes, width, {}, {}, "generated"};
    inputs.bits.resize(inputs.count * inputs.row_bytes());
    RandomStream random(1, 0);
    for (uint8_t& byte : inputs.bits) byte = static_cast<uint8_t>(random.next() & random.next());
    // The first turn warms. Then turns go on for a while: what disturbs one makes an engine slower, never faster.
    constexpr int least_turns = 4;
    constexpr int most_turns = 40;
    constexpr double long_enough = 0.3;  // seconds
    double spent = 0;
    for (int turn = 0; candidates.size() > 1 && (turn < least_turns || (turn < most_turns && spent < long_enough));
         ++turn) {
      for (Candidate& one : candidates) {
        const auto start = std::chrono::steady_clock::now();
        one.engine->run(inputs, Observe::categories, {});
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        spent += seconds;
        if (turn > 0) one.seconds = std::min(one.seconds, seconds);
      }
    }
  }

  void choose(const std::string& name, const std::string& why, const Plan& plan) {
    chosen_ = made(name);
    chosen_->prepare(plan);
    chosen_name_ = name;
    note_ = fmt::format("{}: {}", name, why);
  }

  std::unique_ptr<Engine> chosen_;
  std::string chosen_name_;
  std::string note_;
};

const Register<EngineKind> registered{
    {.summary = "the engine that a model and a short measurement choose",
     .options = {},
     .make = [](const Params&) -> std::unique_ptr<Engine> { return std::make_unique<Auto>(); },
     .orders = {"by_target"},
     .tracks = {Track::general, Track::structure, Track::value, Track::structure_value},
     .bits = {}}};  // another run may choose another engine

}  // namespace
}  // namespace sparsio
