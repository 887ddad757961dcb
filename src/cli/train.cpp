// train: a network learns what the inputs are, its connections fixed. Progress goes to stderr, a line an epoch; stdout
// has what came out. --out is written whole at the end.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <iostream>
#include <numeric>

#include "base/spec.hpp"
#include "cli/command.hpp"
#include "disk/seal.hpp"
#include "format/format.hpp"
#include "net/given_layers.hpp"
#include "record/json.hpp"
#include "run/labels.hpp"
#include "run/open.hpp"
#include "train/trainer.hpp"

namespace sparsio {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Samples {
  std::vector<uint32_t> train;
  std::vector<uint32_t> held_out;
};

/// The last of one shuffle by the seed are held out: no epoch has its number.
Samples divided(const Schedule& schedule, uint64_t count, double share) {
  const std::vector<uint32_t> order = schedule.shuffled(count, UINT64_MAX);
  const auto kept = static_cast<int64_t>(count) - std::llround(share * static_cast<double>(count));
  if (kept <= 0) throw BadInput("--validation", "no sample is left to train on", "give a smaller share");
  return {{order.begin(), order.begin() + kept}, {order.begin() + kept, order.end()}};
}

Fit epoch(Trainer& trainer, const Inputs& inputs, const Goals& goals, const std::vector<uint32_t>& samples,
          const Schedule& schedule, uint64_t number, Optimiser& optimiser) {
  const uint64_t steps = (samples.size() + schedule.batch - 1) / schedule.batch;
  const std::vector<uint32_t> order = schedule.shuffled(samples.size(), number);
  std::vector<uint32_t> batch;
  Fit all;
  for (uint64_t step = 0; step < steps; ++step) {
    batch.clear();
    for (uint64_t i = step * schedule.batch; i < std::min<uint64_t>((step + 1) * schedule.batch, order.size()); ++i)
      batch.push_back(samples[order[i]]);
    optimiser.begin_step(number * steps + step + 1, schedule.rate_in(number));
    const Fit fit = trainer.step(inputs, goals, batch, optimiser);
    if (!std::isfinite(fit.loss))
      throw BadInput("--training",
                     fmt::format("diverged: the loss of step {} of epoch {} is {}", step + 1, number + 1, fit.loss),
                     "give a smaller rate");
    const double share = static_cast<double>(batch.size()) / static_cast<double>(order.size());
    all.loss += share * fit.loss;
    all.accuracy += share * fit.accuracy;
  }
  return all;
}

int run(const Arguments& arguments) {
  const auto kind = resolve<OptimiserKind>(arguments.text("--training"), "--training");
  const Schedule schedule = schedule_of(kind.params);
  const auto threads = static_cast<unsigned>(parse_count(arguments.text("--threads"), between(1, 1024), "--threads"));
  const double share = parse_real(arguments.text("--validation"), "--validation");
  if (share < 0 || share >= 1) throw BadInput("--validation", "no share below 1", "give 0 to 0.9");
  const std::string out = arguments.text("--out");
  const FormatKind* format = out.empty() ? nullptr : &format_for(out, "write_network").kind;
  if (format != nullptr) spare_results(out);

  NetworkSource network = open_network(arguments.text("--network"), "--network");
  const Network* whole = std::get_if<Network>(&network);
  if (whole != nullptr && whole->layer_begin().empty())
    throw Unsupported("train: networks without layers are not trained; give a layered network");
  const std::unique_ptr<LayerSource> view = whole != nullptr ? layered(*whole) : nullptr;
  LayerSource& layers = view != nullptr ? *view : *std::get<std::unique_ptr<LayerSource>>(network);
  const Inputs inputs = open_inputs(arguments.text("--inputs"), layers.widths().front(), "--inputs");
  if (inputs.width != layers.widths().front())
    throw BadInput(
        "--inputs",
        fmt::format("{} values an input, but the network has {} inputs", inputs.width, layers.widths().front()),
        "give inputs of the network's width");
  const Goals goals{layers.widths().back(), open_labels(arguments.text("--labels"), "--labels"), {}};
  check_goals(goals, inputs.count, "--labels");
  const Samples samples = divided(schedule, inputs.count, share);
  if (schedule.batch > samples.train.size())
    throw BadInput("--training",
                   fmt::format("a batch of {}, but {} samples to train on", schedule.batch, samples.train.size()),
                   "give a smaller batch");

  Trainer trainer(layers, schedule.loss, threads, "--network");
  const auto optimiser = kind.kind().make(kind.params, trainer.parameters().size());
  const auto start = Clock::now();
  double training = 0;
  Fit fit;
  for (uint64_t number = 0; number < schedule.epochs; ++number) {
    const auto begin = Clock::now();
    fit = epoch(trainer, inputs, goals, samples.train, schedule, number, *optimiser);
    training += seconds_since(begin);
    const Fit held_out = trainer.evaluate(inputs, goals, samples.held_out);
    const double left =
        seconds_since(start) / static_cast<double>(number + 1) * static_cast<double>(schedule.epochs - number - 1);
    std::cerr << fmt::format("epoch {} of {}: loss {:.4g}, accuracy {:.4f}{}, {:.3g} s left\n", number + 1,
                             schedule.epochs, fit.loss, fit.accuracy,
                             samples.held_out.empty() ? "" : fmt::format(", held out {:.4f}", held_out.accuracy), left);
  }
  const Fit on_train = trainer.evaluate(inputs, goals, samples.train);
  const Fit on_held_out = trainer.evaluate(inputs, goals, samples.held_out);
  if (format != nullptr) {
    NetworkSource trained = std::make_unique<GivenLayers>(trainer.layers());
    format->write_network(trained, out);
    std::cerr << "wrote " << out << '\n';
    if (!format->left_out.empty()) std::cerr << "not in the file: " << format->left_out << '\n';
  }
  const double passes = 2.0 * static_cast<double>(trainer.connections()) * static_cast<double>(samples.train.size()) *
                        static_cast<double>(schedule.epochs);
  Fields fields = {{"network", arguments.text("--network")},
                   {"training", kind.canonical()},
                   {"connections", trainer.connections()},
                   {"samples", uint64_t{samples.train.size()}},
                   {"samples_held_out", uint64_t{samples.held_out.size()}},
                   {"threads", uint64_t{threads}},
                   {"loss", on_train.loss},
                   {"train_accuracy", on_train.accuracy}};
  if (!samples.held_out.empty()) fields.emplace_back("accuracy", on_held_out.accuracy);
  if (schedule.epochs > 0) {
    fields.emplace_back("epoch_seconds", training / static_cast<double>(schedule.epochs));
    fields.emplace_back("passes_rate", passes / training);
  }
  fields.emplace_back("flushed_steps", trainer.flushed_steps());
  std::cout << (arguments.has("--json") ? to_json(fields) : to_text(fields));
  return exit_ok;
}

const Register<CommandKind> registered{
    {"a network that learns the classes of inputs, its connections fixed",
     {{"--network", Arity::required, "SPEC", "layered network, its weights those to begin with"},
      {"--inputs", Arity::required, "SPEC", "inputs: kind:key=value,... or a path"},
      {"--labels", Arity::required, "SPEC", "the class of each: .npy, .txt, or inputs that know theirs"},
      {"--training", Arity::one, "SPEC", "optimiser and its options: sgd, adam", "sgd"},
      {"--validation", Arity::one, "SHARE", "of the samples that is held out and not trained on", "0.2"},
      {"--threads", Arity::one, "N", "threads; the results have the same bits on any number", "1"},
      {"--out", Arity::one, "FILE", "the trained network, in the format of its ending"},
      {"--json", Arity::flag, "", "as JSON"}},
     run}};

}  // namespace
}  // namespace sparsio
