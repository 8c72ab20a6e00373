#include "config.h"

#include <sys/types.h>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "fuzz.h"

/*
 * Runs a target on its corpus, instead of libFuzzer: on each file, and on each
 * file cut off at every byte. Prints one line of TAP.
 */

#define FILE_MAX 65536

/*
 * Runs the target on a copy of exactly len bytes, so that a sanitizer sees
 * reads past the end.
 */
static void
run(const char *bytes, size_t len)
{
	char *copy = fuzz_copy((struct span){ bytes, len });

	LLVMFuzzerTestOneInput((const uint8_t *)copy, len);
	free(copy);
}

static bool
run_file(const char *folder, const char *name, unsigned long *runs)
{
	char *path = format_text("%s/%s", folder, name);
	char *bytes = xmalloc(FILE_MAX);
	int fd = open(path, O_RDONLY);
	ssize_t len = fd >= 0 ? read(fd, bytes, FILE_MAX) : -1;

	for (ssize_t n = 0; n <= len; n++)
		run(bytes, (size_t)n);
	*runs += (unsigned long)(len + 1);
	if (fd >= 0)
		close(fd);
	free(bytes);
	free(path);
	return len >= 0;
}

int
main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');
	const char *srcdir = getenv("srcdir");
	unsigned long files = 0;
	unsigned long runs = 0;
	struct dirent *entry;
	char *folder;
	bool good = true;
	DIR *dir;

	name = name != NULL ? name + 1 : argv[0];
	if (strncmp(name, "fuzz-", 5) == 0)
		name += 5;
	folder = argc > 1 ? xstrdup(argv[1])
			  : format_text("%s/tests/fuzz/corpus/%s",
				srcdir != NULL ? srcdir : ".", name);
	dir = opendir(folder);
	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.') {
			good &= run_file(folder, entry->d_name, &runs);
			files++;
		}
	good &= files > 0;
	printf("%sok 1 - %s: %lu files, %lu inputs\n1..1\n", good ? "" : "not ",
	    name, files, runs);
	if (dir != NULL)
		closedir(dir);
	free(folder);
	return good ? 0 : 1;
}
