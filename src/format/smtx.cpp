// smtx: the pattern of one layer as the Deep Learning Matrix Collection has it (Gale et al. 2020, the Sputnik library).
// Text: `rows, columns, nonzeros`, then rows + 1 offsets, then the columns of each row's nonzeros, 0-based. A row is an
// output neuron and a column an input, as in the weight matrices the collection was taken from (rows=sources turns that
// round). There are no weights in the file: they are drawn, and `seed` fixes them. Biases are one constant, the option.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "disk/count_reader.hpp"
#include "format/format.hpp"
#include "format/shared/stored_layers.hpp"
#include "format/shared/transpose.hpp"

namespace sparsio {
namespace {

const Options options{
    {"seed", Type::integer, "1", "fixes the weights, which are not in the file but drawn"},
    {"bias", Type::real, "0", "bias of every neuron", between(-3e38, 3e38)},
    {"rows", Type::text, "targets", "what a row is: targets or sources", one_of("targets sources")},
    {"widest", Type::integer, "0", "most rows or columns to believe in, far above the nonzeros",
     between(0, UINT32_MAX - 1)},
};

NetworkSource read_network(const std::string& path, const Params& params) {
  const std::string& rows = params.text("rows");
  const uint64_t widest = params.count("widest");
  CountReader counts(path);
  Layer layer;
  layer.targets = static_cast<uint32_t>(counts.expect("count of rows", UINT32_MAX - 1));
  layer.sources = static_cast<uint32_t>(counts.expect("count of columns", UINT32_MAX - 1));
  const uint64_t connections = counts.expect("count of nonzeros", UINT64_MAX);
  // Nothing is reserved on the header's word: vectors grow with what is there.
  for (uint64_t t = 0; t <= layer.targets; ++t) layer.begin.push_back(counts.expect("offset", connections));
  for (uint64_t k = 0; k < connections; ++k)
    layer.source.push_back(static_cast<uint32_t>(counts.expect("column", layer.sources - uint64_t{1})));
  uint64_t extra = 0;
  if (counts.next(extra)) throw BadInput(counts.place(), "there are more numbers than the header says");
  check_width(layer.sources, connections, widest, path);
  check_width(layer.targets, connections, widest, path);
  layer.bias.assign(layer.targets, 0.0F);
  layer.weight.assign(layer.source.size(), 0.0F);
  sort_rows(layer);
  check_layer(layer, path);
  if (rows == "sources") layer = transposed(layer);
  layer.bias.assign(layer.targets, static_cast<float>(params.real("bias")));
  draw_weights(layer, params.count("seed"));
  std::vector<Layer> layers;
  layers.push_back(std::move(layer));
  return std::make_unique<StoredLayers>(std::move(layers));
}

void write_network(NetworkSource& source, const std::string& path) {
  const Layer layer = only_layer(source, ".smtx", path);
  const auto sink = open_sink(path);
  std::string text = fmt::format("{}, {}, {}\n", layer.targets, layer.sources, layer.connections());
  const auto write_line = [&](const auto& numbers) {
    for (size_t k = 0; k < numbers.size(); ++k) {
      fmt::format_to(std::back_inserter(text), "{}{}", k == 0 ? "" : " ", numbers[k]);
      if (text.size() <= size_t{1} << 18) continue;
      sink->write(text);
      text.clear();
    }
    text += '\n';
  };
  write_line(layer.begin);
  write_line(layer.source);
  sink->write(text);
  sink->finish();
}

const Register<FormatKind> registered{{"one layer's pattern, as in the Deep Learning Matrix Collection; weights drawn",
                                       options,
                                       {".smtx", ".smtx.gz"},
                                       read_network,
                                       nullptr,
                                       write_network,
                                       nullptr,
                                       nullptr,
                                       "weights, biases and the activation (read with seed= and bias=)"}};

}  // namespace
}  // namespace sparsio
