// loss: how far the outputs of a sample are from what they should be, and which way is down.
// Cross entropy takes logits: a last layer that ends in softmax keeps its sums (net/activation.hpp), one of identity
// has them anyway, and both mean softmax once. In double precision; outputs are few beside connections.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/activation.hpp"

namespace sparsio {

enum class Loss : uint8_t { cross_entropy, mse };

/// BadInput at `place` for another word.
Loss parse_loss(std::string_view text, const std::string& place);

/// BadInput at `place` where the last layer gives no logits but the loss wants them.
void check_loss(Loss loss, const Activation& last, const std::string& place);

/// What the outputs of each sample should be: `width` numbers a sample, or the class whose number is 1.
struct Goals {
  uint32_t width = 0;
  std::vector<uint32_t> classes;  // of each sample; empty: `values`
  std::vector<float> values;      // width a sample

  uint64_t count() const { return classes.empty() ? values.size() / width : classes.size(); }
  double at(uint64_t sample, uint32_t output) const {
    if (classes.empty()) return values[sample * width + output];
    return classes[sample] == output ? 1 : 0;
  }
};

/// BadInput at `place` for a class beyond the outputs or another number of samples.
void check_goals(const Goals& goals, uint64_t samples, const std::string& place);

/// The loss of a sample, -sum t log softmax(y) or sum (y - t)^2 / 2, from what the last layer keeps, y or of softmax
/// the sums. `slope` becomes its derivative by what is kept.
double loss_of(Loss loss, const Activation& last, std::span<const double> kept, std::span<const double> goal,
               std::span<double> slope);

}  // namespace sparsio
