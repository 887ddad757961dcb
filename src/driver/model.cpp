// model: ranks that compute one network together, each the rows that a partition gives it
// (driver/shared/model_parallel).
#include "driver/driver.hpp"
#include "driver/shared/model_parallel.hpp"
#include "mpi/shared/launch.hpp"

namespace sparsio {
namespace {

std::unique_ptr<Engine> make(Communicator& ranks, const MakeEngine& local, const Params& params) {
  std::unique_ptr<Engine> engine;
  together(ranks, [&] { engine = local(); });
  return model_parallel(ranks, std::move(engine), model_options(params));
}

const Register<DriverKind> registered{{.summary =
                                           "model parallel: each rank the rows that a partition gives it, values "
                                           "exchanged before every layer",
                                       .options = with_exchange({}),
                                       .ranks = RanksTaken::several,
                                       .make = make,
                                       .takes_partition = true,
                                       .exchange = exchange_of}};

}  // namespace
}  // namespace sparsio
