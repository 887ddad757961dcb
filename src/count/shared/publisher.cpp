#include "count/shared/publisher.hpp"

namespace sparsio {

const std::vector<std::string_view>& published_names() {
  static const std::vector<std::string_view> names = {"reads",
                                                      "writes",
                                                      "memory_model_lines",
                                                      "memory_predicted_lines",
                                                      "memory_predicted_write_lines",
                                                      "l1_model_lines",
                                                      "l1_predicted_lines",
                                                      "l1_predicted_write_lines",
                                                      "l2_model_lines",
                                                      "l2_predicted_lines",
                                                      "l2_predicted_write_lines",
                                                      "l3_model_lines",
                                                      "l3_predicted_lines",
                                                      "l3_predicted_write_lines"};
  return names;
}

void publish(const std::vector<PublishedCount>& counts) {
  for (const auto& publisher : Registry<PublisherKind>::instance().entries()) publisher.kind.publish(counts);
}

}  // namespace sparsio
