#include "record/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <thread>
#include <unordered_map>

#include "disk/atomic_file.hpp"
#include "disk/byte_stream.hpp"
#include "disk/digest.hpp"
#include "record/json.hpp"

namespace sparsio {
namespace {

constexpr size_t checksum_digits = 16;
constexpr int most_tries = 20;  // to get the lock
constexpr std::chrono::milliseconds between_tries(10);

std::string line_of(const JournalEvent& event) {
  const std::string json = event_to_json(event);
  return short_digest(json) + " " + json + "\n";
}

std::string header_line() {
  return line_of(JournalHeader{"sparsio", schema_version});
}

/// The JSON of a line without its newline; nothing if the checksum is wrong.
std::optional<std::string_view> checked_json(std::string_view line) {
  if (line.size() <= checksum_digits || line[checksum_digits] != ' ') return std::nullopt;
  const std::string_view json = line.substr(checksum_digits + 1);
  if (line.substr(0, checksum_digits) != short_digest(json)) return std::nullopt;
  return json;
}

[[noreturn]] void refuse_foreign(const std::string& path) {
  throw BadInput(path, "not a journal of Sparsio, or its first line is damaged", "remove it or give another --out");
}

/// The schema version that the journal was begun with.
int64_t check_header(std::string_view line, const std::string& path) {
  const auto json = checked_json(line);
  if (!json) refuse_foreign(path);
  const JournalEvent event = event_from_json(*json, {}, path + ":1");
  const auto* header = std::get_if<JournalHeader>(&event);
  if (header == nullptr || header->program != "sparsio") refuse_foreign(path);
  if (header->schema_version < first_schema)
    throw BadInput(
        path, fmt::format("schema version {}, this program reads {} and newer", header->schema_version, first_schema),
        "give another --out");
  return header->schema_version;
}

[[noreturn]] void refuse_writing(const std::string& path) {
  throw BadInput(path, "cannot be written: " + errno_text(), "make room or give another --out");
}

/// All bytes by one write; several only if the system takes fewer.
bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = write(descriptor, bytes.data(), bytes.size());
    if (done < 0 && errno != EINTR) return false;
    if (done > 0) bytes.remove_prefix(static_cast<size_t>(done));
  }
  return true;
}

/// The bytes up to and with the last newline, 0 if there is none.
off_t whole_lines(int descriptor, off_t size, const std::string& path) {
  std::string block(size_t{1} << 16, '\0');
  off_t end = size;
  while (end > 0) {
    const off_t begin = end > static_cast<off_t>(block.size()) ? end - static_cast<off_t>(block.size()) : 0;
    const auto wanted = static_cast<size_t>(end - begin);
    if (pread(descriptor, block.data(), wanted, begin) != static_cast<ssize_t>(wanted))
      throw BadInput(path, "cannot be read: " + errno_text());
    const size_t newline = std::string_view(block).substr(0, wanted).rfind('\n');
    if (newline != std::string_view::npos) return begin + static_cast<off_t>(newline) + 1;
    end = begin;
  }
  return 0;
}

}  // namespace

Journal::Journal(const std::string& path) : path_(path) {
  struct stat facts {};
  if (stat(path.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode))
    throw BadInput(path, "cannot be written: it is not a regular file", "give another --out");
  while (true) {
    descriptor_ = open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (descriptor_ < 0)
      throw BadInput(path, "cannot be written: " + errno_text(),
                     "give a path in a folder that exists and may be written to");
    try {
      if (lock()) {
        repair();
        return;
      }
    } catch (...) {
      close(descriptor_);
      throw;
    }
    close(descriptor_);
  }
}

Journal::~Journal() {
  close(descriptor_);
}

/// False: whoever held the lock removed the journal before we got it, and what we hold has no name any more.
bool Journal::lock() {
  int tries = 0;
  while (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) break;  // a file system without locks
    // Somebody who looks whether it is being written holds it, too, but lets go at once; a run does not.
    if (++tries == most_tries)
      throw BeingWritten(path_, "another run is writing this journal", "wait for it or give another --out");
    std::this_thread::sleep_for(between_tries);
  }
  struct stat held {};
  struct stat named {};
  if (fstat(descriptor_, &held) != 0) throw BadInput(path_, "cannot be read: " + errno_text());
  return stat(path_.c_str(), &named) == 0 && held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

void Journal::repair() {
  struct stat facts {};
  if (fstat(descriptor_, &facts) != 0) throw BadInput(path_, "cannot be read: " + errno_text());
  const off_t end = whole_lines(descriptor_, facts.st_size, path_);
  const std::string header = header_line();
  if (end > 0) {
    std::ifstream file(path_);
    std::string first;
    std::getline(file, first);
    check_header(first, path_);
  } else {
    // No whole line: only what a torn header leaves is ours to cut off.
    std::string torn(header.size(), '\0');
    const ssize_t got = pread(descriptor_, torn.data(), torn.size(), 0);
    if (got != facts.st_size || !header.starts_with(torn.substr(0, static_cast<size_t>(got)))) refuse_foreign(path_);
  }
  if (end < facts.st_size && ftruncate(descriptor_, end) != 0) refuse_writing(path_);
  if (end == 0) {
    if (!write_all(descriptor_, header)) {
      // Where there is no room for a line, what was made for it goes again.
      const int reason = errno;
      unlink(path_.c_str());
      errno = reason;
      refuse_writing(path_);
    }
    sync_folder_of(path_);  // a new file's name must reach the disk too
  }
  if (fsync(descriptor_) != 0) refuse_writing(path_);
}

void Journal::append(const JournalEvent& event) {
  const off_t before = lseek(descriptor_, 0, SEEK_END);
  if (write_all(descriptor_, line_of(event)) && fsync(descriptor_) == 0) return;
  // Half a line must not stay in front of the next one. If even this fails, the checksum tells.
  const int reason = errno;
  [[maybe_unused]] const int ignored = ftruncate(descriptor_, before);
  errno = reason;
  refuse_writing(path_);
}

void Journal::started(const std::string& run, const std::string& place) {
  append(StartedCase{run, place});
}

void Journal::round(const RoundOfCase& one) {
  append(one);
}

void Journal::finished(const std::string& run, const Record& record, const std::vector<Sample>& samples) {
  for (const Sample& sample : samples)
    if (sample.run != run)
      throw std::logic_error(fmt::format("a sample of run {} in the journal of {}", sample.run, run));
  append(FinishedCase{run, record, samples});
}

JournalContents read_journal(const std::string& path, const Schema& schema) {
  JournalContents contents;
  std::error_code error;
  if (!std::filesystem::exists(path, error) && !error) return contents;
  open_packed(path);  // for its message, if the path cannot be opened
  std::ifstream file(path, std::ios::binary);
  std::unordered_map<std::string, size_t> index;
  std::string line;
  for (uint64_t number = 1; std::getline(file, line) && !file.eof(); ++number) {  // eof: no newline, a torn line
    if (number == 1) {
      contents.schema_version = check_header(line, path);
      continue;
    }
    const auto json = checked_json(line);
    if (!json) {
      ++contents.bad_lines;
      continue;
    }
    JournalEvent event = event_from_json(*json, schema, fmt::format("{}:{}", path, number));
    if (const auto* started = std::get_if<StartedCase>(&event)) ++contents.unfinished[started->run];
    if (auto* round = std::get_if<RoundOfCase>(&event)) {
      contents.unfinished.erase(round->run);  // it has got further since it was started
      std::vector<RoundOfCase>& rounds = contents.rounds[round->run];
      if (round->round == 0) rounds.clear();  // begun anew
      if (round->round == static_cast<int64_t>(rounds.size())) rounds.push_back(std::move(*round));
    }
    if (auto* finished = std::get_if<FinishedCase>(&event)) {
      contents.unfinished.erase(finished->run);
      contents.rounds.erase(finished->run);
      const auto [at, is_new] = index.try_emplace(finished->run, contents.finished.size());
      if (is_new)
        contents.finished.push_back(std::move(*finished));
      else
        contents.finished[at->second] = std::move(*finished);
    }
  }
  if (file.bad()) throw BadInput(path, "cannot be read: " + errno_text());
  return contents;
}

bool is_being_written(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool is_locked = flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  close(descriptor);  // gives the lock back
  return is_locked;
}

}  // namespace sparsio
