#ifndef ASNQ_SANDBOX_H
#define ASNQ_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a confined program may still do, besides using its open files. */
struct sandbox_config {
	bool network; /* speak UDP, and TCP to these ports */
	const uint16_t *ports;
	size_t port_count;
	const char *const *files; /* read these files, as they are now */
	size_t file_count;
};

/* By what a program is confined. */
struct sandbox {
	bool filter;  /* seccomp: any other system call kills it */
	int landlock; /* Landlock version, for files and ports; 0: none */
	bool pledged; /* pledge(2) and unveil(2) */
};

/*
 * Confines the program, for good, by all that the system has. Skips files that
 * cannot be opened. There must be only one thread.
 */
struct sandbox sandbox_enter(const struct sandbox_config *config);

/* Returns what confines a program, in words. The caller frees the text. */
char *sandbox_describe(const struct sandbox *sandbox);

#endif
