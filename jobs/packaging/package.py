# Spack recipe: copy to <repo>/packages/sparsio/package.py. Only its syntax has been checked here; nothing was installed.
from spack.package import *


class Sparsio(CMakePackage):
    """How much data sparse neural networks must move, do move under a schedule, and what a machine measures."""

    git = "file:///path/to/sparsio"  # where your clone is

    version("main", branch="main")

    variant("papi", default=True, description="hardware counters")
    variant("mpi", default=True, description="several processes")

    depends_on("cmake@3.25:", type="build")
    depends_on("pkgconfig", type="build")
    for library in ("eigen", "fmt", "cli11", "tomlplusplus", "nlohmann-json", "highway", "hwloc", "xxhash", "zlib-api",
                    "xz"):
        depends_on(library)
    depends_on("hdf5+hl~mpi")
    depends_on("papi", when="+papi")
    depends_on("mpi", when="+mpi")

    def cmake_args(self):
        return [
            self.define("SPARSIO_TESTS", False),
            self.define("SPARSIO_PAPI", "ON" if self.spec.satisfies("+papi") else "OFF"),
            self.define("SPARSIO_MPI", "ON" if self.spec.satisfies("+mpi") else "OFF"),
        ]

    def install(self, spec, prefix):
        mkdirp(prefix.bin)
        install(join_path(self.build_directory, "sparsio"), prefix.bin)
