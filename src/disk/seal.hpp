// seal: a checksum behind the last byte of a results file.
// HDF5 of this age has no checksums of its own: a flipped bit is read as another number, or ends the program inside the
// library. It does not mind bytes behind its end, so there a last line says `sparsio-xxh3-64 <16 hex digits>` of all
// before it. Programs that change a file in place cut the line off; a file without one is read unchecked.
#pragma once

#include <string>
#include <string_view>

namespace sparsio {

/// The line to write behind `bytes`.
std::string seal(std::string_view bytes);

/// BadInput if the file cannot be read, or ends in a seal that is not that of its bytes.
void check_seal(const std::string& path);

/// Does the file end as a sealed one does? No for what cannot be read.
bool is_sealed(const std::string& path);

/// BadInput if `path` is a sealed file: networks and inputs end in .h5 too, and no measurement is lost to one of them.
void spare_results(const std::string& path);

}  // namespace sparsio
