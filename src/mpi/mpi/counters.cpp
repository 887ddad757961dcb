// needs: mpi
#include "mpi/mpi/counters.hpp"

#include <exception>

#include "mpi/mpi/node_words.hpp"

namespace sparsio {
namespace {

constexpr int ask_tag = 1;
constexpr int answer_tag = 2;

/// A word of memory that all ranks of a node see.
class SharedCounter final : public Counter {
 public:
  SharedCounter(std::shared_ptr<Process> process, MPI_Comm comm) : process_(std::move(process)), comm_(comm) {
    process_->in_turn([&] { words_ = std::make_unique<NodeWords>(comm_); });
    process_->barrier(comm_);
  }
  ~SharedCounter() override {
    if (std::uncaught_exceptions() == 0)
      SharedCounter::close();
    else
      static_cast<void>(words_.release());  // the end is collective, and the other ranks may not be at theirs
  }
  void close() override {
    if (!words_) return;
    process_->barrier(comm_);
    process_->in_turn([&] { words_.reset(); });
  }
  int64_t next(int64_t amount) override { return words_->of(0).fetch_add(amount); }

 private:
  std::shared_ptr<Process> process_;
  MPI_Comm comm_;
  std::unique_ptr<NodeWords> words_;  // that of the first rank counts
};

/// Rank 0 keeps the number and answers by message.
class AskedCounter final : public Counter, private Service {
 public:
  AskedCounter(std::shared_ptr<Process> process, MPI_Comm comm, int rank) : process_(std::move(process)), rank_(rank) {
    process_->in_turn([&] { MPI_Comm_dup(comm, &comm_); });
    if (rank_ == 0) process_->add(this);
    process_->barrier(comm_);
  }
  ~AskedCounter() override {
    if (std::uncaught_exceptions() == 0)
      AskedCounter::close();
    else if (comm_ != MPI_COMM_NULL)
      withdraw();
  }
  void close() override {
    if (comm_ == MPI_COMM_NULL) return;
    process_->barrier(comm_);
    withdraw();
    process_->in_turn([&] { MPI_Comm_free(&comm_); });
  }
  int64_t next(int64_t amount) override {
    int64_t value = 0;
    if (rank_ == 0) {
      process_->in_turn([&] { value = add(amount); });
      return value;
    }
    MPI_Request answer = MPI_REQUEST_NULL;
    process_->in_turn([&] { MPI_Irecv(&value, 1, MPI_INT64_T, 0, answer_tag, comm_, &answer); });
    process_->wait_for([&](MPI_Request& request) { MPI_Isend(&amount, 1, MPI_INT64_T, 0, ask_tag, comm_, &request); });
    process_->wait_until([&] {
      int is_done = 0;
      MPI_Test(&answer, &is_done, MPI_STATUS_IGNORE);
      return is_done != 0;
    });
    return value;
  }

 private:
  int64_t add(int64_t amount) {
    const int64_t before = value_;
    value_ += amount;
    return before;
  }
  uint64_t answer() override {
    for (uint64_t calls = 1;; calls += 3) {
      int is_there = 0;
      MPI_Status status;
      MPI_Iprobe(MPI_ANY_SOURCE, ask_tag, comm_, &is_there, &status);
      if (is_there == 0) return calls;
      int64_t amount = 0;
      MPI_Recv(&amount, 1, MPI_INT64_T, status.MPI_SOURCE, ask_tag, comm_, MPI_STATUS_IGNORE);
      const int64_t before = add(amount);
      // Whoever asks has its receive posted: a word goes out without waiting.
      MPI_Send(&before, 1, MPI_INT64_T, status.MPI_SOURCE, answer_tag, comm_);
    }
  }

  void withdraw() {
    if (rank_ == 0) process_->remove(this);
  }

  std::shared_ptr<Process> process_;
  MPI_Comm comm_ = MPI_COMM_NULL;
  int rank_;
  int64_t value_ = 0;
};

}  // namespace

std::unique_ptr<Counter> shared_counter(std::shared_ptr<Process> process, MPI_Comm comm) {
  return std::make_unique<SharedCounter>(std::move(process), comm);
}

std::unique_ptr<Counter> asked_counter(std::shared_ptr<Process> process, MPI_Comm comm, int rank) {
  return std::make_unique<AskedCounter>(std::move(process), comm, rank);
}

}  // namespace sparsio
