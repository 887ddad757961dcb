// communicator: the ranks that work together, without a word of MPI.
// What one process does alone and what R processes do together is written once, against this; `alone` answers as the
// only rank, `mpi` asks the library. All functions but rank(), size(), Counter::next(), start(), finish(),
// calls_of_watch() and abort() are collective: every rank calls them, in the same order. Whoever waits sleeps after a
// moment, so that it does not disturb who works; a rank that dies or stops ends all ranks within a time limit
// (`mpi/process.hpp` says how).
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/registry.hpp"

namespace sparsio {

/// A number that the ranks share; each that adds to it sees another value. On one node it is a word of shared memory;
/// over several the first rank answers, at once while it waits in a collective, else within 20 ms: there its watch
/// calls MPI while it computes.
class Counter {
 public:
  /// Closes it; but while an exception unwinds, which the other ranks may know nothing of, only this rank's end.
  virtual ~Counter() = default;
  /// The value before adding.
  virtual int64_t next(int64_t amount = 1) = 0;
  /// Collective, once, the last that is done with it. For whoever leaves in step with the others, exception or not.
  virtual void close() {}
};

template <class Type>
concept Number = std::is_arithmetic_v<Type>;
/// A number, or a record of numbers.
template <class Type>
concept Plain = std::is_trivially_copyable_v<Type>;

/// Numbers that go to another rank, or come from it, and where they lie.
struct Message {
  int rank;
  float* numbers;
  size_t count;
};

class Communicator {
 public:
  Communicator() = default;
  Communicator(const Communicator&) = delete;
  Communicator& operator=(const Communicator&) = delete;
  virtual ~Communicator() = default;

  virtual int rank() const = 0;
  virtual int size() const = 0;
  /// No rank leaves before all have come. A short wait does not sleep: for timing, call it twice, the first takes up
  /// what the ranks are apart.
  virtual void barrier() = 0;
  virtual double max(double value) = 0;
  /// Element by element, in place; all ranks give the same length.
  virtual void sum(std::span<uint64_t> values) = 0;
  uint64_t sum(uint64_t value) {
    sum(std::span(&value, 1));
    return value;
  }
  /// The bytes that rank `from` gave.
  virtual std::string broadcast(std::string bytes, int from) = 0;
  /// The numbers that rank `from` gave.
  template <Number Type>
  std::vector<Type> broadcast(const std::vector<Type>& numbers, int from) {
    std::vector<Type> all;
    append(broadcast(bytes_of(numbers), from), all);
    return all;
  }
  template <Number Type>
  Type broadcast(Type number, int from) {
    const std::string bytes = broadcast(std::string(reinterpret_cast<const char*>(&number), sizeof number), from);
    std::memcpy(&number, bytes.data(), sizeof number);
    return number;
  }
  /// What each rank gave, by rank, at rank `to`; empty elsewhere.
  virtual std::vector<std::string> gather(const std::string& bytes, int to) = 0;
  /// The numbers, or records of numbers, that the ranks gave, those of one rank after those of the other, at rank `to`;
  /// empty elsewhere.
  template <Plain Type>
  std::vector<Type> gather(const std::vector<Type>& numbers, int to) {
    std::vector<Type> all;
    for (const std::string& of_rank : gather(bytes_of(numbers), to)) append(of_rank, all);
    return all;
  }
  /// Begins to receive and to send, and waits for nobody. Who sends a rank several messages is received from as often,
  /// in that order. The memory is the messages' own until finish(), which comes before the next start().
  virtual void start(std::span<const Message> receives, std::span<const Message> sends) = 0;
  virtual void finish() = 0;
  /// Starts at 0.
  virtual std::unique_ptr<Counter> counter() = 0;
  /// The ranks that gave the same color, in the order of their ranks; null where it is negative.
  virtual std::unique_ptr<Communicator> part(int color) = 0;
  /// The ranks on this rank's node.
  virtual std::unique_ptr<Communicator> node() = 0;
  /// How often this process has called MPI beside its ranks' own calls, to watch and to answer others. Each such call
  /// disturbs who computes, so whoever times looks before and after: none while all ranks of the launch are on one
  /// node.
  virtual uint64_t calls_of_watch() const = 0;
  /// Says why and ends all ranks, at once. Alone: BadInput.
  [[noreturn]] virtual void abort(const std::string& why) = 0;

 private:
  template <class Type>
  static std::string bytes_of(const std::vector<Type>& numbers) {
    return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Type)};
  }
  template <class Type>
  static void append(const std::string& bytes, std::vector<Type>& numbers) {
    if (bytes.empty()) return;
    const size_t before = numbers.size();
    numbers.resize(before + bytes.size() / sizeof(Type));
    std::memcpy(numbers.data() + before, bytes.data(), bytes.size());
  }
};

/// A way to be several.
struct CommunicatorKind {
  static constexpr std::string_view kind_name = "communicator";
  std::string_view summary;
  Options options;
  std::unique_ptr<Communicator> (*join)();  // all ranks of the launch; once a process
};

}  // namespace sparsio
