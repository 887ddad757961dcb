// merge_fixture: what the tests of merging share. Rows that are told apart by their run id and the second they started
// in, files of such rows, and what a merge says that is refused.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.hpp"
#include "disk/temporary_folder_fixture.hpp"
#include "run/schema.hpp"
#include "sweep/merge.hpp"

namespace sparsio {

inline Record row(const std::string& run, const std::string& status, int second, double reads = 7) {
  Record record(run_schema());
  record.set("run", run);
  record.set("status", status);
  record.set("host", "n1");
  record.set("revision", "abc");
  record.set("started", fmt::format("2024-02-29T12:00:{}Z", 10 + second));
  record.set("memory_values", 100.0);
  record.set("reads", reads);
  return record;
}

class Merging : public testing::Test {
 protected:
  std::string put(const std::string& name, std::vector<Record> rows, std::vector<NamedText> facts = {}) {
    Results results;
    for (const Record& one : rows) results.samples.push_back({one.text("run"), 0, 0, 0, one.real("reads")});
    results.runs = std::move(rows);
    results.provenance = std::move(facts);
    write_results(folder_ / name, run_schema(), results);
    return folder_ / name;
  }
  std::string path(const std::string& name) { return folder_ / name; }
  std::string refusal(const std::vector<std::string>& files) {
    try {
      merge_into(path("out.h5"), files, Undecided::refuse);
      return "";
    } catch (const BadInput& error) {
      return error.what();
    }
  }
  TemporaryFolder folder_;
};

}  // namespace sparsio
