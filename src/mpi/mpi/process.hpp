// process: the library's life in this process, and the watch over the other ranks.
// No call blocks in the library: each wait is a request that is polled, first yielding, later asleep, so that a rank
// that waits for hours leaves its processor to who works. (Calls that have no such form come after a barrier, and are
// short.) All calls take turns by a mutex, which is what MPI_THREAD_SERIALIZED asks for, and a library without locks of
// its own is the faster one.
// One thread a process, the watch, says that this rank lives; a rank that is silent for too long is taken for dead
// (`heartbeat.hpp`), and the run ends with a message instead of waiting for ever. Ranks of one node tell each other in
// shared memory, so that there the watch never calls MPI and timed regions are quiet; over several nodes it sends a
// beat a second, and the rank that keeps a counter for others answers every 20 ms.
#pragma once

#include <mpi.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "mpi/mpi/backoff.hpp"
#include "mpi/mpi/heartbeat.hpp"
#include "mpi/mpi/node_words.hpp"

namespace sparsio {

/// A counter that this rank keeps for others.
class Service {
 public:
  virtual ~Service() = default;
  /// Whoever asked; with the turn. Gives the number of calls that it took.
  virtual uint64_t answer() = 0;
};

/// Joined once, left by the last who holds it.
class Process {
 public:
  Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  /// Says why and ends all ranks; with the turn.
  [[noreturn]] void die(const std::string& why) const;

  /// The library is for one at a time.
  template <class Action>
  void in_turn(const Action& action) {
    const std::lock_guard<std::timed_mutex> lock(turn_);
    action();
  }

  template <class Condition>
  void wait_until(const Condition& is_met) {
    const Backoff backoff;
    for (;;) {
      bool is_over = false;
      in_turn([&] {
        is_over = is_met();
        for (Service* service : services_) service->answer();
      });
      if (is_over) return;
      backoff.pause();
    }
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

  void barrier(MPI_Comm comm) {
    wait_for([&](MPI_Request& request) { MPI_Ibarrier(comm, &request); });
  }

  void add(Service* service);
  void remove(Service* service);

  /// Of the watch, so far.
  uint64_t calls_of_watch() const { return calls_; }

 private:
  void meet_the_node();
  bool is_here(int rank) const { return place_here_[static_cast<size_t>(rank)] >= 0; }
  uint64_t tell_far_peers(int tag);
  uint64_t listen();
  void hear_the_node(Peers::Time now);
  void end_if_one_is_dead();
  void watch();
  std::unique_lock<std::timed_mutex> turn_of_watch();
  void say_farewell();

  int rank_ = 0;
  int size_ = 1;
  MPI_Comm comm_ = MPI_COMM_NULL;
  Peers peers_{0, 1, silence_limit(), Peers::Clock::now()};  // the watch's, and once it has ended ours
  std::unique_ptr<NodeWords> beats_;                         // each rank adds to its own while it lives
  std::vector<int> place_here_;                              // by rank: which word is its; -1 on other nodes
  std::vector<int64_t> seen_;                                // by rank: its word when last looked at
  std::timed_mutex turn_;
  std::vector<Service*> services_;      // with the turn
  std::atomic<bool> is_asked_ = false;  // there are services
  std::atomic<uint64_t> calls_ = 0;
  std::thread watch_;
  std::mutex sleep_;
  std::condition_variable wake_;
  bool is_over_ = false;  // with sleep_
};

/// The process's own, joined by the first who asks. Unsupported if the process has left MPI, which can be joined once.
std::shared_ptr<Process> process_of_all();

}  // namespace sparsio
