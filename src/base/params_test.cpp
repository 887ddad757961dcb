// Options that are newer than the first schema leave the canonical text alone while they are at their default: it is
// what run ids are made of.
#include "base/params.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/spec.hpp"

namespace sparsio {
namespace {

const Options& options() {
  static const Options all = {{"neurons", Type::integer, std::nullopt, "number of neurons"},
                              {"density", Type::real, "0.1", "part of the connections"},
                              {.name = "limit", .type = Type::real, .fallback = "32", .help = "newer", .since = 4}};
  return all;
}

std::string canonical(const std::vector<NamedText>& given) {
  return Params(options(), given, "test").canonical();
}

TEST(Params, ANewerOptionAtItsDefaultIsUnsaid) {
  EXPECT_EQ(canonical({{"neurons", "4"}}), "neurons=4,density=0.1");
  EXPECT_EQ(canonical({{"neurons", "4"}, {"limit", "3.2e1"}}), "neurons=4,density=0.1");
  EXPECT_EQ(canonical({{"neurons", "4"}, {"limit", "33"}}), "neurons=4,density=0.1,limit=33");
  EXPECT_EQ(Params(options(), {{"neurons", "4"}}, "test").real("limit"), 32);
}

TEST(Params, OfNewerOptionsAloneIsEmpty) {
  const Options newer = {{.name = "mode", .type = Type::text, .fallback = "a", .help = "newer", .since = 4}};
  EXPECT_EQ(Params(newer, {}, "test").canonical(), "");
  EXPECT_EQ(Params(newer, {{"mode", "b"}}, "test").canonical(), "mode=b");
}

TEST(Params, AValueMayHaveCommas) {
  const Options paths = {{"path", Type::text, "", "a path"}, {"bias", Type::real, "0", "a number"}};
  for (const std::string path : {"a,b=1/x.smtx", ",", "a\\,b", "a\\", "\\,\\,", "a,,b,"}) {
    const std::string text = "mtx:" + Params(paths, {{"path", path}, {"bias", "2"}}, "test").canonical();
    const Spec spec = parse_spec(text, "test");
    EXPECT_EQ(spec.kind, "mtx");
    EXPECT_EQ(spec.given, (std::vector<NamedText>{{"path", path}, {"bias", "2"}})) << text;
  }
  EXPECT_EQ(parse_spec("a,b=1/x.smtx", "test").path, "a,b=1/x.smtx");
  EXPECT_THROW(parse_spec("mtx:path=a,b", "test"), BadInput);
}

}  // namespace
}  // namespace sparsio
