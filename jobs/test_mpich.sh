#!/usr/bin/env bash
# test_mpich: the exchange, the drivers over ranks and the sweeps' program over MPICH instead of Open MPI, by hand:
#   bash jobs/test_mpich.sh [-jN]
# Debian's packages are unpacked into build/mpich/debian and nothing is installed, so that the machine's MPI stays what
# it is. Zoltan stays out: Debian's links Open MPI. The tests start `mpirun` with Open MPI's words; here a few lines of
# shell stand for it and start MPICH's. Exit code 0: all passed.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
build=$PWD/build/mpich
debian=$build/debian
mkdir -p "$debian" "$build/lib" "$build/bin"
if [[ ! -e $debian/usr/bin/mpiexec.hydra ]]; then
  (cd "$debian" && apt-get download mpich libmpich12 libmpich-dev libslurm38 && for one in *.deb; do dpkg -x "$one" .; done)
fi
libraries=$(dirname "$(find "$debian/usr/lib" -name libmpich.so -print -quit)")
headers=$(dirname "$(find "$debian/usr/include" -name mpi.h -print -quit)")
# What only MPICH needs; the rest of it is there with any hwloc and UCX, and must not come twice.
cp -a "$libraries"/libmpich.so* "$libraries"/libslurm.so* "$build/lib/"
export LD_LIBRARY_PATH=$build/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
cat >"$build/bin/mpirun" <<MPIRUN
#!/usr/bin/env bash
words=()
for word in "\$@"; do [[ \$word == --oversubscribe ]] || words+=("\$word"); done
exec "$debian/usr/bin/mpiexec.hydra" "\${words[@]}"
MPIRUN
chmod +x "$build/bin/mpirun"
export PATH=$build/bin:$PATH
cmake --preset release -B "$build" -DSPARSIO_ZOLTAN=OFF -DSPARSIO_BENCHMARK=OFF -DSPARSIO_MPI=ON \
  -DMPI_C_LIB_NAMES=mpich -DMPI_mpich_LIBRARY="$build/lib/libmpich.so" -DMPI_C_HEADER_DIR="$headers" \
  -DMPI_C_COMPILER_INCLUDE_DIRS="$headers" >"$build/configured.log" || { cat "$build/configured.log"; exit 1; }
cmake --build "$build" "${1:--j2}" --target sparsio test_mpi test_driver test_run
ldd "$build/sparsio" | grep -q "$build/lib/libmpich" || { echo "sparsio is not linked with MPICH" >&2; exit 1; }
[[ $(mpirun -n 2 "$build/sparsio" --version | grep -c 'library.mpi.*MPICH') -ge 1 ]] ||
  { echo "sparsio does not say MPICH" >&2; exit 1; }
for layer in mpi driver run; do "$build/test_$layer" --gtest_brief=1; done
SPARSIO_PROGRAM=$build/sparsio python3 -m pytest -q jobs/tests/test_model_parallel.py
echo "all passed over MPICH"
