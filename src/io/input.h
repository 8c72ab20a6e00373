#ifndef ASNQ_INPUT_H
#define ASNQ_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "io/framing.h"
#include "io/loop.h"

/*
 * The records of all inputs: operands, files and stdin, one after another in
 * the order in which they were added. stdin stays in blocking mode, since other
 * processes may share it. A FIFO that no process writes to yet is waited for by
 * the loop, as for bytes.
 */
struct input;

/* Returns an input without records. The loop is borrowed. */
struct input *input_new(struct loop *loop, enum framing framing);

/*
 * Sets how many bytes a record of a file may have; the rest comes in pieces, as
 * framing.h says. Without it, records may have any length.
 */
void input_set_max_record(struct input *in, size_t bytes);

/*
 * Sets the byte between the cells of CSV records, or 0 to find it in the first
 * record of each file, as framing.h says; this is the default.
 */
void input_set_separator(struct input *in, char separator);

/* Adds a text that is one record. It is borrowed. */
void input_add_operand(struct input *in, const char *text);

/* Adds the records of a file; "-" is stdin. The path is borrowed. */
void input_add_file(struct input *in, const char *path);

enum input_state {
	INPUT_RECORD, /* *line is the next record */
	INPUT_WAIT,   /* wait for the loop: nothing can be read now */
	INPUT_PAUSE,  /* let others work first: a chunk was handed out */
	INPUT_END     /* there are no more records */
};

/*
 * Stores the next record in *line, if there is one now. The last record of a
 * file needs no ending; an operand has none. A caller may collect the records
 * of a chunk: their spans are valid until a call returns no record, and only
 * the call after that one may invalidate them.
 */
enum input_state input_next(struct input *in, struct line *line);

/* Returns whether every record was handed out. */
bool input_is_at_end(const struct input *in);

/* Returns whether a file could not be read; stderr has the reason. */
bool input_failed(const struct input *in);

/* Returns the bytes read so far. */
uint64_t input_bytes_read(const struct input *in);

/* Returns the total size of all regular files in bytes; 0: none is regular. */
uint64_t input_bytes_total(const struct input *in);

/* Returns the number of records handed out so far. */
uint64_t input_record_count(const struct input *in);

/* Closes and frees an input. Accepts NULL. */
void input_free(struct input *in);

#endif
