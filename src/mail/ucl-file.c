#include "config.h"

#include "mail/ucl-file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef HAVE_UCL
#include <ucl.h>
#endif

#include "base/alloc.h"
#include "base/array.h"
#include "base/buf.h"
#include "io/warn.h"
#include "mail/folder.h"
#include "mail/text.h"
#include "mail/ucl-read.h"
#include "mail/ucl-scan.h"
#include "mail/ucl-word.h"

struct ucl_file {
	struct arena arena;
	const struct ucl_value *top;
};

#ifdef HAVE_UCL

static void
copy_scalar(struct ucl_value *v, struct arena *arena, const ucl_object_t *o)
{
	size_t len;
	const char *text;

	if (ucl_object_type(o) == UCL_STRING) {
		text = ucl_object_tolstring(o, &len);
		ucl_value_set_string(v, arena, (struct span){ text, len });
	} else if (ucl_object_type(o) == UCL_BOOLEAN) {
		ucl_value_set_truth(v, ucl_object_toboolean(o));
	} else if (ucl_object_type(o) != UCL_NULL) {
		ucl_value_set_number(v, arena, ucl_object_todouble(o));
	}
}

static struct ucl_value *copy_value(struct arena *arena, const char *path,
    const ucl_object_t *o);

/* Copies members or elements; returns false after a message. */
static bool
copy_parts(struct ucl_value *v, struct arena *arena, const char *path,
    const ucl_object_t *o)
{
	ucl_object_iter_t iter = NULL;
	const ucl_object_t *part;
	bool good = true;

	while ((part = ucl_object_iterate(o, &iter, true)) != NULL) {
		struct ucl_value *copy = copy_value(arena, path, part);

		good &= copy != NULL;
		if (copy == NULL)
			continue;
		ucl_value_append(v, copy);
		if (v->type == UCL_VALUE_OBJECT && part->next != NULL) {
			warn_line("%s: '%s' is set twice", path, copy->name);
			good = false;
		}
	}
	return good;
}

/* Copies a value of libucl; returns NULL after a message. */
static struct ucl_value *
copy_value(struct arena *arena, const char *path, const ucl_object_t *o)
{
	const char *key = ucl_object_key(o);
	struct ucl_value *v = ucl_value_new(arena,
	    (struct span){ key, key != NULL ? strlen(key) : 0 });

	if (ucl_object_type(o) == UCL_OBJECT)
		v->type = UCL_VALUE_OBJECT;
	else if (ucl_object_type(o) == UCL_ARRAY)
		v->type = UCL_VALUE_LIST;
	else {
		copy_scalar(v, arena, o);
		return v;
	}
	return copy_parts(v, arena, path, o) ? v : NULL;
}

/* Reads a file's text by libucl; returns NULL after a message. */
static const struct ucl_value *
read_text(struct arena *arena, const char *path, struct span text)
{
	struct ucl_parser *parser;
	const struct ucl_value *top = NULL;
	ucl_object_t *object;
	const char *name;
	const char *value;

	if (text.len == 0 || text_trim(text).text[0] == '{')
		return ucl_read(arena, path, text);
	parser = ucl_parser_new(UCL_PARSER_DEFAULT);
	for (size_t i = 0; ucl_word_variable(i, &name, &value); i++)
		if (value != NULL)
			ucl_parser_register_variable(parser, name, value);
	if (!ucl_parser_add_string(parser, text.text, text.len)) {
		warn_line("%s:%u: %s", path, ucl_parser_get_linenum(parser),
		    ucl_parser_get_error(parser));
	} else {
		object = ucl_parser_get_object(parser);
		top = object != NULL
		    ? copy_value(arena, path, object)
		    : ucl_read(arena, path, (struct span){ "", 0 });
		if (object != NULL)
			ucl_object_unref(object);
	}
	ucl_parser_free(parser);
	return top;
}

#else

static const struct ucl_value *
read_text(struct arena *arena, const char *path, struct span text)
{
	return ucl_read(arena, path, text);
}

#endif

/* Returns whether a directory has a file or directory of a name. */
static bool
has(const char *folder, const char *name)
{
	char *path = format_text("%s/%s", folder, name);
	bool there = access(path, F_OK) == 0;

	free(path);
	return there;
}

/*
 * Reads what rspamd reads of its directory: for each module the file of
 * local.d, and that of override.d over it. A directory without these is one of
 * them itself. Returns NULL after a message.
 */
static const struct ucl_value *
read_folder(struct arena *arena, const char *path)
{
	static const char *const modules[] = { "asn", "multimap" };
	bool whole = has(path, "local.d") || has(path, "override.d");
	const struct ucl_value *top;
	struct buf text = { 0 };

	if (strpbrk(path, "'\\") != NULL ||
	    (!whole && !has(path, "asn.conf") && !has(path, "multimap.conf"))) {
		warn_line("%s: there is no local.d, asn.conf or multimap.conf "
			  "in this directory",
		    path);
		return NULL;
	}
	for (size_t i = 0; i < LENGTH(modules); i++)
		buf_printf(&text,
		    "%s { .include(try=true,priority=1,duplicate=merge) "
		    "'%s%s/%s.conf'\n"
		    ".include(try=true,priority=10) "
		    "'%s/override.d/%s.conf'\n}\n",
		    modules[i], path, whole ? "/local.d" : "", modules[i], path,
		    modules[i]);
	top = ucl_read(arena, path, (struct span){ text.data, text.len });
	buf_free(&text);
	return top;
}

struct ucl_file *
ucl_file_read(const char *path)
{
	struct ucl_file *f = xcalloc(1, sizeof(*f));
	struct span text = { NULL, 0 };

	if (folder_is(path))
		f->top = read_folder(&f->arena, path);
	else
		text = ucl_scan_file(&f->arena, path);
	if (text.text != NULL)
		f->top = read_text(&f->arena, path, text);
	if (f->top != NULL)
		return f;
	ucl_file_free(f);
	return NULL;
}

const struct ucl_value *
ucl_file_top(const struct ucl_file *f)
{
	return f->top;
}

void
ucl_file_free(struct ucl_file *f)
{
	if (f == NULL)
		return;
	arena_free(&f->arena);
	free(f);
}

bool
ucl_file_is_built_in(void)
{
#ifdef HAVE_UCL
	return true;
#else
	return false;
#endif
}
