// Turns a flight's events into its row. Pure; runs on the collector's thread (and on the worker's
// for the events up to the first token).
#pragma once

#include "load/flight.h"

namespace tt::load {

/// Reads one event of the stream and notes its tokens. Returns how many it held (1 where it held
/// some, but the engine does not say how many).
std::uint32_t read_event(Flight& flight, Nanos at, std::string_view payload);

/// Reads every event of a tape. Returns the tokens in it.
std::uint64_t read_tape(Flight& flight, const Tape& tape);

/// Fills in what only the end tells: status, error, tokens and their source, lag. To be called
/// once, after the last event has been read.
void finish_row(Flight& flight);

}  // namespace tt::load
