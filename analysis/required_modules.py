"""required_modules: say in one line which Python module is missing.

Debian's /usr/bin/python3 has the modules of this folder as packages; another python3 that comes first on PATH often has
none of them. An ImportError ten frames deep tells a user neither. So every command asks here first, before it imports
anything that is not in the standard library.
"""

import importlib.util
import sys

DEBIAN_PACKAGES = {
    "numpy": "python3-numpy",
    "pandas": "python3-pandas",
    "h5py": "python3-h5py",
    "matplotlib": "python3-matplotlib",
    "jinja2": "python3-jinja2",
    "onnx": "python3-onnx",
    "scipy": "python3-scipy",
    "torch": "python3-torch",
}


def missing_modules(names):
    """Those of `names` that this interpreter cannot import."""
    return [name for name in names if importlib.util.find_spec(name) is None]


def require(names, command):
    """Ends the program with exit code 1 and one line on stderr if a module is missing."""
    missing = missing_modules(names)
    if missing:
        packages = " ".join(DEBIAN_PACKAGES.get(name, name) for name in missing)
        sys.exit(f"{command}: {sys.executable} has no module {', '.join(missing)}; "
                 f"install the packages {packages} and use /usr/bin/python3")
