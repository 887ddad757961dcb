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

/// One line, columns in the order of the schema; one that was renamed stands under its former name, too, until 0.3.
std::string record_to_json(const Record& record);

/// By name, former names too. What is missing is absent_cell, what `schema` lacks is kept. BadInput at `place` where a
/// value has another type than its column, or the first column is missing.
Record record_from_json(std::string_view text, const Schema& schema, const std::string& place);

/// One line: {"event":"started","run":...}.
std::string event_to_json(const JournalEvent& event);

/// BadInput at `place` if the text is not an event, or its record is not one (record_from_json).
JournalEvent event_from_json(std::string_view text, const Schema& schema, const std::string& place);

/// A field a line, a list of things with a thing a line; ends with a newline. A field called `panel` stands under the
/// name that programs of 0.1 read, too.
std::string to_json(const Fields& fields);

}  // namespace sparsio
