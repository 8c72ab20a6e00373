#ifndef ASNQ_OUTPUT_H
#define ASNQ_OUTPUT_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Bytes on their way to a descriptor. Appending is done to `buf`; it is
 * written in large pieces.
 */
struct output {
	struct buf buf;
	int fd;
	bool failed; /* a line on stderr has said why */
};

/*
 * Returns the width of the terminal in columns, 80 where it does not tell, or
 * 0 where the descriptor is no terminal.
 */
int output_width(const struct output *o);

/* Writes when enough has gathered for it to be worth while. */
void output_offer(struct output *o);

/*
 * Writes all there is. A closed pipe ends the program by SIGPIPE, quietly; any
 * other failure is said once, and then nothing more is written, and a file is
 * cut back to whole records. Gives up when
 * the program was asked to stop and the reader takes nothing.
 */
void output_flush(struct output *o);

#endif
