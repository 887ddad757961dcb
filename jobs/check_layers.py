"""check_layers: does every file of src/ keep to src/LAYERS and to "one dependency, one file"?

    python3 jobs/check_layers.py [ROOT]        (default: the project this script lies in)

src/LAYERS says, a line a folder, what the folder may include; itself always. A line `folder tests:` says what its tests
(*_test.cpp, *_fixture.hpp) may include besides. What a line allows and nobody includes is a violation, too. A .cpp file
that stands directly in a folder of plug-ins is a plug-in; helpers stand in folders below it. A third-party header that we
hide has one home, listed in DEPENDENCIES; only tests may include it elsewhere. Where the home is a folder, its own headers
may include it, and are then for the home alone. Prints every violation as
`file:line: what; remedy` and ends with exit code 1 if there is one.
"""

import argparse
import re
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "analysis"))

from command_line import Parser

INCLUDE = re.compile(r'\s*#\s*include\s*(?P<bracket>["<])(?P<name>[^">]+)[">]')


class Dependency(NamedTuple):
    """A library, the headers that betray it, and where they may be included (homes apart by a blank)."""

    name: str
    header: re.Pattern
    home: str  # files, or folders (end with /), below src/, apart by a blank
    files: int  # how many files of the home may include it; 0: any number


DEPENDENCIES = [
    Dependency("hwloc", re.compile(r"hwloc(/.*)?\.h|hwloc/.*"), "topo/hwloc.cpp", 1),
    Dependency("PAPI", re.compile(r"papi\.h"), "count/papi.cpp", 1),
    Dependency("libsde", re.compile(r"sde_lib\.h"), "count/papi_sde.cpp", 1),
    Dependency("HDF5", re.compile(r"(.*/)?(hdf5(_hl)?|H5\w+)\.h"),
               "disk/hdf5/ record/hdf5.cpp format/h5/network_hdf5.cpp", 1),
    Dependency("toml++", re.compile(r"toml\+\+/.*|toml(\+\+)?\.(h|hpp)"), "disk/toml.cpp", 1),
    Dependency("xxHash", re.compile(r"xxh(ash|3)\.h"), "disk/digest.cpp", 1),
    Dependency("Zoltan", re.compile(r"(.*/)?zoltan\w*\.h"), "part/zoltan.cpp", 1),
    Dependency("GraphBLAS", re.compile(r"(.*/)?GraphBLAS\.h"), "", 1),
    Dependency("XNNPACK", re.compile(r"(.*/)?(xnnpack|pthreadpool)\.h"), "", 1),
    Dependency("oneDNN", re.compile(r"(.*/)?dnnl\.hp{0,2}"), "", 1),
    Dependency("BLAS", re.compile(r"(.*/)?cblas\w*\.h"), "", 1),
    Dependency("MPI", re.compile(r"mpi\.h"), "mpi/mpi.cpp mpi/mpi/", 0),
]


NOT_PLUG_INS = {"main.cpp"}
REGISTERS = re.compile(r"\bRegister(<\w+>|Kernel) registered\b")


def read_layers(path):
    """For each folder of LAYERS {what it may include: line}, the same for its tests, and what is wrong with the file."""
    allowed, tested, problems = {}, {}, []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        place = f"src/LAYERS:{number}"
        if not line.strip() or line.startswith("#"):
            continue
        match = re.fullmatch(r"([a-z]+)( tests)?:((?: [a-z]+)*)", line.rstrip())
        if not match:
            problems.append(f"{place}: cannot read '{line}'; write `folder: folder folder` or `folder tests: folder`")
            continue
        folder, of_tests, below = match[1], match[2], match[3].split()
        if folder in (tested if of_tests else allowed):
            problems.append(f"{place}: '{folder}' stands here twice; keep one line")
        for other in below:
            if not of_tests and other not in allowed:
                problems.append(f"{place}: '{folder}' may include '{other}', which is not above it; order bottom up")
        (tested if of_tests else allowed)[folder] = {other: number for other in below}
    return allowed, tested, problems


def is_test(file):
    return file.endswith(("_test.cpp", "_fixture.hpp"))


def includes(path):
    """(line, is it quoted, what) of every #include of a file."""
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        if match := INCLUDE.match(line):
            yield number, match["bracket"] == '"', match["name"]


def check_own(place, folder, name, allowed):
    """A quoted include is one of our own headers, named by its folder."""
    other = name.split("/")[0]
    if "/" not in name:
        return [f'{place}: "{name}" names no folder; write "{folder}/{name}"']
    if other not in allowed:
        return [f'{place}: "{name}": no folder \'{other}\' in src/LAYERS; add it there, or use <> for a library']
    if other != folder and other not in allowed[folder]:
        may = " ".join(sorted(allowed[folder])) or "nothing but itself"
        return [f"{place}: '{folder}' may not include '{other}' (\"{name}\"); by src/LAYERS it may: {may}"]
    return []


def check_dependencies(uses):
    """`uses`: (library, file below src/, line) of every include outside tests."""
    problems = []
    for library in DEPENDENCIES:
        mine = [use for use in uses if use[0] == library.name]
        at_home = [use for use in mine if is_private(library.home, use[1])]
        for _, file, line in mine:
            if (library.name, file, line) not in at_home:
                home = " or ".join(f"src/{one}" for one in library.home.split()) or "one .cpp file"
                problems.append(f"src/{file}:{line}: {library.name} is included outside its home; only in {home}")
        files = sorted({file for _, file, _ in at_home})
        if library.files and len(files) > library.files:
            names = " ".join(f"src/{name}" for name in files)
            for _, file, line in at_home:
                problems.append(f"src/{file}:{line}: {library.name} is included in several files; keep one of {names}")
    return problems


def is_home(home, file):
    """`home` names nothing (any file will do), or files and folders, one of which must be or hold `file`."""
    return not home or any(file.startswith(one) if one.endswith("/") else file == one for one in home.split())


def is_private(home, file):
    """Is `file` at home where nobody else includes it: a .cpp file, or a header in a folder of the home?"""
    folders = " ".join(one for one in home.split() if one.endswith("/"))
    return is_home(home, file) if file.endswith(".cpp") else bool(folders) and is_home(folders, file)


def check_private_headers(uses, included):
    """`included`: (our header, file below src/, line). A header at home that shows a library's types stays there."""
    homes = {file: library for library in DEPENDENCIES for name, file, _ in uses
             if name == library.name and file.endswith(".hpp") and is_private(library.home, file)}
    return [f"src/{file}:{line}: {header} shows types of {homes[header].name}; only {homes[header].home} may include it"
            for header, file, line in included if header in homes and not is_home(homes[header].home, file)]


def check_plug_ins(source):
    """Folders in which a kind of plug-in is at home: those where most .cpp files register one."""
    problems = []
    for folder in sorted(path for path in source.rglob("*") if path.is_dir()):
        files = [path for path in sorted(folder.glob("*.cpp")) if not is_test(path.name)]
        plain = [path for path in files if not REGISTERS.search(path.read_text(encoding="utf-8", errors="replace"))]
        plain = [path for path in plain if path.name not in NOT_PLUG_INS]
        if len(plain) < len(files) / 2:
            problems += [f"{path.relative_to(source.parent).as_posix()}:1: registers no plug-in; move it to a folder of the "
                         f"plug-in it helps, or to {folder.name}/shared" for path in plain
                         if not path.with_suffix(".hpp").exists() or "kind_name" not in path.with_suffix(".hpp").read_text()]
    return problems


def check(root):
    """Every violation in the tree at `root`, as text."""
    source = Path(root) / "src"
    if not (source / "LAYERS").is_file():
        return [f"{source / 'LAYERS'}: no such file; give the folder of the project"]
    allowed, tested, problems = read_layers(source / "LAYERS")
    uses, included = [], []
    unknown = set()
    needed = {False: set(), True: set()}  # (folder, other), by production code and by tests
    for path in sorted([*source.rglob("*.hpp"), *source.rglob("*.cpp")]):
        file = path.relative_to(source).as_posix()
        folder = file.split("/")[0]
        if folder not in allowed:
            if folder not in unknown:
                problems.append(f"src/{file}:1: no folder '{folder}' in src/LAYERS; add a line for it")
            unknown.add(folder)
            continue
        for line, quoted, name in includes(path):
            library = next((one.name for one in DEPENDENCIES if one.header.fullmatch(name)), None)
            if library:
                if not file.endswith("_test.cpp"):
                    uses.append((library, file, line))
            elif quoted:
                included.append((name, file, line))
                needed[is_test(file)].add((folder, name.split("/")[0]))
                may = allowed | {folder: allowed[folder] | tested.get(folder, {})} if is_test(file) else allowed
                problems += check_own(f"src/{file}:{line}", folder, name, may)
    for granted, by_tests in ((allowed, False), (tested, True)):
        for folder, below in granted.items():
            problems += [f"src/LAYERS:{line}: '{folder}' never includes '{other}'; take it out"
                         for other, line in below.items() if (folder, other) not in needed[by_tests]]
    return problems + check_plug_ins(source) + check_dependencies(uses) + check_private_headers(uses, included)


def main():
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", nargs="?", default=ROOT, metavar="ROOT", help="the folder of the project")
    problems = check(parser.parse_args().root)
    for problem in problems:
        print(problem)
    if not problems:
        print("check_layers: every include keeps to src/LAYERS")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
