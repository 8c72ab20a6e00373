#include "config.h"

#include "print/select.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/regex.h"
#include "base/span.h"
#include "record/addr.h"
#include "record/target.h"

#define LETTERS 26
#define BLANKS " \t\r\n"
#define QUOTED_MAX 60 /* bytes of a bad line that are shown */

/* Each kind of criterion counts only if it was given. */
struct select {
	bool by_asn;
	uint32_t *asns; /* ascending */
	size_t asn_count;
	size_t asn_size;
	bool by_country;
	bool lists_country;		   /* the list is not empty */
	bool countries[LETTERS * LETTERS]; /* by country_index() */
	struct regex *match;		   /* NULL: not given */
	struct tag tag;			   /* what `match` is applied to */
	bool inverted;
};

struct select *
select_new(void)
{
	struct select *s = xcalloc(1, sizeof(*s));

	tag_find(NULL, "ASN", 3, &s->tag);
	return s;
}

/* Adds one text of a list. Returns false if it is not what is expected. */
typedef bool adder(struct select *s, struct span text);

static bool
add_asn(struct select *s, struct span text)
{
	s->asns =
	    array_grow(s->asns, &s->asn_size, s->asn_count, sizeof(*s->asns));
	if (!asn_parse(text.text, text.len, &s->asns[s->asn_count]))
		return false;
	s->asn_count++;
	s->by_asn = true;
	return true;
}

/* Returns the index of two letters, in any case. */
static size_t
country_index(const char *letters)
{
	return (size_t)(toupper((unsigned char)letters[0]) - 'A') * LETTERS +
	    (size_t)(toupper((unsigned char)letters[1]) - 'A');
}

static bool
add_country(struct select *s, struct span text)
{
	if (!span_is_two_letters(text))
		return false;
	s->countries[country_index(text.text)] = true;
	s->by_country = true;
	s->lists_country = true;
	return true;
}

/* Adds a list with commas. Returns NULL, or a message to be freed. */
static char *
add_list(struct select *s, const char *list, adder *add, const char *what)
{
	for (const char *at = list;;) {
		size_t len = strcspn(at, ",");
		struct span text = span_trim((struct span){ at, len });

		if (!add(s, text))
			return format_text("expected %s, not '%.*s'", what,
			    (int)text.len, text.text);
		if (at[len] == '\0')
			return NULL;
		at += len + 1;
	}
}

/* Adds the text of a line. Returns whether there is one alone, or none. */
static bool
add_line(struct select *s, const char *line, adder *add)
{
	const char *at = line + strspn(line, BLANKS);
	size_t len = strcspn(at, BLANKS "#");
	const char *rest = at + len + strspn(at + len, BLANKS);

	if (*at == '\0' || *at == '#')
		return true;
	return (*rest == '\0' || *rest == '#') &&
	    add(s, (struct span){ at, len });
}

/* Adds a file with one text per line, likewise. */
static char *
add_lines(struct select *s, FILE *in, const char *path, adder *add,
    const char *what)
{
	char *line = NULL;
	char *why = NULL;
	size_t size = 0;
	unsigned long number = 0;
	ssize_t len;

	while (why == NULL && (len = getline(&line, &size, in)) >= 0) {
		const char *at = line + strspn(line, BLANKS);
		size_t shown = strcspn(at, "\r\n");

		number++;
		if (shown > QUOTED_MAX)
			shown = QUOTED_MAX;
		if (strlen(line) != (size_t)len)
			why = format_text("%s:%lu: the line has a NUL", path,
			    number);
		else if (!add_line(s, line, add))
			why = format_text("%s:%lu: expected %s, not '%.*s'",
			    path, number, what, (int)shown, at);
	}
	if (why == NULL && ferror(in))
		why = format_text("%s: %s", path, strerror(errno));
	free(line);
	return why;
}

static char *
add_file(struct select *s, const char *path, adder *add, bool *by,
    const char *what)
{
	FILE *in = fopen(path, "r");
	char *why;

	if (in == NULL)
		return format_text("%s: %s", path, strerror(errno));
	/* An empty file is still a list; no record matches it. */
	*by = true;
	why = add_lines(s, in, path, add, what);
	fclose(in);
	return why;
}

static int
compare(const void *left, const void *right)
{
	const uint32_t *a = left;
	const uint32_t *b = right;

	return (*a > *b) - (*a < *b);
}

static void
sort_asns(struct select *s)
{
	if (s->asn_count > 0)
		qsort(s->asns, s->asn_count, sizeof(*s->asns), compare);
}

char *
select_add_asns(struct select *s, const char *list)
{
	char *why = add_list(s, list, add_asn, "an AS number");

	sort_asns(s);
	return why;
}

char *
select_add_asn_file(struct select *s, const char *path)
{
	char *why = add_file(s, path, add_asn, &s->by_asn, "an AS number");

	sort_asns(s);
	return why;
}

char *
select_add_countries(struct select *s, const char *list)
{
	return add_list(s, list, add_country, "a two-letter country code");
}

char *
select_add_country_file(struct select *s, const char *path)
{
	return add_file(s, path, add_country, &s->by_country,
	    "a two-letter country code");
}

char *
select_set_match(struct select *s, const char *pattern)
{
	char *why = NULL;

	regex_free(s->match);
	s->match = regex_new(pattern, &why);
	return why;
}

char *
select_set_match_tag(struct select *s, const char *tag,
    const struct vocabulary *vocabulary)
{
	size_t len = strlen(tag);

	if (len > 2 && tag[0] == '_' && tag[len - 1] == '_') {
		tag++;
		len -= 2;
	}
	if (!tag_find(vocabulary, tag, len, &s->tag))
		return tag_unknown(vocabulary, tag, len);
	if (s->tag.field != NULL && strcmp(s->tag.field->name, "input") == 0)
		return xstrdup("'_INPUT_' is not a property of the address");
	return NULL;
}

void
select_invert(struct select *s)
{
	s->inverted = true;
}

bool
select_is_inverted(const struct select *s)
{
	return s->inverted;
}

static bool
has_asn(const struct select *s, uint32_t asn)
{
	return s->asn_count > 0 &&
	    bsearch(&asn, s->asns, s->asn_count, sizeof(*s->asns), compare) !=
	    NULL;
}

/* Compares every origin of the most specific prefix. */
static bool
matches_asn(const struct select *s, const struct record *r)
{
	if (r->target.kind == TARGET_AS)
		return r->has_asn && has_asn(s, r->asn);
	for (size_t i = 0; i < r->asn_count; i++)
		if (has_asn(s, r->asns[i]))
			return true;
	return false;
}

static bool
matches_country(const struct select *s, const struct record *r)
{
	return r->reg.country[0] != '\0' &&
	    s->countries[country_index(r->reg.country)];
}

static enum regex_result
match_tag(const struct select *s, const struct record *r,
    const char *asn_prefix)
{
	const struct style style = { .null = "", .asn_prefix = asn_prefix };
	struct buf text = { 0 };
	struct writer w = {
		.out = &text,
		.style = &style,
		.input = { "", 0 },
	};
	enum regex_result result;

	tag_write(&s->tag, &w, r);
	result = regex_match(s->match, text.data, text.len);
	buf_free(&text);
	return result;
}

static bool
tag_is_country(const struct select *s)
{
	const struct field *f = s->tag.field;

	return f != NULL &&
	    (strcmp(f->name, "country") == 0 ||
		strcmp(f->name, "asncountry") == 0);
}

/* Returns whether a record has an origin, or is an AS, without a country. */
static bool
lacks_country(const struct record *r)
{
	return r->status == STATUS_OK && r->reg.country[0] == '\0';
}

/* Returns whether --match needs a name whose look-up has failed. */
static bool
lacks_name(const struct select *s, const struct record *r)
{
	return s->match != NULL && select_needs_names(s) &&
	    r->status == STATUS_OK && r->reg.name.text == NULL && !r->nameless;
}

enum selection
select_record(const struct select *s, const struct record *r,
    const char *asn_prefix)
{
	enum regex_result result = REGEX_MATCHES;
	bool unknown;
	bool matches;

	if (status_failed(r->status) || r->status == STATUS_NOSOURCE ||
	    lacks_name(s, r))
		return UNDECIDED;
	unknown = s->lists_country && lacks_country(r);
	matches = (!s->by_asn || matches_asn(s, r)) &&
	    (!s->by_country || unknown || matches_country(s, r));
	if (matches && s->match != NULL)
		result = tag_is_country(s) && lacks_country(r)
		    ? REGEX_UNKNOWN
		    : match_tag(s, r, asn_prefix);
	matches = matches && result != REGEX_DIFFERS;
	/* What fails one criterion fails, whatever the others are. */
	if (matches && (unknown || result == REGEX_UNKNOWN))
		return UNDECIDED;
	return matches != s->inverted ? SELECTED : NOT_SELECTED;
}

bool
select_needs_countries(const struct select *s)
{
	return s->by_country || (s->match != NULL && tag_is_country(s));
}

bool
select_needs_names(const struct select *s)
{
	return s->tag.field != NULL && s->tag.field->names;
}

void
select_free(struct select *s)
{
	if (s == NULL)
		return;
	free(s->asns);
	regex_free(s->match);
	free(s);
}
