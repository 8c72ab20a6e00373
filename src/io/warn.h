#ifndef ASNQ_WARN_H
#define ASNQ_WARN_H

#include <stddef.h>

#include "base/alloc.h"

/*
 * Writes "asnq: ..." to stderr, as one line. Control characters are escaped,
 * since messages quote what others wrote and terminals obey it.
 */
void warn_line(const char *format, ...) PRINTF_LIKE(1, 2);

/* Writes bytes, which may include NULs, in the same way. */
void warn_bytes(const char *bytes, size_t len);

#endif
