// json: records, journal events and command output as JSON text, and back.
// JSON has no NaN and no infinity. In records NaN is null and the infinities are the texts "inf" and "-inf", which a
// reader takes back; in command output both are null. Doubles are written so that they read back as the same bits.
#pragma once

#include <string>
#include <string_view>

#include "record/event.hpp"
#include "record/fields.hpp"
#include "record/record.hpp"

namespace sparsio {

/// One line, columns in the order of the schema.
std::string record_to_json(const Record& record);

/// BadInput at `place` unless the text has exactly the columns of `schema`, each with its type.
Record record_from_json(std::string_view text, const Schema& schema, const std::string& place);

/// One line: {"event":"started","run":...}.
std::string event_to_json(const JournalEvent& event);

/// BadInput at `place` if the text is not an event, or one whose record has other columns.
JournalEvent event_from_json(std::string_view text, const Schema& schema, const std::string& place);

/// A field a line, a list of things with a thing a line; ends with a newline.
std::string to_json(const Fields& fields);

}  // namespace sparsio
