#include "disk/hdf5/handle.hpp"

#include <algorithm>

namespace sparsio::hdf5 {
namespace {

herr_t keep_innermost(unsigned depth, const H5E_error2_t* error, void* text) {
  if (depth == 0 && error->desc != nullptr) *static_cast<std::string*>(text) = error->desc;
  return 0;
}

}  // namespace

void silence() {
  // A damaged file or a full disk can leave the library unable to close itself, which it would say at the end of the
  // program. All that is ours is closed by then. Takes effect only before the library's first use.
  [[maybe_unused]] static const herr_t once = H5dont_atexit();
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

int64_t check(int64_t result) {
  if (result >= 0) return result;
  std::string text = "the HDF5 library gives no reason";
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_innermost, &text);
  std::replace(text.begin(), text.end(), '\n', ' ');
  throw Failure(text);
}

Handle open_file(const std::string& path) {
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  check(H5Pset_file_locking(access, 1, 1));  // Lustre and some NFS have no locks
  return Handle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access), H5Fclose);
}

Handle text_type(size_t bytes, H5T_cset_t charset) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  check(H5Tset_size(type, std::max<size_t>(bytes, 1)));
  check(H5Tset_strpad(type, H5T_STR_NULLPAD));
  check(H5Tset_cset(type, charset));
  return type;
}

void write_attribute(hid_t object, const std::string& name, hid_t file, hid_t memory, const void* value) {
  const Handle scalar(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle attribute(H5Acreate2(object, name.c_str(), file, scalar, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  check(H5Awrite(attribute, memory, value));
}

}  // namespace sparsio::hdf5
