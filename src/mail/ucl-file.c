#include "config.h"

#include "mail/ucl-file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_UCL
#include <ucl.h>
#endif

#include "base/alloc.h"
#include "base/array.h"
#include "io/warn.h"

#ifdef HAVE_UCL

struct ucl_file {
	struct ucl_parser *parser;
	ucl_object_t *top;
};

/* The variables that rspamd sets for its files, as Debian has them. */
static const struct {
	const char *name;
	const char *value;
} variables[] = {
	{ "CONFDIR", "/etc/rspamd" },
	{ "LOCAL_CONFDIR", "/etc/rspamd" },
	{ "DBDIR", "/var/lib/rspamd" },
	{ "RUNDIR", "/run/rspamd" },
	{ "LOGDIR", "/var/log/rspamd" },
	{ "SHAREDIR", "/usr/share/rspamd" },
};

static const ucl_object_t *
object_of(const struct ucl_value *v)
{
	return (const ucl_object_t *)(const void *)v;
}

static const struct ucl_value *
value_of(const ucl_object_t *o)
{
	return (const struct ucl_value *)(const void *)o;
}

/* Returns the line, from 1 on, of the first NUL in a file; 0: none. */
static unsigned long
find_nul(FILE *in)
{
	unsigned long line = 1;
	int c;

	while ((c = getc(in)) != EOF && c != '\0')
		line += c == '\n';
	return c != EOF ? line : 0;
}

/*
 * Returns whether a file can be read, and has no NUL, which ends texts; else
 * says why, more exactly than UCL.
 */
static bool
is_readable(const char *path)
{
	FILE *in = fopen(path, "r");
	unsigned long nul = in != NULL ? find_nul(in) : 0;
	bool failed = in == NULL || ferror(in);

	if (failed)
		warn_line("%s: %s", path, strerror(errno));
	else if (nul > 0)
		warn_line("%s:%lu: the line has a NUL", path, nul);
	if (in != NULL)
		fclose(in);
	return !failed && nul == 0;
}

struct ucl_file *
ucl_file_read(const char *path)
{
	struct ucl_file *f;

	if (!is_readable(path))
		return NULL;
	f = xcalloc(1, sizeof(*f));
	f->parser = ucl_parser_new(UCL_PARSER_DEFAULT);
	for (size_t i = 0; i < LENGTH(variables); i++)
		ucl_parser_register_variable(f->parser, variables[i].name,
		    variables[i].value);
	if (!ucl_parser_add_file(f->parser, path)) {
		warn_line("%s:%u: %s", path, ucl_parser_get_linenum(f->parser),
		    ucl_parser_get_error(f->parser));
		ucl_file_free(f);
		return NULL;
	}
	f->top = ucl_parser_get_object(f->parser);
	return f;
}

const struct ucl_value *
ucl_file_top(const struct ucl_file *f)
{
	return value_of(f->top);
}

void
ucl_file_free(struct ucl_file *f)
{
	if (f == NULL)
		return;
	if (f->top != NULL)
		ucl_object_unref(f->top);
	ucl_parser_free(f->parser);
	free(f);
}

const struct ucl_value *
ucl_value_find(const struct ucl_value *v, const char *name)
{
	if (v == NULL)
		return NULL;
	return value_of(ucl_object_lookup(object_of(v), name));
}

const struct ucl_value *
ucl_value_next(const struct ucl_value *v, void **at)
{
	ucl_object_iter_t iter = *at;
	const ucl_object_t *o = ucl_object_iterate(object_of(v), &iter, true);

	*at = o != NULL ? iter : NULL;
	return value_of(o);
}

bool
ucl_value_is_object(const struct ucl_value *v)
{
	return v != NULL && ucl_object_type(object_of(v)) == UCL_OBJECT;
}

const char *
ucl_value_name(const struct ucl_value *v)
{
	return ucl_object_key(object_of(v));
}

const char *
ucl_value_text(const struct ucl_value *v)
{
	if (v == NULL || ucl_object_type(object_of(v)) == UCL_OBJECT ||
	    ucl_object_type(object_of(v)) == UCL_ARRAY)
		return NULL;
	return ucl_object_tostring_forced(object_of(v));
}

const char *
ucl_value_string(const struct ucl_value *v)
{
	return v != NULL ? ucl_object_tostring(object_of(v)) : NULL;
}

bool
ucl_value_number(const struct ucl_value *v, double *out)
{
	return v != NULL && ucl_object_todouble_safe(object_of(v), out);
}

bool
ucl_value_truth(const struct ucl_value *v, bool *out)
{
	return v != NULL && ucl_object_toboolean_safe(object_of(v), out);
}

#else

struct ucl_file *
ucl_file_read(const char *path)
{
	warn_line("%s: this asnq was built without libucl, which reads "
		  "rspamd's files",
	    path);
	return NULL;
}

const struct ucl_value *
ucl_file_top(const struct ucl_file *f)
{
	(void)f;
	return NULL;
}

void
ucl_file_free(struct ucl_file *f)
{
	(void)f;
}

const struct ucl_value *
ucl_value_find(const struct ucl_value *v, const char *name)
{
	(void)v;
	(void)name;
	return NULL;
}

const struct ucl_value *
ucl_value_next(const struct ucl_value *v, void **at)
{
	(void)v;
	*at = NULL;
	return NULL;
}

bool
ucl_value_is_object(const struct ucl_value *v)
{
	(void)v;
	return false;
}

const char *
ucl_value_name(const struct ucl_value *v)
{
	(void)v;
	return NULL;
}

const char *
ucl_value_text(const struct ucl_value *v)
{
	(void)v;
	return NULL;
}

const char *
ucl_value_string(const struct ucl_value *v)
{
	(void)v;
	return NULL;
}

bool
ucl_value_number(const struct ucl_value *v, double *out)
{
	(void)v;
	(void)out;
	return false;
}

bool
ucl_value_truth(const struct ucl_value *v, bool *out)
{
	(void)v;
	(void)out;
	return false;
}

#endif

bool
ucl_file_is_built_in(void)
{
#ifdef HAVE_UCL
	return true;
#else
	return false;
#endif
}
