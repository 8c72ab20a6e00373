#ifndef ASNQ_RDATA_H
#define ASNQ_RDATA_H

#include <stdint.h>
#include <string.h>

#include "dns/answer.h"

#define RDATA_MAX 4096

/*
 * Makes RDATA of a TXT record from its character-strings, which ^ separates.
 * Returns its length.
 */
static inline size_t
rdata_of(const char *text, uint8_t out[RDATA_MAX])
{
	size_t used = 0;

	for (;;) {
		size_t len = strcspn(text, "^");

		out[used] = (uint8_t)len;
		memcpy(out + used + 1, text, len);
		used += len + 1;
		if (text[len] == '\0')
			return used;
		text += len + 1;
	}
}

/* Makes an answer of such records, which newlines separate. */
static inline struct answer *
answer_of(const char *texts)
{
	struct answer *a;
	uint8_t data[2 * RDATA_MAX];
	size_t size = 0;

	for (;;) {
		size_t n = strcspn(texts, "\n");
		char one[RDATA_MAX];
		size_t len;

		memcpy(one, texts, n);
		one[n] = '\0';
		len = rdata_of(one, data + size + 2);
		data[size] = (uint8_t)(len >> 8);
		data[size + 1] = (uint8_t)len;
		size += 2 + len;
		if (texts[n] == '\0')
			break;
		texts += n + 1;
	}
	a = answer_new(ANSWER_TEXT, size);
	memcpy(a->data, data, size);
	return a;
}

#endif
