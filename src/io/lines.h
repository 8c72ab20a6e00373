#ifndef ASNQ_LINES_H
#define ASNQ_LINES_H

#include <stdbool.h>

#include "base/span.h"
#include "io/decompress.h"

/* What became of a line. */
enum line_result {
	LINE_GOOD,
	LINE_SKIPPED, /* has nothing to load: a comment, say */
	LINE_BAD,
	LINE_RESULT_MAX
};

/* Takes a line, which comes without its end. */
typedef enum line_result lines_take(void *arg, struct span line);

/*
 * Gives each line of a file to `take`. Bad lines are skipped; the first ten are
 * reported on stderr, as not being `what`, and then their number. Returns
 * false, after it has reported why, if the file cannot be read to its end or
 * has no good line.
 */
bool lines_load(struct decompress *file, const char *what, lines_take *take,
    void *arg);

#endif
