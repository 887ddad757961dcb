// needs: graphblas
// graphblas: the same in SuiteSparse:GraphBLAS, the baseline of the HPEC Graph Challenge.
// value: the usual loop on sparse activations, as in LAGraph: Y W, plus the bias where there is an entry, entries that
// are not positive dropped, the rest cut at 32 (or as the layer's activation says). The library then skips what is
// zero. general: activations as a full matrix that starts as the biases, so that every connection is executed. The
// whole batch at once, on as many threads as the plan says. How many connections the library has executed on sparse
// activations it does not tell, and counting them is a product more for every layer. That is our bookkeeping, not the
// baseline's work: only the first run on some inputs (the warm-up, where there is one) pays for it.
extern "C" {  // the header says so only for its last lines
#include <GraphBLAS.h>
}
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <numeric>

#include "exec/engine.hpp"
#include "exec/shared/requirements.hpp"
#include "exec/walk/clips.hpp"
#include "exec/walk/curves.hpp"
#include "exec/walk/order_visit.hpp"

namespace sparsio {
namespace {

void check(GrB_Info info, const char* what) {
  if (info == GrB_OUT_OF_MEMORY) throw std::bad_alloc();
  if (info != GrB_SUCCESS && info != GrB_NO_VALUE)
    throw std::runtime_error(fmt::format("GraphBLAS: {} failed with code {}", what, static_cast<int>(info)));
}

struct MatrixFree {
  void operator()(GrB_Matrix matrix) const { GrB_Matrix_free(&matrix); }
};
struct VectorFree {
  void operator()(GrB_Vector vector) const { GrB_Vector_free(&vector); }
};
using Matrix = std::unique_ptr<std::remove_pointer_t<GrB_Matrix>, MatrixFree>;
using Vector = std::unique_ptr<std::remove_pointer_t<GrB_Vector>, VectorFree>;

Matrix new_matrix(uint64_t rows, uint64_t columns) {
  GrB_Matrix matrix = nullptr;
  check(GrB_Matrix_new(&matrix, GrB_FP32, rows, columns), "a new matrix");
  return Matrix(matrix);
}

Vector new_vector(GrB_Type type, uint64_t size) {
  GrB_Vector vector = nullptr;
  check(GrB_Vector_new(&vector, type, size), "a new vector");
  return Vector(vector);
}

uint64_t rows_of(GrB_Matrix matrix) {
  GrB_Index rows = 0;
  check(GrB_Matrix_nrows(&rows, matrix), "asking for rows");
  return rows;
}

uint64_t columns_of(GrB_Matrix matrix) {
  GrB_Index columns = 0;
  check(GrB_Matrix_ncols(&columns, matrix), "asking for columns");
  return columns;
}

/// From entries in any order. The library takes no list without entries.
Matrix built(uint64_t rows, uint64_t columns, const std::vector<GrB_Index>& row, const std::vector<GrB_Index>& column,
             const std::vector<float>& value) {
  Matrix matrix = new_matrix(rows, columns);
  if (value.empty()) return matrix;
  check(GrB_Matrix_build_FP32(matrix.get(), row.data(), column.data(), value.data(), value.size(), GrB_PLUS_FP32),
        "building a matrix");
  check(GrB_Matrix_wait(matrix.get(), GrB_MATERIALIZE), "building a matrix");
  return matrix;
}

std::vector<GrB_Index> numbers(uint64_t count) {
  std::vector<GrB_Index> list(count);
  std::iota(list.begin(), list.end(), 0U);
  return list;
}

/// Room that GraphBLAS will own.
template <class T>
T* allocate(uint64_t size) {
  auto* room = static_cast<T*>(std::malloc(std::max<uint64_t>(1, size) * sizeof(T)));
  if (room == nullptr) throw std::bad_alloc();
  return room;
}

/// `values`, a row of `columns` an input, become the matrix's.
Matrix full_of(float* values, uint64_t rows, uint64_t columns) {
  Matrix matrix = new_matrix(rows, columns);
  void* given = values;
  check(GxB_Matrix_pack_FullR(matrix.get(), &given, rows * columns * sizeof(float), false, nullptr), "a full matrix");
  return matrix;
}

struct GraphBlasLayer {
  Matrix weight;                 // sources x targets
  Matrix bias;                   // value: on the diagonal
  std::vector<float> bias_list;  // general: what sums start from
  uint64_t connections = 0;
  Activation activation = Activation::relu;
  Vector out_degree;  // of each source, as a float matrix product counts
};

class GraphBlas final : public Engine {
 public:
  void prepare(const Plan& plan) override {
    LayerSource& layers = layers_of(plan, "graphblas");
    static std::once_flag started;
    std::call_once(started, [] { check(GrB_init(GrB_NONBLOCKING), "its start"); });
    network_ = plan.network;
    widths_ = layers.widths();
    is_sparse_ = plan.track == Track::value;
    track_ = plan.track;
    threads_ = static_cast<int>(plan.threads);
    layers.restart();
    for (Layer layer; layers.next(layer);) add(layer);
  }

  Outcome run(const Inputs& inputs, Observe observe, const Deadline& deadline) override {
    check_width(inputs, widths_.front());
    check(GxB_Global_Option_set(GxB_GLOBAL_NTHREADS, threads_), "setting its threads");
    const bool counts = is_sparse_ && !is_counted(inputs);
    uint64_t executed_here = 0;
    Outcome outcome;
    Matrix y = load(inputs);
    for (const GraphBlasLayer& layer : layer_) {
      deadline.check();
      if (counts) executed_here += executed(y.get(), layer);
      y = is_sparse_ ? sparse_layer(y.get(), layer) : full_layer(y.get(), layer);
      if (observe == Observe::alive) outcome.alive.push_back(living(y.get(), layer.activation).size());
    }
    if (counts) remember(inputs, executed_here);
    outcome.executed_edges = is_sparse_ ? counted_edges_ : inputs.count * cost().connections;
    outcome.categories = living(y.get(), layer_.back().activation);
    for (uint64_t& category : outcome.categories) ++category;
    if (observe == Observe::values) extract(y.get(), outcome.values);
    return outcome;
  }

  EngineCost cost() const override {
    uint64_t connections = 0;
    uint64_t neurons = 0;
    for (const GraphBlasLayer& layer : layer_) connections += layer.connections;
    for (size_t l = 1; l < widths_.size(); ++l) neurons += widths_[l];
    EngineCost cost;
    cost.connections = connections;
    cost.bytes_streamed = connections * 12 + neurons * 8;
    cost.bytes = {.value = is_sparse_ ? 12U : 4U, .weight = 4, .index = 8};
    cost.row_bytes = 4;
    cost.chains_sums = true;
    return cost;
  }

  std::string opaque() const override {
    return "graphblas cannot trace: which memory SuiteSparse touches, and when, is its own affair";
  }

  /// What the I/O model's own execution would touch.
  void visit(AccessVisitor& visitor, const Worker&, PassInputs inputs) const override {
    if (network_ == nullptr) throw Unsupported(opaque());
    visit_order(*network_, steps(*network_, Order()),
                {.row_bytes = 4, .connection_bytes = 12, .target_bytes = 8, .inputs = inputs.values}, visitor);
  }

 private:
  void add(const Layer& layer) {
    check_activation(layer, all_activation_kinds(), track_, "graphblas");
    const bool has_positive_bias = std::any_of(layer.bias.begin(), layer.bias.end(), [](float b) { return b > 0; });
    if (!is_sparse_ && layer.activation.kind == ActivationKind::challenge && has_positive_bias)
      throw Unsupported("graphblas starts full sums at the bias, so it cannot see z = 0 under a positive bias");
    std::vector<GrB_Index> source(layer.source.begin(), layer.source.end());
    std::vector<GrB_Index> target(layer.connections());
    for (uint32_t t = 0; t < layer.targets; ++t)
      std::fill(target.begin() + static_cast<int64_t>(layer.begin[t]),
                target.begin() + static_cast<int64_t>(layer.begin[t + 1]), t);
    GraphBlasLayer made;
    made.connections = layer.connections();
    made.activation = layer.activation;
    made.weight = built(layer.sources, layer.targets, source, target, layer.weight);
    made.bias_list = layer.bias;
    if (is_sparse_) {
      const std::vector<GrB_Index> diagonal = numbers(layer.targets);
      made.bias = built(layer.targets, layer.targets, diagonal, diagonal, layer.bias);
      std::vector<uint64_t> degree(layer.sources, 0);
      for (const uint32_t s : layer.source) ++degree[s];
      made.out_degree = new_vector(GrB_UINT64, layer.sources);
      const std::vector<GrB_Index> every = numbers(layer.sources);
      check(GrB_Vector_build_UINT64(made.out_degree.get(), every.data(), degree.data(), every.size(), GrB_PLUS_UINT64),
            "building a vector");
    }
    layer_.push_back(std::move(made));
  }

  /// The batch as a matrix, a row an input: entries that are not zero, or all of them.
  Matrix load(const Inputs& inputs) const {
    if (is_sparse_) return load_sparse(inputs);
    auto* values = allocate<float>(inputs.count * inputs.width);
#pragma omp parallel for num_threads(threads_)
    for (uint64_t i = 0; i < inputs.count; ++i)
      for (uint32_t v = 0; v < inputs.width; ++v) values[i * inputs.width + v] = inputs.at(i, v);
    return full_of(values, inputs.count, inputs.width);
  }

  Matrix load_sparse(const Inputs& inputs) const {
    auto* begin = allocate<GrB_Index>(inputs.count + 1);
    begin[0] = 0;
#pragma omp parallel for num_threads(threads_)
    for (uint64_t i = 0; i < inputs.count; ++i) {
      begin[i + 1] = 0;
      for (uint32_t v = 0; v < inputs.width; ++v) begin[i + 1] += inputs.at(i, v) != 0 ? 1 : 0;
    }
    std::partial_sum(begin, begin + inputs.count + 1, begin);
    const uint64_t entries = begin[inputs.count];
    auto* column = allocate<GrB_Index>(entries);
    auto* value = allocate<float>(entries);
#pragma omp parallel for num_threads(threads_)
    for (uint64_t i = 0; i < inputs.count; ++i) {
      uint64_t at = begin[i];
      for (uint32_t v = 0; v < inputs.width; ++v) {
        const float x = inputs.at(i, v);
        if (x == 0) continue;
        column[at] = v;
        value[at++] = x;
      }
    }
    Matrix y = new_matrix(inputs.count, inputs.width);
    void* values = value;
    const uint64_t room = std::max<uint64_t>(1, entries);
    check(GxB_Matrix_pack_CSR(y.get(), &begin, &column, &values, (inputs.count + 1) * sizeof(GrB_Index),
                              room * sizeof(GrB_Index), room * sizeof(float), false, false, nullptr),
          "the inputs");
    return y;
  }

  Matrix sparse_layer(GrB_Matrix y, const GraphBlasLayer& layer) const {
    Matrix z = new_matrix(rows_of(y), layer.bias_list.size());
    check(GrB_mxm(z.get(), nullptr, nullptr, GxB_PLUS_TIMES_FP32, y, layer.weight.get(), nullptr), "Y W");
    if (layer.activation.kind == ActivationKind::challenge)  // z = 0 has no bias
      drop_zeros(z.get(), z.get());
    check(GrB_mxm(z.get(), nullptr, nullptr, GxB_PLUS_PLUS_FP32, z.get(), layer.bias.get(), nullptr), "the bias");
    apply(layer.activation, z.get());
    return z;
  }

  Matrix full_layer(GrB_Matrix y, const GraphBlasLayer& layer) const {
    const uint64_t inputs = rows_of(y);
    const uint64_t targets = layer.bias_list.size();
    auto* sums = allocate<float>(inputs * targets);
#pragma omp parallel for num_threads(threads_)
    for (uint64_t i = 0; i < inputs; ++i) std::copy_n(layer.bias_list.data(), targets, sums + i * targets);
    Matrix z = full_of(sums, inputs, targets);
    check(GrB_mxm(z.get(), nullptr, GrB_PLUS_FP32, GxB_PLUS_TIMES_FP32, y, layer.weight.get(), nullptr), "Y W");
    apply(layer.activation, z.get());
    return z;
  }

  /// What becomes 0 leaves a sparse z and stays in a full one.
  void apply(const Activation& activation, GrB_Matrix z) const {
    switch (clip_of(activation)) {
      case Clip::as_is:
        if (is_curve(activation) || activation.kind == ActivationKind::softmax) curve(activation, z);
        if (is_sparse_) drop_zeros(z, z);
        break;
      case Clip::relu:
        raise(z);
        break;
      case Clip::challenge:
        raise(z);
        check(GrB_Matrix_apply_BinaryOp2nd_FP32(z, nullptr, nullptr, GrB_MIN_FP32, z, rule_of(activation).cap, nullptr),
              "min");
        break;
    }
  }

  /// The library gives its values away, and gets them back.
  void curve(const Activation& activation, GrB_Matrix z) const {
    if (is_sparse_)
      curve_entries(activation, z);
    else
      curve_full(activation, z);
  }

  void curve_full(const Activation& activation, GrB_Matrix z) const {
    const uint64_t inputs = rows_of(z);
    const uint64_t targets = columns_of(z);
    void* given = nullptr;
    GrB_Index bytes = 0;
    bool is_iso = false;
    check(GxB_Matrix_unpack_FullR(z, &given, &bytes, &is_iso, nullptr), "unpacking");
    auto* values = static_cast<float*>(given);
    if (is_iso) {  // one value for all
      auto* all = allocate<float>(inputs * targets);
      std::fill_n(all, inputs * targets, *values);
      std::free(given);
      values = all;
    }
#pragma omp parallel for num_threads(threads_)
    for (uint64_t i = 0; i < inputs; ++i) {
      const std::span<float> row(values + i * targets, targets);
      curve_values(row, activation);
      if (activation.kind == ActivationKind::softmax) softmax_values(row);
    }
    given = values;
    check(GxB_Matrix_pack_FullR(z, &given, inputs * targets * sizeof(float), false, nullptr), "packing");
  }

  static void curve_entries(const Activation& activation, GrB_Matrix z) {
    GrB_Index* begin = nullptr;
    GrB_Index* column = nullptr;
    void* values = nullptr;
    GrB_Index begin_bytes = 0;
    GrB_Index column_bytes = 0;
    GrB_Index value_bytes = 0;
    bool is_iso = false;
    bool is_jumbled = false;
    GrB_Index count = 0;
    check(GrB_Matrix_nvals(&count, z), "unpacking");
    check(GxB_Matrix_unpack_CSR(z, &begin, &column, &values, &begin_bytes, &column_bytes, &value_bytes, &is_iso,
                                &is_jumbled, nullptr),
          "unpacking");
    curve_values({static_cast<float*>(values), is_iso ? std::min<GrB_Index>(count, 1) : count}, activation);
    check(GxB_Matrix_pack_CSR(z, &begin, &column, &values, begin_bytes, column_bytes, value_bytes, is_iso, is_jumbled,
                              nullptr),
          "packing");
  }

  void raise(GrB_Matrix z) const {
    check(is_sparse_ ? GrB_Matrix_select_FP32(z, nullptr, nullptr, GrB_VALUEGT_FP32, z, 0.0F, nullptr)
                     : GrB_Matrix_apply_BinaryOp2nd_FP32(z, nullptr, nullptr, GrB_MAX_FP32, z, 0.0F, nullptr),
          "max");
  }

  /// To `to` go the entries of `from` that are not zero.
  static void drop_zeros(GrB_Matrix to, GrB_Matrix from) {
    check(GrB_Matrix_select_FP32(to, nullptr, nullptr, GrB_VALUENE_FP32, from, 0.0F, nullptr), "dropping zeros");
  }

  /// Connections that the product of sparse activations executes: for each entry of Y, those out of its neuron.
  uint64_t executed(GrB_Matrix y, const GraphBlasLayer& layer) const {
    const Vector degrees = new_vector(GrB_UINT64, rows_of(y));
    check(GrB_mxv(degrees.get(), nullptr, nullptr, GxB_PLUS_SECOND_UINT64, y, layer.out_degree.get(), nullptr),
          "counting");
    uint64_t count = 0;
    check(GrB_Vector_reduce_UINT64(&count, nullptr, GrB_PLUS_MONOID_UINT64, degrees.get(), nullptr), "counting");
    return count;
  }

  /// Whether they are, bit by bit, those of the last count. (An address would not do: a buffer may be filled anew.)
  bool is_counted(const Inputs& inputs) const {
    return inputs.count == counted_.count && inputs.width == counted_.width && inputs.bits == counted_.bits &&
           inputs.values == counted_.values;
  }

  void remember(const Inputs& inputs, uint64_t edges) {
    Inputs copy = inputs;  // which may run out of memory
    counted_ = std::move(copy);
    counted_edges_ = edges;
  }

  /// 0-based numbers of the inputs with a value that is not zero, after a layer with `activation`.
  static std::vector<uint64_t> living(GrB_Matrix y, const Activation& activation) {
    const Vector most = new_vector(GrB_FP32, rows_of(y));
    GrB_Vector made = most.get();
    if (rule_of(activation).may_be_negative) {
      const Matrix nonzero = new_matrix(rows_of(y), columns_of(y));
      drop_zeros(nonzero.get(), y);
      check(GrB_Matrix_reduce_Monoid(made, nullptr, nullptr, GxB_ANY_FP32_MONOID, nonzero.get(), nullptr),
            "categories");
    } else {
      check(GrB_Matrix_reduce_Monoid(made, nullptr, nullptr, GrB_MAX_MONOID_FP32, y, nullptr), "categories");
      check(GrB_Vector_select_FP32(made, nullptr, nullptr, GrB_VALUEGT_FP32, made, 0.0F, nullptr), "categories");
    }
    GrB_Index count = 0;
    check(GrB_Vector_nvals(&count, made), "categories");
    std::vector<uint64_t> list(count);
    check(GrB_Vector_extractTuples_FP32(list.data(), nullptr, &count, made), "categories");
    std::sort(list.begin(), list.end());
    return list;
  }

  static void extract(GrB_Matrix y, std::vector<double>& values) {
    const uint64_t columns = columns_of(y);
    GrB_Index count = 0;
    check(GrB_Matrix_nvals(&count, y), "values");
    std::vector<GrB_Index> row(count);
    std::vector<GrB_Index> column(count);
    std::vector<float> value(count);
    check(GrB_Matrix_extractTuples_FP32(row.data(), column.data(), value.data(), &count, y), "values");
    values.assign(rows_of(y) * columns, 0);
    for (uint64_t k = 0; k < count; ++k) values[row[k] * columns + column[k]] = double{value[k]};
  }

  const Network* network_ = nullptr;
  std::vector<uint32_t> widths_;
  Track track_ = Track::general;
  bool is_sparse_ = false;
  int threads_ = 1;
  std::vector<GraphBlasLayer> layer_;
  Inputs counted_;  // value: those whose executed connections are known
  uint64_t counted_edges_ = 0;
};

const Register<EngineKind> registered{
    {.summary = "the same in SuiteSparse:GraphBLAS, multiply, bias, select, clip: the baseline of the Graph Challenge",
     .options = {},
     .make = [](const Params&) -> std::unique_ptr<Engine> { return std::make_unique<GraphBlas>(); },
     .orders = {"by_target"},
     .tracks = {Track::general, Track::value},
     .bits = {}}};  // the library takes another way for every size and number of threads

}  // namespace
}  // namespace sparsio
