"""convert: around the formats and back, the same bytes; what a format cannot hold is one clear line."""

import filecmp

import pytest
from built_program import needs_program, sparsio

pytestmark = needs_program


def done(*words):
    answer = sparsio(*words)
    assert answer.returncode == 0, answer.stderr
    return answer


def refused(*words):
    answer = sparsio(*words)
    assert answer.returncode == 1 and answer.stdout == "" and answer.stderr.count("\n") == 1
    return answer.stderr


def test_a_graph_challenge_folder_goes_to_h5_and_back(tmp_path):
    official, again = tmp_path / "official", tmp_path / "again"
    done("generate", "radix_net:neurons=1024,layers=5", "--out", f"{official}/")
    done("convert", official, tmp_path / "net.h5")
    done("convert", tmp_path / "net.h5", f"{again}/")
    names = sorted(path.name for path in official.iterdir())
    assert len(names) == 5 and sorted(path.name for path in again.iterdir()) == names
    assert filecmp.cmpfiles(official, again, names, shallow=False)[0] == names


def test_a_layer_goes_through_every_format_that_holds_one(tmp_path):
    first, last = tmp_path / "a.smtx", tmp_path / "z.smtx.gz"
    done("generate", "mlp:widths=30-20,density=0.3", "--out", first)
    at = first
    for name in ("b.mtx", "c.h5", "d.mtx.gz", "e.smtx.gz", "f.h5"):
        said = done("convert", at, tmp_path / name).stderr
        assert ("not in the file" in said) == (not name.endswith(".h5"))
        at = tmp_path / name
    done("convert", at, last)
    done("convert", last, tmp_path / "z.smtx")
    assert (tmp_path / "z.smtx").read_bytes() == first.read_bytes()


def test_a_dag_keeps_its_connections(tmp_path):
    done("generate", "star:leaves=6", "--out", tmp_path / "a.h5")
    done("convert", tmp_path / "a.h5", tmp_path / "b.mtx")
    done("convert", tmp_path / "b.mtx", tmp_path / "c.edges")
    lines = (tmp_path / "c.edges").read_text().splitlines()
    assert [line.split("\t")[:2] for line in lines] == [[str(leaf), "7"] for leaf in range(1, 7)]


def test_inputs_go_around(tmp_path):
    done("generate", "random:neurons=45,count=30", "--out", tmp_path / "a.bits")
    done("convert", tmp_path / "a.bits", tmp_path / "b.h5", "--width", 45)
    done("convert", tmp_path / "b.h5", tmp_path / "sparse-images-45.tsv")
    done("convert", tmp_path / "sparse-images-45.tsv", tmp_path / "c.mtx")
    done("convert", tmp_path / "c.mtx", tmp_path / "d.bits", "--as", "inputs")
    # A .tsv says nothing of inputs behind the last one that has a pixel.
    kept = (tmp_path / "d.bits").read_bytes()
    assert (tmp_path / "a.bits").read_bytes().startswith(kept) and len(kept) > 20 * 6
    done("generate", "random:neurons=45,count=30,values=reals", "--out", tmp_path / "r.h5")
    assert "not all 0 or 1" in refused("convert", tmp_path / "r.h5", tmp_path / "r.bits")


def test_what_cannot_be_held_is_one_line(tmp_path):
    done("generate", "radix_net:neurons=64,layers=2", "--out", tmp_path / "a.h5")
    assert "2 layers, a .mtx file is one" in refused("convert", tmp_path / "a.h5", tmp_path / "b.mtx")
    assert "activation is challenge" in refused("convert", tmp_path / "a.h5", tmp_path / "b.edges")
    assert "does not hold networks" in refused("convert", tmp_path / "a.h5", tmp_path / "b", "--format", "bits")
    assert "is what is read" in refused("convert", tmp_path / "a.h5", tmp_path / "a.h5")
    assert "no such file" in refused("convert", tmp_path / "none.h5", tmp_path / "b.h5")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.h5"]
