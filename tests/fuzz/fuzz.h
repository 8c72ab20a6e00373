#ifndef ASNQ_FUZZ_H
#define ASNQ_FUZZ_H

/*
 * For targets of a fuzzer: libFuzzer calls LLVMFuzzerTestOneInput(), or main.c
 * does with the files of a corpus. What a target finds broken ends the
 * program.
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
struct view;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOLDS(what)                                                            \
	do {                                                                   \
		if (!(what)) {                                                 \
			fprintf(stderr, "%s:%d: does not hold: %s\n",          \
			    __FILE__, __LINE__, #what);                        \
			abort();                                               \
		}                                                              \
	} while (0)

/* Takes the first byte off; 0 where there is none. */
static inline uint8_t
fuzz_byte(struct span *in)
{
	uint8_t byte = in->len > 0 ? (uint8_t)in->text[0] : 0;
	size_t taken = in->len > 0;

	*in = (struct span){ in->text + taken, in->len - taken };
	return byte;
}

/* Takes off what stands before a mark, and the mark; or all there is. */
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

/* A copy that ends where the span ends, so that a tool sees more read. */
static inline char *
fuzz_copy(struct span s)
{
	char *copy = malloc(s.len > 0 ? s.len : 1);

	HOLDS(copy != NULL);
	if (s.len > 0)
		memcpy(copy, s.text, s.len);
	return copy;
}

/* Whether no reader's terminal can be steered, apart from `allowed`. */
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

/* A file that holds these bytes until the next call; its path. */
const char *fuzz_file(struct span bytes);

/* Opens such a file, as mmdb_open() does. */
struct mmdb *fuzz_mmdb(struct span bytes, char **why);

/* A prefix of a small world, so that several meet; none holds address 0. */
struct prefix fuzz_prefix(struct span *in);

/* Appends RDATA of TXT: a string for each ^, and one more. */
void fuzz_rdata(struct span text, struct buf *out);

/* An answer, where it has records those of lines. */
struct answer *fuzz_answer(struct span lines, enum answer_kind kind);

/*
 * Steps through a look-up, whose questions are answered in turn: a byte for
 * the kind, then lines up to a carriage return.
 */
void fuzz_look_up(const struct view *view, const void *self, struct lookup *l,
    struct span in);

/* Replaces what `out` holds by a record as it is printed. */
void fuzz_render(const struct render *r, const struct record *record,
    struct span input, struct buf *out);

static inline bool
fuzz_same(const char *a, size_t a_len, const char *b, size_t b_len)
{
	return a_len == b_len && (a_len == 0 || memcmp(a, b, a_len) == 0);
}

#endif
