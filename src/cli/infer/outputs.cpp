#include "cli/infer/outputs.hpp"

#include <fmt/format.h>

#include <ostream>

#include "base/plural.hpp"
#include "cli/shared/apart.hpp"
#include "format/outputs.hpp"

namespace sparsio {

void check_outputs(const std::string& path, const Case& one) {
  check_apart(path, files_named(one), "--outputs");
  check_outputs_path(path);
}

void write_outputs(const std::string& path, const CaseResult& result, std::ostream& talk) {
  const std::string& status = result.record.text("status");
  if (status != "ok") {
    talk << fmt::format("not written: {}, the answer is {}\n", path, status);
    return;
  }
  const auto rows = static_cast<uint64_t>(result.record.real("input_count"));
  const auto columns = static_cast<uint32_t>(result.outputs.size() / rows);
  write_outputs(path, rows, columns, result.outputs);
  talk << fmt::format("wrote {}: {} of {}\n", path, plural(columns, "output"), plural(rows, "input"));
}

}  // namespace sparsio
