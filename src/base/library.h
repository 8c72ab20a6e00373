#ifndef ASNQ_LIBRARY_H
#define ASNQ_LIBRARY_H

#include <stddef.h>

#include "base/array.h"

/*
 * Libraries that are loaded when they are needed, since the loader takes longer
 * for one of them than a look-up from a file takes. Once loaded, a library
 * stays.
 *
 * The file that wraps a library lists the functions that it calls, makes them
 * the members of a struct, and defines how it is filled:
 *
 *	#define FUNCTIONS(F) F(ini_parse_stream)
 *
 *	struct library {
 *		FUNCTIONS(LIBRARY_MEMBER)
 *	};
 *
 *	#ifdef INIH_FILE
 *	LIBRARY_LOADED(FUNCTIONS, INIH_FILE)
 *	#else
 *	LIBRARY_LINKED(FUNCTIONS)
 *	#endif
 *
 * configure defines INIH_FILE, unless asnq is linked with the library. Both
 * define
 *
 *	static char *load(struct library *lib);
 *
 * which returns NULL, or what is wrong, in words that the caller frees.
 */

/* A function of a library. */
struct library_function {
	const char *name;
	size_t at; /* where its address is in the struct */
};

/*
 * Loads a library by the name of its file, and writes the addresses of `count`
 * functions into `table`. Returns NULL, or what is wrong, in words, which the
 * caller frees. A second call costs no system call.
 */
char *library_load(const char *file, const struct library_function *functions,
    size_t count, void *table);

#define LIBRARY_MEMBER(name) __typeof__(name) *(name);
#define LIBRARY_ROW(name) { #name, offsetof(struct library, name) },
#define LIBRARY_ADDRESS(name) .name = (name),

#define LIBRARY_LOADED(FUNCTIONS, file)                                        \
	static const struct library_function functions[] = { FUNCTIONS(        \
	    LIBRARY_ROW) };                                                    \
	static char *load(struct library *lib)                                 \
	{                                                                      \
		return library_load(file, functions, LENGTH(functions), lib);  \
	}

#define LIBRARY_LINKED(FUNCTIONS)                                              \
	static char *load(struct library *lib)                                 \
	{                                                                      \
		*lib = (struct library){ FUNCTIONS(LIBRARY_ADDRESS) };         \
		return NULL;                                                   \
	}

#endif
