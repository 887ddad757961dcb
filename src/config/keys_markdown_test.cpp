// configs/README.md says what the program does: its worked example is expanded here.
#include "config/config_fixture.hpp"

namespace sparsio {
namespace {

class KeysMarkdown : public ConfigFixture {
 protected:
  /// The n-th ```toml block.
  static std::string example(size_t n) {
    const std::string text = keys_markdown();
    const std::string open = "```toml\n";
    size_t at = 0;
    for (size_t i = 0; i <= n; ++i) at = text.find(open, at) + open.size();
    return text.substr(at, text.find("```", at) - at);
  }
};

TEST_F(KeysMarkdown, NamesEveryKeyInOrder) {
  const std::string text = keys_markdown();
  size_t at = 0;
  for (const CaseKey& key : case_keys()) {
    at = text.find("| `" + std::string(key.name) + "` | ", at);
    ASSERT_NE(at, std::string::npos) << key.name;
  }
}

TEST_F(KeysMarkdown, TheTwoSpellingsAreTheSame) {
  EXPECT_EQ(rows(read_text(example(0)), {"network"}), rows(read_text(example(1)), {"network"}));
}

TEST_F(KeysMarkdown, TheWorkedExampleGivesTheCasesItSays) {
  EXPECT_EQ(rows(read_text(example(2)), {"order", "policy", "memory", "panel", "repetitions"}),
            "by_target lru 50 48 5\nby_target lru 100 48 5\nby_target lru 200 48 5\n"
            "by_source lru 100 48 5\nby_source lru 200 48 5\n"
            "by_target min L1 16 5\nby_target min L2 48 5\n");
}

}  // namespace
}  // namespace sparsio
