// npy: inputs as numpy has them, a matrix whose rows are inputs. Every dtype of real numbers is read, in C or Fortran
// order; what the file has is what the network gets, but that doubles are rounded to floats. Written as <f4, and 0/1
// inputs as |u1.
#include "format/shared/npy.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "disk/byte_stream.hpp"
#include "format/format.hpp"
#include "format/shared/npy_inputs.hpp"

namespace sparsio {
namespace {

Inputs read_inputs(const std::string& path, uint32_t width, const Params&) {
  NpyReader reader(path);
  return read_npy_inputs(reader, width);
}

void write_inputs(const Inputs& inputs, const std::string& path) {
  const auto sink = open_sink(path);
  sink->write(npy_header(inputs.is_packed() ? "|u1" : "<f4", inputs.count, inputs.width));
  if (!inputs.is_packed()) {
    sink->write({reinterpret_cast<const char*>(inputs.values.data()), inputs.values.size() * sizeof(float)});
  } else {
    std::string row(inputs.width, '\0');
    for (uint64_t i = 0; i < inputs.count; ++i) {
      for (uint32_t n = 0; n < inputs.width; ++n) row[n] = inputs.at(i, n) == 0 ? '\0' : '\1';
      sink->write(row);
    }
  }
  sink->finish();
}

const Register<FormatKind> registered{{"inputs as numpy.save writes them: a matrix of numbers, rows are inputs",
                                       {},
                                       {".npy"},
                                       nullptr,
                                       read_inputs,
                                       nullptr,
                                       write_inputs}};

}  // namespace
}  // namespace sparsio
