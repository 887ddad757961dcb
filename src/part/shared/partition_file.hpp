// partition_file: who owns which neuron, as `sparsio partition --out` writes it.
// The first line names the columns. The second says of what the partition is, `# network DIGEST parts P`, so that one
// of another network is not taken for this one's; a file made by hand may leave it out. Then a line
// `level<tab>neuron<tab>part` a neuron, level by level, the inputs first; all numbers from 0.
#pragma once

#include <string>

#include "disk/byte_stream.hpp"
#include "net/layer.hpp"
#include "net/partition.hpp"

namespace sparsio {

/// Of the network's layers: widths, connections, weights, biases, activations. One walk. 32 hex digits.
std::string content_of(LayerSource& network);

struct FiledPartition {
  Partition partition;
  std::string network;  // content_of() it; empty: the file does not say
};

/// Finishes `file`.
void write_partition(const FiledPartition& made, ByteSink& file);

/// Does its first line name those columns? No for what is no text or cannot be read.
bool is_partition(const std::string& path);

/// BadInput at the line: not three numbers, a neuron that is not the next one, a part that there is not. Where the file
/// does not say how many parts there are, as many as the largest number says.
FiledPartition read_partition(const std::string& path);

}  // namespace sparsio
