// csr_connection: a connection in one stream, for kernels that go from connection to connection.
#pragma once

#include <cstdint>

namespace sparsio {

struct CsrConnection {
  uint32_t source;  // row
  float weight;
};

}  // namespace sparsio
