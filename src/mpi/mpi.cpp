// needs: mpi
// mpi: the ranks that mpirun or srun started.
// Every collective is a request that is polled (`mpi/process.hpp` says why); what needs a turn of the library and a
// wait is there, what ranks draw from in `mpi/counters.hpp`, and here is what each word of a communicator is called in
// MPI.
#include <fmt/format.h>
#include <mpi.h>

#include <exception>
#include <limits>

#include "mpi/communicator.hpp"
#include "mpi/mpi/counters.hpp"
#include "mpi/mpi/node_words.hpp"
#include "mpi/mpi/process.hpp"

namespace sparsio {
namespace {

constexpr int message_tag = 1;

int checked_length(size_t bytes) {
  if (bytes > static_cast<size_t>(std::numeric_limits<int>::max()))
    throw BadInput("mpi", fmt::format("a message of {} bytes; 2^31 - 1 at most", bytes));
  return static_cast<int>(bytes);
}

class MpiCommunicator final : public Communicator {
 public:
  MpiCommunicator(std::shared_ptr<Process> process, MPI_Comm comm) : process_(std::move(process)), comm_(comm) {
    process_->in_turn([&] {
      MPI_Comm_rank(comm_, &rank_);
      MPI_Comm_size(comm_, &size_);
    });
  }
  ~MpiCommunicator() override {
    if (std::uncaught_exceptions() > 0) return;
    process_->in_turn([&] {
      if (comm_ != MPI_COMM_WORLD) MPI_Comm_free(&comm_);
    });
  }

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  void barrier() override { process_->barrier(comm_); }

  double max(double value) override {
    process_->wait_for(
        [&](MPI_Request& request) { MPI_Iallreduce(MPI_IN_PLACE, &value, 1, MPI_DOUBLE, MPI_MAX, comm_, &request); });
    return value;
  }
  void sum(std::span<uint64_t> values) override {
    const int count = checked_length(values.size());
    process_->wait_for([&](MPI_Request& request) {
      MPI_Iallreduce(MPI_IN_PLACE, values.data(), count, MPI_UINT64_T, MPI_SUM, comm_, &request);
    });
  }

  std::string broadcast(std::string bytes, int from) override {
    uint64_t length = bytes.size();
    process_->wait_for([&](MPI_Request& request) { MPI_Ibcast(&length, 1, MPI_UINT64_T, from, comm_, &request); });
    bytes.resize(length);
    const int count = checked_length(length);
    process_->wait_for([&](MPI_Request& request) { MPI_Ibcast(bytes.data(), count, MPI_BYTE, from, comm_, &request); });
    return bytes;
  }

  std::vector<std::string> gather(const std::string& bytes, int to) override {
    const int mine = checked_length(bytes.size());
    std::vector<int> lengths(static_cast<size_t>(size_));
    process_->wait_for(
        [&](MPI_Request& request) { MPI_Iallgather(&mine, 1, MPI_INT, lengths.data(), 1, MPI_INT, comm_, &request); });
    std::vector<int> begins;
    size_t total = 0;
    for (const int length : lengths) {
      begins.push_back(static_cast<int>(total));
      total += static_cast<size_t>(length);
    }
    checked_length(total);  // on every rank: all refuse or none
    std::string all(rank_ == to ? total : 0, '\0');
    process_->wait_for([&](MPI_Request& request) {
      MPI_Igatherv(bytes.data(), mine, MPI_BYTE, all.data(), lengths.data(), begins.data(), MPI_BYTE, to, comm_,
                   &request);
    });
    std::vector<std::string> texts;
    for (size_t k = 0; rank_ == to && k < lengths.size(); ++k)
      texts.push_back(all.substr(static_cast<size_t>(begins[k]), static_cast<size_t>(lengths[k])));
    return texts;
  }

  void start(std::span<const Message> receives, std::span<const Message> sends) override {
    under_way_.assign(receives.size() + sends.size(), MPI_REQUEST_NULL);
    process_->in_turn([&] {
      MPI_Request* request = under_way_.data();
      for (const auto& [from, numbers, count] : receives)
        MPI_Irecv(numbers, checked_length(count), MPI_FLOAT, from, message_tag, comm_, request++);
      for (const auto& [to, numbers, count] : sends)
        MPI_Isend(numbers, checked_length(count), MPI_FLOAT, to, message_tag, comm_, request++);
    });
  }
  void finish() override {
    if (under_way_.empty()) return;
    process_->wait_until([&] {
      int are_done = 0;
      MPI_Testall(static_cast<int>(under_way_.size()), under_way_.data(), &are_done, MPI_STATUSES_IGNORE);
      return are_done != 0;
    });
    under_way_.clear();
  }

  std::unique_ptr<Counter> counter() override {
    const std::unique_ptr<Communicator> here = node();
    return here->size() == size_ ? shared_counter(process_, comm_) : asked_counter(process_, comm_, rank_);
  }

  std::unique_ptr<Communicator> part(int color) override {
    barrier();
    MPI_Comm made = MPI_COMM_NULL;
    process_->in_turn([&] { MPI_Comm_split(comm_, color < 0 ? MPI_UNDEFINED : color, rank_, &made); });
    if (made == MPI_COMM_NULL) return nullptr;
    return std::make_unique<MpiCommunicator>(process_, made);
  }

  std::unique_ptr<Communicator> node() override {
    barrier();
    MPI_Comm made = MPI_COMM_NULL;
    process_->in_turn([&] { made = ranks_of_node(comm_); });
    return std::make_unique<MpiCommunicator>(process_, made);
  }

  uint64_t calls_of_watch() const override { return process_->calls_of_watch(); }

  void abort(const std::string& why) override {
    process_->in_turn([&] { process_->die(why); });
    std::_Exit(1);
  }

 private:
  std::shared_ptr<Process> process_;
  MPI_Comm comm_;
  int rank_ = 0;
  int size_ = 1;
  std::vector<MPI_Request> under_way_;  // between start() and finish()
};

std::unique_ptr<Communicator> join() {
  return std::make_unique<MpiCommunicator>(process_of_all(), MPI_COMM_WORLD);
}

const Register<CommunicatorKind> registered{{"the ranks that mpirun or srun started", {}, join}};

}  // namespace
}  // namespace sparsio
