#ifndef ASNQ_OUTPUT_H
#define ASNQ_OUTPUT_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * A buffered descriptor. Append to `buf`, and call output_offer() after every
 * record. buf_free() frees it.
 */
struct output {
	struct buf buf;
	int fd;
	bool failed; /* a write has failed; stderr has the reason */
};

/*
 * Returns the width of the terminal in columns: 80 if it does not tell, and 0
 * if the descriptor is no terminal.
 */
int output_width(const struct output *o);

/* Writes the buffer if it is large enough for one write to be worth it. */
void output_offer(struct output *o);

/*
 * Writes and empties the buffer. If the pipe is closed, the program ends by
 * SIGPIPE. After any other failure nothing is written any more; a regular file
 * is truncated to whole records. If a signal has asked the program to stop and
 * the reader takes nothing, the rest is dropped.
 */
void output_flush(struct output *o);

#endif
