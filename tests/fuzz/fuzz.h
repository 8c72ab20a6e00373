#ifndef ASNQ_FUZZ_H
#define ASNQ_FUZZ_H

/*
 * Helpers for the targets of fuzzers. libFuzzer calls LLVMFuzzerTestOneInput(),
 * or main.c does with the files of a corpus. A target that finds an error
 * aborts.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/buf.h"
#include "base/escape.h"
#include "base/span.h"
#include "dns/answer.h"
#include "record/addr.h"

struct lookup;
struct mmdb;
struct record;
struct render;
struct viewer;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOLDS(what)                                                            \
	do {                                                                   \
		if (!(what)) {                                                 \
			fprintf(stderr, "%s:%d: does not hold: %s\n",          \
			    __FILE__, __LINE__, #what);                        \
			abort();                                               \
		}                                                              \
	} while (0)

/* Takes the first byte off in, or returns 0 if there is none. */
static inline uint8_t
fuzz_byte(struct span *in)
{
	uint8_t byte = in->len > 0 ? (uint8_t)in->text[0] : 0;
	size_t taken = in->len > 0;

	*in = (struct span){ in->text + taken, in->len - taken };
	return byte;
}

/*
 * Takes the text before a mark off in, and the mark; without a mark, all text.
 */
static inline struct span
fuzz_until(struct span *in, char mark)
{
	const char *at = in->len > 0 ? memchr(in->text, mark, in->len) : NULL;
	size_t len = at != NULL ? (size_t)(at - in->text) : in->len;
	struct span taken = { in->text, len };

	len += at != NULL;
	*in = (struct span){ in->text + len, in->len - len };
	return taken;
}

/*
 * Returns a copy without room after it, so that a sanitizer sees reads past the
 * end.
 */
static inline char *
fuzz_copy(struct span s)
{
	char *copy = malloc(s.len > 0 ? s.len : 1);

	HOLDS(copy != NULL);
	if (s.len > 0)
		memcpy(copy, s.text, s.len);
	return copy;
}

/*
 * Returns whether text has no control characters except `allowed`, and is valid
 * UTF-8.
 */
static inline bool
fuzz_is_clean(const char *text, size_t len, const char *allowed)
{
	for (size_t i = 0; i < len;) {
		bool control;
		size_t n = utf8_length(text + i, len - i, &control);

		if (n == 0 ||
		    (control &&
			(text[i] == '\0' || strchr(allowed, text[i]) == NULL)))
			return false;
		i += n;
	}
	return true;
}

/*
 * Writes the bytes to a file and returns its path; the next call replaces both.
 */
const char *fuzz_file(struct span bytes);

/* Opens a file with these bytes by mmdb_open(). */
struct mmdb *fuzz_mmdb(struct span bytes, char **why);

/* Makes one of few prefixes, so that some cover others; none has address 0. */
struct prefix fuzz_prefix(struct span *in);

/* Appends TXT RDATA: the strings of text, which ^ separates. */
void fuzz_rdata(struct span text, struct buf *out);

/* Makes an answer; with ANSWER_TEXT, it has a record for each line. */
struct answer *fuzz_answer(struct span lines, enum answer_kind kind);

/*
 * Steps through a look-up until it is finished, and answers its queries in turn:
 * `in` has a byte for the kind of each answer, and lines up to a carriage return.
 */
void fuzz_look_up(const struct viewer *viewer, struct lookup *l,
    struct span in);

/* Replaces the content of `out` by the record as it is printed. */
void fuzz_render(const struct render *r, const struct record *record,
    struct span input, struct buf *out);

static inline bool
fuzz_same(const char *a, size_t a_len, const char *b, size_t b_len)
{
	return a_len == b_len && (a_len == 0 || memcmp(a, b, a_len) == 0);
}

#endif
