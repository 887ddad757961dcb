"""rank_times: each predicted number is a point, rings are where the program says so, other files are refused."""

import json

import pytest
from built_program import needs_program, sparsio

import rank_times
from family_plot import Strip


def prediction(partitioner="contiguous", **changed):
    rows = [{"parts": parts, "exchange_seconds": 1e-3 * parts,
             "latency_seconds": 1e-3 * parts, "work_seconds": 8e-3 / parts, "seconds": 1e-3 * parts + 8e-3 / parts,
             "seconds_overlapped": max(1e-3 * parts, 8e-3 / parts),
             "latency_exceeds_work": "yes" if parts > 2 else "no"}
            for parts in (2, 4, 8)]
    return {"network": "mlp:widths=8x3", "partitioner": partitioner, "panel": 48, "messages": "stated, not measured",
            "predicted": rows, **changed}


def points(axes):
    """(x, y) of all lines but rings."""
    return sorted((x, y) for line in axes.get_lines() if line.get_gid() != "ring" for x, y in line.get_xydata())


def test_every_number_is_a_point_and_rings_are_where_latency_exceeds_work():
    told = [prediction(), prediction("twins:imbalance=0.03")]
    plot = rank_times.make(rank_times.table_of(told), Strip)
    axes, = plot.panels
    names = ("work_seconds", "exchange_seconds", "seconds", "seconds_overlapped")
    wanted = sorted((row["parts"], 1e3 * row[name]) for one in told for row in one["predicted"] for name in names)
    assert [x for x, _ in points(axes)] == [x for x, _ in wanted]
    assert [y for _, y in points(axes)] == pytest.approx([y for _, y in wanted])
    rings, = (line for line in axes.get_lines() if line.get_gid() == "ring")
    assert sorted(set(rings.get_xdata())) == [4, 8] and sorted(set(rings.get_ydata())) == pytest.approx([6, 9])
    assert plot.dashes.names == ["contiguous", "twins"]


def test_networks_and_messages_have_panels_of_their_own():
    told = [prediction(), prediction(messages="measured by two ranks here"), prediction(network="mlp:widths=9x3")]
    assert len(rank_times.make(rank_times.table_of(told), Strip).panels) == 3


@pytest.mark.parametrize("text", ["", "[]", "3", "{}", json.dumps(prediction(predicted=[])),
                                  json.dumps(prediction(predicted=[{"parts": 2}]))])
def test_other_files_are_refused_in_one_line(tmp_path, capsys, text):
    (tmp_path / "one.json").write_text(text)
    assert rank_times.main([str(tmp_path / "one.json"), "--out", str(tmp_path / "one.png")]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "is no prediction of ranks" in said
    assert not (tmp_path / "one.png").exists()


@needs_program
def test_it_draws_what_the_program_predicts(tmp_path):
    made = sparsio("rank_times", "--network", "radix_net:neurons=1024,layers=2", "--parts", "1,2,4", "--rate", "1e9",
                   "--latency", "1e-6", "--bandwidth", "1e9", "--json")
    assert made.returncode == 0, made.stderr
    (tmp_path / "one.json").write_text(made.stdout)
    assert rank_times.main([str(tmp_path / "one.json"), "--out", str(tmp_path / "one.png")]) == 0
    assert (tmp_path / "one.png").read_bytes().startswith(b"\x89PNG") and (tmp_path / "one.svg").stat().st_size > 0
