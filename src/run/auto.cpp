// auto: chooses an engine for the network at hand, and says why.
// First a model: what share of the possible connections is there (density). A network whose full matrices are far too
// large, or whose density is below 1 %, has no use for `dense`. Then a short measurement: the engines left each run a
// small batch of random 0/1 inputs at the plan's tile, in turns, and the fastest of their best times wins; so the
// crossing of sparse and dense is found on this machine and not assumed. A plan for one input goes to `latency` where
// nothing can be shared.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>

#include "exec/engine.hpp"
#include "net/random.hpp"

namespace sparsio {
namespace {

struct Candidate {
  std::string name;
  std::unique_ptr<Engine> engine;
  double seconds = std::numeric_limits<double>::infinity();
};

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
  Activation activation() const override { return whole_.activation(); }
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
    for (const char* name : {"twin_tiles", "source_blocks", "csr", "dense", "latency"})
      if (is_worth_trying(name, density, sample, plan)) try_out(name, sample, plan, candidates);
    if (candidates.empty()) throw Unsupported(fmt::format("auto found no engine for track {}", track_name(plan.track)));
    measure(candidates, sample.widths().front(), plan);
    const auto best = std::min_element(candidates.begin(), candidates.end(),
                                       [](const auto& a, const auto& b) { return a.seconds < b.seconds; });
    std::string why = fmt::format("density {:.2g}", density);
    if (candidates.size() == 1)
      why += ", the only engine for this track and build";
    else
      for (const Candidate& one : candidates) why += fmt::format(", {} {:.3g} s", one.name, one.seconds);
    const std::string name = best->name;
    candidates.clear();
    choose(name, why, plan);
  }

  Outcome run(const Inputs& inputs, Observe observe, const Deadline& deadline) override {
    return chosen_->run(inputs, observe, deadline);
  }
  EngineCost cost() const override { return chosen_->cost(); }
  void trace(const TraceSink& sink) const override { chosen_->trace(sink); }
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
    if (name == "latency") return plan.tile <= 4;
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

  static void measure(std::vector<Candidate>& candidates, uint32_t width, const Plan& plan) {
    Inputs inputs{uint64_t{plan.tile} * plan.threads * 2, width, {}, {}, "generated"};
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
    {"the engine that a model and a short measurement choose",
     {},
     [](const Params&) -> std::unique_ptr<Engine> { return std::make_unique<Auto>(); },
     {"by_target"},
     {Track::general, Track::structure, Track::value, Track::structure_value}}};

}  // namespace
}  // namespace sparsio
