#ifndef ASNQ_INPUT_H
#define ASNQ_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "io/framing.h"
#include "io/loop.h"

/*
 * Records from operands, files and stdin, one source after the other in the
 * order in which they were added. No descriptor is made non-blocking, since
 * others may share it.
 */
struct input;

struct input *input_new(struct loop *loop, const struct framing *framing);

/* The text is borrowed. */
void input_add_operand(struct input *in, const char *text);

/* "-" is stdin. The path is borrowed. */
void input_add_file(struct input *in, const char *path);

enum input_state {
	INPUT_RECORD, /* here is one */
	INPUT_WAIT,   /* the loop will turn when there is more */
	INPUT_PAUSE,  /* a fair share was handed out; there may be more */
	INPUT_END
};

/*
 * The next record. The spans of all that were handed out hold until the next
 * call after one that brought none. A last record without an end is one, too;
 * an operand has none.
 */
enum input_state input_next(struct input *in, struct line *line);

/* Everything was handed out. */
bool input_is_at_end(const struct input *in);

/* A source could not be read, of which a line on stderr has told. */
bool input_failed(const struct input *in);

/* Bytes read so far, and how many there are, or 0 where nobody knows. */
uint64_t input_read(const struct input *in);
uint64_t input_size(const struct input *in);

/* Records that were handed out so far. */
uint64_t input_taken(const struct input *in);

/* Accepts NULL. */
void input_free(struct input *in);

#endif
