// plausible: each of the three signs is one line that names what and how much, just beyond its limit and not below it;
// what was not measured is no sign.
#include "predict/plausible.hpp"

#include <gtest/gtest.h>

namespace sparsio {
namespace {

Calibration plausible() {
  Calibration one;
  one.threads = 2;
  one.fma_one_thread = 100e9;
  one.fma_all_threads = 190e9;
  one.reads = {{"L1", 1 << 15, 200e9, 400e9}, {"memory", 1 << 28, 20e9, 20e9}};
  one.engines = {{"csr", 16, 1e9, {}, 0.1}, {"csr", 48, 1e9, {}, 0.29}, {"dense", 16, 1e9, {}, 0.05}};
  one.load = {2, 0.1, 0.02};
  return one;
}

TEST(Plausible, WhatIsQuietIsBelieved) {
  EXPECT_TRUE(doubts(plausible()).empty());
  EXPECT_TRUE(doubts({}).empty());  // nothing was measured
  Calibration noisy = plausible();
  noisy.reads[1].all_threads = 0.96 * 20e9;
  EXPECT_TRUE(doubts(noisy).empty());
}

TEST(Plausible, ThreadsSlowerThanOneAreALineEach) {
  Calibration one = plausible();
  one.fma_all_threads = 90e9;
  one.reads[1].all_threads = 15e9;
  EXPECT_EQ(doubts(one), (std::vector<std::string>{
                             "2 threads multiply and add slower than one: 9e+10 a second, one 1e+11; leave the "
                             "processors free",
                             "2 threads read memory slower than one: 1.5e+10 a second, one 2e+10; leave the processors "
                             "free"}));
  one.threads = 1;  // then both are the same measurement
  EXPECT_TRUE(doubts(one).empty());
}

TEST(Plausible, BadFitsAreOneLineWithTheWorstOfEachEngine) {
  Calibration one = plausible();
  one.engines[0].greatest_error = 0.45;
  one.engines[1].greatest_error = 0.31;
  one.engines[2].greatest_error = 0.5;
  EXPECT_EQ(doubts(one), std::vector<std::string>{"fitted costs are off by more than 0.3 of the times they were fitted "
                                                  "to: csr by 0.45 at panel 16, dense by 0.50 at panel 16; measure "
                                                  "longer (--seconds)"});
}

TEST(Plausible, ALoadBesideIsALine) {
  Calibration one = plausible();
  one.load.others = 0.9;
  EXPECT_EQ(doubts(one), std::vector<std::string>{"other programs kept 0.9 of 2 processors busy meanwhile; wait until "
                                                  "they are done"});
  one.load.processors = 64;  // where so much is nothing
  EXPECT_TRUE(doubts(one).empty());
  one.load = {2, KernelCount::unknown, 0.4};
  EXPECT_EQ(doubts(one), std::vector<std::string>{"the measuring thread did not run for 40 % of the time; leave it a "
                                                  "processor"});
}

}  // namespace
}  // namespace sparsio
