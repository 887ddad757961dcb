// rank_calibration: what messages between ranks take, measured by ranks and kept beside what one process measured.
#pragma once

#include <optional>
#include <string>

#include "predict/message_time.hpp"
#include "record/fields.hpp"

namespace sparsio {

/// Of `calibrate --ranks`: ping-pong between the first and the last rank, its fit put into the calibration at `path`,
/// or into a new one that has nothing else. Rank 0 prints it, `written` as text or JSON. The exit code.
int calibrate_ranks(const std::string& path, std::string (*written)(const Fields&));

/// What the calibration at `path` says of messages; none where there is no such file, or none that can be read.
std::optional<MessageTime> kept_messages(const std::string& path);

/// For people: both regimes, and where they meet.
Fields fields_of(const MessageTime& time);

}  // namespace sparsio
