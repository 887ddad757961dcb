// calibration_file: a calibration as a small TOML file, for the next program and for the results' provenance.
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/error.hpp"
#include "base/spec.hpp"
#include "disk/atomic_file.hpp"
#include "disk/node.hpp"
#include "exec/engine.hpp"
#include "predict/calibration.hpp"

namespace sparsio {
namespace {

std::string quoted(const std::string& text) {
  Node node;
  node.kind = Node::Kind::table;
  Node child;
  child.kind = Node::Kind::text;
  child.key = "x";
  child.text = text;
  node.children.push_back(child);
  const std::string written = write_document(node);  // x = "..."
  return written.substr(written.find('"'), written.rfind('"') - written.find('"') + 1);
}

std::string number(double value) {
  return std::isnan(value) ? "nan" : fmt::format("{:.9e}", value);
}

const Node& field(const Node& table, std::string_view name) {
  const Node* node = table.find(name);
  if (node == nullptr)
    throw BadInput(table.place, fmt::format("the calibration has no '{}'", name), "make it anew: sparsio calibrate");
  return *node;
}

double real(const Node& table, std::string_view name) {
  const Node& node = field(table, name);
  if (node.kind != Node::Kind::real && node.kind != Node::Kind::integer)
    throw BadInput(node.place, fmt::format("'{}' is {}", node.key, describe(node)), "make it anew: sparsio calibrate");
  return node.text == "nan" ? KernelCount::unknown : std::strtod(node.text.c_str(), nullptr);
}

bool truth(const Node& table, std::string_view name) {
  return field(table, name).text == "true";
}

const std::vector<Node>& rows(const Node& root, std::string_view name) {
  static const std::vector<Node> none;
  const Node* node = root.find(name);
  return node == nullptr ? none : node->children;
}

/// A SPEC that this program does not understand is refused here and not where it would be used. Of an engine that this
/// build lacks nothing is known, and nothing asked.
KeptSpec kept_spec(const Node& row) {
  KeptSpec kept{field(row, "engine").text, real(row, "density"), field(row, "spec").text, real(row, "gain")};
  const auto refuse = [](const Node& node, const std::string& what) {
    throw BadInput(node.place, what, "make the calibration anew: sparsio calibrate");
  };
  if (!(kept.density > 0 && kept.density <= 1))
    refuse(field(row, "density"), fmt::format("'{}' is no density", field(row, "density").text));
  const Node& spec = field(row, "spec");
  if (kept.spec.substr(0, kept.spec.find(':')) != kept.engine)
    refuse(spec, fmt::format("'{}' is kept for the engine '{}'", kept.spec, kept.engine));
  if (Registry<EngineKind>::instance().look_up(kept.engine) == nullptr) return kept;
  try {
    resolve<EngineKind>(kept.spec, spec.place);
  } catch (const BadInput&) {
    refuse(spec, fmt::format("this program has no '{}'", kept.spec));
  }
  return kept;
}

/// What the environment says; "" where it does not.
std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// A daemon and `env -i` have no HOME; the user still has a home. "" if nobody knows it.
std::filesystem::path home_folder() {
  if (const std::string home = variable("HOME"); !home.empty()) return home;
  const passwd* user = getpwuid(getuid());
  return user == nullptr || user->pw_dir == nullptr ? "" : user->pw_dir;
}

std::filesystem::path cache_folder() {
  if (const std::string cache = variable("XDG_CACHE_HOME"); !cache.empty()) return cache;
  const std::filesystem::path home = home_folder();
  return home.empty() ? home : home / ".cache";
}

std::string messages_text(const MessageTime& time) {
  std::string text = fmt::format(
      "\n[messages]\neager_latency = {}\neager_seconds_a_word = {}\nrendezvous_latency = {}\n"
      "rendezvous_seconds_a_word = {}\nchange_words = {}\ngreatest_error = {}\n",
      number(time.eager.latency), number(time.eager.seconds_a_word), number(time.rendezvous.latency),
      number(time.rendezvous.seconds_a_word), number(time.change_words), number(time.greatest_error));
  for (const MessageSample& sample : time.samples)
    text += fmt::format("\n[[message_samples]]\nwords = {}\nseconds = {}\nlow = {}\nhigh = {}\n", sample.words,
                        number(sample.seconds), number(sample.low), number(sample.high));
  return text;
}

/// None in files of machines whose ranks were not measured.
std::optional<MessageTime> messages_of(const Node& root) {
  const Node* table = root.find("messages");
  if (table == nullptr) return std::nullopt;
  MessageTime time{{real(*table, "eager_latency"), real(*table, "eager_seconds_a_word")},
                   {real(*table, "rendezvous_latency"), real(*table, "rendezvous_seconds_a_word")},
                   real(*table, "change_words"),
                   real(*table, "greatest_error"),
                   {}};
  for (const Node& row : rows(root, "message_samples"))
    time.samples.push_back(
        {static_cast<uint64_t>(real(row, "words")), real(row, "seconds"), real(row, "low"), real(row, "high")});
  return time;
}

}  // namespace

std::string default_calibration_path() {
  char host[256] = "unknown";
  gethostname(host, sizeof host - 1);
  const std::filesystem::path folder = cache_folder();
  return folder.empty() ? "" : (folder / "sparsio" / fmt::format("calibration-{}.toml", host)).string();
}

std::string kept_calibration_text() {
  std::ifstream file(default_calibration_path());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string calibration_text(const Calibration& calibration) {
  std::string text = fmt::format(
      "# Written by `sparsio calibrate`: counted over known misses at each level, and this machine's peaks.\n"
      "source = {}\nhost = {}\ncpu = {}\nmade = {}\nthreads = {}\ntrusted_within = {}\nsimd = {}\n"
      "fma_one_thread = {}\nfma_all_threads = {}\nprocessors = {}\nbusy_with_others = {}\nlost_time = {}\n",
      quoted(calibration.source), quoted(calibration.host), quoted(calibration.cpu), quoted(calibration.made),
      calibration.threads, Calibration::trusted_within, quoted(calibration.simd), number(calibration.fma_one_thread),
      number(calibration.fma_all_threads), number(calibration.load.processors), number(calibration.load.others),
      number(calibration.load.lost));
  for (const LevelTrust& level : calibration.levels)
    text += fmt::format("\n[[levels]]\nlevel = {}\nbytes = {}\ntrusted = {}\nwrite_backs_trusted = {}\nreason = {}\n",
                        quoted(level.level), level.bytes, level.is_trusted, level.has_trusted_write_backs,
                        quoted(level.reason));
  for (const KernelCount& one : calibration.kernels)
    text += fmt::format(
        "\n[[kernels]]\nlevel = {}\nkernel = {}\nknown = {}\nmisses = {}\ndemand_misses = {}\nwrite_backs = {}\n"
        "ratio = {}\nstatus = {}\n",
        quoted(one.level), quoted(one.kernel), number(one.known), number(one.misses), number(one.demand_misses),
        number(one.write_backs), number(ratio_of(one.misses, one.known)), quoted(one.status));
  for (const ReadRate& rate : calibration.reads)
    text += fmt::format("\n[[reads]]\nlevel = {}\nbytes = {}\none_thread = {}\nall_threads = {}\n", quoted(rate.level),
                        rate.bytes, number(rate.one_thread), number(rate.all_threads));
  for (const EngineRate& rate : calibration.engines) {
    std::string costs;
    for (const auto& [name, seconds] : rate.seconds_a)
      costs += fmt::format("{}{} = {}", costs.empty() ? "" : ", ", name, number(seconds));
    text += fmt::format(
        "\n[[engines]]\nengine = {}\npanel = {}\nflops_a_second = {}\nseconds_a = {{{}}}\ngreatest_error = {}\n",
        quoted(rate.engine), rate.panel, number(rate.flops_a_second), costs, number(rate.greatest_error));
  }
  for (const KeptSpec& kept : calibration.specs)
    text += fmt::format("\n[[specs]]\nengine = {}\ndensity = {}\nspec = {}\ngain = {}\n", quoted(kept.engine),
                        number(kept.density), quoted(kept.spec), number(kept.gain));
  if (calibration.messages) text += messages_text(*calibration.messages);
  return text;
}

void check_calibration_path(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (path == default_calibration_path()) std::filesystem::create_directories(folder, error);
  if (error) throw BadInput(path, "the folder cannot be made: " + error.message(), "give another --out");
  if (!folder.empty() && !std::filesystem::is_directory(folder, error))
    throw BadInput(path, "there is no folder " + folder.string(), "create it or give another --out");
  const AtomicFile probe(path);  // refuses what cannot be written, and leaves nothing
}

void write_calibration(const Calibration& calibration, const std::string& path) {
  check_calibration_path(path);
  write_file(path, calibration_text(calibration));
}

std::optional<Calibration> read_calibration(const std::string& path) {
  std::error_code unreadable;
  if (!std::filesystem::exists(path, unreadable)) return {};
  const Node root = read_document(path, "");
  Calibration calibration;
  calibration.source = field(root, "source").text;
  calibration.host = field(root, "host").text;
  calibration.cpu = field(root, "cpu").text;
  calibration.made = field(root, "made").text;
  calibration.threads = static_cast<uint32_t>(real(root, "threads"));
  if (const Node* simd = root.find("simd")) calibration.simd = simd->text;
  calibration.fma_one_thread = real(root, "fma_one_thread");
  calibration.fma_all_threads = real(root, "fma_all_threads");
  if (root.find("busy_with_others") != nullptr)  // not in files of 0.1
    calibration.load = {real(root, "processors"), real(root, "busy_with_others"), real(root, "lost_time")};
  for (const Node& row : rows(root, "levels"))
    calibration.levels.push_back({field(row, "level").text, static_cast<uint64_t>(real(row, "bytes")),
                                  truth(row, "trusted"), truth(row, "write_backs_trusted"), field(row, "reason").text});
  for (const Node& row : rows(root, "kernels"))
    calibration.kernels.push_back({field(row, "level").text, field(row, "kernel").text, real(row, "known"),
                                   real(row, "misses"), real(row, "demand_misses"), real(row, "write_backs"),
                                   field(row, "status").text});
  for (const Node& row : rows(root, "reads"))
    calibration.reads.push_back({field(row, "level").text, static_cast<uint64_t>(real(row, "bytes")),
                                 real(row, "one_thread"), real(row, "all_threads")});
  for (const Node& row : rows(root, "engines")) {
    EngineRate rate{field(row, "engine").text,
                    static_cast<uint32_t>(real(row, row.find("panel") != nullptr ? "panel" : "tile")),  // tile: of 0.1
                    real(row, "flops_a_second"),
                    {},
                    real(row, "greatest_error")};
    for (const Node& cost : field(row, "seconds_a").children)
      rate.seconds_a.emplace_back(cost.key, real(field(row, "seconds_a"), cost.key));
    calibration.engines.push_back(std::move(rate));
  }
  for (const Node& row : rows(root, "specs")) calibration.specs.push_back(kept_spec(row));  // none in older files
  calibration.messages = messages_of(root);
  return calibration;
}

}  // namespace sparsio
