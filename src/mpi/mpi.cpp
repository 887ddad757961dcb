// needs: mpi
// mpi: the ranks that mpirun or srun started.
// No call blocks in the library: each wait is a request that is polled, first yielding, later asleep, so that a rank
// that waits for hours leaves its processor to who works. (Calls that have no such form come after a barrier, and are
// short.) One thread a process, the watch, wakes every 20 ms, answers for the counters that this rank keeps, and tells
// its peers each second that it lives; who is silent for too long is taken for dead (`peers.hpp`), and the run ends
// with a message instead of waiting for ever. All calls take turns by a mutex,
// which is what MPI_THREAD_SERIALIZED asks for, and a library without locks of its own is the faster one.
#include <fmt/format.h>
#include <mpi.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <limits>
#include <mutex>
#include <thread>

#include "mpi/communicator.hpp"
#include "mpi/mpi/backoff.hpp"
#include "mpi/mpi/heartbeat.hpp"
#include "mpi/mpi/library.hpp"
#include "mpi/shared/host.hpp"
#include "mpi/shared/packed_texts.hpp"

namespace sparsio {
namespace {

using Clock = Peers::Clock;

constexpr auto tick = std::chrono::milliseconds(20);
constexpr auto between_beats = std::chrono::seconds(1);
constexpr int beat_tag = 1;
constexpr int farewell_tag = 2;
constexpr int ask_tag = 3;
constexpr int answer_tag = 4;

/// A counter that this rank keeps for others.
class Service {
 public:
  virtual ~Service() = default;
  virtual void answer() = 0;  // whoever asked; with the turn
};

/// The library's life in this process: joined once, left by the last who holds it.
class Process {
 public:
  Process() {
    int level = MPI_THREAD_SINGLE;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &level);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
    if (level < MPI_THREAD_SERIALIZED) die("this MPI library cannot be called by two threads in turn");
    MPI_Comm_dup(MPI_COMM_WORLD, &comm_);
    peers_ = Peers(rank_, size_, silence_limit(), Clock::now());
    if (size_ > 1) watch_ = std::thread([this] { watch(); });
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  ~Process() {
    say_farewell();
    // Nobody polls in here: if the others are gone, the alarm ends it.
    alarm(static_cast<unsigned>(peers_.limit().count()) + 1);
    MPI_Comm_free(&comm_);
    MPI_Finalize();
    alarm(0);
  }

  [[noreturn]] void die(const std::string& why) const {
    fmt::print(stderr, "sparsio: rank {} on {}: {}\n", rank_, host_name(), why);
    std::fflush(nullptr);
    MPI_Abort(MPI_COMM_WORLD, 1);
    std::_Exit(1);
  }

  /// The library is for one at a time.
  template <class Action>
  void in_turn(const Action& action) {
    const std::lock_guard<std::timed_mutex> lock(turn_);
    action();
  }

  /// Starts with the turn, then polls: `start` gives a request.
  template <class Start>
  void wait_for(const Start& start) {
    MPI_Request request = MPI_REQUEST_NULL;
    in_turn([&] { start(request); });
    wait_until([&] {
      int is_done = 0;
      MPI_Test(&request, &is_done, MPI_STATUS_IGNORE);
      return is_done != 0;
    });
  }

  template <class Condition>
  void wait_until(const Condition& is_met) {
    const Patience patience;
    for (;;) {
      bool is_over = false;
      in_turn([&] {
        is_over = is_met();
        for (Service* service : services_) service->answer();
      });
      if (is_over) return;
      patience.pause();
    }
  }

  void barrier(MPI_Comm comm) {
    wait_for([&](MPI_Request& request) { MPI_Ibarrier(comm, &request); });
  }

  void add(Service* service) {
    in_turn([&] { services_.push_back(service); });
  }
  void remove(Service* service) {
    in_turn([&] { std::erase(services_, service); });
  }

 private:
  void tell_peers(int tag) {
    for (int peer = peers_.first(); peer <= peers_.last(); ++peer) {
      if (tag == beat_tag && peers_.has_left(peer)) continue;
      MPI_Request request = MPI_REQUEST_NULL;
      MPI_Isend(nullptr, 0, MPI_BYTE, peer, tag, comm_, &request);
      MPI_Request_free(&request);
    }
  }

  void listen() {
    for (;;) {
      int is_there = 0;
      MPI_Status status;
      MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, comm_, &is_there, &status);
      if (is_there == 0) return;
      MPI_Recv(nullptr, 0, MPI_BYTE, status.MPI_SOURCE, status.MPI_TAG, comm_, MPI_STATUS_IGNORE);
      peers_.hear(status.MPI_SOURCE, Clock::now());
      if (status.MPI_TAG == farewell_tag) peers_.take_leave_of(status.MPI_SOURCE);
    }
  }

  void look_for_the_dead() {
    if (const int peer = peers_.dead(Clock::now()); peer >= 0)
      die(
          fmt::format("nothing was heard of rank {} for {} s: it died or was stopped; what is finished is kept, the "
                      "same command goes on",
                      peer, peers_.limit().count()));
  }

  void watch() {
    auto next_beat = Clock::now();
    std::unique_lock<std::mutex> sleeping(sleep_);
    while (!wake_.wait_for(sleeping, tick, [&] { return is_over_; })) {
      if (!turn_.try_lock_for(peers_.limit())) {
        // The library itself hangs, and may not be called while it does.
        fmt::print(stderr, "sparsio: rank {} on {}: MPI gave no answer for {} s\n", rank_, host_name(),
                   peers_.limit().count());
        std::_Exit(1);
      }
      const std::lock_guard<std::timed_mutex> lock(turn_, std::adopt_lock);
      const auto now = Clock::now();
      peers_.wake(now);
      listen();
      for (Service* service : services_) service->answer();
      look_for_the_dead();
      if (now < next_beat) continue;
      tell_peers(beat_tag);
      next_beat = now + between_beats;
    }
  }

  /// No beat may be under way when the library is left: a farewell is each rank's last message to its peers, and
  /// messages of one sender do not overtake each other.
  void say_farewell() {
    if (!watch_.joinable()) return;
    {
      const std::lock_guard<std::mutex> lock(sleep_);
      is_over_ = true;
    }
    wake_.notify_all();
    watch_.join();
    in_turn([&] { tell_peers(farewell_tag); });
    wait_until([&] {
      listen();
      look_for_the_dead();
      return peers_.have_all_left();
    });
  }

  int rank_ = 0;
  int size_ = 1;
  MPI_Comm comm_ = MPI_COMM_NULL;
  Peers peers_{0, 1, silence_limit(), Clock::now()};  // with the turn
  std::timed_mutex turn_;
  std::vector<Service*> services_;
  std::thread watch_;
  std::mutex sleep_;
  std::condition_variable wake_;
  bool is_over_ = false;
};

/// A word of memory that all ranks of a node see.
class SharedCounter final : public Counter {
 public:
  SharedCounter(std::shared_ptr<Process> process, MPI_Comm comm, int rank) : process_(std::move(process)), comm_(comm) {
    process_->in_turn([&] {
      const MPI_Aint mine = rank == 0 ? sizeof(int64_t) : 0;
      void* base = nullptr;
      MPI_Win_allocate_shared(mine, sizeof(int64_t), MPI_INFO_NULL, comm_, &base, &window_);
      MPI_Aint bytes = 0;
      int unit = 0;
      MPI_Win_shared_query(window_, 0, &bytes, &unit, &base);
      value_ = static_cast<int64_t*>(base);
      if (rank == 0) std::atomic_ref<int64_t>(*value_).store(0);
    });
    process_->barrier(comm_);
  }
  ~SharedCounter() override {
    if (std::uncaught_exceptions() == 0) SharedCounter::close();
  }
  void close() override {
    if (window_ == MPI_WIN_NULL) return;
    process_->barrier(comm_);
    process_->in_turn([&] { MPI_Win_free(&window_); });
  }
  int64_t next(int64_t amount) override { return std::atomic_ref<int64_t>(*value_).fetch_add(amount); }

 private:
  std::shared_ptr<Process> process_;
  MPI_Comm comm_;
  MPI_Win window_ = MPI_WIN_NULL;
  int64_t* value_ = nullptr;
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
  void answer() override {
    for (;;) {
      int is_there = 0;
      MPI_Status status;
      MPI_Iprobe(MPI_ANY_SOURCE, ask_tag, comm_, &is_there, &status);
      if (is_there == 0) return;
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
    double result = 0;
    reduce(&value, &result, MPI_DOUBLE, MPI_MAX);
    return result;
  }
  uint64_t sum(uint64_t value) override {
    uint64_t result = 0;
    reduce(&value, &result, MPI_UINT64_T, MPI_SUM);
    return result;
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
    const PackedTexts texts(lengths);
    checked_length(texts.total());  // on every rank: all refuse or none
    std::string all(rank_ == to ? texts.total() : 0, '\0');
    process_->wait_for([&](MPI_Request& request) {
      MPI_Igatherv(bytes.data(), mine, MPI_BYTE, all.data(), lengths.data(), texts.begins().data(), MPI_BYTE, to, comm_,
                   &request);
    });
    return rank_ == to ? texts.cut(all) : std::vector<std::string>();
  }

  std::unique_ptr<Counter> counter() override {
    const std::unique_ptr<Communicator> here = node();
    if (here->size() == size_) return std::make_unique<SharedCounter>(process_, comm_, rank_);
    return std::make_unique<AskedCounter>(process_, comm_, rank_);
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
    process_->in_turn([&] { MPI_Comm_split_type(comm_, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &made); });
    auto here = std::make_unique<MpiCommunicator>(process_, made);
    const int pretended = pretended_node_size();
    return pretended > 0 ? here->part(here->rank() / pretended) : std::move(here);
  }

  void abort(const std::string& why) override {
    process_->in_turn([&] { process_->die(why); });
    std::_Exit(1);
  }

 private:
  void reduce(const void* mine, void* result, MPI_Datatype type, MPI_Op operation) {
    process_->wait_for(
        [&](MPI_Request& request) { MPI_Iallreduce(mine, result, 1, type, operation, comm_, &request); });
  }

  std::shared_ptr<Process> process_;
  MPI_Comm comm_;
  int rank_ = 0;
  int size_ = 1;
};

std::shared_ptr<Process> process_of_all() {
  static std::weak_ptr<Process> known;
  std::shared_ptr<Process> process = known.lock();
  if (process) return process;
  int has_left = 0;
  MPI_Finalized(&has_left);
  if (has_left != 0) throw Unsupported("this process has left MPI, which can be joined once");
  known = process = std::make_shared<Process>();
  return process;
}

std::unique_ptr<Communicator> join() {
  return std::make_unique<MpiCommunicator>(process_of_all(), MPI_COMM_WORLD);
}

const Register<CommunicatorKind> registered{{"the ranks that mpirun or srun started", {}, join}};

}  // namespace

std::shared_ptr<void> hold_mpi() {
  return process_of_all();
}

}  // namespace sparsio
