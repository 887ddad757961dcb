#include "bound/shared/lower_words.hpp"

#include <algorithm>
#include <optional>

#include "bound/shared/lower_words/all_partitions.hpp"
#include "bound/shared/lower_words/class_layer.hpp"
#include "bound/shared/lower_words/class_path.hpp"
#include "bound/shared/lower_words/layer_counts.hpp"
#include "bound/shared/row_range.hpp"

namespace sparsio {
namespace {

constexpr uint32_t most_classes = 4096;  // their square is kept

/// A network of class layers, as long as it is one.
class Classes {
 public:
  Classes(uint32_t parts, uint64_t layers, double work) : parts_(parts), layers_(layers), work_(work) {}

  void add(const Layer& layer, const RowRange& own, const RowRange& rows) {
    if (!are_classes_) return;
    auto classes = class_layer(layer);
    are_classes_ = classes && classes->classes <= most_classes;
    if (!are_classes_) return;
    if (!path_) path_.emplace(parts_, effort(*classes));
    path_->add(std::move(*classes), own, rows);
  }
  bool hold() const { return are_classes_ && path_; }
  WordsBound bound() const { return {path_->words(), form_}; }

 private:
  ClassEffort effort(const ClassLayer& first) {
    const double n = first.classes;
    const double of_norm = 10 * n * n * n * static_cast<double>(layers_);
    ClassEffort whole = ClassEffort::whole(parts_);
    const double norms = static_cast<double>(whole.smooth.size() * whole.smooth.size());
    if (of_norm * norms <= work_) {
      form_ = "A+";
      return whole;
    }
    const bool is_plain = of_norm <= work_;
    form_ = is_plain ? "A" : "reads";
    return is_plain ? ClassEffort::plain() : ClassEffort::reads();
  }

  uint32_t parts_;
  uint64_t layers_;
  double work_;
  bool are_classes_ = true;
  std::string form_;
  std::optional<ClassPath> path_;
};

}  // namespace

WordsBound lower_words(LayerSource& network, const Partition& partition, double work) {
  const uint32_t parts = partition.parts;
  AllPartitions tiny(parts);
  Classes classes(parts, network.layers(), work);
  WordsBound counted{0, "counts"};
  network.restart();
  size_t level = 0;
  for (Layer layer; network.next(layer); ++level) {
    const RowRange own = level == 0 ? RowRange{} : rows_of(partition, level);
    const RowRange rows = rows_of(partition, level + 1);
    tiny.add(layer, rows);
    classes.add(layer, own, rows);
    counted.words += words_by_counts(layer, parts, rows);
  }
  if (const auto least = tiny.words()) return {*least, "all partitions"};
  if (classes.hold() && classes.bound().words >= counted.words) return classes.bound();
  return counted;
}

}  // namespace sparsio
