// images: 0/1 pictures like thresholded handwriting, for where the official inputs are not at hand.
// An image is one to three thick curves (cubic Bezier, each starts on the one before: one connected blob) inside the
// middle of a square of ceil(sqrt(neurons)) pixels a side, read row by row and cut off after `neurons` pixels. Mean
// density is about 0.09 with a standard deviation of 0.04 (official inputs: 0.10); the early layers of the Graph
// Challenge networks lose inputs gradually (README: alive counts). Image i depends on (seed, i) alone.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/random.hpp"
#include "gen/generator.hpp"

namespace sparsio {
namespace {

struct Point {
  double x;
  double y;
};
using Curve = std::array<Point, 4>;

Point random_point(RandomStream& random) {
  const double x = random.uniform(0.2, 0.8);
  return {x, random.uniform(0.15, 0.85)};
}

Point at(const Curve& c, double t) {
  const double s = 1 - t;
  const std::array<double, 4> b = {s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t};
  Point p{0, 0};
  for (size_t i = 0; i < 4; ++i) {
    p.x += b[i] * c[i].x;
    p.y += b[i] * c[i].y;
  }
  return p;
}

/// Bits begin .. end - 1, the top bit of a byte first.
void set_bits(uint8_t* row, uint32_t begin, uint32_t end) {
  if (begin >= end) return;
  const auto first = static_cast<uint8_t>(0xFFU >> (begin % 8));
  const auto last = static_cast<uint8_t>(0xFF00U >> (end % 8));  // 0 for a whole number of bytes
  if (begin / 8 == end / 8) {
    row[begin / 8] = static_cast<uint8_t>(row[begin / 8] | (first & last));
    return;
  }
  row[begin / 8] = static_cast<uint8_t>(row[begin / 8] | first);
  for (uint32_t byte = begin / 8 + 1; byte < end / 8; ++byte) row[byte] = 0xFF;
  if (last != 0) row[end / 8] = static_cast<uint8_t>(row[end / 8] | last);
}

/// Sets the pixels whose centre is within `radius` of `centre`; the unit square is `side` pixels wide.
void stamp(uint8_t* row, uint32_t width, uint32_t side, Point centre, double radius) {
  const double scale = side;
  const auto low = [&](double v) {
    return static_cast<uint32_t>(std::max(0.0, std::ceil((v - radius) * scale - 0.5)));
  };
  const auto high = [&](double v) { return static_cast<uint32_t>(std::clamp((v + radius) * scale + 0.5, 0.0, scale)); };
  for (uint32_t y = low(centre.y); y < high(centre.y); ++y) {
    const double dy = (y + 0.5) / scale - centre.y;
    const auto is_inside = [&](uint32_t x) {
      const double dx = (x + 0.5) / scale - centre.x;
      return dx * dx + dy * dy <= radius * radius;
    };
    // Those inside are neighbours: only the ends of a stretch are looked for.
    uint32_t begin = low(centre.x);
    uint32_t end = high(centre.x);
    while (begin < end && !is_inside(begin)) ++begin;
    while (begin < end && !is_inside(end - 1)) --end;
    set_bits(row, std::min(y * side + begin, width), std::min(y * side + end, width));
  }
}

void draw(uint8_t* row, uint32_t width, uint32_t side, RandomStream& random) {
  const double radius = random.uniform(0.026, 0.066);
  const uint32_t points = 3 * side;
  Curve curve{};
  for (Point& p : curve) p = random_point(random);
  const uint64_t curves = 1 + random.below(3);
  for (uint64_t k = 0; k < curves; ++k) {
    for (uint32_t i = 0; i <= points; ++i) stamp(row, width, side, at(curve, static_cast<double>(i) / points), radius);
    const Point start = at(curve, random.uniform());
    curve = {start, random_point(random), random_point(random), random_point(random)};
  }
}

Inputs make(const Params& params, uint32_t width) {
  Inputs inputs;
  inputs.count = params.count("count");
  inputs.width = static_cast<uint32_t>(params.count("neurons"));
  if (inputs.width == 0) inputs.width = width;
  if (inputs.width == 0) throw BadInput("images: neurons", "the width of the images is not known", "give neurons=1024");
  if (width != 0 && inputs.width != width)
    throw BadInput("images: neurons",
                   fmt::format("{} pixels an image, but the network has {} inputs", inputs.width, width),
                   "leave neurons out to take the network's");
  inputs.origin = "generated";
  inputs.bits.assign(inputs.count * inputs.row_bytes(), 0);
  const uint64_t seed = params.count("seed");
  const auto side = static_cast<uint32_t>(std::ceil(std::sqrt(inputs.width)));
#pragma omp parallel for schedule(dynamic, 64)
  for (uint64_t i = 0; i < inputs.count; ++i) {
    RandomStream random(seed, i);
    draw(&inputs.bits[i * inputs.row_bytes()], inputs.width, side, random);
  }
  return inputs;
}

const Register<InputKind> registered{
    {"generated 0/1 images like thresholded handwriting, density about 0.10",
     {{"neurons", Type::integer, "0", "pixels an image; 0 takes the width of the network's input layer",
       between(0, 1U << 26)},
      {"count", Type::integer, "60000", "images", between(1, 0x1p32)},
      {"seed", Type::integer, "1", "fixes every image"}},
     make}};

}  // namespace
}  // namespace sparsio
