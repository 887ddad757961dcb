// Every kind of error a config can have, with its exact place and the whole of what is said.
#include <fmt/format.h>

#include "config/config_fixture.hpp"

namespace sparsio {
namespace {

class Errors : public ConfigFixture {
 protected:
  const std::string network_ = "network = \"mlp:widths=5x3\"\n";
  const std::string keys_ =
      "network inputs order policy memory cost panel engine track threads ranks driver partitioner repetitions warmup "
      "confidence precision budget_seconds budget_repetitions rounds rounds_seed meter caches baseline categories "
      "labels "
      "verify time_limit";
};

TEST_F(Errors, UnknownKeysWithTheNearestRightOne) {
  EXPECT_EQ(errors(network_ + "memroy = 3\n"),
            "c.toml:2:1: no key 'memroy'; did you mean 'memory'? have: " + keys_ + " title include sweep exclude");
  EXPECT_EQ(errors(network_ + "[[sweep]]\nproduc = {}\n"),
            "c.toml:3:1: no key 'produc'; did you mean 'product'? have: " + keys_ + " product zip exclude");
  EXPECT_EQ(errors(network_ + "[[sweep]]\n[sweep.zip]\n  pannel = [1]\n"),
            "c.toml:4:3: no key 'pannel'; did you mean 'panel'? have: " + keys_);
  EXPECT_EQ(errors(network_ + "exclude = [{pannel = 3}]\n"),
            "c.toml:2:13: no key 'pannel'; did you mean 'panel'? have: " + keys_);
  EXPECT_EQ(errors(network_ + "product = {}\n"),
            "c.toml:2:1: 'product' stands outside of a sweep; put it under [[sweep]]");
}

TEST_F(Errors, WrongTypes) {
  EXPECT_EQ(errors(network_ + "  panel = \"big\"\n"),
            "c.toml:2:11: panel is an integer, not the text 'big'; write panel = 48");
  EXPECT_EQ(errors(network_ + "panel = 2.5\n"),
            "c.toml:2:9: panel is an integer, not the number 2.5; write panel = 48");
  EXPECT_EQ(errors(network_ + "panel = 1979-05-27\n"),
            "c.toml:2:9: panel is an integer, not a date or time; write panel = 48");
  EXPECT_EQ(errors(network_ + "threads = true\n"),
            "c.toml:2:11: threads is an integer, not the truth value true; write threads = 1");
  EXPECT_EQ(errors(network_ + "warmup = {a = 1}\n"),
            "c.toml:2:10: warmup is an integer, not a table; write warmup = 1");
  EXPECT_EQ(errors(network_ + "time_limit = \"1h\"\n"),
            "c.toml:2:14: time_limit is a number, not the text '1h'; write time_limit = 600");
  EXPECT_EQ(errors(network_ + "time_limit = inf\n"),
            "c.toml:2:14: time_limit: 'inf' is not a finite number; give one like 0.1");
  EXPECT_EQ(
      errors(network_ + "order = 3\n"),
      "c.toml:2:9: order is a text, not the integer 3; write order = \"kind:option=value\", or a table with `kind`");
  EXPECT_EQ(errors(network_ + "memory = [[1]]\n"),
            "c.toml:2:11: memory is a text, not a list; write memory = \"L2\" or a number of values, memory = 100");
  EXPECT_EQ(errors(network_ + "title = [3]\n"), "c.toml:2:9: title is a text, not a list; write title = \"...\"");
  EXPECT_EQ(errors(network_ + "[sweep]\npanel = 3\n"),
            "c.toml:2:1: sweep is a list of tables, not a table; write [[sweep]]");
  EXPECT_EQ(errors(network_ + "sweep = [1]\n"),
            "c.toml:2:10: sweep is a list of tables, not of the integer 1; write [[sweep]]");
  EXPECT_EQ(errors(network_ + "[[sweep]]\nzip = 3\n"),
            "c.toml:3:7: zip is a table, not the integer 3; write [sweep.zip] and the keys below it");
  EXPECT_EQ(errors(network_ + "exclude = 3\n"),
            "c.toml:2:11: exclude is a list of tables, not the integer 3; write exclude = [{key = value}]");
}

TEST_F(Errors, ValuesOutOfRange) {
  EXPECT_EQ(errors(network_ + "panel = [8, -3, -1]\n"),
            "c.toml:2:13: panel is -3; give at least 0\n"
            "c.toml:2:17: panel is -1; give at least 0");
  EXPECT_EQ(errors(network_ + "threads = -1\n"), "c.toml:2:11: threads is -1; give at least 1");
  EXPECT_EQ(errors(network_ + "threads = 100000\n"), "c.toml:2:11: threads is 100000; give at most 4096");
  EXPECT_EQ(errors(network_ + "panel = 5000\n"), "c.toml:2:9: panel is 5000; give at most 1024");
  EXPECT_EQ(errors(network_ + "time_limit = 0\n"), "c.toml:2:14: time_limit is 0; give at least 0.001");
  EXPECT_EQ(errors(network_ + "confidence = 1\n"), "c.toml:2:14: confidence is 1; give at most 0.999999");
  EXPECT_EQ(errors(network_ + "cost = \"byte\"\n"),
            "c.toml:2:8: no cost 'byte'; did you mean 'bytes'? have: unit bytes");
  EXPECT_EQ(errors(network_ + "track = \"fast\"\n"),
            "c.toml:2:9: no track 'fast'; have: general structure value structure+value");
  EXPECT_EQ(errors(network_ + "caches = \"L1\\nL2\"\n"),
            "c.toml:2:10: caches holds a control character; write it on one line");
  EXPECT_EQ(errors(network_ + "caches = \"" + std::string(300, 'x') + "\"\n"),
            "c.toml:2:10: caches is 300 bytes long; results keep 256; shorten it");
  EXPECT_EQ(errors("network = \"\"\n").substr(0, 29), "c.toml:1:11: network is empty");
}

TEST_F(Errors, EmptyLists) {
  const std::string rest = " is an empty list; give a value or leave the key out";
  EXPECT_EQ(errors(network_ + "memory = []\n"), "c.toml:2:10: memory" + rest);
  EXPECT_EQ(errors(network_ + "[[sweep]]\nzip = {panel = [], memory = [1, 2]}\n"), "c.toml:3:16: panel" + rest);
  EXPECT_EQ(errors(network_ + "sweep = []\n"), "c.toml:2:9: sweep is an empty list; leave it out or fill it");
  EXPECT_EQ(errors("[network]\nkind = \"mlp\"\nwidths = []\n"), "c.toml:3:10: widths is an empty list; give a value");
}

TEST_F(Errors, KeysGivenTwice) {
  EXPECT_EQ(errors(network_ + "panel = 1\npanel = 2\n"),
            "c.toml:3:9: cannot redefine existing integer 'panel'; give it once");
  EXPECT_EQ(errors(network_ + "[[sweep]]\npanel = 3\n[sweep.product]\npanel = [4]\n"),
            "c.toml:5:1: 'panel' is given twice in this sweep, first at c.toml:3:1; give it once");
  EXPECT_EQ(errors(network_ + "[[sweep]]\n[sweep.product]\npanel = [4]\n[sweep.zip]\nmemory = [1]\npanel = [4]\n"),
            "c.toml:7:1: 'panel' is given twice in this sweep, first at c.toml:4:1; give it once");
}

TEST_F(Errors, Syntax) {
  const std::string remedy = "; this is not TOML: key = value, texts in \"quotes\"";
  EXPECT_EQ(errors(network_ + "panel = = 2\n"), "c.toml:2:9: could not determine value type" + remedy);
  const std::string bare = errors(network_ + "order = rcm\n");
  EXPECT_EQ(bare.substr(0, 12), "c.toml:2:9: ") << bare;
  EXPECT_EQ(bare.substr(bare.size() - remedy.size()), remedy);
  EXPECT_EQ(errors("panel = 99999999999999999999\n"),
            "c.toml:1:29: '99999999999999999999' is not representable in 64 bits" + remedy);
}

TEST_F(Errors, ZipOfUnequalLengths) {
  EXPECT_EQ(errors(network_ + "[[sweep]]\n[sweep.zip]\nmemory = [1, 2, 3]\n  panel = [1, 2]\n"),
            "c.toml:5:11: zip walks lists together, but memory has 3 values and panel has 2; make them equally long");
  // A wrong value still counts, so that one mistake is not reported as two.
  EXPECT_EQ(errors(network_ + "panel = -1\n[[sweep]]\nzip = {memory = [1, 2], panel = [0, 1]}\n"),
            "c.toml:2:9: panel is -1; give at least 0");
}

TEST_F(Errors, MissingNetwork) {
  const std::string rest = ": no network is given; write network = \"radix_net:neurons=1024,layers=120\", or another";
  EXPECT_EQ(errors("panel = 1\n"), "c.toml:1:1" + rest);
  EXPECT_EQ(errors(""), "c.toml:1:1" + rest);
  EXPECT_EQ(errors("[[sweep]]\nnetwork = \"mlp:widths=5\"\n[[sweep]]\npanel = 3\n"), "c.toml:3:1" + rest);
}

TEST_F(Errors, ExcludingEverything) {
  EXPECT_EQ(errors(network_ + "exclude = [{panel = 48}]\n"), "c.toml:1:1: every case is excluded; loosen `exclude`");
  EXPECT_EQ(errors(network_ + "exclude = [{}]\n"),
            "c.toml:2:12: exclude without a key would drop every case; name a key, or leave it out");
}

TEST_F(Errors, WhatTheCallerRefuses) {
  EXPECT_EQ(errors(network_ + "order = [\"by_target\", \"rmc\"]\nmemory = \"L9\"\n"),
            "c.toml:2:23: no name 'rmc'; did you mean 'rcm'? have: by_source by_target csr lru min none rcm reference "
            "single\n"
            "c.toml:3:10: no memory 'L9'; give a number of values");
  EXPECT_EQ(
      errors("order = \"rmc\"\n[[sweep]]\nnetwork = \"mpl:widths=3\"\n"),
      "c.toml:1:9: no name 'rmc'; did you mean 'rcm'? have: by_source by_target csr lru min none rcm reference single\n"
      "c.toml:3:11: no network 'mpl'; did you mean 'mlp'? have: mlp radix_net tsv");
}

TEST_F(Errors, TablesPointAtTheOption) {
  EXPECT_EQ(errors("[network]\nkind = \"mlp\"\nwidths = \"5\"\n  dnesity = 0.5\n"),
            "c.toml:4:3: mlp: no option 'dnesity'; did you mean 'density'? have: widths density");
  EXPECT_EQ(errors("[network]\nkind = \"mlp\"\nwidths = \"5\"\ndensity = \"x\"\n"),
            "c.toml:4:1: mlp: density: 'x' is not a finite number; give one like 0.1");
  EXPECT_EQ(errors("[network]\nkind = \"mlp\"\n"), "c.toml:1:1: mlp: option 'widths' is missing; give widths=..., ");
  EXPECT_EQ(errors("[network]\nkind = \"mpl\"\n"),
            "c.toml:2:8: no network 'mpl'; did you mean 'mlp'? have: mlp radix_net tsv");
  EXPECT_EQ(errors("[network]\nlayers = 3\nkind = [\"mlp\", \"mpl\"]\n").substr(0, 32),
            "c.toml:2:1: mlp: no option 'laye");
  EXPECT_EQ(errors("[network]\nneurons = 3\n"), "c.toml:1:1: the table network has no kind; add kind = \"...\"");
  EXPECT_EQ(errors("[network]\nkind = \"a b\"\n"), "c.toml:2:8: kind 'a b' is not a name; names are of a-z, 0-9 and _");
  EXPECT_EQ(errors("[network]\nkind = \"mlp\"\nwidths = \"5,6\"\n"),
            "c.toml:3:10: '5,6' holds a comma, which separates options; write it without");
  EXPECT_EQ(errors("[network]\nkind = \"mlp\"\n\"a=b\" = 3\n"),
            "c.toml:3:1: 'a=b' is not the name of an option; names are of a-z, 0-9 and _");
  EXPECT_EQ(errors("[network]\nkind = \"mlp\"\nwidths = true\n"),
            "c.toml:3:10: an option is a number or a text, not the truth value true");
}

TEST_F(Errors, FilesThatAreNotConfigs) {
  EXPECT_EQ(errors_of((folder_ / "none.toml").string()),
            "none.toml: cannot read it: No such file or directory; give a TOML file");
  EXPECT_EQ(errors_of(folder_.string()), folder_.string() + ": cannot read it: it is a folder; give a TOML file");
  EXPECT_EQ(errors(std::string("panel = 3\n\0\1\2", 12)), "c.toml: not text: byte 10 is 0x00; give a TOML file");
  EXPECT_EQ(errors("\x1f\x8b\x08 packed"), "c.toml: not text: byte 0 is 0x1f; give a TOML file");
}

TEST_F(Errors, Includes) {
  EXPECT_EQ(errors("panel = -1\ninclude = \"b.toml\"\n"),
            "c.toml:2:11: cannot read 'b.toml': No such file or directory; give a TOML file\n"
            "c.toml:1:9: panel is -1; give at least 0");
  EXPECT_EQ(errors("include = [3]\n"), "c.toml:1:12: include is a path, not the integer 3; include = \"common.toml\"");
  EXPECT_EQ(errors("include = []\n"), "c.toml:1:11: include is an empty list; name a file");
  write("sub/b.toml", "include = \"../c.toml\"\n");
  EXPECT_EQ(errors("include = \"sub/b.toml\"\n"),
            "sub/b.toml:1:11: include goes in a circle: c.toml -> sub/b.toml -> sub/../c.toml; remove one of them");
  EXPECT_EQ(errors("include = \"c.toml\"\n"),
            "c.toml:1:11: include goes in a circle: c.toml -> c.toml; remove one of them");
  write("sub/b.toml", "panel = \"x\"\nwidths = 3\n");
  EXPECT_EQ(errors(network_ + "include = \"sub/b.toml\"\n").substr(0, 133),
            "sub/b.toml:1:9: panel is an integer, not the text 'x'; write panel = 48\n"
            "sub/b.toml:2:1: no key 'widths'; have: network inputs order p");
}

TEST_F(Errors, Overrides) {
  EXPECT_EQ(errors(network_, {"pannel=3"}), "--set pannel=3: no key 'pannel'; did you mean 'panel'? have: " + keys_);
  EXPECT_EQ(errors(network_, {"panel"}), "--set panel: not key=value; write --set panel=32");
  EXPECT_EQ(errors(network_, {"=3"}), "--set =3: not key=value; write --set panel=32");
  EXPECT_EQ(errors(network_, {"panel=big"}),
            "--set panel=big: panel is an integer, not the text 'big'; write panel = 48");
  EXPECT_EQ(errors(network_, {"memory=[L1,L2]"}),
            "--set memory=[L1,L2]: the list or table is not TOML; put texts in it into quotes, [\"L1\", \"L2\"]");
  EXPECT_EQ(errors(network_, {"panel.x=3"}), "--set panel.x=3: 'panel' has no options; set panel=...");
  EXPECT_EQ(errors(network_, {"order.x=3"}),
            "--set order.x=3: the config has no 'order' to set 'x' of; set order=kind:x=3");
  EXPECT_EQ(errors(network_, {"network.foo=3"}), "--set network.foo=3: mlp: no option 'foo'; have: widths density");
  EXPECT_EQ(errors("network = \"dir/net.tsv\"\n", {"network.foo=3"}),
            "--set network.foo=3: 'dir/net.tsv' at c.toml:1:11 is a path and has no options; set the whole key");
}

TEST_F(Errors, AFileThatCannotBeReadIsNotReportedTwice) {
  EXPECT_EQ(errors("include = \"b.toml\"\n", {"network.neurons=3", "order=rcm"}),
            "c.toml:1:11: cannot read 'b.toml': No such file or directory; give a TOML file");
}

TEST_F(Errors, AllAtOnce) {
  EXPECT_EQ(
      errors("panel = -1\norder = \"rmc\"\n[[sweep]]\nnetwork = \"mlp:widths=3\"\nmemory = []\n[[sweep]]\ncots = 1\n",
             {"warmup=x"}),
      "c.toml:1:9: panel is -1; give at least 0\n"
      "c.toml:2:9: no name 'rmc'; did you mean 'rcm'? have: by_source by_target csr lru min none rcm reference single\n"
      "--set warmup=x: warmup is an integer, not the text 'x'; write warmup = 1\n"
      "c.toml:5:10: memory is an empty list; give a value or leave the key out\n"
      "c.toml:7:1: no key 'cots'; did you mean 'cost'? have: " +
          keys_ +
          " product zip exclude\n"
          "c.toml:6:1: no network is given; write network = \"radix_net:neurons=1024,layers=120\", or another");
}

TEST_F(Errors, MoreCasesThanAnyoneCanRun) {
  std::string numbers = "[1";
  for (int i = 2; i <= 1001; ++i) numbers += fmt::format(",{}", i);
  numbers += "]";
  EXPECT_EQ(errors(network_ + "[[sweep]]\npanel = " + numbers + "\nmemory = " + numbers + "\n"),
            "c.toml:2:1: more than 1000000 cases; split the config or shorten its lists");
}

}  // namespace
}  // namespace sparsio
