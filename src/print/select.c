#include "config.h"

#include "print/select.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/regex.h"
#include "base/span.h"
#include "record/addr.h"
#include "record/target.h"

#define LETTERS 26
#define BLANKS " \t\r\n"

struct select {
	bool by_asn;
	uint32_t *asns; /* sorted */
	size_t asn_count;
	size_t asn_size;
	bool by_country;
	bool countries[LETTERS * LETTERS];
	struct regex *match;
	struct tag tag;
	bool inverted;
};

struct select *
select_new(void)
{
	struct select *c = xcalloc(1, sizeof(*c));

	tag_find(NULL, "ASN", 3, &c->tag);
	return c;
}

/* Adds one entry; false: it is none of its kind. */
typedef bool adder(struct select *c, struct span entry);

static bool
add_asn(struct select *c, struct span entry)
{
	if (c->asn_count == c->asn_size) {
		c->asn_size = c->asn_size > 0 ? 2 * c->asn_size : 16;
		c->asns = xrealloc(c->asns, c->asn_size * sizeof(*c->asns));
	}
	if (!asn_parse(entry.text, entry.len, &c->asns[c->asn_count]))
		return false;
	c->asn_count++;
	c->by_asn = true;
	return true;
}

static size_t
country_index(const char *letters)
{
	return (size_t)(toupper((unsigned char)letters[0]) - 'A') * LETTERS +
	    (size_t)(toupper((unsigned char)letters[1]) - 'A');
}

static bool
add_country(struct select *c, struct span entry)
{
	if (entry.len != 2 || !isalpha((unsigned char)entry.text[0]) ||
	    !isalpha((unsigned char)entry.text[1]))
		return false;
	c->countries[country_index(entry.text)] = true;
	c->by_country = true;
	return true;
}

static char *
add_list(struct select *c, const char *list, adder *add, const char *what)
{
	for (const char *at = list;;) {
		size_t len = strcspn(at, ",");
		struct span entry = span_trim((struct span){ at, len });

		if (!add(c, entry))
			return format_text("expected %s, not '%.*s'", what,
			    (int)entry.len, entry.text);
		if (at[len] == '\0')
			return NULL;
		at += len + 1;
	}
}

static char *
add_lines(struct select *c, FILE *in, const char *path, adder *add,
    const char *what)
{
	char *line = NULL;
	char *why = NULL;
	size_t size = 0;
	unsigned long number = 0;

	while (why == NULL && getline(&line, &size, in) >= 0) {
		char *at = line + strspn(line, BLANKS);
		size_t len = strcspn(at, BLANKS "#");
		char *rest = at + len + strspn(at + len, BLANKS);

		number++;
		if (len == 0 && *rest == '\0')
			continue;
		if (*at == '#')
			continue;
		if ((*rest != '\0' && *rest != '#') ||
		    !add(c, (struct span){ at, len }))
			why = format_text("%s:%lu: expected %s, not '%.*s'",
			    path, number, what, (int)strcspn(at, "\r\n"), at);
	}
	if (why == NULL && ferror(in))
		why = format_text("%s: %s", path, strerror(errno));
	free(line);
	return why;
}

static char *
add_file(struct select *c, const char *path, adder *add, bool *by,
    const char *what)
{
	FILE *in = fopen(path, "r");
	char *why;

	if (in == NULL)
		return format_text("%s: %s", path, strerror(errno));
	/* An empty list is a list: it suits nobody. */
	*by = true;
	why = add_lines(c, in, path, add, what);
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
sort_asns(struct select *c)
{
	if (c->asn_count > 0)
		qsort(c->asns, c->asn_count, sizeof(*c->asns), compare);
}

char *
select_add_asns(struct select *c, const char *list)
{
	char *why = add_list(c, list, add_asn, "an AS number");

	sort_asns(c);
	return why;
}

char *
select_add_asn_file(struct select *c, const char *path)
{
	char *why = add_file(c, path, add_asn, &c->by_asn, "an AS number");

	sort_asns(c);
	return why;
}

char *
select_add_countries(struct select *c, const char *list)
{
	return add_list(c, list, add_country, "a country's two letters");
}

char *
select_add_country_file(struct select *c, const char *path)
{
	return add_file(c, path, add_country, &c->by_country,
	    "a country's two letters");
}

char *
select_set_match(struct select *c, const char *pattern)
{
	char *why = NULL;

	regex_free(c->match);
	c->match = regex_new(pattern, &why);
	return why;
}

char *
select_set_match_tag(struct select *c, const char *tag,
    const struct vocabulary *vocabulary)
{
	size_t len = strlen(tag);

	if (len > 2 && tag[0] == '_' && tag[len - 1] == '_') {
		tag++;
		len -= 2;
	}
	/* What was typed is no property of the address. */
	if (tag_find(vocabulary, tag, len, &c->tag) &&
	    (c->tag.field == NULL || strcmp(c->tag.field->name, "input") != 0))
		return NULL;
	return tag_unknown(vocabulary, tag, len);
}

void
select_invert(struct select *c)
{
	c->inverted = true;
}

bool
select_is_inverted(const struct select *c)
{
	return c->inverted;
}

static bool
has_asn(const struct select *c, uint32_t asn)
{
	return c->asn_count > 0 &&
	    bsearch(&asn, c->asns, c->asn_count, sizeof(*c->asns), compare) !=
	    NULL;
}

/* Any of the origins of the most specific prefix. */
static bool
suits_asn(const struct select *c, const struct record *r)
{
	if (r->target.kind == TARGET_AS)
		return r->has_asn && has_asn(c, r->asn);
	for (size_t i = 0; i < r->asn_count; i++)
		if (has_asn(c, r->asns[i]))
			return true;
	return false;
}

static bool
suits_country(const struct select *c, const struct record *r)
{
	return r->reg.country[0] != '\0' &&
	    c->countries[country_index(r->reg.country)];
}

static enum regex_result
match(const struct select *c, const struct record *r, const char *asn_prefix)
{
	const struct style style = { .null = "", .asn_prefix = asn_prefix };
	struct buf text = { 0 };
	struct writer w = {
		.out = &text,
		.style = &style,
		.input = { "", 0 },
	};
	enum regex_result result;

	tag_write(&c->tag, &w, r);
	result = regex_match(c->match, text.data, text.len);
	buf_free(&text);
	return result;
}

/* The name of an origin is missing where its look-up has failed. */
static bool
lacks_name(const struct select *c, const struct record *r)
{
	return c->match != NULL && select_needs_names(c) &&
	    r->status == STATUS_OK && r->reg.name.text == NULL && !r->nameless;
}

enum selection
select_record(const struct select *c, const struct record *r,
    const char *asn_prefix)
{
	enum regex_result result = REGEX_MATCHES;
	bool suits;

	if (status_failed(r->status) || r->status == STATUS_NOSOURCE ||
	    lacks_name(c, r))
		return UNDECIDED;
	suits = (!c->by_asn || suits_asn(c, r)) &&
	    (!c->by_country || suits_country(c, r));
	if (suits && c->match != NULL)
		result = match(c, r, asn_prefix);
	if (result == REGEX_UNKNOWN)
		return UNDECIDED;
	suits = suits && result == REGEX_MATCHES;
	return suits != c->inverted ? SELECTED : NOT_SELECTED;
}

bool
select_needs_names(const struct select *c)
{
	const struct field *f = c->tag.field;

	return f != NULL &&
	    (strcmp(f->name, "name") == 0 || strcmp(f->name, "asnname") == 0 ||
		strcmp(f->name, "info") == 0);
}

void
select_free(struct select *c)
{
	if (c == NULL)
		return;
	free(c->asns);
	regex_free(c->match);
	free(c);
}
