// error: how Sparsio refuses.
// Two kinds of refusal leave a function: the user gave something wrong (BadInput: the command ends with exit code 1, or
// the case becomes a row with status `error`), or the case is sound but not possible here (Unsupported: a row with
// status `unsupported`). Every message has three parts: the place, what is wrong there, and what would be right.
#pragma once

#include <stdexcept>
#include <string>

namespace sparsio {

/// Input from outside that cannot be used. what() reads "place: what; remedy".
class BadInput : public std::runtime_error {
 public:
  BadInput(const std::string& place, const std::string& what, const std::string& remedy = "");
};

/// A sound case that this engine, build or machine cannot run. what() is one sentence.
class Unsupported : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A case that used up its time. what() names the limit.
class TimeLimit : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace sparsio
