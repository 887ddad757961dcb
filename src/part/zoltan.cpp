// needs: zoltan
// zoltan: layer after layer by the hypergraph partitioner of Zoltan (PHG, Devine et al. 2006).
// The phase model of Demirci and Ferhatosmanoglu 2021: a vertex a piece of rows, weighted by its connections; a net a
// value with the pieces that read it and a vertex that is fixed in the part that owns it; connectivity - 1. Layers that
// come out less even than asked for are made even afterwards.
#include <zoltan.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>

#include "mpi/mpi/library.hpp"
#include "part/partitioner.hpp"
#include "part/shared/nets.hpp"
#include "part/shared/row_groups.hpp"

namespace sparsio {
namespace {

/// Zoltan wants MPI, also for one process alone, and so till the end.
void start_once() {
  static const std::shared_ptr<void> mpi = hold_mpi();
  float version = 0;
  if (Zoltan_Initialize(0, nullptr, &version) != ZOLTAN_OK) throw Unsupported("Zoltan could not be started");
}

/// What Zoltan asks for. Vertices are the pieces and, after them, one a part, without weight and fixed in it.
struct Hypergraph {
  Nets nets;
  std::vector<uint64_t> weight;  // of each piece
  uint32_t fixed = 0;            // vertices that are

  int vertices() const { return static_cast<int>(weight.size() + fixed); }
};

const Hypergraph& of(void* data) {
  return *static_cast<const Hypergraph*>(data);
}

int count_vertices(void* data, int* error) {
  *error = ZOLTAN_OK;
  return of(data).vertices();
}

void list_vertices(void* data, int, int, ZOLTAN_ID_PTR global, ZOLTAN_ID_PTR, int, float* weight, int* error) {
  const Hypergraph& graph = of(data);
  for (int v = 0; v < graph.vertices(); ++v) {
    global[v] = static_cast<ZOLTAN_ID_TYPE>(v);
    const auto piece = static_cast<size_t>(v);
    weight[v] = piece < graph.weight.size() ? static_cast<float>(graph.weight[piece]) : 0.0F;
  }
  *error = ZOLTAN_OK;
}

int count_fixed(void* data, int* error) {
  *error = ZOLTAN_OK;
  return static_cast<int>(of(data).fixed);
}

void list_fixed(void* data, int count, int, ZOLTAN_ID_PTR global, int* part, int* error) {
  for (int p = 0; p < count; ++p) {
    global[p] = static_cast<ZOLTAN_ID_TYPE>(of(data).weight.size()) + static_cast<ZOLTAN_ID_TYPE>(p);
    part[p] = p;
  }
  *error = ZOLTAN_OK;
}

void count_nets(void* data, int* lists, int* pins, int* format, int* error) {
  *lists = static_cast<int>(of(data).nets.count());
  *pins = static_cast<int>(of(data).nets.pin.size());
  *format = ZOLTAN_COMPRESSED_EDGE;
  *error = ZOLTAN_OK;
}

void list_nets(void* data, int, int nets, int, int, ZOLTAN_ID_PTR global, int* begin, ZOLTAN_ID_PTR pins, int* error) {
  const Nets& all = of(data).nets;
  for (int net = 0; net < nets; ++net) {
    global[net] = static_cast<ZOLTAN_ID_TYPE>(net);
    begin[net] = static_cast<int>(all.begin[static_cast<size_t>(net)]);
  }
  std::copy(all.pin.begin(), all.pin.end(), pins);
  *error = ZOLTAN_OK;
}

void count_net_weights(void* data, int* count, int* error) {
  *count = static_cast<int>(of(data).nets.count());
  *error = ZOLTAN_OK;
}

void list_net_weights(void* data, int, int, int nets, int, ZOLTAN_ID_PTR global, ZOLTAN_ID_PTR, float* weight,
                      int* error) {
  for (int net = 0; net < nets; ++net) {
    global[net] = static_cast<ZOLTAN_ID_TYPE>(net);
    weight[net] = static_cast<float>(of(data).nets.weight[static_cast<size_t>(net)]);
  }
  *error = ZOLTAN_OK;
}

struct Destroy {
  void operator()(Zoltan_Struct* zoltan) const { Zoltan_Destroy(&zoltan); }
};

std::vector<uint32_t> parts_of(const Hypergraph& graph, uint32_t parts, double imbalance, uint64_t seed) {
  if (graph.nets.pin.size() > static_cast<size_t>(std::numeric_limits<int>::max()))
    throw Unsupported("Zoltan counts a layer's pins in 31 bits, and here are more; take twins or joint");
  const std::unique_ptr<Zoltan_Struct, Destroy> zoltan(Zoltan_Create(MPI_COMM_SELF));
  if (!zoltan) throw std::bad_alloc();
  const std::pair<const char*, std::string> settings[] = {
      {"DEBUG_LEVEL", "0"},
      {"LB_METHOD", "HYPERGRAPH"},
      {"HYPERGRAPH_PACKAGE", "PHG"},
      {"LB_APPROACH", "PARTITION"},
      {"NUM_GID_ENTRIES", "1"},
      {"NUM_LID_ENTRIES", "1"},
      {"OBJ_WEIGHT_DIM", "1"},
      {"EDGE_WEIGHT_DIM", "1"},
      {"RETURN_LISTS", "PARTS"},
      {"PHG_EDGE_SIZE_THRESHOLD", "1.0"},  // nets that many pieces read count too
      {"NUM_GLOBAL_PARTS", std::to_string(parts)},
      {"IMBALANCE_TOL", std::to_string(1 + imbalance)},
      {"SEED", std::to_string(seed)}};
  for (const auto& [name, value] : settings)
    if (Zoltan_Set_Param(zoltan.get(), name, value.c_str()) != ZOLTAN_OK)
      throw std::runtime_error(std::string("Zoltan refuses ") + name + "=" + value);
  auto* data = const_cast<Hypergraph*>(&graph);  // it only reads
  Zoltan_Set_Num_Obj_Fn(zoltan.get(), count_vertices, data);
  Zoltan_Set_Obj_List_Fn(zoltan.get(), list_vertices, data);
  Zoltan_Set_HG_Size_CS_Fn(zoltan.get(), count_nets, data);
  Zoltan_Set_HG_CS_Fn(zoltan.get(), list_nets, data);
  Zoltan_Set_HG_Size_Edge_Wts_Fn(zoltan.get(), count_net_weights, data);
  Zoltan_Set_HG_Edge_Wts_Fn(zoltan.get(), list_net_weights, data);
  if (graph.fixed > 0) {
    Zoltan_Set_Num_Fixed_Obj_Fn(zoltan.get(), count_fixed, data);
    Zoltan_Set_Fixed_Obj_List_Fn(zoltan.get(), list_fixed, data);
  }
  int has_changed = 0;
  int ids = 0;
  int locals = 0;
  int imports = 0;
  int exports = 0;
  ZOLTAN_ID_PTR import_global = nullptr;
  ZOLTAN_ID_PTR import_local = nullptr;
  ZOLTAN_ID_PTR export_global = nullptr;
  ZOLTAN_ID_PTR export_local = nullptr;
  int* import_rank = nullptr;
  int* import_part = nullptr;
  int* export_rank = nullptr;
  int* export_part = nullptr;
  const int code = Zoltan_LB_Partition(zoltan.get(), &has_changed, &ids, &locals, &imports, &import_global,
                                       &import_local, &import_rank, &import_part, &exports, &export_global,
                                       &export_local, &export_rank, &export_part);
  std::vector<uint32_t> part(graph.weight.size(), 0);
  for (int i = 0; i < exports; ++i)
    if (export_global[i] < part.size()) part[export_global[i]] = static_cast<uint32_t>(export_part[i]);
  Zoltan_LB_Free_Part(&import_global, &import_local, &import_rank, &import_part);
  Zoltan_LB_Free_Part(&export_global, &export_local, &export_rank, &export_part);
  if (code != ZOLTAN_OK && code != ZOLTAN_WARN)
    throw std::runtime_error("Zoltan failed with code " + std::to_string(code));
  return part;
}

Partition make(LayerSource& network, uint32_t parts, const Params& params) {
  start_once();
  const double imbalance = params.real("imbalance");
  return phase_by_phase(network, parts, imbalance,
                        [&](const Layer& layer, const RowGroups& pieces, const std::vector<uint32_t>& owner) {
                          std::vector<uint32_t> has;  // the fixed vertices
                          has.reserve(owner.size());
                          for (const uint32_t part : owner) has.push_back(static_cast<uint32_t>(pieces.count()) + part);
                          std::vector<uint32_t> reads(layer.targets);
                          for (uint32_t piece = 0; piece < pieces.count(); ++piece)
                            for (const uint32_t row : pieces.rows[piece]) reads[row] = piece;
                          Hypergraph graph{nets_of(layer, has, reads), pieces.connections, owner.empty() ? 0 : parts};
                          std::vector<uint32_t> part = parts_of(graph, parts, imbalance, params.count("seed"));
                          make_even(pieces, parts, part);  // for Zoltan the imbalance is a wish
                          return part;
                        });
}

const Register<PartitionerKind> registered{
    {"Zoltan's hypergraph partitioner, layer by layer",
     {{"imbalance", Type::real, "0.03", "most connections of a part over the mean, - 1"},
      {"seed", Type::integer, "1", "fixes the search", between(1, 2'000'000'000)}},
     make}};

}  // namespace
}  // namespace sparsio
