#include "sweep/rank_facts.hpp"

#include <string>

#include "sweep/merge.hpp"

namespace sparsio {
namespace {

/// Facts as bytes: they hold no NUL.
std::string packed_facts(const std::vector<NamedText>& facts) {
  std::string bytes;
  for (const auto& [name, text] : facts) bytes += name + '\0' + text + '\0';
  return bytes;
}

std::vector<NamedText> unpacked_facts(const std::string& bytes) {
  std::vector<NamedText> facts;
  for (size_t at = 0; at < bytes.size();) {
    const std::string name = bytes.c_str() + at;
    const std::string text = bytes.c_str() + at + name.size() + 1;
    at += name.size() + text.size() + 2;
    facts.emplace_back(name, text);
  }
  return facts;
}

}  // namespace

std::vector<NamedText> joined_facts(Communicator& ranks, const std::vector<NamedText>& own) {
  const std::vector<std::string> packed = ranks.gather(packed_facts(own), 0);
  std::vector<std::vector<NamedText>> of_all = {own};
  for (size_t rank = 1; rank < packed.size(); ++rank) of_all.push_back(unpacked_facts(packed[rank]));
  return joined_provenance(of_all);
}

}  // namespace sparsio
