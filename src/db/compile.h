#ifndef ASNQ_COMPILE_H
#define ASNQ_COMPILE_H

#include <stdbool.h>
#include <stddef.h>

#include "db/as-names.h"
#include "db/db.h"

/* What goes into a database that is written. */
struct compile {
	const char *path; /* where it goes */
	struct db *const *databases;
	size_t database_count;
	const struct as_names *names; /* NULL: those that the databases have */
	bool first;   /* what an earlier database covers, no later one tells */
	bool verbose; /* say what was written */
};

/*
 * Writes databases as one MMDB, beside its place first, so that there is the
 * old file or the new one and nothing between. What is wrong is said on
 * stderr. Returns the exit status: 0; 2 where a database is corrupt, there is
 * nothing to write, or SOURCE_DATE_EPOCH is no time; 5 where it cannot be written.
 */
int compile_write(const struct compile *c);

#endif
