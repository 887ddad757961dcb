"""Inputs as numpy, scipy and others have them: what they write is what the program reads, bit by bit, and back.

The oracle is numpy on both sides: arrays go to disk with its functions, through `sparsio convert` into our .h5, and are
compared with what h5py finds there."""

import h5py
import numpy as np
import pytest
from built_program import needs_program, sparsio

scipy_io = pytest.importorskip("scipy.io")
pytestmark = needs_program

PIXELS = np.arange(5 * 3).reshape(5, 3) * 17 % 256
REALS = (np.arange(5 * 3).reshape(5, 3) - 7) / 3


def converted(source, target, *more):
    answer = sparsio("convert", source, target, *more)
    assert answer.returncode == 0, answer.stderr
    return answer.stderr


def refused(*words):
    answer = sparsio(*words)
    assert answer.returncode == 1 and answer.stdout == "" and answer.stderr.count("\n") == 1, answer.stderr
    return answer.stderr


def in_h5(path):
    with h5py.File(path) as file:
        count, width = int(file.attrs["count"]), int(file.attrs["width"])
        if "reals" in file:
            return file["reals"][:].reshape(count, width)
        rows = np.unpackbits(file["bits"][:].reshape(count, -1), axis=1)
        return rows[:, :width].astype(np.float32)


def as_read(path, tmp_path, *more):
    converted(path, tmp_path / "read.h5", *more)
    return in_h5(tmp_path / "read.h5")


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", ">f4", ">f8", "u1", "i1", "u2", ">u2", "i4", ">i4", "i8", "u8", "?"])
@pytest.mark.parametrize("order", "CF")
def test_every_dtype_and_order_of_numpy(dtype, order, tmp_path):
    data = REALS if "f" in dtype else PIXELS if "1" not in dtype else PIXELS % 128
    array = np.asarray(data.astype(dtype), order=order)
    wanted = array.astype(np.float32)
    np.save(tmp_path / "x.npy", array)
    np.savez(tmp_path / "x.npz", array)
    np.savez_compressed(tmp_path / "packed.npz", inputs=array)
    for name in ("x.npy", "x.npz", "packed.npz"):
        assert as_read(tmp_path / name, tmp_path).tobytes() == np.ascontiguousarray(wanted).tobytes(), name


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_version_of_the_form(version, tmp_path):
    with open(tmp_path / "x.npy", "wb") as file:
        np.lib.format.write_array(file, REALS.astype("f4"), version=version)
    assert (as_read(tmp_path / "x.npy", tmp_path) == REALS.astype("f4")).all()


def test_random_floats_come_back_bit_by_bit(tmp_path):
    random = np.random.default_rng(20)
    values = random.integers(0, 2**32, 5000, dtype=np.uint32).view(np.float32)
    values = values[np.isfinite(values)][:4500].reshape(-1, 9)
    np.save(tmp_path / "x.npy", values)
    for name in ("a.h5", "b.csv", "c.npy"):
        converted(tmp_path / "x.npy", tmp_path / name)
        assert as_read(tmp_path / name, tmp_path).tobytes() == values.tobytes(), name
    assert np.load(tmp_path / "c.npy").tobytes() == values.tobytes()
    assert np.loadtxt(tmp_path / "b.csv", delimiter=",", dtype="f4").tobytes() == values.tobytes()


def test_bits_come_back_as_whole_numbers(tmp_path):
    bits = np.random.default_rng(3).integers(0, 2, (20, 13))
    np.save(tmp_path / "x.npy", bits.astype(bool))
    converted(tmp_path / "x.npy", tmp_path / "y.npy")
    found = np.load(tmp_path / "y.npy")
    assert found.dtype == np.uint8 and (found == bits).all()


def test_text_as_numpy_and_scipy_write_it(tmp_path):
    values = REALS.astype("f4")
    np.savetxt(tmp_path / "a.csv", values, delimiter=",")
    np.savetxt(tmp_path / "b.csv", values, delimiter=",", header="x,y,z", fmt="%.9g")
    scipy_io.mmwrite(tmp_path / "c.mtx", values.astype("f8"), precision=9)
    scipy_io.mmwrite(tmp_path / "d.mtx", scipy_io.mmread(tmp_path / "c.mtx"), precision=9)
    for name in ("a.csv", "b.csv", "c.mtx", "d.mtx"):
        assert (as_read(tmp_path / name, tmp_path, "--as", "inputs") == values).all(), name


def test_the_network_decides_what_is_transposed(tmp_path):
    network = tmp_path / "net.h5"
    assert sparsio("generate", "mlp:widths=3-4,density=1", "--out", network).returncode == 0
    np.save(tmp_path / "x.npy", REALS.astype("f4"))
    np.save(tmp_path / "t.npy", REALS.T.astype("f4"))
    np.savez(tmp_path / "two.npz", X=REALS, y=np.arange(5))
    infer = ("infer", "--network", network, "--engine", "csr", "--inputs")
    assert sparsio(*infer, tmp_path / "x.npy").returncode == 0
    assert sparsio(*infer, f"npz:path={tmp_path}/two.npz,array=X").returncode == 0
    assert "3 x 5 for a network of 3 inputs: it is transposed" in refused(*infer, tmp_path / "t.npy")
    assert "holds 2 arrays: 'X' 'y'" in refused(*infer, tmp_path / "two.npz")


def test_what_is_no_inputs_is_one_line(tmp_path):
    def said(array, **options):
        np.save(tmp_path / "x.npy", array, **options)
        return refused("convert", tmp_path / "x.npy", tmp_path / "y.h5")

    assert "dtype object: a pickle" in said(np.array([[1, None]], dtype=object), allow_pickle=True)
    assert "complex numbers; save X.real" in said(np.array([[1j]]))
    assert "structured" in said(np.zeros((2, 2), dtype=[("a", "f4"), ("é", "f4")]))
    assert "is no real number" in said(np.array([["a", "b"]]))
    assert "no matrix whose rows are inputs" in said(np.zeros(3))
    assert "input 1, value 2: nan" in said(np.array([[0, np.nan]]))
    np.save(tmp_path / "x.npy", REALS)
    whole = (tmp_path / "x.npy").read_bytes()
    (tmp_path / "x.npy").write_bytes(whole[:-1])
    assert "it is truncated" in refused("convert", tmp_path / "x.npy", tmp_path / "y.h5")
    (tmp_path / "x.npy").write_bytes(whole + b"\0")
    assert "1 bytes after" in refused("convert", tmp_path / "x.npy", tmp_path / "y.h5")
    assert not (tmp_path / "y.h5").exists()


def test_a_model_is_sent_to_import_unless_inputs_are_meant(tmp_path):
    np.savez(tmp_path / "m.npz", W1=REALS, b1=np.zeros(5))
    np.save(tmp_path / "m.npy", REALS)
    np.savez(tmp_path / "sparse.npz", indices=[0], indptr=[0, 1], data=[1.0], shape=[1, 1], format="csr")
    assert "sparse matrix of scipy; save X.toarray()" in refused("convert", tmp_path / "sparse.npz", tmp_path / "y.h5")
    infer = ("infer", "--inputs", "random", "--engine", "csr", "--network")
    assert f"sparsio import {tmp_path}/m.npz --out NET.h5" in refused(*infer, tmp_path / "m.npz")
    assert "sparsio import NET.npz" in refused(*infer, tmp_path / "m.npy")
    assert "sparsio import" in refused("convert", tmp_path / "m.npz", tmp_path / "net.h5")


def test_convert_says_what_it_read_and_wrote(tmp_path):
    matrix, network, inputs = tmp_path / "x.mtx", tmp_path / "n.h5", tmp_path / "i.npy"
    matrix.write_text("%%MatrixMarket matrix coordinate real general\n5 3 2\n1 1 0.5\n5 3 2\n")
    assert converted(matrix, network).splitlines() == [
        f"read {matrix}: network of 1 layer, 5 -> 3",
        f"note: {matrix} could be inputs, too: --as inputs reads it so",
        f"wrote {network}: network of 1 layer, 5 -> 3, 2 connections"]
    assert converted(matrix, inputs, "--as", "inputs").splitlines() == [
        f"read {matrix}: inputs, 5 x 3", f"wrote {inputs}: inputs, 5 x 3"]
    assert "inputs, 5 x 3" in converted(matrix, inputs), "only inputs fit into a .npy"
    assert refused("convert", matrix, tmp_path / "x.smtx", "--as", "inputs"), "one line, and nothing of what was read"
    assert sparsio("generate", "radix_net:neurons=64,layers=12", "--out", network).returncode == 0
    assert converted(network, f"{tmp_path}/tsv/").splitlines() == [
        f"read {network}: network of 12 layers, 64 -> ... -> 64",
        f"wrote {tmp_path}/tsv/: network of 12 layers, 64 -> ... -> 64, 24576 connections"]
    assert sparsio("generate", "star:leaves=6", "--out", network).returncode == 0
    assert "network without layers, 7 neurons, 6 -> 1, 6 connections" in converted(network, tmp_path / "s.edges")
