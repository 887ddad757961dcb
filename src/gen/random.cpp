// random: inputs without structure, each value set with probability `density`, independently.
// 0/1 inputs are packed; real ones are uniform in (0, 1] where set. Input i depends on (seed, i) alone.
#include <fmt/format.h>

#include "gen/generator.hpp"
#include "gen/shared/gaps.hpp"

namespace sparsio {
namespace {

Inputs make(const Params& params, uint32_t width) {
  Inputs inputs;
  inputs.count = params.count("count");
  inputs.width = static_cast<uint32_t>(params.count("neurons"));
  if (inputs.width == 0) inputs.width = width;
  if (inputs.width == 0) throw BadInput("random: neurons", "the width of the inputs is not known", "give neurons=1024");
  if (width != 0 && inputs.width != width)
    throw BadInput("random: neurons",
                   fmt::format("{} values an input, but the network has {} inputs", inputs.width, width),
                   "leave neurons out to take the network's");
  const double density = params.real("density");
  const std::string& values = params.text("values");
  const bool packed = values == "bits";
  inputs.origin = "generated";
  if (packed)
    inputs.bits.assign(inputs.count * inputs.row_bytes(), 0);
  else
    inputs.values.assign(inputs.count * inputs.width, 0.0F);
  for (uint64_t i = 0; i < inputs.count; ++i) {
    RandomStream random(params.count("seed"), i);
    for (uint64_t n = next_kept(random, density, 0); n < inputs.width; n = next_kept(random, density, n + 1)) {
      if (packed) {
        uint8_t& byte = inputs.bits[i * inputs.row_bytes() + n / 8];
        byte = static_cast<uint8_t>(byte | (0x80U >> (n % 8)));
      } else {
        inputs.values[i * inputs.width + n] = 1 - static_cast<float>(random.next() >> 40) * 0x1p-24F;
      }
    }
  }
  return inputs;
}

const Register<InputKind> registered{
    {"inputs without structure, each value set with probability density",
     {{"neurons", Type::integer, "0", "values an input; 0 takes the width of the network's input layer",
       between(0, 1U << 26)},
      {"count", Type::integer, "1000", "inputs", between(1, 0x1p32)},
      {"density", Type::real, "0.1", "probability that a value is not zero", between(0, 1)},
      {"values", Type::text, "bits", "bits: 0 or 1; reals: uniform in (0, 1] where not zero", one_of("bits reals")},
      {"seed", Type::integer, "1", "fixes every input"}},
     make}};

}  // namespace
}  // namespace sparsio
