// partial_files: a signal that ends the program leaves no half-written file beside the one that was to be written.
// Names of files that are written beside are never given twice, so a name that is not forgotten in time does no harm.
// (SIGKILL leaves the file.)
#pragma once

#include <string>

namespace sparsio {

/// A file of this name is about to be written, and is worth nothing before it is renamed. Of one thread at a time.
void note_partial_file(const std::string& name);
/// It has been renamed or removed.
void forget_partial_file(const std::string& name);

/// For SIGINT, SIGTERM and SIGHUP: removes the files that are noted and ends the program as the signal would.
void end_without_partial_files(int signal);

}  // namespace sparsio
