// accuracy: for how many inputs does the network say the class that its label is?
//
// Several outputs say the class of the largest, the first where several are the largest. One output tells two classes
// apart: it says class 1 above what its activation makes of a sum of 0, which is 0 for identity and relu and 0.5 for a
// sigmoid, so that a network is as accurate with its last activation as without. What is no number says no class.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "net/activation.hpp"
#include "net/plan.hpp"

namespace sparsio {

/// What one output must exceed to say class 1.
double class_threshold(Activation last);

/// The activation of the outputs of the network that is planned.
Activation last_activation(const Plan& plan);

/// The class, from 0, that the outputs of an input say; nothing where one of them is no number. `threshold` is looked
/// at where there is one output.
std::optional<uint32_t> class_of(std::span<const double> outputs, double threshold);

/// BadInput at `place` where there is not one label an input, or a label is no class that so many outputs can say.
void check_labels(const std::vector<uint32_t>& labels, uint64_t inputs, uint32_t outputs, const std::string& place);

}  // namespace sparsio
