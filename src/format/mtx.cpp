// mtx: a Matrix Market file as a network. Entry (r, c) is a connection from r to c.
// What the matrix is, `as` says: `dag`, the adjacency matrix of a whole network, neurons numbered once; or `layer`, one
// layer whose rows are sources and columns targets (rows=targets for a weight matrix as frameworks store it). `auto`: a
// square general matrix is a dag, every other a layer, and so is a file of ours that says it. A symmetric dag is an
// undirected graph: each entry is one connection, from the lower number to the higher. A pattern has no weights: they
// are drawn, and `seed` fixes them. Biases are one constant, the option; the activation is relu. As inputs, row i is
// input i, in coordinate or array format. The reader of entries is matrix_market.
#include <fmt/format.h>

#include <utility>

#include "base/random.hpp"
#include "disk/text_reader.hpp"
#include "format/format.hpp"
#include "format/shared/input_matrix.hpp"
#include "format/shared/matrix_market.hpp"
#include "format/shared/row_writer.hpp"
#include "format/shared/stored_layers.hpp"
#include "format/shared/transpose.hpp"

namespace sparsio {
namespace {

const Options options{
    {"as", Type::text, "auto", "what the matrix is: layer, dag, or auto (square and general: dag)",
     one_of("auto layer dag")},
    {"rows", Type::text, "sources", "of a layer, what a row is: sources or targets", one_of("sources targets")},
    {"bias", Type::real, "0", "bias of every neuron with an in-connection", between(-3e38, 3e38)},
    {"seed", Type::integer, "1", "fixes the weights of a pattern, which are not in the file but drawn"},
    {"widest", Type::integer, "0", "most rows or columns to believe in, far above the entries",
     between(0, UINT32_MAX - 1)},
    zeros_option(),
};

/// The other triangle of a symmetric or skew-symmetric matrix.
void mirror(MatrixEntries& matrix) {
  const size_t stored = matrix.row.size();
  for (size_t k = 0; k < stored; ++k) {
    if (matrix.row[k] == matrix.column[k]) continue;
    matrix.row.push_back(matrix.column[k]);
    matrix.column.push_back(matrix.row[k]);
    if (!matrix.is_pattern) matrix.value.push_back(matrix.is_skew ? -matrix.value[k] : matrix.value[k]);
  }
}

NetworkSource layer_network(MatrixEntries& matrix, bool rows_are_targets, const Params& params, float bias,
                            const std::string& path) {
  if (matrix.is_symmetric) mirror(matrix);
  if (rows_are_targets) {
    std::swap(matrix.row, matrix.column);
    std::swap(matrix.rows, matrix.columns);
  }
  Layer layer = layer_of(matrix.rows, matrix.columns, matrix.row, matrix.column, matrix.value);
  layer.bias.assign(layer.targets, bias);
  check_layer(layer, path);
  if (matrix.is_pattern)
    draw_weights(layer, params.count("seed"));
  else
    settle_zeros(layer, zeros_of(params));
  std::vector<Layer> layers;
  layers.push_back(std::move(layer));
  return std::make_unique<StoredLayers>(std::move(layers));
}

NetworkSource dag_network(MatrixEntries& matrix, const Params& params, float bias, const std::string& path) {
  if (matrix.rows != matrix.columns)
    throw BadInput(path, fmt::format("{} x {} is no adjacency matrix", matrix.rows, matrix.columns), "give as=layer");
  if (matrix.is_symmetric) std::swap(matrix.row, matrix.column);  // the lower triangle holds row > column
  if (matrix.is_skew)
    for (float& value : matrix.value) value = -value;
  Layer pattern = layer_of(matrix.rows, matrix.columns, matrix.row, matrix.column, matrix.value);
  pattern.bias.assign(pattern.targets, 0.0F);
  check_layer(pattern, path);
  if (matrix.is_pattern) draw_weights(pattern, params.count("seed"));
  std::vector<Connection> connections;
  connections.reserve(pattern.source.size());
  std::vector<float> biases(matrix.rows, 0.0F);
  for (uint32_t t = 0; t < pattern.targets; ++t)
    for (uint64_t k = pattern.begin[t]; k < pattern.begin[t + 1]; ++k) {
      if (pattern.source[k] == t)
        throw BadInput(path, fmt::format("entry {0} {0} is on the diagonal: neuron {0} would feed itself", t + 1),
                       "give as=layer if the matrix is one layer");
      connections.push_back({pattern.source[k], t, pattern.weight[k]});
      biases[t] = bias;
    }
  if (!matrix.is_pattern) settle_zeros(connections, matrix.rows, zeros_of(params), path);
  try {
    return Network(matrix.rows, std::move(connections), std::move(biases), Activation::relu, path);
  } catch (const BadInput& error) {
    throw BadInput(std::string(error.what()), "as an adjacency matrix this is no feed-forward network",
                   "give as=layer if the matrix is one layer");
  }
}

NetworkSource read_network(const std::string& path, const Params& params) {
  const std::string& as = params.text("as");
  const bool rows_are_targets = params.text("rows") == "targets";
  const auto bias = static_cast<float>(params.real("bias"));
  MatrixEntries matrix = read_matrix_market(path);
  const uint64_t widest = params.count("widest");
  check_width(matrix.rows, matrix.row.size(), widest, path);
  check_width(matrix.columns, matrix.row.size(), widest, path);
  const bool dag =
      as == "dag" || (as == "auto" && matrix.rows == matrix.columns && !matrix.is_symmetric && !matrix.is_one_layer);
  return dag ? dag_network(matrix, params, bias, path) : layer_network(matrix, rows_are_targets, params, bias, path);
}

/// Memory must follow from what a file holds: a value each is believed up to 2^23 of them, or 4096 an entry.
void check_sparsity(const MatrixEntries& matrix, const Params& params, const std::string& path) {
  if (matrix.is_array) return;
  check_width(matrix.rows, matrix.row.size(), params.count("widest"), path);
  check_width(matrix.columns, matrix.row.size(), params.count("widest"), path);
  if (uint64_t{matrix.rows} * matrix.columns > (uint64_t{1} << 23) + 4096 * matrix.row.size())
    throw BadInput(path, fmt::format("{} x {} inputs of {} entries", matrix.rows, matrix.columns, matrix.row.size()),
                   "write them as .npy, .bits or .h5");
}

Inputs read_inputs(const std::string& path, uint32_t width, const Params& params) {
  MatrixEntries matrix = read_matrix_market(path, MatrixFormats::all);
  if (matrix.is_symmetric) mirror(matrix);
  check_input_shape(matrix.rows, matrix.columns, width, path);
  check_sparsity(matrix, params, path);
  InputMatrix inputs(matrix.rows, matrix.columns);
  std::vector<bool> seen(uint64_t{matrix.rows} * matrix.columns);
  for (size_t k = 0; k < matrix.row.size(); ++k) {
    const uint64_t at = uint64_t{matrix.row[k]} * matrix.columns + matrix.column[k];
    if (seen[at])
      throw BadInput(path, fmt::format("entry {} {} stands twice", matrix.row[k] + 1, matrix.column[k] + 1),
                     "give it once");
    seen[at] = true;
    inputs.set(matrix.row[k], matrix.column[k], matrix.is_pattern ? 1.0F : matrix.value[k]);
  }
  return inputs.take();
}

void write_header(ByteSink& sink, uint64_t rows, uint64_t columns, uint64_t entries, std::string_view comment) {
  sink.write(
      fmt::format("%%MatrixMarket matrix coordinate real general\n{}{} {} {}\n", comment, rows, columns, entries));
}

void write_dag(const Network& network, const std::string& path) {
  check_activation(network.activations().front(), Activation::relu, ".mtx", path);
  check_one_bias(network, ".mtx", path);
  auto sink = open_sink(path);
  write_header(*sink, network.neurons(), network.neurons(), network.connections(), "");
  RowWriter rows(std::move(sink));
  write_connections(rows, NumberText::Style::shortest, network.in_begin(), network.source(), network.weight());
  rows.finish();
}

void write_network(NetworkSource& source, const std::string& path) {
  if (const Network* whole = std::get_if<Network>(&source); whole && whole->layer_begin().empty())
    return write_dag(*whole, path);
  const Layer layer = only_layer(source, ".mtx", path);
  check_activation(layer.activation, Activation::relu, ".mtx", path);
  one_bias(layer, ".mtx", path);
  auto sink = open_sink(path);
  write_header(*sink, layer.sources, layer.targets, layer.connections(), "%%sparsio layer\n");
  RowWriter rows(std::move(sink));
  write_connections(rows, NumberText::Style::shortest, layer.begin, layer.source, layer.weight);
  rows.finish();
}

void write_inputs(const Inputs& inputs, const std::string& path) {
  uint64_t entries = 0;
  for (uint64_t i = 0; i < inputs.count; ++i)
    for (uint32_t n = 0; n < inputs.width; ++n) entries += inputs.at(i, n) != 0 ? 1 : 0;
  auto sink = open_sink(path);
  write_header(*sink, inputs.count, inputs.width, entries, "");
  RowWriter rows(std::move(sink));
  NumberText text(NumberText::Style::shortest);
  for (uint64_t i = 0; i < inputs.count; ++i)
    for (uint32_t n = 0; n < inputs.width; ++n)
      if (const float value = inputs.at(i, n); value != 0) rows.write(static_cast<uint32_t>(i), n, text.of(value));
  rows.finish();
}

const Register<FormatKind> registered{
    {"Matrix Market: one layer, the adjacency matrix of a network (relu), or inputs, a row each",
     options,
     {".mtx", ".mtx.gz"},
     read_network,
     read_inputs,
     write_network,
     write_inputs,
     nullptr,
     "the bias (read with bias=)"}};

}  // namespace
}  // namespace sparsio
