/*
 * To be preloaded.  Makes libraries be missing whose names contain the text in
 * MISSING.
 */
#define _GNU_SOURCE

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

void *
dlopen(const char *file, int mode)
{
	static void *(*next)(const char *, int);
	const char *missing = getenv("MISSING");

	if (next == NULL)
		next = (void *(*)(const char *, int))dlsym(RTLD_NEXT, "dlopen");
	if (missing != NULL && file != NULL && strstr(file, missing) != NULL)
		file = "missing.so.1";
	return next(file, mode);
}
