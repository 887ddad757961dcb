// needs: mpi
#include "mpi/mpi/process.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/error.hpp"
#include "mpi/mpi/library.hpp"
#include "mpi/shared/host.hpp"

namespace sparsio {
namespace {

using Clock = Peers::Clock;

constexpr auto between_answers = std::chrono::milliseconds(20);
constexpr auto between_looks = std::chrono::milliseconds(100);
constexpr auto between_messages = std::chrono::seconds(1);
constexpr int beat_tag = 1;
constexpr int farewell_tag = 2;
constexpr int64_t gone = -1;  // a word of who has said farewell

}  // namespace

Process::Process() {
  int level = MPI_THREAD_SINGLE;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &level);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  MPI_Comm_size(MPI_COMM_WORLD, &size_);
  if (level < MPI_THREAD_SERIALIZED) die("this MPI library cannot be called by two threads in turn");
  MPI_Comm_dup(MPI_COMM_WORLD, &comm_);
  if (size_ == 1) return;
  meet_the_node();
  peers_ = Peers(rank_, size_, silence_limit(), Clock::now());
  watch_ = std::thread([this] { watch(); });
}

Process::~Process() {
  say_farewell();
  // Nobody polls in here: if the others are gone, the alarm ends it.
  alarm(static_cast<unsigned>(peers_.limit().count()) + 1);
  beats_.reset();
  MPI_Comm_free(&comm_);
  MPI_Finalize();
  alarm(0);
}

void Process::die(const std::string& why) const {
  fmt::print(stderr, "sparsio: rank {} on {}: {}\n", rank_, host_name(), why);
  std::fflush(nullptr);
  MPI_Abort(MPI_COMM_WORLD, 1);
  std::_Exit(1);
}

void Process::add(Service* service) {
  in_turn([&] {
    services_.push_back(service);
    is_asked_ = true;
  });
}

void Process::remove(Service* service) {
  in_turn([&] {
    std::erase(services_, service);
    is_asked_ = !services_.empty();
  });
}

void Process::meet_the_node() {
  MPI_Comm node = ranks_of_node(comm_);
  beats_ = std::make_unique<NodeWords>(node);
  int here = 0;
  MPI_Comm_size(node, &here);
  std::vector<int> ranks(static_cast<size_t>(here));
  MPI_Allgather(&rank_, 1, MPI_INT, ranks.data(), 1, MPI_INT, node);
  MPI_Barrier(node);
  MPI_Comm_free(&node);
  place_here_.assign(static_cast<size_t>(size_), -1);
  for (int k = 0; k < here; ++k) place_here_[static_cast<size_t>(ranks[static_cast<size_t>(k)])] = k;
  seen_.assign(static_cast<size_t>(size_), 0);
}

/// Peers on other nodes, with the turn.
uint64_t Process::tell_far_peers(int tag) {
  uint64_t calls = 0;
  for (int peer = peers_.first(); peer <= peers_.last(); ++peer) {
    if (is_here(peer) || (tag == beat_tag && peers_.has_left(peer))) continue;
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Isend(nullptr, 0, MPI_BYTE, peer, tag, comm_, &request);
    MPI_Request_free(&request);
    calls += 2;
  }
  return calls;
}

/// What peers on other nodes have told, with the turn.
uint64_t Process::listen() {
  for (uint64_t calls = 1;; calls += 2) {
    int is_there = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, comm_, &is_there, &status);
    if (is_there == 0) return calls;
    MPI_Recv(nullptr, 0, MPI_BYTE, status.MPI_SOURCE, status.MPI_TAG, comm_, MPI_STATUS_IGNORE);
    peers_.hear(status.MPI_SOURCE, Clock::now());
    if (status.MPI_TAG == farewell_tag) peers_.take_leave_of(status.MPI_SOURCE);
  }
}

void Process::hear_the_node(Peers::Time now) {
  for (int peer = peers_.first(); peer <= peers_.last(); ++peer) {
    if (!is_here(peer)) continue;
    const auto k = static_cast<size_t>(peer);
    const int64_t word = beats_->of(place_here_[k]).load();
    if (word != seen_[k]) peers_.hear(peer, now);
    if (word == gone) peers_.take_leave_of(peer);
    seen_[k] = word;
  }
}

/// With the turn.
void Process::end_if_one_is_dead() {
  if (const int peer = peers_.dead(Clock::now()); peer >= 0)
    die(
        fmt::format("nothing was heard of rank {} for {} s: it died or was stopped; what is finished is kept, the "
                    "same command goes on",
                    peer, peers_.limit().count()));
}

std::unique_lock<std::timed_mutex> Process::turn_of_watch() {
  std::unique_lock<std::timed_mutex> turn(turn_, peers_.limit());
  if (turn) return turn;
  // The library itself hangs, and may not be called while it does.
  fmt::print(stderr, "sparsio: rank {} on {}: MPI gave no answer for {} s\n", rank_, host_name(),
             peers_.limit().count());
  std::_Exit(1);
}

void Process::watch() {
  const bool is_far = std::count(place_here_.begin() + peers_.first(), place_here_.begin() + peers_.last() + 1, -1) > 0;
  auto beat = beats_->of(place_here_[static_cast<size_t>(rank_)]);
  auto next_messages = Clock::now();
  std::unique_lock<std::mutex> sleeping(sleep_);
  const auto pause = [&] { return is_asked_ ? between_answers : between_looks; };
  while (!wake_.wait_for(sleeping, pause(), [&] { return is_over_; })) {
    const auto now = Clock::now();
    peers_.wake(now);
    beat.fetch_add(1);
    hear_the_node(now);
    const bool is_dead = peers_.dead(now) >= 0;
    if (now < next_messages && !is_asked_ && !is_dead) continue;
    const auto turn = turn_of_watch();
    for (Service* service : services_) calls_ += service->answer();
    if (is_dead || now >= next_messages) {
      if (is_far) calls_ += listen() + tell_far_peers(beat_tag);
      next_messages = now + between_messages;
    }
    end_if_one_is_dead();
  }
}

/// No beat may be under way when the library is left: a farewell is each rank's last message to its peers, and
/// messages of one sender do not overtake each other.
void Process::say_farewell() {
  if (!watch_.joinable()) return;
  {
    const std::lock_guard<std::mutex> lock(sleep_);
    is_over_ = true;
  }
  wake_.notify_all();
  watch_.join();
  beats_->of(place_here_[static_cast<size_t>(rank_)]).store(gone);
  in_turn([&] { tell_far_peers(farewell_tag); });
  wait_until([&] {
    listen();
    hear_the_node(Clock::now());
    end_if_one_is_dead();
    return peers_.have_all_left();
  });
}

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

std::shared_ptr<void> hold_mpi() {
  return process_of_all();
}

}  // namespace sparsio
