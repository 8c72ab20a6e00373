#include "config.h"

#include "mail/ini-file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_INIH
#include <ini.h>
#endif

#include "base/buf.h"
#include "base/span.h"
#include "io/warn.h"

#ifdef HAVE_INIH

/* Where reading stands. */
struct reading {
	const char *path;
	FILE *in;
	unsigned long number;	/* of the last line that was read */
	unsigned long *numbers; /* where the lines that inih saw end */
	size_t count;
	struct buf begun; /* lines that go on in the next one */
	bool failed;	  /* and it has been said */
	ini_file_set *set;
	void *arg;
};

static void
fail(struct reading *r, unsigned long number, const char *why)
{
	if (!r->failed)
		warn_line("%s:%lu: %s", r->path, number, why);
	r->failed = true;
}

static bool
is_comment(const char *line)
{
	line += strspn(line, " \t");
	return *line == '\0' || *line == ';' || *line == '#';
}

/* Drops blanks at the end, and before a semicolon, which begins no comment. */
static void
close_up(char *line, size_t len)
{
	char *to = line;

	while (len > 0 && strchr(" \t", line[len - 1]) != NULL)
		line[--len] = '\0';
	for (const char *from = line; *from != '\0'; from++) {
		const char *next = from + strspn(from, " \t");

		*to++ = *next == ';' ? *(from = next) : *from;
	}
	*to = '\0';
}

/* Appends the next line that is no comment; false: there is none. */
static bool
read_line(struct reading *r, struct buf *out)
{
	char *line = NULL;
	size_t size = 0;
	bool found = false;

	while (!found && getline(&line, &size, r->in) >= 0) {
		struct span s;

		r->number++;
		line[strcspn(line, "\r\n")] = '\0';
		s = (struct span){ line, strlen(line) };
		if (r->number == 1)
			s = span_without_mark(s);
		found = !is_comment(s.text);
		if (found)
			buf_put(out, s.text, s.len);
	}
	free(line);
	return found;
}

/* [NAME] alone. */
static bool
is_section(const struct buf *line)
{
	struct span s = span_trim((struct span){ line->data, line->len });

	return s.len >= 2 && s.text[0] == '[' &&
	    memchr(s.text, ']', s.len) == s.text + s.len - 1;
}

/*
 * A line and those that it goes on in, past all sections; false: there is
 * none.
 */
static bool
read_whole_line(struct reading *r, struct buf *line)
{
	for (; read_line(r, line); buf_clear(line)) {
		if (is_section(line))
			return true;
		while (line->len > 0 &&
		    strchr(" \t", line->data[line->len - 1]) != NULL)
			line->len--;
		if (line->len > 0 && line->data[line->len - 1] == '\\') {
			buf_put(&r->begun, line->data, line->len - 1);
			continue;
		}
		buf_put(&r->begun, line->data, line->len);
		buf_clear(line);
		buf_put(line, r->begun.data, r->begun.len);
		buf_clear(&r->begun);
		return true;
	}
	return false;
}

/* What inih calls for a line, as it would call fgets(). */
static char *
next_line(char *out, int size, void *stream)
{
	struct reading *r = stream;
	struct buf line = { 0 };
	bool found = !r->failed && read_whole_line(r, &line);

	if (found) {
		buf_putc(&line, '\0');
		close_up(line.data, line.len - 1);
		line.len = strlen(line.data + strspn(line.data, " \t"));
		r->numbers =
		    xrealloc(r->numbers, (r->count + 1) * sizeof(*r->numbers));
		r->numbers[r->count++] = r->number;
		if (line.len + 2 > (size_t)size) {
			fail(r, r->number, "the line is too long");
			found = false;
		} else
			memcpy(out, line.data + strspn(line.data, " \t"),
			    line.len + 1);
	}
	buf_free(&line);
	return found ? out : NULL;
}

/* Takes a setting from inih; returns 1, as it wants for success. */
static int
handle(void *user, const char *section, const char *name, const char *value)
{
	struct reading *r = user;
	struct span s = span_trim((struct span){ section, strlen(section) });
	char *trimmed = xmemdup(s.text, s.len);

	r->set(r->arg, s.len > 0 ? trimmed : "main", name, value);
	free(trimmed);
	return 1;
}

bool
ini_file_read(const char *path, ini_file_set *set, void *arg)
{
	struct reading r = { .path = path, .set = set, .arg = arg };
	int line;

	r.in = fopen(path, "r");
	if (r.in == NULL) {
		warn_line("%s: %s", path, strerror(errno));
		return false;
	}
	line = ini_parse_stream(next_line, &r, handle, &r);
	if (line > 0 && (size_t)line <= r.count)
		fail(&r, r.numbers[line - 1], "no '=' and no [section]");
	if (ferror(r.in) && !r.failed) {
		warn_line("%s: %s", path, strerror(errno));
		r.failed = true;
	}
	fclose(r.in);
	buf_free(&r.begun);
	free(r.numbers);
	return !r.failed;
}

#else

bool
ini_file_read(const char *path, ini_file_set *set, void *arg)
{
	(void)set;
	(void)arg;
	warn_line("%s: this asnq was built without inih, which reads .ini "
		  "files",
	    path);
	return false;
}

#endif

bool
ini_file_is_built_in(void)
{
#ifdef HAVE_INIH
	return true;
#else
	return false;
#endif
}
