#include "config.h"

#include "stream/json-path.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#ifdef HAVE_JSMN

#define JSMN_STATIC
#define JSMN_PARENT_LINKS
#define JSMN_STRICT
#include <jsmn.h>

#define TOKENS_START 64

/* One step of a path: a member's name or an element's index. */
struct step {
	struct span name; /* text NULL: by the index */
	int index;
};

struct json_path {
	char *text; /* holds the names */
	struct step *steps;
	size_t count;
	jsmntok_t *tokens;
	unsigned size;
};

static bool
add_step(struct json_path *p, const struct step *step)
{
	p->steps = xrealloc(p->steps, (p->count + 1) * sizeof(*p->steps));
	p->steps[p->count++] = *step;
	return true;
}

/* Reads ".name" or "[3]". Returns what follows, or NULL if it is neither. */
static const char *
read_step(struct json_path *p, const char *at)
{
	struct step step = { .index = 0 };
	size_t len;

	if (*at == '.') {
		len = strcspn(at + 1, ".[");
		step.name = (struct span){ at + 1, len };
		return len > 0 && add_step(p, &step) ? at + 1 + len : NULL;
	}
	len = strspn(at + 1, "0123456789");
	if (*at != '[' || len == 0 || len > 6 || at[1 + len] != ']')
		return NULL;
	step.index = (int)strtol(at + 1, NULL, 10);
	return add_step(p, &step) ? at + 2 + len : NULL;
}

struct json_path *
json_path_new(const char *path, char **why)
{
	struct json_path *p = xcalloc(1, sizeof(*p));
	const char *at;

	p->text = xstrdup(path);
	at = p->text;
	while (at != NULL && *at != '\0')
		at = read_step(p, at);
	if (at == NULL) {
		*why = format_text("'%s': expected a path as .client.ip or "
				   ".ips[0]",
		    path);
		json_path_free(p);
		return NULL;
	}
	return p;
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

/*
 * jsmn accepts much that is no JSON, to which nothing may be added, so lines
 * are also checked against the grammar of RFC 8259. Each function below
 * returns the end of what it skips, or NULL if it is not there.
 */
#define DEPTH_MAX 5000 /* of nested values, since skip_value() recurses */

static const char *
skip_blanks(const char *at, const char *end)
{
	while (at < end && strchr(" \t\r\n", *at) != NULL && *at != '\0')
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

static bool
token_is(const jsmntok_t *t, struct span line, struct span name)
{
	return (size_t)(t->end - t->start) == name.len &&
	    memcmp(line.text + t->start, name.text, name.len) == 0;
}

/* Returns the token of a member's value, or -1 if there is none. */
static int
find_member(const struct json_path *p, struct span line, int count, int object,
    struct span name)
{
	int key = object + 1;

	if (p->tokens[object].type != JSMN_OBJECT)
		return -1;
	for (int i = 0; i < p->tokens[object].size && key + 1 < count; i++) {
		if (token_is(&p->tokens[key], line, name))
			return key + 1;
		key = next_value(p, count, key + 1);
	}
	return -1;
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

bool
json_path_find(struct json_path *p, struct span line, bool near,
    const char *member, struct json_place *out)
{
	struct span name = { member, strlen(member) };
	const char *end = line.text + line.len;
	int count = 0;
	int object = 0;
	int value = 0;

	if (line.len > 0 && skip_value(line.text, end, 0) == end)
		count = parse(p, line);
	if (count < 1 || p->tokens[0].type != JSMN_OBJECT ||
	    next_value(p, count, 0) != count)
		return false;
	*out = (struct json_place){ .value = { NULL, 0 } };
	for (size_t i = 0; i < p->count && value >= 0; i++) {
		const struct step *step = &p->steps[i];

		if (step->name.text == NULL) {
			value = find_element(p, count, value, step->index);
			continue;
		}
		if (near && p->tokens[value].type == JSMN_OBJECT)
			object = value;
		value = find_member(p, line, count, value, step->name);
	}
	if (value < 0)
		object = 0;
	if (value > 0 &&
	    (p->tokens[value].type == JSMN_STRING ||
		p->tokens[value].type == JSMN_PRIMITIVE))
		out->value = (struct span){ line.text + p->tokens[value].start,
			(size_t)(p->tokens[value].end -
			    p->tokens[value].start) };
	out->end = (size_t)p->tokens[object].end - 1;
	out->empty = p->tokens[object].size == 0;
	out->has_member = find_member(p, line, count, object, name) >= 0;
	return true;
}

void
json_path_free(struct json_path *p)
{
	if (p == NULL)
		return;
	free(p->text);
	free(p->steps);
	free(p->tokens);
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
