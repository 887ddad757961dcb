"""Files of schema 3 are read as they always were, and every key that varies is named."""

from pathlib import Path

import results_file
import synthetic
from cases import label, varying
from listings import all_cases

FIXTURE = Path(__file__).resolve().parents[2] / "src" / "sweep" / "testdata" / "schema-3.h5"


def test_old_names_and_keys():
    results = results_file.load(FIXTURE)
    came_later = {"share_of_bound", "uncompared_inputs", "accuracy", "accuracy_status", "tiles", "tile_edges", "waits"}
    came_later |= {f"{level}_{lines}" for level in ("memory", "l1", "l2", "l3")
                   for lines in ("weight_misses", "predicted_weight_lines")}
    came_later |= {"words", "words_max", "receive_max", "messages", "pairs", "imbalance", "lower_words", "words_gap",
                   "exchange_seconds", "memory_max", "memory_sum"}
    assert results.absent == came_later
    assert "tile" not in results.runs and set(results.runs["panel"]) == {"48"}
    assert set(results.runs["panel_used"]) == {48.0} and set(results.runs["panel_source"]) == {"given"}
    assert {"ranks", "driver", "inputs", "caches", "repetitions"} <= set(results.keys)
    assert "ranks" in results.label_keys and "repetitions" not in results.label_keys
    assert results.declared["panel_used"]["unit"] == "inputs"


def test_a_file_of_today_says_its_keys_itself(tmp_path):
    results = results_file.load(synthetic.write(tmp_path / "r.h5", synthetic.sweep()[:3]))
    old = results_file.load(FIXTURE)
    assert set(old.keys) <= set(results.keys) and set(old.label_keys) <= set(results.label_keys)
    assert not set(results.label_keys) & {"repetitions", "verify"}


def test_rows_of_different_ranks_do_not_look_alike(tmp_path):
    network = list(synthetic.NETWORKS)[1]
    rows = [synthetic.make_row(n, network, "by_target", "lru", "100", "csr", 64, ranks=ranks,
                               driver="single" if ranks == 1 else "data") for n, ranks in enumerate((1, 2, 4, 8))]
    results = results_file.load(synthetic.write(tmp_path / "r.h5", rows))
    keys = varying(results.runs, results.label_keys)
    assert set(keys) == {"ranks", "driver"}
    assert label(results.runs.iloc[1], ["engine", "ranks", "driver"]) == "csr · ranks 2 · driver data"
    heads = [column.title for column in all_cases.make(results)[0].columns]
    assert "ranks" in heads and "driver" in heads
