// keys_markdown: configs/README.md. The table of keys is printed from case_keys(), so the page cannot drift.
#include <fmt/format.h>

#include "config/sweep.hpp"

namespace sparsio {
namespace {

constexpr std::string_view opening = R"(# Configs

A config is a TOML file that says which cases to run. `sparsio run CONFIG` runs them, `sparsio run CONFIG --dry-run` only
checks them and says how many there are. Everything wrong in a config is reported at once, with file:line:column, before
anything runs. This page is printed by the program; do not edit it.

## Keys

A case is a value for each of these keys. Every key may also be a list of values: then there is a case for each of them,
and for each combination where several keys are lists. The last key of the file varies fastest.

| key | type | default | meaning |
|---|---|---|---|
)";

constexpr std::string_view rest = R"(
A **SPEC** names a plug-in and its options, `"mlp:widths=500x5,density=0.1"`, or is a path. It can also be written as a
table whose lists are swept too; these two are the same, two networks each:

```toml
network = ["radix_net:neurons=1024,layers=120", "radix_net:neurons=4096,layers=120"]
```
```toml
[network]
kind = "radix_net"
neurons = [1024, 4096]
layers = 120
```

In TOML a key below a `[table]` line belongs to that table, so plain keys come first. Paths are relative to the folder
where the program is started; only `include` is relative to the file it stands in. `sparsio list` shows the plug-ins.

## Keys that are not part of a case

| key | meaning |
|---|---|
| `title` | a text for the report |
| `include` | a path or a list of paths to configs whose keys are defaults for this one; a key given here, be it a table or the sweeps, replaces the included one whole |
| `exclude` | a list of tables; a case that has all values of one of them is left out. A value may be a list: any of them |
| `[[sweep]]` | a sweep, with the keys below; several are a union, in which equal cases are kept once |
| `[sweep.product]` | keys with lists: every combination |
| `[sweep.zip]` | keys with lists of equal length: walked together, first with first, second with second |

Plain keys in a sweep are crossed like those in `product`. What stands at the top of the file holds for every sweep that
does not set the key itself, so that a key is written once; without any `[[sweep]]` the top of the file is the sweep. Within
a sweep a key may stand in one place only. A value in `exclude` is compared after defaults are filled in: write the whole SPEC.

## A worked example

)";

constexpr std::string_view example_config =
    R"(title = "orders and caches"
network = "mlp:widths=500x5,density=0.1"
repetitions = 5

[[sweep]]                                   # 2 x 3 cases, less 1
exclude = [{order = "by_source", memory = 50}]
[sweep.product]
order = ["by_target", "by_source"]
memory = [50, 100, 200]

[[sweep]]                                   # 2 cases
policy = "min"
[sweep.zip]
memory = ["L1", "L2"]
panel = [16, 48]
)";

constexpr std::string_view after_example = R"(
Seven cases: in this order (by_target, 50), (by_target, 100), (by_target, 200), (by_source, 100), (by_source, 200), and
under the policy `min` (L1, 16) and (L2, 48).

## On the command line

`--set key=value` gives a key another value in every case, wherever the config gives it one: `--set memory=200`,
`--set 'memory=[100, 200]'`, `--set network=mlp:widths=100x3,density=0.5`. `--set network.neurons=256` changes one option of
every network in the config. The value is read as TOML if it is TOML, else as text; texts in a list need quotes. Of two
overrides of one key the later holds.

## What makes two cases the same

A run is known by a hash of all its keys, defaults included, written in one canonical way (`density=1e-1` is `density=0.1`), and
of the contents of the files it names. Finished runs are not repeated; a changed file or default makes a new run.
)";

std::string kind(const CaseKey& key) {
  if (key.type == Type::integer) return "integer";
  if (key.type == Type::real) return "number";
  if (takes_spec(key)) return "SPEC";
  if (key.role != Role::choice) return key.role == Role::memory ? "memory" : "text";
  std::string words;
  for (const char c : key.choices) words += c == ' ' ? std::string("`, `") : std::string(1, c);
  return "`" + words + "`";
}

}  // namespace

std::string keys_markdown() {
  std::string out(opening);
  for (const CaseKey& key : case_keys())
    out += fmt::format("| `{}` | {} | {} | {} |\n", key.name, kind(key),
                       key.fallback.empty() ? "" : fmt::format("`{}`", key.fallback), key.help);
  out += rest;
  out += fmt::format("```toml\n{}```\n", example_config);
  out += after_example;
  return out;
}

}  // namespace sparsio
