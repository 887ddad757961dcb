#include "sweep/rank_journals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "record/journal.hpp"
#include "sweep/rows.hpp"

namespace sparsio {
namespace {

namespace fs = std::filesystem;

std::string folder_of(const std::string& path) {
  return fs::path(path).replace_extension(".ranks").string();
}

}  // namespace

std::string rank_journal(const std::string& path, int rank) {
  return rank == 0 ? journal_path(path) : fmt::format("{}/rank-{}.journal", folder_of(path), rank);
}

std::vector<std::string> rank_journals(const std::string& path) {
  std::vector<std::string> journals;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder_of(path), ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("rank-") && name.ends_with(".journal")) journals.push_back(entry.path().string());
  }
  std::sort(journals.begin(), journals.end());
  return journals;
}

void make_room_for_ranks(const std::string& path) {
  std::error_code error;
  fs::create_directories(folder_of(path), error);
  if (error) throw BadInput(folder_of(path), "cannot be made: " + error.message(), "make room or give another --out");
}

void check_ranks_have_ended(const std::string& path) {
  for (const std::string& journal : rank_journals(path))
    if (is_being_written(journal))
      throw BeingWritten(journal, "another run is writing this journal", "wait for it or give another --out");
}

void remove_rank_journals(const std::string& path) {
  std::error_code ignored;
  for (const std::string& journal : rank_journals(path)) fs::remove(journal, ignored);
  fs::remove(folder_of(path), ignored);  // if nothing else is in it
}

}  // namespace sparsio
