#include "config/blocks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/nearest.hpp"

namespace sparsio {
namespace {

class Reader {
 public:
  Reader(Values& values, std::vector<std::string>& errors) : values_(values), errors_(errors) {}

  Block read_top(const Node& root, const std::string& place, std::string& title) {
    Block block;
    block.place = place;
    for (const Node& child : root.children) {
      if (child.key == "sweep") continue;
      if (child.key == "title")
        read_title(child, title);
      else if (child.key == "exclude")
        read_exclusions(child, block);
      else if (child.key == "product" || child.key == "zip")
        fail(BadInput(child.key_place, fmt::format("'{}' stands outside of a sweep", child.key),
                      "put it under [[sweep]]"));
      else
        read_axis(child, {"title", "include", "sweep", "exclude"}, block);
    }
    return block;
  }

  Block read_sweep_block(const Node& sweep) {
    Block block;
    block.place = sweep.place;
    for (const Node& child : sweep.children) {
      if (child.key == "exclude")
        read_exclusions(child, block);
      else if (child.key == "product" || child.key == "zip")
        read_part(child, block);
      else
        read_axis(child, {"product", "zip", "exclude"}, block);
    }
    return block;
  }

  bool is_table_list(const Node& node, const std::string& right) {
    bool good = node.kind == Node::Kind::list && !node.children.empty();
    if (node.kind == Node::Kind::list && node.children.empty())
      fail(BadInput(node.place, fmt::format("{} is an empty list", node.key), "leave it out or fill it"));
    else if (!good)
      fail(BadInput(node.place, fmt::format("{} is a list of tables, not {}", node.key, describe(node)),
                    "write " + right));
    for (const Node& child : node.children) {
      if (!good || child.kind == Node::Kind::table) continue;
      fail(BadInput(child.place, fmt::format("{} is a list of tables, not of {}", node.key, describe(child)),
                    "write " + right));
      good = false;
    }
    return good;
  }

 private:
  void fail(const BadInput& error) { errors_.emplace_back(error.what()); }

  void read_title(const Node& node, std::string& title) {
    if (node.is_scalar())  // a title like 2024 is one, here as in --set
      title = node.text;
    else
      fail(BadInput(node.place, fmt::format("title is a text, not {}", describe(node)), "write title = \"...\""));
  }

  void read_part(const Node& part, Block& block) {
    if (part.kind != Node::Kind::table) {
      fail(BadInput(part.place, fmt::format("{} is a table, not {}", part.key, describe(part)),
                    fmt::format("write [sweep.{}] and the keys below it", part.key)));
    } else if (part.key == "zip") {
      read_zip(part, block);
    } else {
      for (const Node& child : part.children) read_axis(child, {}, block);
    }
  }

  /// Column of a key, or nothing (recorded) if it is unknown or stands in this block already.
  bool column_of(const Node& node, const std::vector<std::string>& others, const Block& block, const Axis& open,
                 size_t& column) {
    std::vector<std::string> known = case_key_names();
    const auto found = std::find(known.begin(), known.end(), node.key);
    if (found == known.end()) {
      known.insert(known.end(), others.begin(), others.end());
      fail(BadInput(node.key_place, fmt::format("no key '{}'", node.key), suggest(node.key, known)));
      return false;
    }
    column = static_cast<size_t>(found - known.begin());
    const std::string* before = place_in(open, column);
    for (const Axis& axis : block.axes) before = before == nullptr ? place_in(axis, column) : before;
    if (before == nullptr) return true;
    fail(BadInput(node.key_place, fmt::format("'{}' is given twice in this sweep, first at {}", node.key, *before),
                  "give it once"));
    return false;
  }

  void read_axis(const Node& node, const std::vector<std::string>& others, Block& block) {
    size_t column = 0;
    if (!column_of(node, others, block, {}, column)) return;
    Axis axis{{column}, {}, {node.key_place}};
    for (SharedText& value : values_.of(case_keys()[column], node)) axis.steps.push_back({std::move(value)});
    block.axes.push_back(std::move(axis));
  }

  void read_zip(const Node& zip, Block& block) {
    Axis axis;
    const Node* first = nullptr;
    for (const Node& child : zip.children) {
      size_t column = 0;
      if (!column_of(child, {}, block, axis, column)) continue;
      const std::vector<SharedText> values = values_.of(case_keys()[column], child);
      axis.columns.push_back(column);
      axis.places.push_back(child.key_place);
      if (values.empty()) continue;  // said already
      if (first == nullptr) {
        first = &child;
        axis.steps.resize(values.size());
      } else if (values.size() != axis.steps.size()) {
        fail(BadInput(child.place,
                      fmt::format("zip walks lists together, but {} has {} values and {} has {}", first->key,
                                  axis.steps.size(), child.key, values.size()),
                      "make them equally long"));
        continue;
      }
      for (size_t step = 0; step < values.size(); ++step) axis.steps[step].push_back(values[step]);
    }
    if (!axis.columns.empty()) block.axes.push_back(std::move(axis));
  }

  void read_exclusions(const Node& node, Block& block) {
    const Node alone{Node::Kind::list, node.key, node.key_place, node.place, "", {node}};
    const Node& list = node.kind == Node::Kind::table ? alone : node;
    if (!is_table_list(list, "exclude = [{key = value}]")) return;
    for (const Node& table : list.children) {
      Exclusion exclusion;
      if (table.children.empty())
        fail(BadInput(table.place, "exclude without a key would drop every case", "name a key, or leave it out"));
      for (const Node& child : table.children) {
        size_t column = 0;
        if (column_of(child, {}, {}, {}, column)) exclusion.push_back({column, values_.of(case_keys()[column], child)});
      }
      block.exclusions.push_back(std::move(exclusion));
    }
  }

  Values& values_;
  std::vector<std::string>& errors_;
};

}  // namespace

const std::string* place_in(const Axis& axis, size_t column) {
  for (size_t i = 0; i < axis.columns.size(); ++i)
    if (axis.columns[i] == column) return &axis.places[i];
  return nullptr;
}

Blocks read_blocks(const Node& root, const std::string& place, Values& values, std::vector<std::string>& errors) {
  Reader reader(values, errors);
  Blocks blocks;
  blocks.top = reader.read_top(root, place, blocks.title);
  const Node* sweeps = root.find("sweep");
  if (sweeps == nullptr) {
    blocks.sweeps.emplace_back();
    blocks.sweeps.back().place = place;
  } else if (reader.is_table_list(*sweeps, "[[sweep]]")) {
    for (const Node& sweep : sweeps->children) blocks.sweeps.push_back(reader.read_sweep_block(sweep));
  }
  return blocks;
}

}  // namespace sparsio
