#ifndef ASNQ_RSPAMD_NUMBER_H
#define ASNQ_RSPAMD_NUMBER_H

#include <stdbool.h>

#include "base/span.h"

/*
 * Returns whether Lua, as LuaJIT has it, converts a text to a number. The text
 * holds no white space, is not empty, and ends in a NUL.
 */
bool rspamd_is_number(struct span text);

#endif
