// partial_files: a signal that ends the program leaves no half-written file beside the one that was to be written.
// Names of files that are written beside are never given twice, so all of the last ones may be removed by who ends in a
// hurry: what has been renamed in the meantime is not there under that name any more. (SIGKILL leaves the one file.)
#pragma once

#include <string>

namespace sparsio {

/// A file of this name is about to be written, and is worth nothing before it is renamed. Of one thread at a time.
void note_partial_file(const std::string& name);

/// For SIGINT, SIGTERM and SIGHUP: removes the files noted last and ends the program as the signal would.
void end_without_partial_files(int signal);

}  // namespace sparsio
