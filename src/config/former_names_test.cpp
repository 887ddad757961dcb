// A key that was renamed is understood under both names wherever a key is written, and the case is the same.
#include "config/config_fixture.hpp"

namespace sparsio {
namespace {

class FormerNames : public ConfigFixture {
 protected:
  const std::string network_ = "network = \"mlp:widths=3\"\n";
};

TEST_F(FormerNames, MeanTheSameEverywhere) {
  EXPECT_EQ(rows(read_text(network_ + "tile = [1, 2]\n"), {"panel"}), "1\n2\n");
  EXPECT_EQ(rows(read_text(network_ + "[[sweep]]\ntile = 3\n"), {"panel"}), "3\n");
  EXPECT_EQ(rows(read_text(network_ + "[[sweep]]\n[sweep.product]\ntile = [4, 5]\n"), {"panel"}), "4\n5\n");
  EXPECT_EQ(rows(read_text(network_ + "[[sweep]]\n[sweep.zip]\ntile = [4, 5]\nwarmup = [0, 2]\n"), {"panel", "warmup"}),
            "4 0\n5 2\n");
  EXPECT_EQ(rows(read_text(network_ + "panel = [1, 2, 3]\nexclude = [{tile = 2}, {tile = [3]}]\n"), {"panel"}), "1\n");
  EXPECT_EQ(rows(read_text(network_ + "panel = [1, 2]\nexclude = {tile = 2}\n"), {"panel"}), "1\n");
  EXPECT_EQ(rows(read_text(network_ + "panel = 2\n", {"tile=7"}), {"panel"}), "7\n");
  EXPECT_EQ(rows(read_text(network_ + "tile = 2\n[[sweep]]\ntile = 3\n", {"panel=7"}), {"panel"}), "7\n");
  write("base.toml", "tile = 9\n");
  EXPECT_EQ(rows(read_text(network_ + "include = \"base.toml\"\n"), {"panel"}), "9\n");
  EXPECT_EQ(rows(read_text(network_ + "panel = 8\ninclude = \"base.toml\"\n"), {"panel"}), "8\n");
  EXPECT_EQ(run_id(read_text(network_ + "tile = 5\n").cases.at(0)),
            run_id(read_text(network_ + "panel = 5\n").cases.at(0)));
}

TEST_F(FormerNames, BothAreRefused) {
  EXPECT_EQ(errors(network_ + "tile = 1\npanel = 2\n"),
            "c.toml:2:1: 'tile' is the former name of 'panel', which is given at c.toml:3:1; give 'panel' alone");
  EXPECT_EQ(errors(network_ + "[[sweep]]\n[sweep.product]\npanel = [1]\ntile = [2]\n"),
            "c.toml:5:1: 'tile' is the former name of 'panel', which is given at c.toml:4:1; give 'panel' alone");
  EXPECT_EQ(errors(network_ + "[[sweep]]\ntile = 1\n[sweep.product]\npanel = [1]\n"),
            "c.toml:5:1: 'panel' is given twice in this sweep, first at c.toml:3:1; give it once");
  EXPECT_EQ(errors(network_, {"panel=1", "tile=2"}),
            "--set tile=2: 'tile' is the former name of 'panel', and both are given; give 'panel' alone");
}

TEST_F(FormerNames, WrongValuesAreCalledByTheNewName) {
  EXPECT_EQ(errors(network_ + "tile = -1\n"), "c.toml:2:8: panel is -1; give at least 0");
}

}  // namespace
}  // namespace sparsio
