// report: what `sparsio info` says of a thing, for eyes and for programs.
// The text is lines `name  what`, apart by blanks, and tables; no line is longer than a hundred columns unless a word
// is. The fields are the same facts with all layers and rows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "record/fields.hpp"

namespace sparsio {

struct Report {
  Fields fields;
  std::string text;

  /// Of the text: lines that do not fit go on under their beginning.
  void line(std::string_view name, std::string_view what);
  void note(std::string_view words);
  void table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows);
  /// Commands, one a line and never broken.
  void next(const std::vector<std::string>& commands);
};

struct InfoRequest {
  std::string spec;         // as given
  std::string path;         // "": made by a generator
  uint64_t memory = 100;    // M of the bounds
  uint32_t panel = 48;      // of predictions
  uint32_t width = 0;       // of inputs that do not say it
  std::string calibration;  // "": the one kept for this host
};

Report network_report(const InfoRequest& request);
Report inputs_report(const InfoRequest& request);
Report results_report(const InfoRequest& request);
Report calibration_report(const InfoRequest& request);
Report config_report(const InfoRequest& request);
Report partition_report(const InfoRequest& request);
Report categories_report(const InfoRequest& request);

/// "12 (3 of csr, 9 of dense)": of things with a count each, at most `most`, then how many more there are.
std::string counted(const std::vector<std::pair<std::string, uint64_t>>& things, size_t most);

/// A density for eyes.
std::string density_text(double density);

}  // namespace sparsio
