// The warning names what is wrong and the line that mends it, and is silent where nothing is.
#include "run/binding.hpp"

#include <gtest/gtest.h>

namespace sparsio {
namespace {

TEST(Binding, OneCoreOfSeveralIsWarnedOfWithTheLineToUse) {
  EXPECT_EQ(binding_warning(1, 1, 2, Launcher::mpirun, 1, "sparsio run c.toml"),
            "a rank is bound to 1 core of a node with 2 processors, so its threads are 1; use: mpirun --bind-to none "
            "-n 1 sparsio run c.toml");
  EXPECT_NE(binding_warning(1, 2, 128, Launcher::srun, 4, "sparsio run c.toml").find("srun -n 4 -c 128 sparsio run"),
            std::string::npos);
}

TEST(Binding, OneCoreOfOneAndSeveralCoresAreWell) {
  EXPECT_EQ(binding_warning(1, 2, 2, Launcher::mpirun, 2, "sparsio"), "");
  EXPECT_EQ(binding_warning(4, 8, 64, Launcher::mpirun, 2, "sparsio"), "");
}

}  // namespace
}  // namespace sparsio
