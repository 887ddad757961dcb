// The registry: a plug-in is known under the stem of its file, and a second one of that name ends the program.
#include <gtest/gtest.h>

#include "gen/generator.hpp"
#include "io/policy.hpp"
#include "order/order_kind.hpp"

namespace sparsio {
namespace {

template <class Kind>
void expect_names_are_stems(std::string_view folder) {
  const auto& entries = Registry<Kind>::instance().entries();
  EXPECT_FALSE(entries.empty()) << Kind::kind_name;
  for (const auto& entry : entries) {
    const std::string ending = std::string(folder) + "/" + entry.name + ".cpp";
    EXPECT_TRUE(entry.file.ends_with(ending)) << entry.file;
    EXPECT_FALSE(entry.kind.summary.empty()) << entry.name;
    for (const Option& option : entry.kind.options)
      EXPECT_FALSE(option.help.empty()) << entry.name << ' ' << option.name;
  }
}

TEST(RegistryTest, NamesAreFileStems) {
  expect_names_are_stems<NetworkKind>("src/gen");
  expect_names_are_stems<InputKind>("src/gen");
  expect_names_are_stems<OrderKind>("src/order");
  expect_names_are_stems<PolicyKind>("src/io");
}

TEST(RegistryDeathTest, ASecondPlugInOfThatNameEndsTheProgramNamingBoth) {
  const auto again = [] { Register<OrderKind>({"another", {}, nullptr}, "elsewhere/by_target.cpp"); };
  EXPECT_DEATH(again(), "two plug-ins of kind 'order' are named 'by_target': .*src/order/by_target.cpp and elsewhere");
}

TEST(RegistryTest, AWrongNameIsAnsweredWithTheNearest) {
  try {
    Registry<OrderKind>::instance().find("by_traget", "fig5.toml:9");
    FAIL();
  } catch (const BadInput& error) {
    EXPECT_NE(std::string(error.what()).find("fig5.toml:9: no order 'by_traget'; did you mean 'by_target'? have: "),
              std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace sparsio
