// The only file that knows how the HDF5 library keeps results.
// Rows travel in blocks of one chunk, so that memory does not grow with the table. The library never writes to disk: it
// builds the file in memory (rows are packed by then) and AtomicFile writes the bytes, so a full disk is one clear
// error.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>

#include "base/error.hpp"
#include "base/utc_time.hpp"
#include "disk/atomic_file.hpp"
#include "disk/hdf5/handle.hpp"
#include "disk/seal.hpp"
#include "record/results.hpp"
#include "record/row_layout.hpp"

namespace sparsio {
namespace {

using hdf5::check, hdf5::Failure, hdf5::Handle, hdf5::open_file, hdf5::silence, hdf5::text_type, hdf5::write_attribute;

constexpr size_t chunk_bytes = size_t{1} << 18;
constexpr unsigned gzip_level = 3;
constexpr size_t longest_attribute = 4096;        // HDF5 takes 64 KiB at most
constexpr size_t longest_text = size_t{1} << 28;  // more than that is damage
constexpr size_t longest_cell = size_t{1} << 16;  // likewise

void write_text(hid_t object, const std::string& name, std::string_view value) {
  const Handle type = text_type(value.size(), H5T_CSET_UTF8);
  const char* bytes = value.empty() ? "" : value.data();
  if (value.size() <= longest_attribute) return write_attribute(object, name, type, type, bytes);
  const Handle scalar(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle dataset(H5Dcreate2(object, name.c_str(), type, scalar, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Dclose);
  check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes));
}

std::string read_text(const Handle& type, const std::string& name, const std::function<herr_t(hid_t, void*)>& read) {
  if (H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) != 0)
    throw Failure(fmt::format("'{}' is not a text of fixed length", name));
  const size_t size = H5Tget_size(type);
  if (size > longest_text) throw Failure(fmt::format("'{}' has {} bytes", name, size));
  std::string bytes(size, '\0');
  check(read(type, bytes.data()));
  return unpadded_text(bytes.data(), size);
}

std::string read_attribute(hid_t object, const std::string& name) {
  const Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
  return read_text(Handle(H5Aget_type(attribute), H5Tclose), name,
                   [&](hid_t type, void* bytes) { return H5Aread(attribute, type, bytes); });
}

/// The type of a row as it lies in memory and in the file. `names` and `charsets`: those of the columns in the file;
/// empty: as the program writes them.
Handle row_type(const Schema& schema, const RowLayout& layout, const std::vector<std::string>& names = {},
                const std::vector<H5T_cset_t>& charsets = {}) {
  Handle compound(H5Tcreate(H5T_COMPOUND, layout.row_bytes), H5Tclose);
  for (size_t column = 0; column < schema.size(); ++column) {
    if (!layout.has(column)) continue;
    const Handle text = text_type(layout.bytes[column], charsets.empty() ? H5T_CSET_UTF8 : charsets[column]);
    const hid_t member = schema[column].type == Type::text      ? static_cast<hid_t>(text)
                         : schema[column].type == Type::integer ? H5T_STD_I64LE
                                                                : H5T_IEEE_F64LE;
    const std::string& name = names.empty() ? schema[column].name : names[column];
    check(H5Tinsert(compound, name.c_str(), layout.offset[column], member));
  }
  return compound;
}

using FillRow = std::function<void(size_t row, const RowLayout& layout, char* bytes)>;
using TakeRow =
    std::function<void(const std::shared_ptr<const Schema>& schema, const RowLayout& layout, const char* bytes)>;

/// Blocks of at most `block` rows of a table of `rows`, each with a selection of its part of the file.
void for_each_block(hid_t dataset, hsize_t rows, hsize_t block,
                    const std::function<void(hsize_t first, hsize_t count, hid_t memory, hid_t file)>& visit) {
  for (hsize_t first = 0; first < rows; first += block) {
    const hsize_t count = std::min(block, rows - first);
    const Handle memory(H5Screate_simple(1, &count, nullptr), H5Sclose);
    const Handle file(H5Dget_space(dataset), H5Sclose);
    check(H5Sselect_hyperslab(file, H5S_SELECT_SET, &first, nullptr, &count, nullptr));
    visit(first, count, memory, file);
  }
}

void write_table(hid_t file, const char* name, const Schema& schema, hsize_t rows, const FillRow& fill) {
  const RowLayout layout(schema);
  const Handle type = row_type(schema, layout);
  const hsize_t unlimited = H5S_UNLIMITED;
  const hsize_t block = std::clamp<hsize_t>(chunk_bytes / layout.row_bytes, 1, 4096);
  const Handle space(H5Screate_simple(1, &rows, &unlimited), H5Sclose);
  const Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  check(H5Pset_chunk(creation, 1, &block));
  check(H5Pset_deflate(creation, gzip_level));
  const Handle dataset(H5Dcreate2(file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT), H5Dclose);
  for (const Column& column : schema) {
    write_text(dataset, column.name + ".unit", column.unit);
    write_text(dataset, column.name + ".help", column.help);
    write_text(dataset, column.name + ".nature", nature_name(column.nature));
    for (const auto& [what, said] : std::initializer_list<std::pair<const char*, std::string_view>>{
             {".identity", identity_name(column.identity)},
             {".short", column.short_name},
             {".fallback", column.fallback},
             {".chosen_from", column.chosen_from},
             {".cost", column.is_cost ? "yes" : ""},
             {".determined", column.is_determined ? "yes" : ""},
             {".published", column.is_published ? "yes" : ""}})
      if (!said.empty()) write_text(dataset, column.name + what, said);
  }
  std::vector<char> bytes(block * layout.row_bytes);
  for_each_block(dataset, rows, block, [&](hsize_t first, hsize_t count, hid_t memory, hid_t selection) {
    for (hsize_t row = 0; row < count; ++row) fill(first + row, layout, bytes.data() + row * layout.row_bytes);
    check(H5Dwrite(dataset, type, memory, selection, H5P_DEFAULT, bytes.data()));
  });
}

/// How the columns of a table in a file are read into rows: by their names.
struct ReadPlan {
  std::shared_ptr<const Schema> schema;  // the program's columns, then those of the file that it does not know
  std::vector<H5T_cset_t> charsets;      // of texts in the file, which the library does not convert
  std::vector<std::string> names;        // in the file, an entry a column of the schema; empty: it is not there
  std::vector<size_t> text_bytes;        // likewise; 0: it is not there
};

/// `name` with what the file says of it; nothing where the program has no cell for such values.
std::optional<Column> surplus_column(hid_t dataset, const Handle& type, const std::string& name) {
  Column column{name, Type::integer, 0, "", ""};
  const H5T_class_t kind = H5Tget_class(type);
  if (kind != H5T_INTEGER && kind != H5T_FLOAT && kind != H5T_STRING) return std::nullopt;
  if (kind == H5T_FLOAT) column.type = Type::real;
  if (kind == H5T_STRING) {
    column.type = Type::text;
    column.width = static_cast<uint32_t>(H5Tget_size(type));
  }
  const auto said = [&](const char* what) {
    const std::string attribute = name + what;
    return H5Aexists(dataset, attribute.c_str()) > 0 ? read_attribute(dataset, attribute) : std::string();
  };
  column.unit = said(".unit");
  column.help = said(".help");
  column.nature = nature_named(said(".nature"));
  column.identity = identity_named(said(".identity"));
  column.short_name = said(".short");
  column.fallback = said(".fallback");
  column.chosen_from = said(".chosen_from");
  column.is_cost = said(".cost") == "yes";
  column.is_determined = said(".determined") == "yes";
  column.is_published = said(".published") == "yes";
  return column;
}

Handle member_type(const Handle& type, int member, const char* table) {
  Handle found(H5Tget_member_type(type, static_cast<unsigned>(member)), H5Tclose);
  if (H5Tget_size(found) > longest_cell)
    throw Failure(fmt::format("a column of /{} has {} bytes a row", table, H5Tget_size(found)));
  return found;
}

/// Failure where a column is of another type than `schema` says, or of one that there are no cells for.
ReadPlan plan_of(hid_t dataset, const char* table, const Schema& schema) {
  const Handle type(H5Dget_type(dataset), H5Tclose);
  if (H5Tget_class(type) != H5T_COMPOUND) throw Failure(fmt::format("/{} is not a table", table));
  ReadPlan plan;
  std::set<std::string> known;
  for (const Column& column : schema) {
    std::string name = column.name;
    int member = H5Tget_member_index(type, name.c_str());
    if (!column.former.empty()) known.insert(column.former);
    if (member < 0 && !column.former.empty()) {
      name = column.former;
      member = H5Tget_member_index(type, name.c_str());
    }
    known.insert(column.name);
    plan.names.push_back(member < 0 ? "" : name);
    plan.text_bytes.push_back(0);
    plan.charsets.push_back(H5T_CSET_UTF8);
    if (member < 0) continue;
    const Handle found = member_type(type, member, table);
    const H5T_class_t wanted = column.type == Type::integer ? H5T_INTEGER
                               : column.type == Type::real  ? H5T_FLOAT
                                                            : H5T_STRING;
    if (H5Tget_class(found) != wanted || H5Tis_variable_str(found) > 0)
      throw Failure(fmt::format("column '{}' of /{} is not of type {}", name, table, type_name(column.type)));
    plan.text_bytes.back() = H5Tget_size(found);
    if (column.type == Type::text) plan.charsets.back() = H5Tget_cset(found);
  }
  if (plan.names.front().empty()) throw Failure(fmt::format("/{} lacks the column '{}'", table, schema[0].name));
  Schema surplus;
  for (int member = 0; member < H5Tget_nmembers(type); ++member) {
    const std::unique_ptr<char, herr_t (*)(void*)> name(H5Tget_member_name(type, static_cast<unsigned>(member)),
                                                        H5free_memory);
    if (known.count(name.get()) > 0) continue;
    const Handle found = member_type(type, member, table);
    std::optional<Column> column = surplus_column(dataset, found, name.get());
    if (!column || H5Tis_variable_str(found) > 0)
      throw Failure(
          fmt::format("column '{}' of /{} is neither a number nor a text of fixed length", name.get(), table));
    plan.names.push_back(column->name);
    plan.text_bytes.push_back(H5Tget_size(found));
    plan.charsets.push_back(column->type == Type::text ? H5Tget_cset(found) : H5T_CSET_UTF8);
    surplus.push_back(std::move(*column));
  }
  plan.schema =
      surplus.empty() ? std::shared_ptr<const Schema>(std::shared_ptr<void>(), &schema) : schema_with(schema, surplus);
  return plan;
}

/// Rows of an open table. Failure if parts of them are not in the file, which would be read as zeros.
hsize_t checked_rows(hid_t dataset, const char* name) {
  const Handle space(H5Dget_space(dataset), H5Sclose);
  if (H5Sget_simple_extent_ndims(space) != 1) throw Failure(fmt::format("/{} is not a list of rows", name));
  hsize_t rows = 0;
  check(H5Sget_simple_extent_dims(space, &rows, nullptr));
  const Handle creation(H5Dget_create_plist(dataset), H5Pclose);
  if (H5Pget_layout(creation) != H5D_CHUNKED) return rows;
  hsize_t chunk_rows = 0;
  hsize_t chunks = 0;
  check(H5Pget_chunk(creation, 1, &chunk_rows));
  check(H5Dget_num_chunks(dataset, space, &chunks));
  if (chunk_rows == 0 || chunks != rows / chunk_rows + (rows % chunk_rows != 0 ? 1 : 0))
    throw Failure(fmt::format("/{} says it has {} rows, but they are not all there", name, rows));
  return rows;
}

void read_table(hid_t file, const char* name, const Schema& schema, const TakeRow& take_row) {
  const Handle dataset(H5Dopen2(file, name, H5P_DEFAULT), H5Dclose);
  const ReadPlan plan = plan_of(dataset, name, schema);
  const RowLayout layout(*plan.schema, plan.text_bytes);
  const Handle type = row_type(*plan.schema, layout, plan.names, plan.charsets);
  const hsize_t rows = checked_rows(dataset, name);
  const hsize_t block = std::clamp<hsize_t>(chunk_bytes / layout.row_bytes, 1, 4096);
  std::vector<char> bytes(block * layout.row_bytes);
  for_each_block(dataset, rows, block, [&](hsize_t, hsize_t count, hid_t memory, hid_t selection) {
    check(H5Dread(dataset, type, memory, selection, H5P_DEFAULT, bytes.data()));
    for (hsize_t row = 0; row < count; ++row) take_row(plan.schema, layout, bytes.data() + row * layout.row_bytes);
  });
}

herr_t add_attribute_name(hid_t, const char* name, const H5A_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

herr_t add_link_name(hid_t, const char* name, const H5L_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

std::vector<NamedText> read_provenance(hid_t file) {
  const Handle group(H5Gopen2(file, "provenance", H5P_DEFAULT), H5Gclose);
  std::vector<std::string> attributes;
  std::vector<std::string> links;
  check(H5Aiterate2(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, add_attribute_name, &attributes));
  check(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, add_link_name, &links));
  std::vector<NamedText> facts;
  facts.reserve(attributes.size() + links.size());
  for (const std::string& name : attributes) facts.emplace_back(name, read_attribute(group, name));
  for (const std::string& name : links) {
    const Handle dataset(H5Dopen2(group, name.c_str(), H5P_DEFAULT), H5Dclose);
    const Handle space(H5Dget_space(dataset), H5Sclose);
    if (H5Sget_simple_extent_npoints(space) != 1) throw Failure(fmt::format("'{}' is not a single text", name));
    facts.emplace_back(name, read_text(Handle(H5Dget_type(dataset), H5Tclose), name, [&](hid_t type, void* bytes) {
                         return H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes);
                       }));
  }
  std::sort(facts.begin(), facts.end());
  return facts;
}

void write_provenance(hid_t file, std::vector<NamedText> facts) {
  std::sort(facts.begin(), facts.end());
  const Handle group(H5Gcreate2(file, "provenance", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose);
  for (size_t k = 0; k < facts.size(); ++k) {
    const std::string& name = facts[k].first;
    if (name.empty() || name == "." || name.find('/') != std::string::npos)
      throw std::logic_error(fmt::format("'{}' cannot be the name of a provenance text", name));
    if (k > 0 && facts[k - 1].first == name) throw std::logic_error(fmt::format("provenance has '{}' twice", name));
    write_text(group, name, facts[k].second);
  }
}

void write_header(hid_t file) {
  write_attribute(file, "schema_version", H5T_STD_I32LE, H5T_NATIVE_INT, &schema_version);
  write_text(file, "program", "sparsio");
  write_text(file, "created", utc_time());
}

/// The schema version of the file.
int check_header(hid_t file, const std::string& path) {
  const bool is_ours = H5Aexists(file, "program") > 0 && H5Aexists(file, "schema_version") > 0 &&
                       read_attribute(file, "program") == "sparsio";
  if (!is_ours) throw BadInput(path, "an HDF5 file, but not results of Sparsio", "give another file");
  const Handle attribute(H5Aopen(file, "schema_version", H5P_DEFAULT), H5Aclose);
  int version = 0;
  check(H5Aread(attribute, H5T_NATIVE_INT, &version));
  if (version < first_schema)
    throw BadInput(path, fmt::format("schema version {}, this program reads {} and newer", version, first_schema),
                   "give another file");
  return version;
}

/// The bytes of an open file that lives in memory.
std::string file_image(hid_t file) {
  check(H5Fflush(file, H5F_SCOPE_GLOBAL));
  std::string bytes(static_cast<size_t>(check(H5Fget_file_image(file, nullptr, 0))), '\0');
  check(H5Fget_file_image(file, bytes.data(), bytes.size()));
  return bytes;
}

}  // namespace

Results read_results(const std::string& path, const Schema& schema) {
  check_seal(path);
  silence();
  if (H5Fis_hdf5(path.c_str()) <= 0) throw BadInput(path, "not an HDF5 file", "give a file that `run --out` wrote");
  try {
    const Handle file = open_file(path);
    Results results;
    results.schema_version = check_header(file, path);
    if (const std::string warning = newer_schema_warning(path, results.schema_version); !warning.empty())
      results.warnings.push_back(warning);
    read_table(file, "runs", schema,
               [&](const std::shared_ptr<const Schema>& found, const RowLayout& layout, const char* bytes) {
                 results.runs.push_back(unpacked_run(found, layout, bytes));
               });
    read_table(file, "samples", sample_schema(),
               [&](const std::shared_ptr<const Schema>&, const RowLayout& layout, const char* bytes) {
                 results.samples.push_back(unpacked_sample(layout, bytes));
               });
    results.provenance = read_provenance(file);
    return results;
  } catch (const Failure& failure) {
    throw BadInput(path, fmt::format("cannot be read as results: {}", failure.what()),
                   "the file is damaged or from another version of Sparsio; give another file");
  }
}

void write_results(const std::string& path, const Schema& schema, const Results& results) {
  for (const Sample& sample : results.samples)
    if (sample.run.size() > sample_schema()[0].width) throw std::logic_error("run id longer than 32 bytes");
  const std::shared_ptr<const Schema> all = schema_of(results.runs, schema);
  silence();
  try {
    AtomicFile out(path);
    const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    check(H5Pset_fapl_core(access, size_t{1} << 22, 0));
    // The library looks whether there is a file of this name; there is none, and none will be.
    const Handle file(H5Fcreate(name_beside(path).c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access), H5Fclose);
    write_header(file);
    write_table(file, "runs", *all, results.runs.size(), [&](size_t row, const RowLayout& layout, char* bytes) {
      pack_run(results.runs[row], *all, layout, bytes);
    });
    write_table(
        file, "samples", sample_schema(), results.samples.size(),
        [&](size_t row, const RowLayout& layout, char* bytes) { pack_sample(results.samples[row], layout, bytes); });
    write_provenance(file, results.provenance);
    const std::string image = file_image(file);
    out.write(image);
    out.write(seal(image));
    out.finish();
  } catch (const Failure& failure) {
    throw BadInput(path, fmt::format("cannot be written: {}", failure.what()));
  }
}

}  // namespace sparsio
