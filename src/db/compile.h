#ifndef ASNQ_COMPILE_H
#define ASNQ_COMPILE_H

#include <stdbool.h>
#include <stddef.h>

#include "db/as-names.h"
#include "db/db.h"

/* What is compiled, and where to. Everything is borrowed. */
struct compile {
	const char *path; /* of the new database */
	struct db *const *databases;
	size_t database_count;
	const struct as_names *names; /* NULL: those of the databases */
	bool first;   /* later databases do not override earlier ones */
	bool verbose; /* report what was written */
};

/*
 * Writes databases as one MMDB. The old file is there until the new one, which
 * is written beside it, is complete. Reports on stderr what is wrong. Returns
 * the exit status: 0; 2 if a database is corrupt, has nothing to write, or if
 * SOURCE_DATE_EPOCH is not a time; 5 if the file cannot be written.
 */
int compile_write(const struct compile *c);

#endif
