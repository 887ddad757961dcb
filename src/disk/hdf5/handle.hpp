// handle: what every user of the HDF5 library (C API) needs: objects that close themselves, and failures with a reason.
// Results (record/hdf5.cpp) and networks (format/h5/network_hdf5.cpp) are its only users.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace sparsio::hdf5 {

/// What the library says went wrong. Its catcher makes a BadInput of it, which names the file.
struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// From now on the library does not print its errors.
void silence();

/// `result`, or a Failure where it is negative.
int64_t check(int64_t result);

/// A library object, closed by the function that its kind needs.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) { check(id); }
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle& operator=(Handle&&) = delete;
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  operator hid_t() const { return id_; }
  /// Closes it now, to hear whether that goes well.
  void close_now() { check(close_(std::exchange(id_, -1))); }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

/// A file that is only read.
Handle open_file(const std::string& path);

/// Texts of a fixed length, filled up with zeros.
Handle text_type(size_t bytes, H5T_cset_t charset);

/// One value at `value`, of type `memory` there and of type `file` in the file.
void write_attribute(hid_t object, const std::string& name, hid_t file, hid_t memory, const void* value);

}  // namespace sparsio::hdf5
