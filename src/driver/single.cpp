// single: one process executes the case, with its threads.
#include "driver/driver.hpp"

namespace sparsio {
namespace {

std::unique_ptr<Engine> make(Communicator&, const MakeEngine& local, const Params&) {
  return local();
}

const Register<DriverKind> registered{{"one process with its threads", {}, RanksTaken::one, make}};

}  // namespace
}  // namespace sparsio
