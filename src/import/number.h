// Numbers and instants as other tools write them. Pure; no locale.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace tt::import {

/// A decimal number with blanks around it allowed: "12", "-0.5", "1.5e3". nullopt for anything
/// else, also for "nan" and "inf". Correctly rounded.
std::optional<double> parse_number(std::string_view text);

/// "2026-01-31T12:00:00.123456+02:00", "2026-01-31 12:00:00Z", "2026-01-31": nanoseconds since
/// 1970. Without a zone it is read as UTC.
std::optional<Nanos> parse_iso_instant(std::string_view text);

/// Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size; nullopt
/// outside of the years 2001 to 2100, which no result file can come from.
std::optional<Nanos> epoch_instant(double value);

/// Seconds to nanoseconds, whole seconds and fraction apart: of an instant since 1970 the product
/// alone would lose what the double still has.
Nanos nanos_of_seconds(double seconds);

/// "20260131-120000" or "20260131_120000", as file names have it; read as UTC.
std::optional<Nanos> parse_stamp(std::string_view text);

}  // namespace tt::import
