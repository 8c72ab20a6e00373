#include "config.h"

#include "base/json-writer.h"

#include <string.h>

#include "base/escape.h"

static void
begin(struct json *j, const char *name)
{
	if (j->comma)
		buf_putc(j->out, ',');
	j->comma = true;
	if (name != NULL) {
		buf_putc(j->out, '"');
		escape_json(j->out, name, strlen(name));
		buf_puts(j->out, "\":");
	}
}

static void
open_with(struct json *j, const char *name, char bracket)
{
	begin(j, name);
	buf_putc(j->out, bracket);
	j->comma = false;
}

static void
close_with(struct json *j, char bracket)
{
	buf_putc(j->out, bracket);
	j->comma = true;
}

void
json_object(struct json *j, const char *name)
{
	open_with(j, name, '{');
}

void
json_object_end(struct json *j)
{
	close_with(j, '}');
}

void
json_array(struct json *j, const char *name)
{
	open_with(j, name, '[');
}

void
json_array_end(struct json *j)
{
	close_with(j, ']');
}

void
json_string(struct json *j, const char *name, const char *text, size_t len)
{
	if (text == NULL) {
		json_null(j, name);
		return;
	}
	begin(j, name);
	buf_putc(j->out, '"');
	escape_json(j->out, text, len);
	buf_putc(j->out, '"');
}

void
json_number(struct json *j, const char *name, uint64_t number)
{
	begin(j, name);
	buf_put_number(j->out, number);
}

void
json_decimal(struct json *j, const char *name, double number)
{
	begin(j, name);
	buf_printf(j->out, "%.3f", number);
}

void
json_bool(struct json *j, const char *name, bool value)
{
	begin(j, name);
	buf_puts(j->out, value ? "true" : "false");
}

void
json_null(struct json *j, const char *name)
{
	begin(j, name);
	buf_puts(j->out, "null");
}
