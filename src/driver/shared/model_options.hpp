// model_options: how ranks that compute together exchange values: the options that drivers over them share.
#pragma once

#include "base/params.hpp"
#include "driver/shared/rank_stages.hpp"
#include "part/shared/exchange_plan.hpp"

namespace sparsio {

struct ModelOptions {
  ExchangePlan exchange;
  Overlap overlap = Overlap::off;
};

/// A driver's own options, and those of the exchange behind them.
Options with_exchange(Options own);

ModelOptions model_options(const Params& params);

/// What a partition is predicted by: DriverKind::exchange.
ExchangePlan exchange_of(const Params& params);

}  // namespace sparsio
