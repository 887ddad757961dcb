// partition_file: who owns which neuron, as `sparsio partition --out` writes it.
// A line `level<tab>neuron<tab>part` a neuron, level by level, the inputs first; all numbers from 0. The first line
// names the columns.
#pragma once

#include <string>

#include "disk/byte_stream.hpp"
#include "net/partition.hpp"

namespace sparsio {

/// Finishes `file`.
void write_partition(const Partition& made, ByteSink& file);

/// Does its first line name those columns? No for what is no text or cannot be read.
bool is_partition(const std::string& path);

/// BadInput at the line: not three numbers, a neuron that is not the next one. There are as many parts as the largest
/// number says.
Partition read_partition(const std::string& path);

}  // namespace sparsio
