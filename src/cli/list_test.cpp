// list engines and list kernels have a column that says what bits do not depend on; other lists have none.
#include <gtest/gtest.h>

#include <sstream>

#include "cli/program_fixture.hpp"
#include "exec/engine.hpp"
#include "exec/kernel/kernel.hpp"

namespace sparsio {
namespace {

/// The line of the table about `name`.
std::string line_about(const std::string& table, const std::string& name) {
  std::istringstream text(table);
  for (std::string line; std::getline(text, line);) {
    std::istringstream words(line);
    std::string kind;
    std::string first;
    if (words >> kind >> first && first == name) return line;
  }
  return "";
}

TEST(List, EnginesAndKernelsSayWhatTheirBitsDoNotDependOn) {
  const std::string engines = run_program({"list", "engines"}).out;
  EXPECT_NE(engines.substr(0, engines.find('\n')).find("bits"), std::string::npos) << engines;
  for (const auto& entry : Registry<EngineKind>::instance().entries())
    EXPECT_NE(
        line_about(engines, entry.name).find(entry.kind.with ? "as its options say" : bits_words(entry.kind.bits)),
        std::string::npos)
        << engines;
  const std::string kernels = run_program({"list", "kernels"}).out;
  for (const auto& entry : Registry<KernelKind>::instance().entries())
    EXPECT_NE(line_about(kernels, entry.name).find(bits_words(entry.kind.bits)), std::string::npos) << kernels;
  EXPECT_NE(run_program({"list", "engines", "--json"}).out.find("\"bits\": \"any threads, any panel, any rows\""),
            std::string::npos);
  const std::string orders = run_program({"list", "orders"}).out;
  EXPECT_EQ(orders.substr(0, orders.find('\n')).find("bits"), std::string::npos) << orders;
}

}  // namespace
}  // namespace sparsio
