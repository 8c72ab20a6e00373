#include "config.h"

#include "mail/spamassassin-config.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "io/warn.h"
#include "mail/spamassassin-directive.h"
#include "mail/spamassassin-if.h"

#define INCLUDES_MAX 50	 /* deep; a file that includes itself ends there */
#define NESTED_MAX 1000	 /* conditions */
#define LANGUAGE "en_US" /* what SpamAssassin makes of the locale C */
#define BLANKS " \t\r\n\f\v"

static bool
is_blank(char c)
{
	return c != '\0' && strchr(BLANKS, c) != NULL;
}

/* An open condition. */
struct condition {
	const char *keyword;
	unsigned long line;
	bool skipped_before;
	struct condition *outer;
};

/* A file that is being read. */
struct reading {
	struct sa_config *config;
	const char *path;
	unsigned long line;
	unsigned depth;		 /* of includes */
	struct condition *inner; /* NULL: no condition is open */
	unsigned nested;
	bool skip;
	struct sa_if facts;
	bool good;
	struct arena arena; /* of conditions */
};

/* A line in two parts, both NUL-terminated and trimmed. */
struct directive {
	char *key; /* in lower case, with underscores */
	char *value;
	const char *line;
};

static void PRINTF_LIKE(2, 3)
    complain(struct reading *r, const char *format, ...)
{
	va_list list;
	char *text;

	va_start(list, format);
	text = vformat_text(format, list);
	va_end(list);
	warn_line("%s:%lu: %s", r->path, r->line, text);
	free(text);
	r->good = false;
}

/* Says what is wrong with a line, as SpamAssassin does. */
static void
refuse(struct reading *r, const struct directive *d, const char *what)
{
	complain(r, "config: %s in %s (line %lu): %s", what, r->path, r->line,
	    d->line);
}

static void
refuse_value(struct reading *r, const struct directive *d,
    enum sa_problem problem)
{
	char *what = format_text("%s '%s' value",
	    problem == SA_MISSING ? "missing" : "invalid", d->key);

	refuse(r, d, what);
	free(what);
}

/* Without a condition of its own, the file cannot go on as it was. */
static void
begin_if(struct reading *r, const struct directive *d, const char *expression)
{
	struct condition *c;
	bool holds;
	bool good;
	char *why;

	if (r->nested == NESTED_MAX) {
		complain(r, "too many conditions in each other");
		return;
	}
	good = sa_if_read(&r->facts, expression, &holds, &why);
	if (why != NULL)
		complain(r, "config: %s in %s (line %lu)", why, r->path,
		    r->line);
	free(why);
	if (!good)
		return;
	c = arena_alloc(&r->arena, sizeof(*c));
	*c = (struct condition){ arena_copy(&r->arena, d->key, strlen(d->key)),
		r->line, r->skip, r->inner };
	r->inner = c;
	r->nested++;
	r->skip |= !holds;
}

static void
read_if(struct reading *r, const struct directive *d)
{
	char *expression;

	if (*d->value == '\0') {
		refuse(r, d,
		    d->key[2] == '\0' ? "missing 'if' condition"
				      : "missing 'ifplugin' condition");
		return;
	}
	if (d->key[2] == '\0') {
		begin_if(r, d, d->value);
		return;
	}
	expression = format_text("plugin (%s)", d->value);
	begin_if(r, d, expression);
	free(expression);
}

static void
read_else(struct reading *r, const struct directive *d)
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
read_endif(struct reading *r, const struct directive *d)
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

/* At the end of a file, and where it includes another, conditions end. */
static void
end_conditions(struct reading *r)
{
	for (const struct condition *c = r->inner; c != NULL; c = c->outer)
		complain(r, "config: unclosed '%s' found in %s (line %lu)",
		    c->keyword, r->path, c->line);
	r->inner = NULL;
	r->nested = 0;
	r->skip = false;
}

static bool read_file(struct reading *r, const char *path);

static void
read_include(struct reading *r, const struct directive *d)
{
	const char *path = r->path;
	const char *slash = strrchr(path, '/');
	unsigned long line = r->line;
	char *full;

	if (*d->value == '\0') {
		refuse_value(r, d, SA_MISSING);
		return;
	}
	if (r->depth == INCLUDES_MAX) {
		complain(r, "too many files that include each other");
		return;
	}
	end_conditions(r);
	full = d->value[0] == '/' || slash == NULL
	    ? xstrdup(d->value)
	    : format_text("%.*s/%s", (int)(slash - path), path, d->value);
	r->depth++;
	if (!read_file(r, full))
		r->good = false;
	r->depth--;
	free(full);
	r->path = path;
	r->line = line;
}

static void
require_version(struct reading *r, const struct directive *d)
{
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
	    r->path, d->value);
	r->skip = true;
}

static void
read_directive(struct reading *r, const struct directive *d)
{
	enum sa_problem problem;

	if (strcmp(d->key, "if") == 0 || strcmp(d->key, "ifplugin") == 0)
		read_if(r, d);
	else if (strcmp(d->key, "else") == 0)
		read_else(r, d);
	else if (strcmp(d->key, "endif") == 0)
		read_endif(r, d);
	else if (strcmp(d->key, "include") == 0)
		read_include(r, d);
	if (r->skip)
		return;
	if (strcmp(d->key, "require_version") == 0) {
		require_version(r, d);
		return;
	}
	problem = sa_directive_read(r->config, &r->facts, r->path, r->line,
	    d->key, d->value);
	if (problem == SA_SAID)
		r->good = false;
	else if (problem != SA_FINE)
		refuse_value(r, d, problem);
}

/* Cuts a comment off: what stands behind a # that no backslash precedes. */
static void
cut_comment(char *line)
{
	char *to = line;

	for (char *at = line; *at != '\0'; at++) {
		if (*at == '#' && (at == line || at[-1] != '\\'))
			break;
		if (*at == '\\' && at[1] == '#')
			continue;
		*to++ = *at;
	}
	*to = '\0';
}

/* A line in another language than that of the C locale is not for us. */
static char *
skip_language(char *line)
{
	char *at = line + 4;
	size_t len;

	if (strncmp(line, "lang", 4) != 0 || !is_blank(*at))
		return line;
	at += strspn(at, BLANKS);
	len = strcspn(at, BLANKS);
	if (len > strlen(LANGUAGE) || strncasecmp(at, LANGUAGE, len) != 0)
		return NULL;
	at += len;
	return at + strspn(at, BLANKS);
}

static void
read_line(struct reading *r, char *line)
{
	struct directive d;
	size_t len;

	r->line++;
	cut_comment(line);
	line += strspn(line, BLANKS);
	len = strlen(line);
	while (len > 0 && is_blank(line[len - 1]))
		line[--len] = '\0';
	if (len == 0 || strcmp(line, "0") == 0)
		return;
	line = skip_language(line);
	if (line == NULL)
		return;
	d.line = line;
	len = strcspn(line, BLANKS);
	d.value = line + len + strspn(line + len, BLANKS);
	d.key = xmemdup(line, len);
	for (char *c = d.key; *c != '\0'; c++)
		*c = *c == '-' ? '_' : (char)tolower((unsigned char)*c);
	read_directive(r, &d);
	free(d.key);
}

static bool
read_file(struct reading *r, const char *path)
{
	FILE *in = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;
	bool good;

	r->path = path;
	r->line = 0;
	if (in == NULL) {
		warn_line("%s: %s", path, strerror(errno));
		return false;
	}
	while (getline(&line, &size, in) >= 0)
		read_line(r, line);
	good = !ferror(in);
	if (!good)
		warn_line("%s: %s", path, strerror(errno));
	end_conditions(r);
	free(line);
	fclose(in);
	return good;
}

static void
set_usual(struct sa_config *c)
{
	*c = (struct sa_config){
		.asn_prefix = { "AS", 2 },
		.use_geodb = true,
		.prefer_geodb = true,
		.use_dns = true,
		.fold = true,
	};
}

void
sa_config_usual(struct sa_config *c)
{
	static const char *const lines[] = {
		"asn_lookup asn.routeviews.org _ASN_ _ASNCIDR_",
		"asn_lookup_ipv6 origin6.asn.cymru.com _ASN_ _ASNCIDR_",
		"add_header all ASN _ASN_ _ASNCIDR_",
	};
	struct reading r = { .config = c, .path = "", .good = true };

	set_usual(c);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char *line = xstrdup(lines[i]);

		read_line(&r, line);
		free(line);
	}
}

bool
sa_config_read(struct sa_config *c, const char *const *files, size_t count)
{
	struct reading r = { .config = c, .good = true };

	set_usual(c);
	for (size_t i = 0; i < count; i++)
		if (!read_file(&r, files[i]))
			r.good = false;
	sa_if_clear(&r.facts);
	arena_free(&r.arena);
	return r.good;
}

bool
sa_config_is_off(const struct sa_config *c, const char *rule)
{
	for (const struct sa_score *s = c->scores; s != NULL; s = s->next)
		if (strcmp(s->rule, rule) == 0)
			return s->score == 0;
	return false;
}

/* Of a name, its parents, and "*", the first one that is named counts. */
bool
sa_config_denies(const struct sa_config *c, const char *name)
{
	const char *parent = name;

	for (;;) {
		for (const struct sa_restriction *x = c->restrictions;
		     x != NULL; x = x->next)
			if (strcmp(x->domain, parent) == 0)
				return x->denied;
		if (strcmp(parent, "*") == 0)
			return false;
		parent = strchr(parent, '.');
		parent = parent != NULL ? parent + 1 : "*";
	}
}

void
sa_config_clear(struct sa_config *c)
{
	arena_free(&c->arena);
	*c = (struct sa_config){ .lookups = NULL };
}
