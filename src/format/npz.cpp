// npz: inputs as numpy.savez writes them. Where the archive holds one array it is the inputs, otherwise `array` says
// which is. Models are .npz files, too: those are not read here, `sparsio import` makes networks of them.
#include <fmt/format.h>

#include <algorithm>

#include "disk/text_reader.hpp"
#include "format/format.hpp"
#include "format/npz/zip_file.hpp"
#include "format/shared/npy_inputs.hpp"

namespace sparsio {
namespace {

const Options options{{"array", Type::text, "", "the array that holds the inputs, where the file has several", {}, 4}};

struct NamedArray {
  std::string name;  // as numpy gives it, without .npy
  ZipMember member;
};

std::vector<NamedArray> arrays_in(const std::string& path) {
  std::vector<NamedArray> arrays;
  for (ZipMember& member : list_zip(path)) {
    if (!member.name.ends_with(".npy"))
      throw BadInput(path, fmt::format("holds {}, which is no array", printable(member.name)),
                     "write it with numpy.savez");
    arrays.push_back({member.name.substr(0, member.name.size() - 4), member});
  }
  if (arrays.empty()) throw BadInput(path, "holds no array", "write it with numpy.savez");
  return arrays;
}

std::string names_of(const std::vector<NamedArray>& arrays) {
  constexpr size_t most = 12;
  std::string names;
  for (size_t k = 0; k < std::min(arrays.size(), most); ++k)
    names += fmt::format("{}{}", k == 0 ? "" : " ", printable(arrays[k].name));
  return arrays.size() > most ? names + " ..." : names;
}

const NamedArray& chosen(const std::vector<NamedArray>& arrays, const std::string& name, const std::string& path) {
  if (name.empty()) {
    if (arrays.size() == 1) return arrays.front();
    if (std::any_of(arrays.begin(), arrays.end(), [](const NamedArray& one) { return one.name == "indptr"; }))
      throw BadInput(path, "holds a sparse matrix of scipy",
                     "save X.toarray() with numpy.save, or scipy.io.mmwrite it");
    throw BadInput(path, fmt::format("holds {} arrays: {}", arrays.size(), names_of(arrays)),
                   fmt::format("write npz:path={},array=NAME; if it is a model: sparsio import", path));
  }
  for (const NamedArray& one : arrays)
    if (one.name == name) return one;
  throw BadInput(path, fmt::format("holds no array {}", printable(name)), "have: " + names_of(arrays));
}

Inputs read_inputs(const std::string& path, uint32_t width, const Params& params) {
  const std::vector<NamedArray> arrays = arrays_in(path);
  const NamedArray& array = chosen(arrays, params.text("array"), path);
  NpyReader reader(open_zip_member(path, array.member), array.member.bytes, path + ": array " + printable(array.name));
  return read_npy_inputs(reader, width);
}

const Register<FormatKind> registered{{"inputs as numpy.savez writes them: one matrix of numbers, rows are inputs",
                                       options,
                                       {".npz"},
                                       nullptr,
                                       read_inputs}};

}  // namespace
}  // namespace sparsio
