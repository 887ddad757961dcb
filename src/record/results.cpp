#include "record/results.hpp"

namespace sparsio {

const Schema& sample_schema() {
  static const Schema schema = {{"run", Type::text, 32, "", "run id, as in /runs"},
                                {"repetition", Type::integer, 0, "", "counted from 0"},
                                {"rank", Type::integer, 0, "", "MPI rank, counted from 0"},
                                {"thread", Type::integer, 0, "", "thread of the rank, counted from 0"},
                                {"seconds", Type::real, 0, "seconds", "time of this repetition"}};
  return schema;
}

}  // namespace sparsio
