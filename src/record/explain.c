#include "config.h"

#include "record/explain.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"

static void
put_line(struct buf *out, const char *text, size_t len)
{
	escape_controls(out, text, len);
	buf_putc(out, '\n');
}

static void
tell(struct explanation *s, bool bug, const char *format, va_list list)
{
	char *line;

	if (s == NULL)
		return;
	line = vformat_text(format, list);
	put_line(&s->lines, line, strlen(line));
	if (bug)
		put_line(&s->bugs, line, strlen(line));
	free(line);
}

void
explain_add(struct explanation *s, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	tell(s, false, format, list);
	va_end(list);
}

void
explain_add_bug(struct explanation *s, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	tell(s, true, format, list);
	va_end(list);
}

void
explain_add_bytes(struct explanation *s, const struct buf *line)
{
	if (s != NULL)
		put_line(&s->lines, line->data, line->len);
}

bool
explain_next(const struct buf *lines, size_t *at, struct span *line)
{
	const char *end;

	if (*at == lines->len)
		return false;
	line->text = lines->data + *at;
	end = memchr(line->text, '\n', lines->len - *at);
	line->len = (size_t)(end - line->text);
	*at += line->len + 1;
	return true;
}

void
explain_print(const struct explanation *s, struct buf *out)
{
	struct span line;
	size_t at = 0;

	while (explain_next(&s->lines, &at, &line)) {
		buf_puts(out, "    ");
		buf_put(out, line.text, line.len);
		buf_putc(out, '\n');
	}
}

void
explain_clear(struct explanation *s)
{
	buf_clear(&s->lines);
	buf_clear(&s->bugs);
}

void
explain_free(struct explanation *s)
{
	buf_free(&s->lines);
	buf_free(&s->bugs);
}
