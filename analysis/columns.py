"""columns: the names in a results file, once.

`/runs` is one flat table with a row a case. Loading, figures and tables look names up here, so that an older or newer
file, in which some are absent, is read the same way: an absent text is empty, an absent number is NaN, and the reason
shown for it is that the file has no such column. Columns that are not named here are left alone.
"""

# What files of older programs call a column: name then, name now.
FORMER = {"tile": "panel", "tile_used": "panel_used", "tile_source": "panel_source"}

# The case itself: what was asked for. Kept as text, for labels. A file says by itself which of its columns are keys;
# these are the keys of files that do not, which are those of schema 3.
KEYS = (
    "network", "inputs", "order", "policy", "memory", "cost", "panel", "engine", "track", "threads", "ranks",
    "driver", "repetitions", "warmup", "confidence", "precision", "budget_seconds", "budget_repetitions", "rounds",
    "rounds_seed", "meter", "caches", "baseline", "categories", "verify", "time_limit",
)

# Those that say how a row was repeated and checked, not what it is; they tell no cases apart.
PROCEDURE = ("repetitions", "warmup", "confidence", "precision", "budget_seconds", "budget_repetitions", "rounds",
             "rounds_seed", "verify", "time_limit", "categories")

TEXTS = KEYS + (
    "run", "status", "error", "config", "host", "revision", "started", "inputs_origin", "memory_source",
    "misses_source", "misses_status", "seconds_interval", "verified", "accuracy_status", "binding", "simd", "warnings", "note",
)

# What makes a row's case, whoever counted it: rows alike in these are the same object, predicted and counted.
OBJECT = ("network", "inputs", "order", "policy", "memory", "cost", "panel", "engine", "track", "caches")

# Every level of fast memory: the row's own M, then the caches of the machine.
LEVELS = {"memory": "M", "l1": "L1", "l2": "L2", "l3": "L3"}
CACHES = ("l1", "l2", "l3")

# What crosses the border of a level: (its word, column predicted, column counted).
TRAFFIC = (
    ("misses", "predicted_lines", "misses"),
    ("write-backs", "predicted_write_lines", "write_backs"),
)

NUMBERS = (
    "layers", "network_neurons", "network_connections", "network_inputs", "network_outputs", "input_count",
    "memory_values", "lower", "upper", "reads", "writes", "total", "ratio", "max_live", "perfect_memory",
) + tuple(
    f"{level}_{what}"
    for level in LEVELS
    for what in ("bytes", "model_lines", "predicted_lines", "predicted_weight_lines", "predicted_write_lines", "misses", "weight_misses",
                 "write_backs")
) + (
    "timed_runs", "seconds", "seconds_low", "seconds_high", "seconds_coverage", "seconds_min",
    "prepare_seconds", "edges", "nominal_rate", "executed_edges", "executed_rate",
    "category_count", "max_relative_error", "share_of_bound", "tied_inputs", "uncompared_inputs", "accuracy",
    "threads_used", "tiles", "tile_edges", "waits",
    # Of ranks that divide the rows of one network (docs/ranks.md).
    "words", "words_max", "receive_max", "messages", "pairs", "imbalance", "lower_words", "words_gap",
    "exchange_seconds", "memory_max", "memory_sum",
    "baseline_seconds", "speedup", "speedup_low", "speedup_high", "page_faults", "context_switches", "task_clock_seconds",
)
