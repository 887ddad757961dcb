// panel_run: the data-parallel walk over a batch. Kernels are for one layer on one panel; what panels there are, who
// takes them, and in the value track which columns go on, is here.
//
// general: each thread takes panels of inputs and runs one through all layers, its buffers staying in the core's
// caches.
//
// value: an input whose values are all zero stays so (checked: z = 0 gives 0), so its column need not be carried on.
// When enough columns of a panel have died, the others are appended to a waiting panel before the next layer; a waiting
// panel that is full goes on as a panel of its own. So a thread carries as many columns as live, without ever meeting
// the others, and since a column's values do not depend on its neighbours the bits are the same on any number of
// threads. An input whose values are all 32 (the cap of the challenge's activation) stays so where a layer maps it to
// itself. An engine that has verified that on the actual weights of every layer from l to the last says saturated[l],
// and such a column is finished there.
#pragma once

#include <memory>

#include "base/deadline.hpp"
#include "exec/engine.hpp"
#include "exec/kernel/kernel.hpp"

namespace sparsio {

/// The panels of each thread, which they keep from run to run: fresh ones would cost every run a page fault each 4 KiB,
/// or not, as the allocator's past has it.
struct PanelBuffers;
std::shared_ptr<PanelBuffers> no_buffers_yet();

/// Where a kernel has several layers (KernelPart), "layer" is all of them, and its width and activation are the last
/// one's.
struct PanelJob {
  std::vector<uint32_t> widths;         // neurons per layer, the inputs first
  std::vector<uint64_t> connections;    // of each layer
  std::vector<Activation> activations;  // of each layer
  std::vector<uint32_t> first_layer;    // of the network, of each kernel and behind the last; empty: each is one
  uint32_t panel = 48;
  unsigned threads = 1;
  Track track = Track::general;
  std::vector<std::unique_ptr<RowKernel>> kernel;  // of each layer
  bool reads_bits = false;                         // the first kernel; else 0/1 inputs are made floats
  std::vector<uint8_t> saturated;                  // empty, or per layer and one for the end
  std::vector<uint32_t> input_row;                 // of each input; empty: input v is in row v
  std::vector<uint32_t> output_of;                 // row of each output neuron; empty: row o is output o
  uint32_t recycled_rows = 0;                      // in the one buffer; 0: layers take turns in two
  std::shared_ptr<PanelBuffers> buffers = no_buffers_yet();
};

/// How many outputs the network has, and where the values of a layer are; the inputs are layer 0.
uint64_t outputs_of(const PanelJob& job);
Rows rows_of(const PanelJob& job, size_t layer);
/// Of the network, which the kernel of that number begins with; of the number behind the last kernel, all layers.
size_t first_layer_of(const PanelJob& job, size_t kernel);

/// The only one that any activation has.
constexpr float cap = rule_of(Activation::challenge).cap;

/// Unsupported if the inputs are not as wide as the network.
Outcome run_panels(const PanelJob& job, const Inputs& inputs, Observe observe, const Deadline& deadline);

/// For each layer, and after the last, whether all layers from there on map a column of caps to itself, found by
/// running the kernels on such a column. 0 before a layer whose activation has no cap.
std::vector<uint8_t> verify_saturation(const PanelJob& job);

}  // namespace sparsio
