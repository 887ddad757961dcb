// Results survive the disk bit for bit, pandas opens them, and what is not ours is refused in words.
#include "record/results.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <memory>

#include "disk/seal.hpp"
#include "record/json.hpp"
#include "record/record_fixture.hpp"

namespace sparsio {
namespace {

using ResultsTest = RecordFolder;

Results random_results(RandomStream& random, uint64_t rows) {
  Results results;
  for (uint64_t row = 0; row < rows; ++row) {
    results.runs.push_back(random_record(random));
    for (const Sample& sample : random_samples(random, results.runs.back().text("run")))
      results.samples.push_back(sample);
  }
  results.provenance = {{"git.revision", "unknown"}, {"config.text", std::string(70000, 'x') + "é\n"}, {"empty", ""}};
  return results;
}

void expect_same(const Results& found, const Results& wanted) {
  ASSERT_EQ(found.runs.size(), wanted.runs.size());
  for (size_t row = 0; row < wanted.runs.size(); ++row) EXPECT_TRUE(same(found.runs[row], wanted.runs[row])) << row;
  EXPECT_EQ(found.samples, wanted.samples);
  std::vector<NamedText> sorted = wanted.provenance;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(found.provenance, sorted);
}

/// What a command prints, both streams.
std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen((command + " 2>&1").c_str(), "r"), pclose);
  std::string text;
  char block[4096];
  while (const size_t got = fread(block, 1, sizeof block, pipe.get())) text.append(block, got);
  return text;
}

/// The python that has what is needed, or why there is none.
std::string python_lacks(const std::string& modules) {
  return output_of("/usr/bin/python3 -c 'import " + modules + "'");
}

TEST_F(ResultsTest, RandomRowsSurvive) {
  RandomStream random(10, 0);
  for (const uint64_t rows : {0, 1, 7, 3000}) {
    const Results results = random_results(random, rows);
    write_results(path("r.h5"), test_schema(), results);
    expect_same(read_results(path("r.h5"), test_schema()), results);
    EXPECT_EQ(files(), 1U);
  }
}

TEST_F(ResultsTest, PandasOpensRunsAndSamples) {
  if (const std::string lacks = python_lacks("pandas, tables, h5py"); !lacks.empty())
    GTEST_SKIP() << "needs /usr/bin/python3 with pandas, PyTables and h5py: " << lacks;
  Results results;
  for (int row = 0; row < 3; ++row) {
    Record run(test_schema());
    run.set("run", std::string(32, static_cast<char>('a' + row)));
    run.set("status", "ok");
    run.set("error", row == 1 ? "é漢 \xff" : "");
    run.set("reads", row);
    if (row != 2) run.set("seconds", row + 0.5);
    results.runs.push_back(run);
    results.samples.push_back({run.text("run"), row, 0, 1, 0.25});
  }
  results.provenance = {{"a.b", "é"}, {"long", std::string(70000, 'x')}};
  write_results(path("r.h5"), test_schema(), results);
  write_results(path("empty.h5"), test_schema(), {});
  write_bytes(path("check.py"), R"(
import sys, warnings
warnings.simplefilter("error")
import h5py, pandas, tables
warnings.simplefilter("always")
runs = pandas.read_hdf(sys.argv[1], "runs")
assert list(runs.columns) == "run status error reads seconds letter ratio".split(), runs.columns
assert list(runs.run) == [letter * 32 for letter in "abc"], runs.run
assert list(runs.status) == ["ok"] * 3
assert list(runs.error) == ["", "é漢 \ufffd", ""], list(runs.error)
assert list(runs.reads) == [0, 1, 2] and runs.reads.dtype == "int64"
assert list(runs.seconds[:2]) == [0.5, 1.5] and runs.seconds.isna()[2] and runs.ratio.isna().all()
samples = pandas.read_hdf(sys.argv[1], "samples")
assert list(samples.columns) == "run repetition rank thread seconds round began baseline_seconds".split()
assert list(samples.repetition) == [0, 1, 2] and list(samples.seconds) == [0.25] * 3
assert list(samples.run) == list(runs.run)
for key in "runs", "samples":
    assert len(pandas.read_hdf(sys.argv[2], key)) == 0
with h5py.File(sys.argv[1]) as file:
    assert file.attrs["schema_version"] >= 2 and file.attrs["program"] == b"sparsio"
    assert len(file.attrs["created"]) == 20
    assert file["runs"].attrs["seconds.unit"] == b"seconds" and file["runs"].attrs["reads.help"] == b"words read"
    assert file["runs"].compression == "gzip"
    assert file["provenance"].attrs["a.b"].decode() == "é"
    assert file["provenance/long"][()] == b"x" * 70000
print("checked")
)");
  EXPECT_EQ(output_of("/usr/bin/python3 " + path("check.py") + " " + path("r.h5") + " " + path("empty.h5")),
            "checked\n");
}

TEST_F(ResultsTest, RefusesWhatIsNotOurs) {
  const std::string file = path("r.h5");
  const auto answer = [&] { return refusal([&] { read_results(file, test_schema()); }); };
  EXPECT_NE(answer().find("No such file or directory"), std::string::npos) << answer();
  for (const std::string& text : {std::string(), std::string("run,status\n"), std::string(5000, '\0')}) {
    write_bytes(file, text);
    EXPECT_EQ(answer(), file + ": not an HDF5 file; give a file that `run --out` wrote");
  }
  EXPECT_NE(refusal([&] { read_results(path(""), test_schema()); }), "");
}

TEST_F(ResultsTest, RefusesACutOrSpoiledFile) {
  RandomStream random(11, 0);
  const Results results = random_results(random, 300);
  const std::string file = path("r.h5");
  write_results(file, test_schema(), results);
  const std::string whole = bytes_of(file);
  testing::internal::CaptureStderr();
  const size_t sealed = whole.size() - seal("").size();
  for (size_t cut = 0; cut < sealed; cut += 1 + sealed / 97) {
    write_bytes(file, whole.substr(0, cut));
    EXPECT_NE(refusal([&] { read_results(file, test_schema()); }), "") << cut;
  }
  for (size_t at = 0; at < sealed; at += 1 + sealed / 97) {
    std::string spoiled = whole;
    spoiled[at] = static_cast<char>(~spoiled[at]);
    write_bytes(file, spoiled);
    EXPECT_NE(refusal([&] { read_results(file, test_schema()); }).find("damaged"), std::string::npos) << at;
  }
  write_bytes(file, whole.substr(0, sealed));
  expect_same(read_results(file, test_schema()), results);  // as a program leaves it that changed the file in place
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");    // the library's own error stack stays silent
}

TEST_F(ResultsTest, ReadsByNameAndRefusesOtherTypes) {
  const std::string file = path("r.h5");
  RandomStream random(14, 0);
  const Results results = random_results(random, 20);
  write_results(file, test_schema(), results);
  Schema other = test_schema();
  other.back().type = Type::integer;
  const std::string answer = refusal([&] { read_results(file, other); });
  EXPECT_NE(answer.find("column 'ratio' of /runs is not of type integer"), std::string::npos) << answer;
  other = Schema(test_schema().begin() + 1, test_schema().end());
  other.insert(other.begin(), {"id", Type::text, 32, "", ""});
  const std::string lacks = refusal([&] { read_results(file, other); });
  EXPECT_NE(lacks.find("/runs lacks the column 'id'"), std::string::npos) << lacks;
  const Schema reversed(test_schema().rbegin(), test_schema().rend());
  const Results found = read_results(file, reversed);
  for (size_t row = 0; row < 20; ++row) EXPECT_TRUE(same_row(found.runs[row], results.runs[row])) << row;
}

TEST_F(ResultsTest, AMissingColumnIsUnknownAndARenamedOneIsFound) {
  const std::string file = path("r.h5");
  RandomStream random(15, 0);
  const Results results = random_results(random, 9);
  write_results(file, test_schema(), results);
  Schema schema = test_schema();
  schema[4].name = "time";
  schema[4].former = "seconds";
  schema.insert(schema.begin() + 2, {"width", Type::integer, 0, "", ""});
  schema[2].fallback = "48";
  schema.push_back({"speed", Type::real, 0, "", ""});
  schema.push_back({"colour", Type::text, 8, "", ""});
  const Results found = read_results(file, schema);
  for (size_t row = 0; row < 9; ++row) {
    EXPECT_EQ(found.runs[row].real("width"), 48);
    EXPECT_TRUE(std::isnan(found.runs[row].real("speed")));
    EXPECT_EQ(found.runs[row].text("colour"), "");
    EXPECT_TRUE(same_cell(found.runs[row].cell("time"), results.runs[row].cell("seconds"))) << row;
  }
}

TEST_F(ResultsTest, SurplusColumnsSurvive) {
  Schema newer = test_schema();
  newer.push_back({"joules", Type::real, 0, "joules", "energy", Nature::measured});
  newer.push_back({"governor", Type::text, 12, "", "of the clock"});
  newer.back().identity = Identity::of_case;
  Record run(newer);
  run.set("run", "a");
  run.set("joules", 2.5);
  run.set("governor", "powersave");
  Results results;
  results.runs.push_back(run);
  write_results(path("newer.h5"), newer, results);
  Results found = read_results(path("newer.h5"), test_schema());
  Record plain(test_schema());
  plain.set("run", "b");
  found.runs.push_back(plain);
  write_results(path("again.h5"), test_schema(), found);
  const Results again = read_results(path("again.h5"), test_schema());
  ASSERT_EQ(again.runs.size(), 2U);
  EXPECT_TRUE(same_row(again.runs[0], run));
  EXPECT_TRUE(same_row(again.runs[1], plain));
  const Schema& schema = again.runs[0].schema();
  const Column& joules = schema[find_column(schema, "joules")];
  EXPECT_EQ(joules, newer[newer.size() - 2]);
  EXPECT_EQ(schema[find_column(schema, "governor")], newer.back());
}

TEST_F(ResultsTest, ReadsNewerSchemasAndRefusesOlderOnes) {
  if (const std::string lacks = python_lacks("h5py"); !lacks.empty())
    GTEST_SKIP() << "needs /usr/bin/python3 with h5py to change the version: " << lacks;
  const std::string file = path("F.h5");
  write_results(file, test_schema(), {});
  const auto change = [&](const std::string& statement) {
    return output_of("/usr/bin/python3 -c 'import h5py; f = h5py.File(\"" + file + "\", \"r+\"); " + statement + "'");
  };
  const auto answer = [&] { return refusal([&] { read_results(file, test_schema()); }); };
  EXPECT_TRUE(read_results(file, test_schema()).warnings.empty());
  ASSERT_EQ(change("f.attrs[\"schema_version\"] = 7"), "");
  const Results newer = read_results(file, test_schema());
  EXPECT_EQ(newer.schema_version, 7);
  ASSERT_EQ(newer.warnings.size(), 1U);
  EXPECT_NE(newer.warnings[0].find("schema version 7"), std::string::npos);
  ASSERT_EQ(change("f.attrs[\"schema_version\"] = 2"), "");
  EXPECT_EQ(answer(), fmt::format("{}: schema version 2, this program reads {} and newer; give another file", file,
                                  first_schema));
  ASSERT_EQ(change("del f.attrs[\"program\"]"), "");
  EXPECT_EQ(answer(), file + ": an HDF5 file, but not results of Sparsio; give another file");
}

TEST_F(ResultsTest, AFailedWriteLeavesTheOldFile) {
  RandomStream random(12, 0);
  const Results old = random_results(random, 20);
  const Results fresh = random_results(random, 3000);
  const std::string file = path("r.h5");
  write_results(file, test_schema(), old);
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit small{30000, 30000};  // stands for a full disk
    setrlimit(RLIMIT_FSIZE, &small);
    const std::string answer = refusal([&] { write_results(file, test_schema(), fresh); });
    _exit(answer.find("File too large") == std::string::npos ? 1 : 0);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  expect_same(read_results(file, test_schema()), old);
  EXPECT_EQ(files(), 1U);
  EXPECT_NE(refusal([&] { write_results(path("no/folder.h5"), test_schema(), old); }).find("No such file"),
            std::string::npos);
}

TEST_F(ResultsTest, RefusesProvenanceThatCannotBeNamed) {
  Results results;
  results.provenance = {{"a/b", "x"}};
  EXPECT_THROW(write_results(path("r.h5"), test_schema(), results), std::logic_error);
  results.provenance = {{"a", "x"}, {"a", "y"}};
  EXPECT_THROW(write_results(path("r.h5"), test_schema(), results), std::logic_error);
  EXPECT_EQ(files(), 0U);
}

// As wide as a real table: 80 columns, 1.5 kB a row. The times are printed, not asserted.
TEST_F(ResultsTest, HundredThousandRows) {
  Schema schema = {{"run", Type::text, 32, "", ""},
                   {"network", Type::text, 256, "", ""},
                   {"error", Type::text, 256, "", ""},
                   {"options", Type::text, 512, "", ""}};
  for (int k = 0; k < 38; ++k) {
    schema.push_back({"count_" + std::to_string(k), Type::integer, 0, "", ""});
    schema.push_back({"real_" + std::to_string(k), Type::real, 0, "", ""});
  }
  RandomStream random(13, 0);
  Results results;
  for (int row = 0; row < 100000; ++row) {
    Record run(schema);
    const std::string id = random_run(random);
    run.set_cell(0, id);
    run.set_cell(1, std::string("radix_net:neurons=1024,layers=120"));
    for (size_t column = 4; column < schema.size(); column += 2) {
      run.set_cell(column, static_cast<int64_t>(random.below(1000000)));
      run.set_cell(column + 1, random.uniform());
    }
    results.runs.push_back(std::move(run));
    results.samples.push_back({id, 0, 0, 0, random.uniform()});
  }
  const auto begin = std::chrono::steady_clock::now();
  write_results(path("r.h5"), schema, results);
  const auto middle = std::chrono::steady_clock::now();
  const Results found = read_results(path("r.h5"), schema);
  const auto end = std::chrono::steady_clock::now();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const std::chrono::duration<double> write_seconds = middle - begin;
  const std::chrono::duration<double> read_seconds = end - middle;
  std::cout << "100000 rows, 80 columns: written in " << write_seconds.count() << " s, read in " << read_seconds.count()
            << " s, " << std::filesystem::file_size(path("r.h5"))
            << " bytes, both copies in memory: " << usage.ru_maxrss / 1024 << " MiB\n";
  ASSERT_EQ(found.runs.size(), results.runs.size());
  EXPECT_TRUE(same(found.runs[99999], results.runs[99999]));
  EXPECT_EQ(found.samples, results.samples);
}

}  // namespace
}  // namespace sparsio
