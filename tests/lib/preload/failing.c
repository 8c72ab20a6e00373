/*
 * To be preloaded: the FAIL_AT-th request for memory by the program or its
 * libraries, but for some that are not ours, fails, and, with FAIL_ALL, all
 * that follow. With FAIL_ENTROPY there is none. Where FAIL_COUNT names a file,
 * the number of requests is left there.
 */
#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);

static unsigned long requests;
static int count = -1; /* the file for it */

/*
 * Libraries that do not all survive it: the resolver's; and that of the filter
 * of system calls, which loads one without the rule that got no memory.
 */
static int
is_theirs(const void *caller)
{
	static const char *const theirs[] = { "libunbound", "libssl",
		"libcrypto", "libseccomp" };
	Dl_info info;

	if (dladdr(caller, &info) == 0 || info.dli_fname == NULL)
		return 0;
	for (int i = 0; i < 4; i++)
		if (strstr(info.dli_fname, theirs[i]) != NULL)
			return 1;
	return 0;
}

static int
fails(const void *caller)
{
	const char *at = getenv("FAIL_AT");
	unsigned long n = at != NULL ? strtoul(at, NULL, 10) : 0;

	if (is_theirs(caller))
		return 0;
	requests++;
	if (n == 0 || requests < n ||
	    (requests > n && getenv("FAIL_ALL") == NULL))
		return 0;
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL
						  : __libc_calloc(count, size);
}

void *
realloc(void *old, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL
						  : __libc_realloc(old, size);
}

int
getentropy(void *bytes, size_t len)
{
	if (getenv("FAIL_ENTROPY") != NULL) {
		errno = ENOSYS;
		return -1;
	}
	memset(bytes, 7, len);
	return 0;
}

/* The program may not open a file for writing later. */
__attribute__((constructor)) static void
open_count(void)
{
	const char *path = getenv("FAIL_COUNT");

	if (path != NULL)
		count = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
}

__attribute__((destructor)) static void
leave_count(void)
{
	if (count >= 0)
		dprintf(count, "%lu\n", requests);
}
