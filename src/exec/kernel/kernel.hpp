// kernel: the rows of one layer that somebody computes, laid out for one way of computing them.
// A kernel knows its connections and where values lie. What panels there are, who takes them and what may be skipped is
// a walk's affair (exec/walk), and an engine is a walk over kernels. So a new layout is one file in this folder: a
// KernelMaker, the loop twice, executed in forward() and told in visit(), and at its end
//
//     const RegisterKernel registered{
//         {.summary = "what it is", .options = {}, .make = make_maker<Maker>, .tracks = {Track::general}}};
//
// after which the engine of that name is data_parallel over the kernel, or tiled, where the kind says so.
#pragma once

#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/params.hpp"
#include "base/registry.hpp"
#include "exec/engine.hpp"
#include "exec/shared/same_bits.hpp"
#include "exec/walk/panel_kernels.hpp"
#include "exec/walk/tile_cut.hpp"
#include "net/access.hpp"
#include "net/layer.hpp"
#include "net/plan.hpp"
#include "net/windowed_schedule.hpp"

namespace sparsio {

/// A connection in one stream, for kernels that go from connection to connection.
struct CsrConnection {
  uint32_t source;  // row
  float weight;
};

/// Targets of one layer that follow each other in a kernel of several layers.
struct KernelPart {
  uint32_t layer;  // of those that the kernel has
  Activation activation;
  std::span<const uint32_t> row;  // of each target
};

/// 0/1 values held as bits: bit c of pixels[v * words + c / 64] is the value of source v in column c.
struct BitSources {
  const uint64_t* pixels = nullptr;  // null: the sources are rows of floats
  uint32_t words = 0;
};

class RowKernel {
 public:
  virtual ~RowKernel() = default;
  /// For each target: its row of y = f(sum over its connections of weight * the source's row of x, its bias), of
  /// softmax what it is made from, on `columns` columns, rounded up to whole vectors. Rows are `stride` floats apart
  /// and begin on a line. Same bits for a column whatever the others hold, where the kind promises any panel; for a row
  /// whatever other targets the kernel was made with, where it promises any rows. Where the maker recycles rows, x and
  /// y are one panel.
  virtual void forward(const float* x, float* y, uint32_t stride, uint32_t columns) const = 0;
  /// The same from 0/1 values held as bits: bit c of pixels[v * words + c / 64] is the value of source v in column c.
  /// Only of kinds that read bits.
  virtual void forward_bits(const uint64_t* /*pixels*/, uint32_t /*words*/, float* /*y*/, uint32_t /*stride*/,
                            uint32_t /*columns*/) const {
    throw std::logic_error("a kernel that reads no bits was given bits");
  }
  /// What forward() touches on the columns of the visitor's pass, in the same order.
  virtual void visit(AccessVisitor& visitor) const = 0;
  /// Arrays that lie there before the pass because kernels share them; each is placed by one of these.
  virtual void place_shared(AccessVisitor&) const {}
  /// Of weights and indices that forward() streams for so many columns.
  virtual uint64_t bytes(uint32_t columns) const = 0;
  /// The rows of the targets, in the order in which they are computed; empty: target t is in row t. Of a block of
  /// layers those of the last layer's targets.
  virtual std::span<const uint32_t> rows() const { return {}; }
  /// A kernel of a block of layers is its parts, one after the other, in one panel; a kernel of one layer has none.
  virtual std::vector<KernelPart> parts() const { return {}; }
  /// Parts first .. end - 1 alone. Bits, where there are any, are the values of the first layer's sources.
  virtual void forward_parts(size_t /*first*/, size_t /*end*/, const BitSources& /*bits*/, float* /*panel*/,
                             uint32_t /*stride*/, uint32_t /*columns*/) const {
    throw std::logic_error("a kernel of one layer was asked for its parts");
  }
  /// visit() of a kernel with parts is these three: what lies there for them, all of them, and the list of rows(), if
  /// it is another than theirs, for those who come behind.
  virtual void place_parts(AccessVisitor&) const {}
  virtual void visit_parts(AccessVisitor&, size_t /*first*/, size_t /*end*/) const {
    throw std::logic_error("a kernel of one layer was asked for its parts");
  }
  virtual void place_rows(AccessVisitor&) const {}
};

/// Where the values of a layer are to be found and put. Where both lists are empty it is the maker's choice: sources
/// are where the kernel that it made last puts its targets.
struct LayerRows {
  std::span<const uint32_t> source;  // row of each source
  std::span<const uint32_t> target;  // row of each target
};

/// Makes the kernels of a network, layer by layer, and keeps what they share.
class KernelMaker {
 public:
  virtual ~KernelMaker() = default;
  /// Unsupported where the layer cannot be laid out so.
  virtual std::unique_ptr<RowKernel> make(const Layer& layer, const LayerRows& rows) = 0;
  /// A kernel of all layers of the block, depth first, in the rows that the block says.
  virtual std::unique_ptr<RowKernel> make_block(const DepthBlock& /*block*/) {
    throw Unsupported("this kernel runs layer by layer");
  }
  /// Of the one panel in which the values of all layers take turns, as far as made; 0: layers take turns in two panels.
  virtual uint32_t recycled_rows() const { return 0; }
  /// Of each target of the kernel made last, which of its rows() it has; empty: target t the t-th.
  virtual std::span<const uint32_t> places() const { return {}; }
  /// Bytes of index a stored weight, in all kernels made.
  virtual uint64_t index_bytes() const = 0;
  /// As Engine::note, of all kernels made.
  virtual std::string note() const { return ""; }
  /// The instruction set chosen at run time: Engine::simd.
  virtual std::string simd() const { return simd_name(); }
};

struct KernelKind {
  static constexpr std::string_view kind_name = "kernel";
  std::string_view summary;
  Options options;
  std::unique_ptr<KernelMaker> (*make)(const Plan& plan, const Params& params);
  std::vector<Track> tracks;
  uint32_t strip_vectors = 4;                                              // as EngineKind
  uint32_t (*best_panel)(double density, const Params& params) = nullptr;  // as EngineKind
  std::vector<std::string> (*variants)(double density) = nullptr;          // as EngineKind
  bool reads_bits = false;                                                 // of the first layer
  bool runs_blocks = false;         // of several layers: its maker has make_block
  bool in_depth = false;            // and the engine of its name runs them, as deep as pays
  bool finishes_saturated = false;  // value: columns at the cap are done where the layers to come keep them there
  std::string_view opaque = "";     // Engine::opaque
  std::vector<ActivationKind> activations = all_activation_kinds();
  std::vector<SameBits> bits = {};  // any_panel, any_rows; a kernel is one worker's, so that threads are the walk's
};

/// A kernel and the options that it is made with.
struct KernelChoice {
  const KernelKind& kind;
  Params params;
};

/// The walk in which every worker has all layers and takes panels of inputs, over a kernel of the kind with `params`.
/// `name` is what the engine is called where it refuses a plan.
std::unique_ptr<Engine> data_parallel(std::string_view name, const KernelKind& kernel, const Params& params);
/// The same, but blocks of layers are run depth first, as the tiling says: of so many layers each, or where that is 0
/// of as many as have a window that fits into the fast memory of a core.
std::unique_ptr<Engine> depth_first_parallel(std::string_view name, const KernelKind& kernel, const Params& params,
                                             const Tiling& tiling);
/// What that engine is, but for how it is made.
EngineKind engine_over(const KernelKind& kernel);

/// Makers without options.
template <class Maker>
std::unique_ptr<KernelMaker> make_maker(const Plan& plan, const Params&) {
  return std::make_unique<Maker>(plan);
}

/// A kernel under its file's stem; the engine that is data_parallel (tiled, if in_depth) over it under `engine`, or the
/// same name.
class RegisterKernel {
 public:
  explicit RegisterKernel(KernelKind kind, std::string_view engine = "", const char* file = __builtin_FILE());
};

}  // namespace sparsio
