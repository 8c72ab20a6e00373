#include "config.h"

#include "mail/ini-file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_INIH
#include <ini.h>
#endif

#include "base/alloc.h"
#include "base/array.h"
#include "base/buf.h"
#include "base/library.h"
#include "base/span.h"
#include "io/warn.h"

#ifdef HAVE_INIH

#define FUNCTIONS(F) F(ini_parse_stream)

struct library {
	FUNCTIONS(LIBRARY_MEMBER)
};

#ifdef INIH_FILE
LIBRARY_LOADED(FUNCTIONS, INIH_FILE)
#else
LIBRARY_LINKED(FUNCTIONS)
#endif

/* A file that is being read. */
struct reading {
	const char *path;
	FILE *in;
	unsigned long number;	/* of the last line that was read */
	unsigned long *numbers; /* of the lines that inih was given */
	size_t count;
	size_t size;	  /* the room in `numbers` */
	struct buf begun; /* lines that continue in the next */
	bool bare;	  /* the last line is a name alone */
	bool failed;	  /* a message has said so */
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

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/*
 * Drops the blanks at a line's end, and those before a semicolon, where inih
 * would begin a comment but Haraka does not.
 */
static void
close_up(char *line)
{
	size_t len = strlen(line);
	char *to = line;

	while (len > 0 && is_blank(line[len - 1]))
		line[--len] = '\0';
	for (const char *from = line; *from != '\0'; from++) {
		const char *next = from + strspn(from, " \t");

		if (*next == ';')
			from = next;
		*to++ = *from;
	}
	*to = '\0';
}

/* Sets *line to the next one, which LF, CR or both end; false: none is left. */
static bool
read_raw_line(struct reading *r, struct buf *line)
{
	int c = getc(r->in);

	buf_clear(line);
	if (c == EOF)
		return false;
	for (; c != EOF && c != '\n' && c != '\r'; c = getc(r->in))
		buf_putc(line, (char)c);
	if (c == '\r' && (c = getc(r->in)) != '\n' && c != EOF)
		ungetc(c, r->in);
	buf_putc(line, '\0');
	r->number++;
	return true;
}

/* Appends the next line that is no comment; returns false at the end. */
static bool
read_line(struct reading *r, struct buf *out)
{
	struct buf line = { 0 };
	bool found = false;

	while (!found && read_raw_line(r, &line)) {
		struct span s = { line.data, line.len - 1 };

		if (memchr(s.text, '\0', s.len) != NULL) {
			fail(r, r->number, "the line has a NUL");
			break;
		}
		if (r->number == 1)
			s = span_without_mark(s);
		found = !is_comment(s.text);
		if (found)
			buf_put(out, s.text, s.len);
	}
	buf_free(&line);
	return found;
}

/* Returns whether a line is just [NAME]. */
static bool
is_section(const struct buf *line)
{
	struct span s = span_trim((struct span){ line->data, line->len });

	return s.len >= 2 && s.text[0] == '[' &&
	    memchr(s.text, ']', s.len) == s.text + s.len - 1;
}

/* Moves a line to those begun; returns true if it continues in the next. */
static bool
add_line(struct reading *r, struct buf *line)
{
	bool continues;

	while (line->len > 0 && is_blank(line->data[line->len - 1]))
		line->len--;
	continues = line->len > 0 && line->data[line->len - 1] == '\\';
	buf_put(&r->begun, line->data, line->len - continues);
	buf_clear(line);
	return continues;
}

/*
 * Appends a line and those that it continues in; a section in between comes
 * first. Returns false at the end.
 */
static bool
read_whole_line(struct reading *r, struct buf *line)
{
	while (read_line(r, line)) {
		if (is_section(line))
			return true;
		if (add_line(r, line))
			continue;
		buf_put(line, r->begun.data, r->begun.len);
		buf_clear(&r->begun);
		return true;
	}
	return false;
}

/*
 * Returns the length of the name that a text begins with, in the letters that
 * Haraka allows; 0: it begins with none.
 */
static size_t
name_length(const char *text)
{
	return strspn(text,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789_@:.+-/[]");
}

/*
 * Returns whether a line without blanks before it is for inih, and notes
 * whether it is a name alone, which it completes. Haraka skips any other.
 */
static bool
is_setting(struct reading *r, struct buf *line)
{
	size_t len = name_length(line->data);
	const char *after = line->data + len;

	after += strspn(after, " \t");
	r->bare = *after == '\0';
	if (len == 0 || (!r->bare && *after != '=')) {
		warn_line("%s:%lu: Haraka skips a line that is neither "
			  "NAME=VALUE nor [SECTION]",
		    r->path, r->number);
		return false;
	}
	if (line->data[0] == '[' || memchr(line->data, ':', len) != NULL)
		return false; /* inih would read another name */
	if (r->bare) {
		warn_line("%s:%lu: '%.*s' has no value, since '=' is missing",
		    r->path, r->number, (int)len, line->data);
		line->len--;
		buf_put(line, "=", sizeof("="));
	}
	return true;
}

static void
note_number(struct reading *r)
{
	r->numbers =
	    array_grow(r->numbers, &r->size, r->count, sizeof(*r->numbers));
	r->numbers[r->count++] = r->number;
}

/* Reads the next line that is for inih; returns false at the end. */
static bool
read_setting(struct reading *r, struct buf *line)
{
	while (!r->failed && read_whole_line(r, line)) {
		size_t blanks;

		buf_putc(line, '\0');
		close_up(line->data);
		blanks = strspn(line->data, " \t");
		line->len = strlen(line->data + blanks) + 1;
		memmove(line->data, line->data + blanks, line->len);
		if (is_section(&(struct buf){ line->data, line->len - 1, 0 }) ||
		    is_setting(r, line))
			return true;
		buf_clear(line);
	}
	return false;
}

/* Gives inih its next line, as fgets() would. */
static char *
next_line(char *out, int size, void *stream)
{
	struct reading *r = stream;
	struct buf line = { 0 };
	bool found = read_setting(r, &line);

	if (found)
		note_number(r);
	if (found && line.len >= (size_t)size) {
		fail(r, r->number, "the line is too long");
		found = false;
	}
	if (found)
		memcpy(out, line.data, line.len);
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

	r->set(r->arg, s.len > 0 ? trimmed : "main", name,
	    r->bare ? NULL : value);
	free(trimmed);
	return 1;
}

bool
ini_file_read(const char *path, ini_file_set *set, void *arg)
{
	struct reading r = { .path = path, .set = set, .arg = arg };
	struct library lib;
	char *why = load(&lib);
	int line;

	if (why != NULL) {
		warn_line("%s: %s", path, why);
		free(why);
		return false;
	}
	r.in = fopen(path, "r");
	if (r.in == NULL) {
		warn_line("%s: %s", path, strerror(errno));
		return false;
	}
	line = lib.ini_parse_stream(next_line, &r, handle, &r);
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

const char *
ini_file_inih(void)
{
	struct library lib;
	char *why = load(&lib);

	if (why == NULL)
		return "yes";
	free(why);
	return "missing";
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

const char *
ini_file_inih(void)
{
	return "none";
}

#endif
