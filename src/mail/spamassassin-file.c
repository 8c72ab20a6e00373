#include "config.h"

#include "mail/spamassassin-file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/array.h"
#include "io/warn.h"
#include "mail/folder.h"
#include "mail/spamassassin-directive.h"
#include "mail/spamassassin-if.h"
#include "mail/spamassassin-line.h"

#define INCLUDES_MAX 50 /* files in each other: ends self-inclusion */
#define NESTED_MAX 1000 /* conditions in each other */

/* An open condition. */
struct condition {
	const char *keyword;
	unsigned long line;
	bool skipped_before;
	struct condition *outer;
};

/* The files being read. `reader` has the current file and line. */
struct reading {
	struct sa_reader reader;
	unsigned depth;		 /* of includes */
	struct condition *inner; /* NULL: no condition is open */
	unsigned nested;
	bool skip; /* a condition does not hold */
	struct sa_if facts;
	bool good;
	struct arena arena; /* of conditions */
};

static void PRINTF_LIKE(2, 3)
    complain(struct reading *r, const char *format, ...)
{
	va_list list;
	char *text;

	va_start(list, format);
	text = vformat_text(format, list);
	va_end(list);
	warn_line("%s:%lu: %s", r->reader.file, r->reader.line, text);
	free(text);
	r->good = false;
}

/* Reports a line in SpamAssassin's words. */
static void
refuse(struct reading *r, const struct sa_line *d, const char *what)
{
	complain(r, "config: %s in %s (line %lu): %s", what, r->reader.file,
	    r->reader.line, d->text);
}

static void
refuse_value(struct reading *r, const struct sa_line *d,
    enum sa_problem problem)
{
	char *what = format_text("%s '%s' value",
	    problem == SA_MISSING ? "missing" : "invalid", d->key);

	refuse(r, d, what);
	free(what);
}

/* --- conditions ---------------------------------------------------------- */

static void
push_condition(struct reading *r, const struct sa_line *d, bool holds)
{
	struct condition *c = arena_alloc(&r->arena, sizeof(*c));

	*c = (struct condition){ arena_copy(&r->arena, d->key, strlen(d->key)),
		r->reader.line, r->skip, r->inner };
	r->inner = c;
	r->nested++;
	r->skip |= !holds;
}

/* Opens a condition, unless SpamAssassin refuses its expression. */
static void
begin_if(struct reading *r, const struct sa_line *d, const char *expression)
{
	bool holds;
	bool good;
	char *why;

	if (r->nested == NESTED_MAX) {
		complain(r, "conditions are nested too deeply");
		return;
	}
	good = sa_if_read(&r->facts, expression, &holds, &why);
	if (why != NULL)
		complain(r, "config: %s in %s (line %lu)", why, r->reader.file,
		    r->reader.line);
	free(why);
	if (good)
		push_condition(r, d, holds);
}

static void
read_if(struct reading *r, const struct sa_line *d)
{
	if (*d->value == '\0')
		refuse(r, d, "missing 'if' condition");
	else
		begin_if(r, d, d->value);
}

static void
read_ifplugin(struct reading *r, const struct sa_line *d)
{
	char *expression;

	if (*d->value == '\0') {
		refuse(r, d, "missing 'ifplugin' condition");
		return;
	}
	expression = format_text("plugin (%s)", d->value);
	begin_if(r, d, expression);
	free(expression);
}

static void
read_else(struct reading *r, const struct sa_line *d)
{
	bool blocked = false;

	if (*d->value != '\0') {
		refuse(r, d, "'else' must be standalone");
		return;
	}
	if (r->inner == NULL) {
		refuse(r, d, "'else' missing starting if");
		return;
	}
	for (const struct condition *c = r->inner; c != NULL; c = c->outer)
		blocked |= c->skipped_before;
	r->skip = blocked || !r->skip;
}

static void
read_endif(struct reading *r, const struct sa_line *d)
{
	if (*d->value != '\0') {
		refuse(r, d, "'endif' must be standalone");
	} else if (r->inner == NULL) {
		refuse(r, d, "missing starting 'if' for 'endif'");
	} else {
		r->skip = r->inner->skipped_before;
		r->inner = r->inner->outer;
		r->nested--;
	}
}

/* Ends all conditions: at the end of a file, and before an included one. */
static void
end_conditions(struct reading *r)
{
	for (const struct condition *c = r->inner; c != NULL; c = c->outer)
		complain(r, "config: unclosed '%s' found in %s (line %lu)",
		    c->keyword, r->reader.file, c->line);
	r->inner = NULL;
	r->nested = 0;
	r->skip = false;
}

/* --- directives ---------------------------------------------------------- */

static bool read_file(struct reading *r, const char *path);

/* Returns the path that an include means, relative to the including file. */
static char *
included_path(const char *from, const char *path)
{
	const char *slash = strrchr(from, '/');

	if (path[0] == '/' || slash == NULL)
		return xstrdup(path);
	return format_text("%.*s/%s", (int)(slash - from), from, path);
}

static void
read_include(struct reading *r, const struct sa_line *d)
{
	struct sa_reader here = r->reader;
	char *path;

	if (*d->value == '\0') {
		refuse_value(r, d, SA_MISSING);
		return;
	}
	if (r->depth == INCLUDES_MAX) {
		complain(r, "included files are nested too deeply");
		return;
	}
	end_conditions(r);
	path = included_path(here.file, d->value);
	r->depth++;
	if (!read_file(r, path))
		r->good = false;
	r->depth--;
	free(path);
	r->reader = here;
}

static void
require_version(struct reading *r, const struct sa_line *d)
{
	if (r->skip)
		return;
	if (*d->value == '\0') {
		refuse_value(r, d, SA_MISSING);
		return;
	}
	if (strcmp(d->value, SA_VERSION) == 0 ||
	    strcmp(d->value, "@@VERSION@@") == 0)
		return;
	complain(r,
	    "config: configuration file '%s' requires version %s of "
	    "SpamAssassin, but this is code version " SA_VERSION
	    ". Maybe you need to use the -C switch, or remove the old config "
	    "files? Skipping this file.",
	    r->reader.file, d->value);
	r->skip = true;
}

static void
read_setting(struct reading *r, const struct sa_line *d)
{
	enum sa_problem problem;

	if (r->skip)
		return;
	problem = sa_directive_read(&r->reader, d->key, d->value);
	if (problem == SA_SAID)
		r->good = false;
	else if (problem != SA_FINE)
		refuse_value(r, d, problem);
}

static void
read_directive(struct reading *r, const struct sa_line *d)
{
	static const struct {
		const char *key;
		void (*read)(struct reading *r, const struct sa_line *d);
	} directives[] = {
		{ "if", read_if },
		{ "ifplugin", read_ifplugin },
		{ "else", read_else },
		{ "endif", read_endif },
		{ "include", read_include },
		{ "require_version", require_version },
	};

	for (size_t i = 0; i < LENGTH(directives); i++)
		if (strcmp(d->key, directives[i].key) == 0) {
			directives[i].read(r, d);
			return;
		}
	read_setting(r, d);
}

/* --- lines --------------------------------------------------------------- */

static void
read_line(struct reading *r, char *text)
{
	struct sa_line line;

	r->reader.line++;
	if (!sa_line_split(&line, text))
		return;
	read_directive(r, &line);
	free(line.key);
}

/* Refuses a line with a NUL, which ends texts here, but not in Perl. */
static void
refuse_nul(struct reading *r)
{
	r->reader.line++;
	complain(r, "the line has a NUL");
}

static bool
read_lines(struct reading *r, FILE *in)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	while ((len = getline(&line, &size, in)) >= 0)
		if (strlen(line) == (size_t)len)
			read_line(r, line);
		else
			refuse_nul(r);
	if (ferror(in))
		warn_line("%s: %s", r->reader.file, strerror(errno));
	free(line);
	return !ferror(in);
}

static bool
read_file(struct reading *r, const char *path)
{
	FILE *in = fopen(path, "r");
	bool good;

	if (in == NULL) {
		warn_line("%s: %s", path, strerror(errno));
		return false;
	}
	r->reader.file = path;
	r->reader.line = 0;
	good = read_lines(r, in);
	end_conditions(r);
	fclose(in);
	return good;
}

/* Begins to read into a configuration, which is set to the defaults. */
static void
start(struct reading *r, struct sa_config *c)
{
	sa_config_init(c);
	*r = (struct reading){ .good = true };
	r->reader = (struct sa_reader){
		.config = c,
		.facts = &r->facts,
		.file = "",
	};
}

static void
end(struct reading *r)
{
	sa_if_clear(&r->facts);
	arena_free(&r->arena);
}

void
sa_file_read_none(struct sa_config *c)
{
	static const char *const lines[] = {
		"asn_lookup asn.routeviews.org _ASN_ _ASNCIDR_",
		"asn_lookup_ipv6 origin6.asn.cymru.com _ASN_ _ASNCIDR_",
		"add_header all ASN _ASN_ _ASNCIDR_",
	};
	struct reading r;

	start(&r, c);
	for (size_t i = 0; i < LENGTH(lines); i++) {
		char *line = xstrdup(lines[i]);

		read_line(&r, line);
		free(line);
	}
	end(&r);
}

/* Adds the files that a path means: of a directory, .pre and then .cf. */
static bool
add_files(struct reading *r, const char *path, struct texts *out)
{
	size_t before = out->count;

	if (!folder_is(path)) {
		texts_add(out, path);
		return true;
	}
	if (!folder_add_files(path, ".pre", &r->arena, out) ||
	    !folder_add_files(path, ".cf", &r->arena, out))
		return false;
	if (out->count == before)
		warn_line("%s: there are no .cf files in this directory", path);
	return out->count > before;
}

bool
sa_file_read(struct sa_config *c, const char *const *files, size_t count)
{
	struct texts all = { .count = 0 };
	struct reading r;

	start(&r, c);
	for (size_t i = 0; i < count; i++)
		r.good &= add_files(&r, files[i], &all);
	for (size_t i = 0; i < all.count; i++)
		if (!read_file(&r, all.list[i]))
			r.good = false;
	texts_free(&all);
	end(&r);
	return r.good;
}
