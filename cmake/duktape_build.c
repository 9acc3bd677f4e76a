// Duktape, as Debian ships its source, with what our sandbox asks for. Its header is included first,
// so that these settings stand when the source is read.
#define DUK_COMPILING_DUKTAPE
#define _GNU_SOURCE
#include "duk_config.h"

// Asked every few thousand steps: true ends the script with a RangeError that it cannot catch.
extern int tt_script_is_late(void *udata);
#define DUK_USE_INTERRUPT_COUNTER
#define DUK_USE_EXEC_TIMEOUT_CHECK(udata) tt_script_is_late(udata)

// No clock and no place: the same script does the same at any time, anywhere.
#undef DUK_USE_DATE_GET_NOW
#undef DUK_USE_DATE_GET_LOCAL_TZOFFSET
#undef DUK_USE_GET_MONOTONIC_TIME
#define DUK_USE_GET_MONOTONIC_TIME(ctx) 0.0
#define DUK_USE_DATE_GET_NOW(ctx) 0.0
#define DUK_USE_DATE_GET_LOCAL_TZOFFSET(d) 0

// Nor luck: Duktape would seed from where the heap lies in memory, and its sort, which is not stable,
// picks by luck how equals come to stand. Then the same chart would have other bytes at times.
extern double tt_script_luck(void *udata);
#undef DUK_USE_GET_RANDOM_DOUBLE
#define DUK_USE_GET_RANDOM_DOUBLE(udata) tt_script_luck(udata)

#include "duktape.c"
