// value_rows: one untimed run of the whole batch for its values, a share of it at a time, so that they find room.
#pragma once

#include <functional>
#include <span>

#include "base/deadline.hpp"
#include "exec/engine.hpp"
#include "mpi/communicator.hpp"

namespace sparsio {

/// Neurons whose values are the answer.
uint32_t outputs_of(const Plan& plan);

/// What looks at the values of an input, from 0. It must not throw: other ranks would wait.
using SeeRow = std::function<void(uint64_t input, std::span<const double> values)>;

/// Shows rank 0 the values of every input, in the order of the inputs. The engine is prepared for the plan. Collective.
void show_values(Engine& engine, const Plan& plan, const Inputs& inputs, const Deadline& deadline, Communicator& ranks,
                 const SeeRow& see);

}  // namespace sparsio
