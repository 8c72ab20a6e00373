#ifndef ASNQ_WARN_H
#define ASNQ_WARN_H

#include <stddef.h>

#include "base/alloc.h"

/*
 * Says "asnq: ..." on stderr, as one line. Bytes that could steer a terminal
 * are escaped, since messages quote what strangers wrote.
 */
void warn_line(const char *format, ...) PRINTF_LIKE(1, 2);

/* The same for bytes, which may hold NULs. */
void warn_bytes(const char *bytes, size_t len);

#endif
