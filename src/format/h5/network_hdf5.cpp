// The only file that knows how the HDF5 library keeps networks and inputs.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/error.hpp"
#include "disk/atomic_file.hpp"
#include "disk/byte_stream.hpp"
#include "disk/gzip_stream.hpp"
#include "disk/hdf5/handle.hpp"
#include "disk/partial_files.hpp"
#include "format/h5/array_file.hpp"

namespace sparsio {
namespace {

using hdf5::check, hdf5::Failure, hdf5::Handle, hdf5::open_file, hdf5::silence, hdf5::text_type, hdf5::write_attribute;

constexpr std::string_view seal_name = "sparsio-crc32 ";
constexpr size_t seal_bytes = seal_name.size() + 8 + 1;
constexpr size_t longest_fact = 256;

/// How values of a type lie in the file and in memory.
struct Stored {
  explicit Stored(uint8_t) : file(H5T_STD_U8LE), memory(H5T_NATIVE_UINT8) {}
  explicit Stored(uint32_t) : file(H5T_STD_U32LE), memory(H5T_NATIVE_UINT32) {}
  explicit Stored(uint64_t) : file(H5T_STD_U64LE), memory(H5T_NATIVE_UINT64) {}
  explicit Stored(float) : file(H5T_IEEE_F32LE), memory(H5T_NATIVE_FLOAT) {}

  hid_t file;
  hid_t memory;
};

template <class Value>
void write_array(hid_t file, const std::string& name, std::span<const hsize_t> shape, std::span<const Value> values) {
  const Handle space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose);
  const Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  check(H5Pset_create_intermediate_group(links, 1));
  Handle dataset(H5Dcreate2(file, name.c_str(), Stored(Value()).file, space, links, H5P_DEFAULT, H5P_DEFAULT),
                 H5Dclose);
  if (!values.empty()) check(H5Dwrite(dataset, Stored(Value()).memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()));
  dataset.close_now();
}

template <class Value>
void read_array(hid_t file, const std::string& name, uint64_t file_bytes, std::vector<Value>& values) {
  const Handle dataset(H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose);
  const Handle type(H5Dget_type(dataset), H5Tclose);
  if (check(H5Tequal(type, Stored(Value()).file)) == 0) throw Failure(fmt::format("'{}' is of another type", name));
  const Handle creation(H5Dget_create_plist(dataset), H5Pclose);
  if (H5Pget_layout(creation) != H5D_CONTIGUOUS || H5Pget_external_count(creation) != 0)
    throw Failure(fmt::format("'{}' does not lie contiguous in the file", name));
  const Handle space(H5Dget_space(dataset), H5Sclose);
  if (H5Sget_simple_extent_ndims(space) != 1) throw Failure(fmt::format("'{}' is not a list", name));
  hsize_t size = 0;
  check(H5Sget_simple_extent_dims(space, &size, nullptr));
  if (size > file_bytes / sizeof(Value) || (size > 0 && H5Dget_storage_size(dataset) != size * sizeof(Value)))
    throw Failure(fmt::format("'{}' says it has {} values, but they are not in the file", name, size));
  values.resize(size);
  if (size > 0) check(H5Dread(dataset, Stored(Value()).memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()));
}

uint64_t size_of(const std::string& path) {
  struct stat facts {};
  return stat(path.c_str(), &facts) == 0 ? static_cast<uint64_t>(facts.st_size) : 0;
}

/// The seal of the first `bytes` bytes, read in blocks; what follows them goes to `rest`.
std::string seal_of(const std::string& path, uint64_t bytes, std::string& rest) {
  const auto file = open_packed(path);
  std::string block(size_t{1} << 16, '\0');
  uint32_t checksum = 0;
  while (const size_t got = file->read(block.data(), block.size())) {
    const size_t mine = std::min<uint64_t>(got, bytes);
    checksum = crc32_of(checksum, {block.data(), mine});
    bytes -= mine;
    rest.append(block, mine, got - mine);
  }
  return fmt::format("{}{:08x}\n", seal_name, checksum);
}

void check_seal(const std::string& path) {
  const uint64_t size = size_of(path);
  std::string found;
  const std::string wanted = seal_of(path, size < seal_bytes ? 0 : size - seal_bytes, found);
  if (size < seal_bytes || !found.starts_with(seal_name) || found.back() != '\n')
    throw BadInput(path, "the last line is not a checksum: truncated, or no network or inputs of Sparsio",
                   "write it with `sparsio convert` or analysis/import_network.py");
  if (found != wanted)
    throw BadInput(path, "damaged: its bytes are not those that were written", "fetch or write it again");
}

[[noreturn]] void refuse_reading(const std::string& path, const Failure& failure) {
  throw BadInput(path, fmt::format("cannot be read as a network or inputs: {}", failure.what()),
                 "write it with `sparsio convert` or analysis/import_network.py");
}

}  // namespace

struct ArrayWriter::State {
  std::string path;
  std::string temporary;
  Handle file;
};

struct ArrayReader::State {
  std::string path;
  uint64_t bytes;
  Handle file;

  template <class Work>
  auto guarded(Work&& work) const {
    try {
      return work();
    } catch (const Failure& failure) {
      refuse_reading(path, failure);
    }
  }
};

namespace {

[[noreturn]] void refuse_writing(const std::string& path, const std::string& reason) {
  const bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
  throw BadInput(path, fmt::format("cannot be written: {}", full ? errno_text() : reason),
                 full ? "make room or write elsewhere" : "");
}

template <class Work>
void write_guarded(const std::string& path, Work&& work) {
  errno = 0;
  try {
    work();
  } catch (const Failure& failure) {
    refuse_writing(path, failure.what());
  }
}

}  // namespace

ArrayWriter::ArrayWriter(const std::string& path) {
  silence();
  const AtomicFile probe(path);  // refuses what cannot be written, and leaves nothing
  const std::string temporary = name_beside(path);
  note_partial_file(temporary);
  write_guarded(path, [&] {
    state_ = std::make_unique<State>(
        State{path, temporary, Handle(H5Fcreate(temporary.c_str(), H5F_ACC_EXCL, H5P_DEFAULT, H5P_DEFAULT), H5Fclose)});
  });
}

ArrayWriter::~ArrayWriter() {
  if (!state_) return;
  unlink(state_->temporary.c_str());
  forget_partial_file(state_->temporary);
}

void ArrayWriter::fact(const std::string& name, std::string_view text) {
  write_guarded(state_->path, [&] {
    const Handle type = text_type(text.size(), H5T_CSET_ASCII);
    write_attribute(state_->file, name, type, type, text.empty() ? "" : text.data());
  });
}

void ArrayWriter::fact(const std::string& name, uint64_t number) {
  write_guarded(state_->path, [&] { write_attribute(state_->file, name, H5T_STD_U64LE, H5T_NATIVE_UINT64, &number); });
}

template <class Value>
void ArrayWriter::array(const std::string& name, std::span<const Value> values) {
  const hsize_t size = values.size();
  write_guarded(state_->path, [&] { write_array(state_->file, name, {&size, 1}, values); });
}
template void ArrayWriter::array(const std::string&, std::span<const uint8_t>);
template void ArrayWriter::array(const std::string&, std::span<const uint32_t>);
template void ArrayWriter::array(const std::string&, std::span<const uint64_t>);
template void ArrayWriter::array(const std::string&, std::span<const float>);

void ArrayWriter::matrix(const std::string& name, uint64_t rows, uint64_t columns, std::span<const float> values) {
  const std::array<hsize_t, 2> shape = {rows, columns};
  write_guarded(state_->path, [&] { write_array<float>(state_->file, name, shape, values); });
}

void ArrayWriter::finish() {
  const std::string path = state_->path;
  const std::string temporary = state_->temporary;
  write_guarded(path, [&] { state_->file.close_now(); });
  std::string rest;
  const std::string seal = seal_of(temporary, UINT64_MAX, rest);
  const int descriptor = open(temporary.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  errno = 0;
  const bool written =
      descriptor >= 0 && write(descriptor, seal.data(), seal.size()) == static_cast<ssize_t>(seal.size());
  const int reason = errno;
  if (descriptor >= 0) close(descriptor);
  errno = reason;
  if (!written) refuse_writing(path, "the checksum does not fit");
  move_into_place(temporary, path);
  state_.reset();
}

ArrayReader::ArrayReader(const std::string& path) {
  check_seal(path);
  silence();
  try {
    state_ = std::make_unique<State>(State{path, size_of(path), open_file(path)});
  } catch (const Failure& failure) {
    refuse_reading(path, failure);
  }
}

ArrayReader::~ArrayReader() = default;

uint64_t ArrayReader::bytes() const {
  return state_->bytes;
}

std::string ArrayReader::text(const std::string& name) const {
  return state_->guarded([&] {
    const Handle attribute(H5Aopen(state_->file, name.c_str(), H5P_DEFAULT), H5Aclose);
    const Handle type(H5Aget_type(attribute), H5Tclose);
    const Handle space(H5Aget_space(attribute), H5Sclose);
    if (H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) != 0 || H5Sget_simple_extent_npoints(space) != 1)
      throw Failure(fmt::format("'{}' is not a text of fixed length", name));
    const size_t size = H5Tget_size(type);
    if (size > longest_fact) throw Failure(fmt::format("'{}' has {} bytes", name, size));
    std::string bytes(size, '\0');
    check(H5Aread(attribute, type, bytes.data()));
    return bytes.substr(0, bytes.find('\0'));
  });
}

uint64_t ArrayReader::number(const std::string& name) const {
  return state_->guarded([&] {
    const Handle attribute(H5Aopen(state_->file, name.c_str(), H5P_DEFAULT), H5Aclose);
    const Handle type(H5Aget_type(attribute), H5Tclose);
    const Handle space(H5Aget_space(attribute), H5Sclose);
    if (H5Tget_class(type) != H5T_INTEGER || H5Sget_simple_extent_npoints(space) != 1)
      throw Failure(fmt::format("'{}' is not a number", name));
    uint64_t number = 0;
    check(H5Aread(attribute, H5T_NATIVE_UINT64, &number));
    return number;
  });
}

template <class Value>
void ArrayReader::read(const std::string& name, std::vector<Value>& values) const {
  state_->guarded([&] { read_array(state_->file, name, state_->bytes, values); });
}
template void ArrayReader::read(const std::string&, std::vector<uint8_t>&) const;
template void ArrayReader::read(const std::string&, std::vector<uint32_t>&) const;
template void ArrayReader::read(const std::string&, std::vector<uint64_t>&) const;
template void ArrayReader::read(const std::string&, std::vector<float>&) const;

std::string array_file_seal(std::string_view bytes) {
  return fmt::format("{}{:08x}\n", seal_name, crc32_of(0, bytes));
}

}  // namespace sparsio
