#ifndef ASNQ_SANDBOX_H
#define ASNQ_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

/* What a program that is confined may still do beside its open files. */
struct sandbox_config {
	bool network;		  /* speak UDP and TCP */
	const char *const *files; /* open these, as they are now, for reading */
	size_t file_count;
};

/* What confines the program. */
struct sandbox {
	bool filter;  /* of system calls: any that is not needed kills */
	int landlock; /* version of it that guards files and ports; 0: none */
	bool pledged; /* pledge(2) and unveil(2) */
};

/*
 * Confines the program, for good, by whatever the system has for that. Paths
 * that cannot be opened are left out. To be called while there is one thread.
 */
struct sandbox sandbox_enter(const struct sandbox_config *config);

/* In words, or why there is none; the caller frees it. */
char *sandbox_describe(const struct sandbox *sandbox);

#endif
