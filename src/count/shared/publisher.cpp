#include "count/shared/publisher.hpp"

#include <mutex>

namespace sparsio {

void announce(const std::vector<std::string>& names) {
  static std::once_flag once;
  std::call_once(once, [&] {
    for (const auto& publisher : Registry<PublisherKind>::instance().entries()) publisher.kind.announce(names);
  });
}

void publish(const std::vector<PublishedCount>& counts) {
  for (const auto& publisher : Registry<PublisherKind>::instance().entries()) publisher.kind.publish(counts);
}

}  // namespace sparsio
