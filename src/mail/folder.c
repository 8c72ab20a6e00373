#include "config.h"

#include "mail/folder.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "io/warn.h"

bool
folder_is(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Adds a file if it is regular and its name ends in the suffix. */
static void
add_file(const char *folder, const char *name, const char *suffix,
    struct arena *arena, struct texts *out)
{
	size_t len = strlen(name);
	size_t end = strlen(suffix);
	struct stat st;
	char *path;

	if (len < end || strcasecmp(name + len - end, suffix) != 0)
		return;
	path = format_text("%s/%s", folder, name);
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
		texts_add(out, arena_copy(arena, path, strlen(path)));
	free(path);
}

bool
folder_add_files(const char *path, const char *suffix, struct arena *arena,
    struct texts *out)
{
	size_t before = out->count;
	DIR *folder = opendir(path);
	const struct dirent *entry;

	if (folder == NULL) {
		warn_line("%s: %s", path, strerror(errno));
		return false;
	}
	while ((entry = readdir(folder)) != NULL)
		add_file(path, entry->d_name, suffix, arena, out);
	closedir(folder);
	if (out->count > before)
		qsort(out->list + before, out->count - before,
		    sizeof(*out->list), compare);
	return true;
}
