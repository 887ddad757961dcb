// The registry: a plug-in is known under the stem of its file, and a second one of that name ends the program; its
// options keep the ranges that they declare.
#include <gtest/gtest.h>

#include <cmath>

#include "count/meter.hpp"
#include "driver/driver.hpp"
#include "exec/engine.hpp"
#include "format/format.hpp"
#include "gen/generator.hpp"
#include "io/policy.hpp"
#include "order/order_kind.hpp"
#include "part/partitioner.hpp"

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
  expect_names_are_stems<PartitionerKind>("src/part");
}

std::string refusal(const Options& options, const std::vector<NamedText>& given) {
  try {
    Params(options, given, "there");
    return "";
  } catch (const BadInput& error) {
    return error.what();
  }
}

/// The options that must be given, with something.
std::vector<NamedText> required(const Options& options) {
  std::vector<NamedText> given;
  for (const Option& option : options)
    if (!option.fallback) given.emplace_back(option.name, "1");
  return given;
}

/// Claims: what a plug-in does when nothing is said is allowed; what is beyond the ends of a range, or no word of a
/// list, is refused by the option's name before anything is made; the ends themselves are not.
template <class Kind>
void expect_ranges_are_kept() {
  for (const auto& entry : Registry<Kind>::instance().entries()) {
    const Options& options = entry.kind.options;
    EXPECT_EQ(refusal(options, required(options)), "") << entry.name;
    for (const Option& option : options) {
      const auto with = [&](const std::string& value) {
        std::vector<NamedText> given = required(options);
        std::erase_if(given, [&](const NamedText& one) { return one.first == option.name; });
        given.emplace_back(option.name, value);
        return refusal(options, given);
      };
      const Allowed& allowed = option.allowed;
      const std::string what = entry.name + " " + std::string(option.name);
      const std::string place = "there: " + std::string(option.name) + ": ";
      if (option.type == Type::text) {
        const bool is_any = allowed.words.empty() && allowed.check == nullptr;
        EXPECT_EQ(with("no such thing").starts_with(place), !is_any) << what;
        continue;
      }
      const auto number = [&](double value) {
        return option.type == Type::integer ? std::to_string(static_cast<int64_t>(value)) : std::to_string(value);
      };
      const bool has_end = std::isfinite(allowed.high);
      const std::string below = number(allowed.low - 1 - 0.1 * std::abs(allowed.low));
      EXPECT_TRUE(with(below).starts_with(place)) << what;
      EXPECT_EQ(with(number(has_end ? allowed.high * 1.1 + 1 : 1e15)).starts_with(place),
                has_end || allowed.check != nullptr)
          << what;
      if (allowed.check != nullptr) continue;
      EXPECT_EQ(with(number(allowed.low)), "") << what;
      EXPECT_EQ(with(number(has_end ? allowed.high : 1e15)), "") << what;
    }
  }
}

TEST(RegistryTest, OptionsKeepTheirRanges) {
  expect_ranges_are_kept<NetworkKind>();
  expect_ranges_are_kept<InputKind>();
  expect_ranges_are_kept<OrderKind>();
  expect_ranges_are_kept<PolicyKind>();
  expect_ranges_are_kept<PartitionerKind>();
  expect_ranges_are_kept<FormatKind>();
  expect_ranges_are_kept<MeterKind>();
  expect_ranges_are_kept<EngineKind>();
  expect_ranges_are_kept<DriverKind>();
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
