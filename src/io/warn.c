#include "config.h"

#include "io/warn.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/escape.h"

void
warn_bytes(const char *bytes, size_t len)
{
	struct buf line = { 0 };

	buf_puts(&line, "asnq: ");
	escape_controls(&line, bytes, len);
	buf_putc(&line, '\n');
	/* In one write, so that lines of several processes stay whole. */
	fwrite(line.data, 1, line.len, stderr);
	fflush(stderr);
	buf_free(&line);
}

void
warn_line(const char *format, ...)
{
	va_list list;
	char *text;

	va_start(list, format);
	text = vformat_text(format, list);
	va_end(list);
	warn_bytes(text, strlen(text));
	free(text);
}
