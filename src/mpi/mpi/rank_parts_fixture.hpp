// rank_parts_fixture: a test program whose files each have parts that ranks play: started by mpirun with the name of a
// part, the program is a rank that plays it (its main says so).
#pragma once

#include <map>
#include <string>

#include "mpi/communicator.hpp"

namespace sparsio {

using RankPart = int (*)(Communicator&);

inline std::map<std::string, RankPart>& rank_parts() {
  static std::map<std::string, RankPart> parts;
  return parts;
}

struct RegisterPart {
  RegisterPart(const std::string& name, RankPart part) { rank_parts().emplace(name, part); }
};

}  // namespace sparsio
