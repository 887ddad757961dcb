// data: every rank has the whole network and draws shares of the inputs.
// No communication but the pile of shares and the list of categories at the end; the balance matters, because inputs
// die at different depths, and the pile keeps it.
#include "driver/data/crew.hpp"
#include "driver/driver.hpp"

namespace sparsio {
namespace {

Execution run(const ExecutionRequest& request, const Inputs& inputs, const Deadline& deadline, Communicator& ranks,
              const Params&) {
  const CrewWork work{request, inputs, deadline};
  if (ranks.rank() == 0) return execute(with_crew(work, ranks), inputs, deadline);
  serve(work, ranks);
  return {};
}

const Register<DriverKind> registered{
    {"data parallel: each rank the whole network and a dynamic share of the inputs", {}, RanksTaken::several, run}};

}  // namespace
}  // namespace sparsio
