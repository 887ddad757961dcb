// single: one process executes the case, with its threads.
#include "driver/driver.hpp"

namespace sparsio {
namespace {

Execution run(const ExecutionRequest& request, const Inputs& inputs, const Deadline& deadline, Communicator&,
              const Params&) {
  return execute(request, inputs, deadline);
}

const Register<DriverKind> registered{{"one process with its threads", {}, RanksTaken::one, run}};

}  // namespace
}  // namespace sparsio
