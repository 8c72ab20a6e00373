#include "config.h"

#include "cli/config-file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "io/warn.h"

/* Returns the path of the user's file, which the caller frees, or NULL. */
static char *
user_path(void)
{
	const char *base = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	/* The XDG Base Directory Specification ignores relative paths. */
	if (base != NULL && base[0] == '/')
		return format_text("%s/asnq/config", base);
	if (home != NULL && home[0] == '/')
		return format_text("%s/.config/asnq/config", home);
	return NULL;
}

/*
 * Opens a file, or sets *path to NULL, and frees it, if there is none. Returns
 * NULL, with errno, if it cannot be opened.
 */
static FILE *
open_if_there(char **path)
{
	FILE *in = fopen(*path, "r");
	int error = errno;

	if (in == NULL && access(*path, F_OK) != 0) {
		free(*path);
		*path = NULL;
	}
	errno = error;
	return in;
}

/*
 * Opens the user's file or, if there is none, the system's, as above. The
 * caller frees *path.
 */
static FILE *
open_first(char **path)
{
	FILE *in = NULL;

	*path = user_path();
	if (*path != NULL)
		in = open_if_there(path);
	if (in != NULL || *path != NULL)
		return in;
	*path = xstrdup(SYSTEM_CONFIG);
	return open_if_there(path);
}

static char *
skip_blanks(char *text)
{
	return text + strspn(text, " \t");
}

/* Cuts a line into name and value. Returns false if it has neither. */
static bool
cut(char *line, char **name, char **value)
{
	size_t len = strlen(line);
	char *end;

	while (len > 0 && strchr(" \t\r\n", line[len - 1]) != NULL)
		line[--len] = '\0';
	*name = skip_blanks(line);
	if (**name == '\0' || **name == '#')
		return false;
	end = *name + strcspn(*name, " \t=");
	*value = NULL;
	if (*end != '\0') {
		char *at = skip_blanks(end);

		*value = skip_blanks(at + (*at == '='));
		*end = '\0';
	}
	return true;
}

/* Sets what a line of `len` bytes has. Returns NULL, or what is wrong. */
static char *
take_line(char *line, size_t len, config_file_set *set, void *arg)
{
	char *name;
	char *value;

	if (strlen(line) != len)
		return xstrdup("the line has a NUL");
	return cut(line, &name, &value) ? set(arg, name, value) : NULL;
}

static bool
read_lines(const char *path, FILE *in, config_file_set *set, void *arg)
{
	char *line = NULL;
	size_t size = 0;
	unsigned long number = 0;
	bool good = true;
	ssize_t len;

	while (good && (len = getline(&line, &size, in)) >= 0) {
		char *why = take_line(line, (size_t)len, set, arg);

		number++;
		if (why != NULL)
			warn_line("%s:%lu: %s", path, number, why);
		good = why == NULL;
		free(why);
	}
	if (good && ferror(in)) {
		warn_line("%s: %s", path, strerror(errno));
		good = false;
	}
	free(line);
	return good;
}

bool
config_file_read(const char *path, config_file_set *set, void *arg)
{
	char *found = path != NULL ? xstrdup(path) : NULL;
	FILE *in = path != NULL ? fopen(path, "r") : open_first(&found);
	bool good;

	if (in == NULL && found == NULL)
		return true;
	good = in != NULL && read_lines(found, in, set, arg);
	if (in != NULL)
		fclose(in);
	else
		warn_line("%s: %s", found, strerror(errno));
	free(found);
	return good;
}
