#ifndef ASNQ_FRAMING_H
#define ASNQ_FRAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/*
 * Ways to cut a stream of bytes into records. Each one is a row of the table
 * in framing.c: a function, and what it keeps in struct framing_state.
 */
enum framing {
	FRAMING_LINE,	    /* lines, ended by "\n" or "\r\n" */
	FRAMING_NUL,	    /* any bytes, ended by a NUL */
	FRAMING_CSV,	    /* RFC 4180: lines, whose quoted cells may hold */
			    /* newlines */
	FRAMING_BLOCK_LINE, /* ClickHouse: blocks of lines; a line before */
			    /* each block has the number of its records */
	FRAMING_BLOCK_CSV,  /* the same with CSV records */
	FRAMING_MAX
};

/* Which piece of a record a line is. */
enum line_part {
	LINE_WHOLE, /* all of it */
	LINE_START, /* the first of several pieces */
	LINE_MIDDLE,
	LINE_END
};

/*
 * One record of the input, or a piece of one that is too long. Unless it is
 * CSV, a record is one line.
 */
struct line {
	struct span text; /* without its ending */
	size_t ending;	  /* bytes after the text: "\n", "\r\n", NUL or none */
	enum line_part part;
	bool first; /* the first of its file; set by input_next() */
	bool typed; /* an operand; likewise */
};

/* Bytes of the pieces of a record that is too long, but for the last one. */
#define FRAMING_PIECE 65536

/* How far a stream is cut. All zero is its start. */
struct framing_state {
	size_t at;	 /* offset of the next piece */
	size_t searched; /* offset up to which that piece has no end */
	bool quoted;	 /* CSV: a quoted cell is open at `searched` */
	bool ended;	 /* `searched` is past the end of that piece */
	bool inside;	 /* the piece before was not the end of its record */
	uint64_t block;	 /* blocks: records still to come in this one */

	/*
	 * CSV: the byte between cells. 0: framing_find_separator() finds it in
	 * the first record. Set at the start.
	 */
	char separator;

	/*
	 * Bytes that the text of a record may have; 0: any number. A record
	 * with more comes in pieces of FRAMING_PIECE bytes, or of this number
	 * if it is smaller: where they are cut does not depend on how the bytes
	 * arrive. Set at the start.
	 */
	size_t max;
};

/* What framing_cut() found. Every byte of a stream is in one such piece. */
enum cut {
	CUT_MORE,    /* no whole piece yet */
	CUT_RECORD,  /* a record, or a piece of one */
	CUT_BETWEEN, /* bytes between records, as the head of a block */
	CUT_BROKEN   /* bytes that the framing does not allow there */
};

/*
 * Cuts the next piece off a stream, of which `len` bytes have come, and stores
 * it in *out, except for CUT_MORE. The piece borrows the bytes. With `last`
 * the stream ends after these bytes, and a last record needs no ending.
 */
enum cut framing_cut(struct framing_state *s, enum framing framing,
    const char *bytes, size_t len, bool last, struct line *out);

/* Tells the state that the first `len` bytes, all of them cut, are gone. */
void framing_drop(struct framing_state *s, size_t len);

/* Returns what was expected in place of CUT_BROKEN, as a noun for a message. */
const char *framing_expected(enum framing framing);

/*
 * Returns whether the quote at `quote`, in a CSV record that starts at `from`,
 * opens a quoted cell, or continues one after a closing quote. RFC 4180 has
 * quotes nowhere else; any other is text. With separator 0, any byte that
 * framing_find_separator() returns is one.
 */
bool framing_opens_quote(const char *from, const char *quote, char separator);

/*
 * Returns the byte that separates the cells of a CSV header: a comma, if one
 * outside quotes has no blank after it; else the most frequent of comma,
 * semicolon, TAB and bar; without any of them, a comma.
 */
char framing_find_separator(struct span header);

#endif
