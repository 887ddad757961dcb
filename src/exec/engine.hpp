// engine: what executes a plan on inputs.
// Setup is not run: prepare() may copy, sort and choose as it likes, run() is what is timed, from packed bits (or
// floats) in memory to the list of categories. The cost stands beside the code: an engine declares the bytes of its
// layout and tells, in program order, which memory it touches.
#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/deadline.hpp"
#include "base/error.hpp"
#include "base/spec.hpp"
#include "exec/shared/same_bits.hpp"
#include "net/access.hpp"
#include "net/inputs.hpp"
#include "net/plan.hpp"

namespace sparsio {

/// What a run leaves beside its categories. Only `categories` is ever timed. `bounds`, the values and how far float may
/// be from them, is for `reference` only; others leave their values then.
enum class Observe { categories, alive, values, bounds };

struct KernelChoice;  // exec/kernel/kernel.hpp

/// How long one worker worked on a run.
struct WorkerTime {
  Worker worker;
  double seconds;
};

/// What ranks that compute together sent each other in a run, counted as it was sent.
struct Traffic {
  uint64_t words = 0;        // of all ranks, a value of one input
  uint64_t words_max = 0;    // of the rank that sent most
  uint64_t receive_max = 0;  // of the rank that received most
  uint64_t messages = 0;
  uint64_t inputs_max = 0;  // that went through the busiest ranks: of the run, unless groups of ranks share them
  uint64_t pairs = 0;       // from one rank to another that are ever written to
  double seconds = 0;       // that a rank spent packing, sending, waiting and unpacking, of the rank that spent most
};

struct Outcome {
  std::vector<uint64_t> categories;  // 1-based numbers of the inputs with a nonzero output, ascending
  uint64_t executed_edges = 0;       // connections executed, each counted once an input
  std::vector<uint64_t> alive;       // Observe::alive: inputs with a nonzero value after each layer
  std::vector<double> values;        // Observe::values: inputs x outputs, row-major
  std::vector<double> bounds;        // Observe::bounds: for each value the error that float may make, or infinity
  double seconds = std::numeric_limits<double>::quiet_NaN();  // where the caller's clock is not the run's: of all ranks
  std::vector<WorkerTime> workers;                            // where there are several: what each computed
  std::optional<uint64_t> waits;  // where threads share panels: how often one was not there yet with what another needs
  std::optional<Traffic> traffic;  // where ranks compute together
};

/// What one input costs, declared by the engine.
struct EngineCost {
  uint64_t connections = 0;     // executed in the general track
  uint64_t bytes_streamed = 0;  // of weights and indices, read once a panel
  uint32_t panel = 1;           // inputs that share one reading of the stream
  ByteCosts bytes;
  uint32_t row_bytes = 64;   // of one neuron's values for the panel, padding included
  uint64_t tiles = 0;        // of all layers; 0: they are not cut in tiles
  uint64_t tile_edges = 0;   // of a panel: from what must be done to what waits for it
  bool chains_sums = false;  // a connection adds to a sum in memory that the one before may just have stored
};

class Engine {
 public:
  virtual ~Engine() = default;
  /// Unsupported if the plan cannot be executed. The plan's network and layers must outlive the engine.
  virtual void prepare(const Plan& plan) = 0;
  /// Same inputs, same bits, as far as its kind promises. TimeLimit when the deadline passes.
  virtual Outcome run(const Inputs& inputs, Observe observe, const Deadline& deadline) = 0;
  virtual EngineCost cost() const = 0;
  /// Tells what one pass over one full panel of such inputs touches, general track, as `worker` makes it.
  virtual void visit(AccessVisitor& visitor, const Worker& worker, PassInputs inputs) const = 0;
  /// Why visit() tells what the sums need and not what is touched, "" where it tells what is touched.
  virtual std::string opaque() const { return ""; }
  /// The instruction set chosen at run time, "" without SIMD.
  virtual std::string simd() const { return ""; }
  /// The engine that does the work where this one only chooses, "" where it works itself.
  virtual std::string chosen() const { return ""; }
  /// The kernel that it walks over, before prepare() or after; null where it goes a way of its own.
  virtual const KernelChoice* kernel() const { return nullptr; }
  /// What prepare() decided and why, "" where there was nothing to decide.
  virtual std::string note() const { return ""; }
};

struct EngineKind {
  static constexpr std::string_view kind_name = "engine";
  std::string_view summary;
  Options options;
  std::function<std::unique_ptr<Engine>(const Params& params)> make;
  std::vector<std::string> orders;  // those it can execute; empty: any
  std::vector<Track> tracks;
  uint32_t strip_vectors = 4;  // vectors of inputs that fill its registers: the narrowest panel worth choosing
  /// Null: as many rows as fit in a cache decide.
  std::function<uint32_t(double density, const Params& params)> best_panel = nullptr;
  /// Options, as in a SPEC, that may be better than the defaults on another machine; null: none. calibrate measures.
  std::vector<std::string> (*variants)(double density) = nullptr;
  std::vector<ActivationKind> activations = all_activation_kinds();  // those its kernels have
  std::vector<SameBits> bits = {};                                   // what an answer's bits do not depend on
  /// What it is with these options, where that is not what it is with any; null: the same.
  std::function<EngineKind(const Params& params)> with = nullptr;
};

/// The kind of an engine with the options that it is given.
inline EngineKind kind_of(const Resolved<EngineKind>& engine) {
  return engine.kind().with ? engine.kind().with(engine.params) : engine.kind();
}

}  // namespace sparsio
