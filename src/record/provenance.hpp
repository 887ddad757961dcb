// provenance: what a reader must know to believe a number.
// Which source, built how, on which machine, started when and by which command. Names are dotted: git.revision,
// build.compiler, library.hdf5, host.name, environment.OMP_NUM_THREADS. What is not known is `unknown`, never left out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/params.hpp"

namespace sparsio {

/// What was known when this program was built: program.version, git.revision, git.dirty (yes, no, unknown), build.*,
/// library.* (a version, or `not in this build`).
const std::vector<NamedText>& build_facts();

/// build_facts() and what is known now: host.*, environment.*, process.*. `command` is the command line as given.
std::vector<NamedText> provenance(const std::vector<std::string>& command);

/// The text of the fact of this name, "unknown" where there is none.
std::string fact_named(std::string_view name, const std::vector<NamedText>& facts);

/// May a variable of this name be written into results? Only those that change how a program runs on a machine; a
/// prefix is allowed only where no secret can follow it.
bool is_recorded_variable(std::string_view name);

/// The processor's name in the text of /proc/cpuinfo, "unknown" if there is none.
std::string cpu_model(std::string_view cpuinfo);

/// The arguments as a shell would need them: quoted where they must be.
std::string shell_text(const std::vector<std::string>& command);

}  // namespace sparsio
