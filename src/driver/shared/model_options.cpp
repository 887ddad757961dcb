#include "driver/shared/model_options.hpp"

namespace sparsio {

Options with_exchange(Options own) {
  own.push_back({"exchange", Type::text, "values", "what ranks send: values, partial sums, or the fewer of both",
                 one_of("values sums cover"), 4});
  own.push_back({"route", Type::text, "direct",
                 "direct: a message a pair; stored and forwarded: over a grid, or in as many stages as the number of "
                 "ranks has prime factors",
                 one_of("direct grid stages"), 4});
  own.push_back(
      {"overlap", Type::text, "off", "own part of the sums while values travel: on, off", one_of("off on"), 4});
  return own;
}

ModelOptions model_options(const Params& params) {
  return {exchange_of(params), params.text("overlap") == "on" ? Overlap::on : Overlap::off};
}

ExchangePlan exchange_of(const Params& params) {
  return {parse_sent(params.text("exchange")), params.text("route")};
}

}  // namespace sparsio
