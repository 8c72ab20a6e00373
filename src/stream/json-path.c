#include "config.h"

#include "stream/json-path.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/escape.h"

#ifdef HAVE_JSMN

#define JSMN_STATIC
#define JSMN_PARENT_LINKS
#define JSMN_STRICT
#include <jsmn.h>

#define TOKENS_START 64

/*
 * jsmn accepts much that is no JSON, to which nothing may be added, so lines
 * are also checked against the grammar of RFC 8259. Each function below
 * returns the end of what it skips, or NULL if it is not there.
 */
#define DEPTH_MAX 5000 /* of nested values, since skip_value() recurses */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *
skip_blanks(const char *at, const char *end)
{
	while (at < end && is_blank(*at))
		at++;
	return at;
}

static const char *
skip_string(const char *at, const char *end)
{
	if (at == end || *at++ != '"')
		return NULL;
	while (at < end && *at != '"') {
		if ((unsigned char)*at < 0x20)
			return NULL;
		if (*at++ != '\\')
			continue;
		if (at == end || *at == '\0' ||
		    strchr("\"\\/bfnrtu", *at++) == NULL)
			return NULL;
	}
	return at < end ? at + 1 : NULL;
}

static const char *
skip_digits(const char *at, const char *end)
{
	const char *from = at;

	while (at < end && isdigit((unsigned char)*at))
		at++;
	return at > from ? at : NULL;
}

static const char *
skip_number(const char *at, const char *end)
{
	at += at < end && *at == '-';
	if (at < end && *at == '0')
		at++;
	else if ((at = skip_digits(at, end)) == NULL)
		return NULL;
	if (at < end && *at == '.' && (at = skip_digits(at + 1, end)) == NULL)
		return NULL;
	if (at == end || (*at | 0x20) != 'e')
		return at;
	at++;
	at += at < end && (*at == '+' || *at == '-');
	return skip_digits(at, end);
}

static const char *
skip_word(const char *at, const char *end)
{
	static const char *const words[] = { "true", "false", "null" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i]);

		if ((size_t)(end - at) >= len && memcmp(at, words[i], len) == 0)
			return at + len;
	}
	return skip_number(at, end);
}

static const char *skip_value(const char *at, const char *end, int depth);

/* Skips an object or an array. */
static const char *
skip_list(const char *at, const char *end, int depth)
{
	bool object = *at == '{';
	char close = object ? '}' : ']';

	at = skip_blanks(at + 1, end);
	if (at < end && *at == close)
		return at + 1;
	while (at != NULL) {
		if (object) {
			at = skip_string(skip_blanks(at, end), end);
			if (at == NULL)
				return NULL;
			at = skip_blanks(at, end);
			if (at == end || *at++ != ':')
				return NULL;
		}
		at = skip_value(at, end, depth + 1);
		if (at == NULL || at == end)
			return NULL;
		if (*at == close)
			return at + 1;
		if (*at++ != ',')
			return NULL;
	}
	return NULL;
}

/* Skips a value and the blanks around it. */
static const char *
skip_value(const char *at, const char *end, int depth)
{
	at = skip_blanks(at, end);
	if (at == end || depth > DEPTH_MAX)
		return NULL;
	if (*at == '{' || *at == '[')
		at = skip_list(at, end, depth);
	else if (*at == '"')
		at = skip_string(at, end);
	else
		at = skip_word(at, end);
	return at != NULL ? skip_blanks(at, end) : NULL;
}

/* One step of a path: a member's name or an element's index. */
struct step {
	struct span name; /* text NULL: by the index */
	int index;
	bool joins; /* the names of this step and the one before it are next */
		    /* to each other in the text, with a dot between them */
};

struct json_path {
	char *text;    /* holds the names */
	char *literal; /* a name that is tried before the path */
	struct step *steps;
	size_t count;
	jsmntok_t *tokens;
	unsigned size;
	bool escapes;	 /* the line has backslashes */
	struct buf name; /* a name of the line without its escapes */
};

static void
add_step(struct json_path *p, const struct step *step)
{
	p->steps = xrealloc(p->steps, (p->count + 1) * sizeof(*p->steps));
	p->steps[p->count++] = *step;
}

/* Reads a name in quotes, a JSON string. Returns what follows, or NULL. */
static const char *
read_quoted(struct json_path *p, const char *at)
{
	struct step step = { .index = 0 };
	const char *end = skip_string(at, at + strlen(at));
	char *inside = p->text + (at + 1 - p->text);

	if (end == NULL)
		return NULL;
	step.name = (struct span){ inside, (size_t)(end - at) - 2 };
	buf_clear(&p->name);
	if (unescape_json(&p->name, step.name) != NULL)
		return NULL;
	/* it is no longer than with its escapes */
	step.name.len = p->name.len;
	if (p->name.len > 0)
		memcpy(inside, p->name.data, p->name.len);
	add_step(p, &step);
	return end;
}

/* Reads '["name"]' or "[3]". Returns what follows, or NULL. */
static const char *
read_brackets(struct json_path *p, const char *at)
{
	struct step step = { .index = 0 };
	size_t len = strspn(at + 1, "0123456789");

	if (at[1] == '"') {
		at = read_quoted(p, at + 1);
		return at != NULL && *at == ']' ? at + 1 : NULL;
	}
	if (len == 0 || len > 6 || at[1 + len] != ']')
		return NULL;
	step.index = (int)strtol(at + 1, NULL, 10);
	add_step(p, &step);
	return at + 2 + len;
}

/*
 * Reads a step as jq writes it: ".name", '."name"', '["name"]' or "[3]", the
 * last two also after a dot. Returns what follows, or NULL if it is no step.
 */
static const char *
read_step(struct json_path *p, const char *at)
{
	struct step step = { .index = 0 };
	const struct step *last = p->count > 0 ? &p->steps[p->count - 1] : NULL;
	size_t len;

	if (*at == '[')
		return read_brackets(p, at);
	if (*at != '.')
		return NULL;
	at++;
	if (*at == '"')
		return read_quoted(p, at);
	if (*at == '[')
		return read_brackets(p, at);
	len = strcspn(at, ".[");
	if (len == 0)
		return NULL;
	step.name = (struct span){ at, len };
	/* a name in quotes or an index ends with a bracket or a quote */
	step.joins = last != NULL && last->name.text != NULL &&
	    last->name.text + last->name.len + 1 == at;
	add_step(p, &step);
	return at + len;
}

/* Reads the steps. Returns whether all of the text is a path. */
static bool
read_steps(struct json_path *p, const char *at)
{
	while (at != NULL && *at != '\0')
		at = read_step(p, at);
	return at != NULL;
}

struct json_path *
json_path_new(const char *path, char **why)
{
	struct json_path *p = xcalloc(1, sizeof(*p));
	bool is_name = path[0] != '\0' && strchr(".[\"", path[0]) == NULL &&
	    path[strspn(path, "-0123456789")] != '\0';
	bool is_path;

	p->text =
	    format_text("%s%s", is_name || path[0] == '"' ? "." : "", path);
	is_path = read_steps(p, p->text);
	if (is_name && (!is_path || p->count > 1))
		p->literal = xstrdup(path);
	if (is_name && !is_path)
		p->count = 0;
	if (is_name || is_path)
		return p;
	*why = strstr(path, "[]") != NULL
	    ? format_text("'%s': [] is not supported; name one element, as in "
			  ".ips[0]",
		  path)
	    : format_text("'%s': expected a path as .client.ip, "
			  ".\"id.orig_h\" or .ips[0]",
		  path);
	json_path_free(p);
	return NULL;
}

/* Fills p->tokens. Returns their number, negative if the line is not JSON. */
static int
parse(struct json_path *p, struct span line)
{
	int count;

	for (;;) {
		jsmn_parser parser;

		if (p->size > 0) {
			jsmn_init(&parser);
			count = jsmn_parse(&parser, line.text, line.len,
			    p->tokens, p->size);
			if (count != JSMN_ERROR_NOMEM)
				return count;
		}
		p->size = p->size > 0 ? 2 * p->size : TOKENS_START;
		p->tokens = xrealloc(p->tokens, p->size * sizeof(*p->tokens));
	}
}

/* Returns the first token after a value and all that is in it. */
static int
next_value(const struct json_path *p, int count, int token)
{
	int end = p->tokens[token].end;

	do
		token++;
	while (token < count && p->tokens[token].start < end);
	return token;
}

/* Returns whether a member's name is the same, without its escapes. */
static bool
token_is(struct json_path *p, const jsmntok_t *t, struct span line,
    struct span name)
{
	struct span s = { line.text + t->start, (size_t)(t->end - t->start) };

	if (p->escapes && s.len > 0 && memchr(s.text, '\\', s.len) != NULL) {
		buf_clear(&p->name);
		if (unescape_json(&p->name, s) != NULL)
			return false;
		s = (struct span){ p->name.data, p->name.len };
	}
	return s.len == name.len && memcmp(s.text, name.text, s.len) == 0;
}

/*
 * Returns the token of a member's value, or -1 if there is none. Of several
 * members of the same name, the last counts.
 */
static int
find_member(struct json_path *p, struct span line, int count, int object,
    struct span name)
{
	int key = object + 1;
	int value = -1;

	if (p->tokens[object].type != JSMN_OBJECT)
		return -1;
	for (int i = 0; i < p->tokens[object].size && key + 1 < count; i++) {
		if (token_is(p, &p->tokens[key], line, name))
			value = key + 1;
		key = next_value(p, count, key + 1);
	}
	return value;
}

/* Returns the token of an array's element, or -1 if there is none. */
static int
find_element(const struct json_path *p, int count, int array, int index)
{
	int element = array + 1;

	if (p->tokens[array].type != JSMN_ARRAY ||
	    index >= p->tokens[array].size)
		return -1;
	while (index-- > 0)
		element = next_value(p, count, element);
	return element < count ? element : -1;
}

/* A search for the value of a path. */
struct search {
	struct json_path *path;
	struct span line;
	int count;  /* of the tokens */
	int object; /* the token of the object with the last name; -1: none */
};

/*
 * Returns the token to which the steps from `first` on lead from a value, or
 * -1. Where ".a.b" finds nothing, a member of the name "a.b" is tried, as
 * loggers write that flatten their objects.
 */
static int
follow(struct search *s, size_t first, int from)
{
	struct json_path *p = s->path;
	struct span name;
	int value;

	if (first == p->count)
		return from;
	name = p->steps[first].name;
	if (name.text == NULL) {
		value = find_element(p, s->count, from, p->steps[first].index);
		return value >= 0 ? follow(s, first + 1, value) : -1;
	}
	for (size_t next = first + 1;; next++) {
		value = find_member(p, s->line, s->count, from, name);
		if (value >= 0)
			value = follow(s, next, value);
		if (value >= 0) {
			if (s->object < 0)
				s->object = from;
			return value;
		}
		if (next == p->count || !p->steps[next].joins)
			return -1;
		name.len += 1 + p->steps[next].name.len;
	}
}

/* Returns the token of the value, or -1 if there is none. */
static int
find_value(struct search *s)
{
	struct json_path *p = s->path;
	int value;

	if (p->literal == NULL)
		return follow(s, 0, 0);
	value = find_member(p, s->line, s->count, 0,
	    (struct span){ p->literal, strlen(p->literal) });
	if (value >= 0 || p->count == 0)
		return value;
	return follow(s, 0, 0);
}

bool
json_path_find(struct json_path *p, struct span line, bool near,
    const char *member, struct json_place *out)
{
	struct span name = { member, strlen(member) };
	const char *end = line.text + line.len;
	struct search search = { .path = p, .line = line, .object = -1 };
	int object;
	int value;

	if (line.len > 0 && skip_value(line.text, end, 0) == end)
		search.count = parse(p, line);
	if (search.count < 1 || p->tokens[0].type != JSMN_OBJECT ||
	    next_value(p, search.count, 0) != search.count)
		return false;
	*out = (struct json_place){ .value = { NULL, 0 } };
	p->escapes = memchr(line.text, '\\', line.len) != NULL;
	value = find_value(&search);
	object = near && search.object >= 0 ? search.object : 0;
	if (value > 0 &&
	    (p->tokens[value].type == JSMN_STRING ||
		p->tokens[value].type == JSMN_PRIMITIVE))
		out->value = (struct span){ line.text + p->tokens[value].start,
			(size_t)(p->tokens[value].end -
			    p->tokens[value].start) };
	out->end = (size_t)p->tokens[object].end - 1;
	out->empty = p->tokens[object].size == 0;
	out->has_member = find_member(p, line, search.count, object, name) >= 0;
	return true;
}

void
json_path_free(struct json_path *p)
{
	if (p == NULL)
		return;
	free(p->text);
	free(p->literal);
	free(p->steps);
	free(p->tokens);
	buf_free(&p->name);
	free(p);
}

bool
json_path_is_built_in(void)
{
	return true;
}

#else

struct json_path *
json_path_new(const char *path, char **why)
{
	(void)path;
	*why = xstrdup("--enrich=json: this asnq was built without jsmn");
	return NULL;
}

bool
json_path_find(struct json_path *p, struct span line, bool near,
    const char *member, struct json_place *out)
{
	(void)p;
	(void)line;
	(void)near;
	(void)member;
	(void)out;
	return false;
}

void
json_path_free(struct json_path *p)
{
	(void)p;
}

bool
json_path_is_built_in(void)
{
	return false;
}

#endif
