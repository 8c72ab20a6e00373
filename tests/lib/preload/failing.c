/*
 * To be preloaded.  Fails the FAIL_ATth request for memory by the program or
 * its libraries, and with FAIL_ALL all later ones; the libraries in exempt[] do
 * not count.  FAIL_ENTROPY makes getentropy() fail.  If FAIL_COUNT names a
 * file, the number of requests is written there.
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
static int count = -1; /* descriptor of FAIL_COUNT's file */

/* Libraries that do not all survive a failure: those of the resolver. */
static int
is_exempt(const void *caller)
{
	static const char *const exempt[] = { "libunbound", "libssl",
		"libcrypto" };
	Dl_info info;

	if (dladdr(caller, &info) == 0 || info.dli_fname == NULL)
		return 0;
	for (int i = 0; i < 3; i++)
		if (strstr(info.dli_fname, exempt[i]) != NULL)
			return 1;
	return 0;
}

static int
fails(const void *caller)
{
	const char *at = getenv("FAIL_AT");
	unsigned long n = at != NULL ? strtoul(at, NULL, 10) : 0;

	if (is_exempt(caller))
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

/* Opens the file now: the confined program may not open one for writing. */
__attribute__((constructor)) static void
open_count(void)
{
	const char *path = getenv("FAIL_COUNT");

	if (path != NULL)
		count = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
}

__attribute__((destructor)) static void
write_count(void)
{
	if (count >= 0)
		dprintf(count, "%lu\n", requests);
}
