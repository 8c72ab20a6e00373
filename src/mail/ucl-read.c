#include "config.h"

#include "mail/ucl-read.h"

#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/escape.h"
#include "base/words.h"
#include "mail/text.h"
#include "mail/ucl-scan.h"
#include "mail/ucl-word.h"

#define DEPTH_MAX 64 /* of values in each other, and of files */

static const char *const duplicates[] = {
	[DUPLICATE_APPEND] = "append",
	[DUPLICATE_MERGE] = "merge",
	[DUPLICATE_REWRITE] = "rewrite",
	[DUPLICATE_ERROR] = "error",
};

static const struct words duplicate_words = WORDS(duplicates);

static bool read_value(struct ucl_scan *r, struct ucl_value *v);
static bool read_members(struct ucl_scan *r, struct ucl_value *object,
    bool braces);

/* --- values -------------------------------------------------------------- */

static bool
read_word(struct ucl_scan *r, struct ucl_value *v)
{
	struct span word = ucl_scan_word(r);
	const char *why;

	if (word.len == 0)
		return ucl_scan_fail(r, "a value is empty");
	why = ucl_word_read(v, r->arena, word);
	return why == NULL ||
	    ucl_scan_fail(r, "%.*s: %s", (int)word.len, word.text, why);
}

static bool
read_string(struct ucl_scan *r, struct ucl_value *v)
{
	bool single = *r->at == '\'';
	struct buf text = { 0 };
	struct span quoted;
	const char *why;

	if (!ucl_scan_quoted(r, &quoted))
		return false;
	why = single ? ucl_word_unescape_single(&text, quoted)
		     : unescape_json(&text, quoted);
	if (why == NULL && !single)
		why = ucl_word_expand(&text);
	ucl_value_set_string(v, r->arena, (struct span){ text.data, text.len });
	buf_free(&text);
	return why == NULL || ucl_scan_fail(r, "%s", why);
}

/* Returns the end of the mark of a text of lines, <<EOD; NULL: it is none. */
static const char *
find_mark_end(const struct ucl_scan *r)
{
	const char *at = r->at + 2;

	if (!ucl_scan_begins(r, "<<"))
		return NULL;
	while (at < r->end && *at >= 'A' && *at <= 'Z')
		at++;
	return at < r->end && *at == '\n' ? at : NULL;
}

/* Reads a text of lines, up to one that is its mark. */
static bool
read_lines(struct ucl_scan *r, struct ucl_value *v, const char *mark_end)
{
	struct span mark = { r->at + 2, (size_t)(mark_end - r->at - 2) };
	const char *start = mark_end + 1;
	struct buf text = { 0 };
	const char *why;

	for (r->at = mark_end; r->at < r->end; r->at++) {
		const char *line = r->at + 1;
		const char *after = line + mark.len;

		if (*r->at != '\n' || (size_t)(r->end - line) < mark.len ||
		    memcmp(line, mark.text, mark.len) != 0)
			continue;
		if (after < r->end && strchr("\n;,", *after) == NULL)
			continue;
		if (r->at > start)
			buf_put(&text, start, (size_t)(r->at - start));
		r->at = after;
		why = ucl_word_expand(&text);
		ucl_value_set_string(v, r->arena,
		    (struct span){ text.data, text.len });
		buf_free(&text);
		return why == NULL || ucl_scan_fail(r, "%s", why);
	}
	return ucl_scan_fail(r, "<<%.*s has no end", (int)mark.len, mark.text);
}

/* Reads the elements of a list up to its bracket. */
static bool
read_elements(struct ucl_scan *r, struct ucl_value *list)
{
	struct span none = { NULL, 0 };

	while (ucl_scan_skip(r, "") && ucl_scan_peek(r) != ']') {
		struct ucl_value *v = ucl_value_new(r->arena, none);

		if (r->at == r->end)
			return ucl_scan_fail(r, "a list has no ]");
		ucl_value_append(list, v);
		if (!read_value(r, v))
			return false;
		if (!ucl_scan_skip_separators(r))
			return false;
	}
	if (ucl_scan_peek(r) != ']')
		return false;
	r->at++;
	return true;
}

static bool
read_nested(struct ucl_scan *r, struct ucl_value *v)
{
	bool object = *r->at++ == '{';

	if (++r->depth > DEPTH_MAX)
		return ucl_scan_fail(r, "values are nested too deeply");
	if (v->type == UCL_VALUE_NULL)
		v->type = object ? UCL_VALUE_OBJECT : UCL_VALUE_LIST;
	else if (v->type != (object ? UCL_VALUE_OBJECT : UCL_VALUE_LIST))
		return ucl_scan_fail(r,
		    "values of different kinds cannot be merged");
	if (!(object ? read_members(r, v, true) : read_elements(r, v)))
		return false;
	r->depth--;
	return true;
}

static bool
read_value(struct ucl_scan *r, struct ucl_value *v)
{
	const char *mark_end;

	if (!ucl_scan_skip(r, ""))
		return false;
	if (ucl_scan_peek(r) == '{' || ucl_scan_peek(r) == '[')
		return read_nested(r, v);
	if (v->type != UCL_VALUE_NULL)
		return ucl_scan_fail(r,
		    "values of different kinds cannot be merged");
	if (ucl_scan_peek(r) == '"' || ucl_scan_peek(r) == '\'')
		return read_string(r, v);
	mark_end = find_mark_end(r);
	return mark_end != NULL ? read_lines(r, v, mark_end) : read_word(r, v);
}

/* --- members ------------------------------------------------------------- */

/*
 * Returns the value for a member of a name: a new one, or an old one that is
 * merged. A value that does not count is returned but is in no object. NULL
 * after a message.
 */
static struct ucl_value *
add_member(struct ucl_scan *r, struct ucl_value *object, const struct buf *name)
{
	struct ucl_value *v =
	    ucl_value_new(r->arena, (struct span){ name->data, name->len });
	struct ucl_value *old =
	    (struct ucl_value *)ucl_value_find(object, v->name);
	bool nested =
	    old != NULL && old->type != UCL_VALUE_NULL && old->text == NULL;

	v->priority = r->priority;
	if (old != NULL) {
		if (r->duplicate == DUPLICATE_MERGE && nested)
			return old;
		if (r->duplicate == DUPLICATE_ERROR ||
		    (r->duplicate != DUPLICATE_REWRITE &&
			old->priority == v->priority)) {
			/* rspamd merges sections of one name. */
			if (object->name == NULL && r->depth == 0 &&
			    old->type == UCL_VALUE_OBJECT) {
				old->merged = true;
				return old;
			}
			ucl_scan_fail(r, "'%s' is set twice", v->name);
			return NULL;
		}
		if (r->duplicate != DUPLICATE_REWRITE &&
		    old->priority > v->priority)
			return v;
		ucl_value_remove(object, old);
	}
	ucl_value_append(object, v);
	return v;
}

/* Returns whether another name follows, of a member in a member. */
static bool
nests(const struct ucl_scan *r)
{
	if (ucl_scan_peek(r) == '{' || ucl_scan_peek(r) == '[')
		return false;
	for (const char *at = r->at; at < r->end; at++) {
		if (strchr(",;\r\n", *at) != NULL)
			return false;
		if (*at == '{' || *at == '[')
			return true;
	}
	return false;
}

/* Skips what is between a name and its value; sets *sign to whether = or : is. */
static bool
skip_sign(struct ucl_scan *r, bool *sign)
{
	*sign = false;
	for (;; r->at++) {
		char c = ucl_scan_peek(r);

		while (ucl_scan_is_comment(r)) {
			if (!ucl_scan_skip_comment(r))
				return false;
			c = ucl_scan_peek(r);
		}
		if (c == '=' || c == ':') {
			if (*sign)
				return ucl_scan_fail(r, "a second '%c'", c);
			*sign = true;
		} else if (c != ' ' && c != '\t') {
			return r->at < r->end ||
			    ucl_scan_fail(r, "a value is missing");
		}
	}
}

/* Reads a member, or a name and then another one that is in it. */
static bool
read_member(struct ucl_scan *r, struct ucl_value *object)
{
	struct buf name = { 0 };
	struct ucl_value *v = NULL;
	bool quoted = ucl_scan_peek(r) == '"';
	bool good = quoted || ucl_scan_begins_name(ucl_scan_peek(r)) ||
	    ucl_scan_fail(r, "a name must begin with a letter");
	bool sign = false;

	good = good && ucl_scan_name(r, &name);
	if (good && !quoted && strchr(" \t=:", ucl_scan_peek(r)) == NULL)
		good = ucl_scan_fail(r,
		    "this character cannot be in a name: %c", ucl_scan_peek(r));
	if (good)
		v = add_member(r, object, &name);
	buf_free(&name);
	if (v == NULL || !skip_sign(r, &sign))
		return false;
	if (sign || !nests(r))
		return read_value(r, v);
	if (v->type != UCL_VALUE_NULL && v->type != UCL_VALUE_OBJECT)
		return ucl_scan_fail(r,
		    "values of different kinds cannot be merged");
	v->type = UCL_VALUE_OBJECT;
	if (++r->depth > DEPTH_MAX)
		return ucl_scan_fail(r, "values are nested too deeply");
	good = read_member(r, v);
	r->depth--;
	return good;
}

/* --- .include ------------------------------------------------------------ */

/* The arguments of .include. */
struct include {
	bool try; /* the file may be missing */
	unsigned priority;
	enum duplicate duplicate;
};

static bool
read_argument(struct ucl_scan *r, const struct ucl_value *v,
    struct include *out)
{
	const char *text = ucl_value_string(v);
	double number;
	unsigned word;
	bool truth;

	if (strcmp(v->name, "try") == 0 && ucl_value_truth(v, &out->try))
		return true;
	if (strcmp(v->name, "priority") == 0 && ucl_value_number(v, &number) &&
	    number >= 0 && number < 16) {
		out->priority = (unsigned)number;
		return true;
	}
	if (strcmp(v->name, "duplicate") == 0 && text != NULL &&
	    words_find(&duplicate_words, (struct span){ text, strlen(text) },
		&word)) {
		out->duplicate = (enum duplicate)word;
		return true;
	}
	/* These mean nothing if they are off. */
	if (ucl_value_truth(v, &truth) && !truth)
		return true;
	return ucl_scan_fail(r, "the argument '%s' of .include is not read",
	    v->name);
}

/* Reads the arguments, which are members between parentheses. */
static bool
read_arguments(struct ucl_scan *r, struct include *out)
{
	struct ucl_scan in = *r;
	struct ucl_value *list;

	*out = (struct include){ .duplicate = DUPLICATE_APPEND };
	if (ucl_scan_peek(r) != '(')
		return true;
	in.at = r->at + 1;
	while (r->at < r->end && *r->at != ')')
		r->at++;
	if (r->at == r->end)
		return ucl_scan_fail(r, "a closing parenthesis is missing");
	in.end = r->at++;
	in.depth = 1;
	in.priority = 0;
	in.duplicate = DUPLICATE_ERROR;
	list = ucl_value_new(r->arena, (struct span){ "", 0 });
	list->type = UCL_VALUE_OBJECT;
	if (!read_members(&in, list, false))
		return false;
	for (const struct ucl_value *v = list->first; v != NULL; v = v->next)
		if (!read_argument(r, v, out))
			return false;
	return true;
}

/* Reads the members of a file into an object. */
static bool
include_file(struct ucl_scan *r, const struct include *include,
    struct ucl_value *object, const char *path)
{
	struct ucl_scan in = { .arena = r->arena, .path = path };
	struct span text;

	if (access(path, F_OK) != 0 && include->try)
		return true;
	text = ucl_scan_file(r->arena, path);
	if (text.text == NULL)
		return ucl_scan_fail(r,
		    "the file that is included here cannot be read");
	in.start = in.at = text.text;
	in.end = text.text + text.len;
	in.depth = r->depth + 1;
	in.priority = include->priority;
	in.duplicate = include->duplicate;
	if (in.depth > DEPTH_MAX)
		return ucl_scan_fail(r, "files are included too deeply");
	if (!ucl_scan_skip(&in, ""))
		return false;
	if (ucl_scan_peek(&in) == '{')
		return ucl_scan_fail(&in, "braces around an included file");
	return read_members(&in, object, false);
}

/* Reads a macro, of which .include is the one that is known. */
static bool
read_macro(struct ucl_scan *r, struct ucl_value *object)
{
	static const char *const names[] = { ".include", ".try_include" };
	struct ucl_value *path =
	    ucl_value_new(r->arena, (struct span){ NULL, 0 });
	struct span name = { r->at++, 0 };
	struct include include;

	while (r->at < r->end && ucl_scan_continues_name(*r->at))
		r->at++;
	name.len = (size_t)(r->at - name.text);
	if (!span_is_exactly(name, names[0]) &&
	    !span_is_exactly(name, names[1])) {
		r->at = name.text;
		return ucl_scan_fail(r, "%.*s is not read, but only .include",
		    (int)name.len, name.text);
	}
	if (!ucl_scan_skip(r, "") || !read_arguments(r, &include) ||
	    !ucl_scan_skip(r, "") || !read_value(r, path))
		return false;
	include.try |= span_is_exactly(name, names[1]);
	if (path->type != UCL_VALUE_STRING)
		return ucl_scan_fail(r, "a file's name is missing");
	return include_file(r, &include, object, path->text);
}

/* Reads members up to a closing brace, or without one up to the end. */
static bool
read_members(struct ucl_scan *r, struct ucl_value *object, bool braces)
{
	while (ucl_scan_skip(r, "")) {
		if (r->at == r->end)
			return !braces ||
			    ucl_scan_fail(r, "an object has no }");
		if (*r->at == '}' && !braces)
			return ucl_scan_fail(r, "a } is too many");
		if (*r->at == '}') {
			r->at++;
			return true;
		}
		if (*r->at == '.' ? !read_macro(r, object)
				  : !read_member(r, object) ||
			    !ucl_scan_skip_separators(r))
			return false;
		if (!ucl_scan_skip(r, ",;"))
			return false;
	}
	return false;
}

/* --- files --------------------------------------------------------------- */

/* Returns whether a line is what `rspamadm configdump` has for no section. */
static bool
is_note(struct span line)
{
	static const char start[] = "Section ";
	static const char end[] = " NOT FOUND";

	line = text_trim(line);
	return line.len > strlen(start) + strlen(end) &&
	    memcmp(line.text, start, strlen(start)) == 0 &&
	    memcmp(line.text + line.len - strlen(end), end, strlen(end)) == 0;
}

/* Skips such lines, white space and comments. */
static bool
skip_notes(struct ucl_scan *r)
{
	for (;;) {
		const char *end;

		if (!ucl_scan_skip(r, ""))
			return false;
		end = r->at < r->end
		    ? memchr(r->at, '\n', (size_t)(r->end - r->at))
		    : NULL;
		if (end == NULL)
			end = r->end;
		if (!is_note((struct span){ r->at, (size_t)(end - r->at) }))
			return true;
		r->at = end;
	}
}

/* Reads objects in braces, one after another, as `rspamadm configdump` has. */
static bool
read_objects(struct ucl_scan *r, struct ucl_value *list)
{
	struct span none = { NULL, 0 };

	while (skip_notes(r)) {
		struct ucl_value *v;

		if (r->at == r->end)
			return true;
		if (*r->at != '{')
			return ucl_scan_fail(r, "a } ended all that there is");
		v = ucl_value_new(r->arena, none);
		v->type = UCL_VALUE_OBJECT;
		ucl_value_append(list, v);
		r->at++;
		if (!read_members(r, v, true))
			return false;
	}
	return false;
}

const struct ucl_value *
ucl_read(struct arena *arena, const char *path, struct span text)
{
	struct ucl_value *top = ucl_value_new(arena, (struct span){ NULL, 0 });
	struct ucl_scan r = { .arena = arena, .path = path };

	text = span_without_mark(text);
	r.start = r.at = text.text;
	r.end = text.text + text.len;
	if (!skip_notes(&r))
		return NULL;
	if (ucl_scan_peek(&r) != '{') {
		top->type = UCL_VALUE_OBJECT;
		return read_members(&r, top, false) ? top : NULL;
	}
	top->type = UCL_VALUE_LIST;
	if (!read_objects(&r, top))
		return NULL;
	return top->first->next == NULL ? top->first : top;
}
