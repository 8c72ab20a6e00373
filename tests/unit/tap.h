#ifndef ASNQ_TAP_H
#define ASNQ_TAP_H

/*
 * Prints the Test Anything Protocol to stdout. The plan comes at the end, so
 * that a program that dies before it is noticed.
 */

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

static struct {
	unsigned run;
	unsigned failed;
	uint64_t random;
} tap = { .random = UINT64_C(0x9e3779b97f4a7c15) };

/* Prints text in one line; characters that TAP interprets are escaped. */
static inline void
tap_print(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c < 0x20 || c > 0x7e || c == '#' || c == '\\')
			printf("\\x%02x", c);
		else
			putchar(c);
	}
}

static inline void
tap_result(bool good, const char *format, va_list list)
{
	char name[400];

	vsnprintf(name, sizeof(name), format, list);
	printf("%sok %u - ", good ? "" : "not ", ++tap.run);
	tap_print(name, strlen(name));
	putchar('\n');
	tap.failed += !good;
}

static inline void
tap_value(const char *what, const char *text, size_t len)
{
	printf("# %s: ", what);
	if (text != NULL)
		tap_print(text, len);
	else
		fputs("(nothing)", stdout);
	putchar('\n');
}

static inline bool PRINTF_LIKE(2, 3) ok(bool good, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	tap_result(good, format, list);
	va_end(list);
	return good;
}

static inline bool PRINTF_LIKE(3, 4)
    is_int(intmax_t got, intmax_t want, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	tap_result(got == want, format, list);
	va_end(list);
	if (got != want)
		printf("# got: %jd\n# want: %jd\n", got, want);
	return got == want;
}

static inline bool PRINTF_LIKE(4, 0) tap_compare(const char *got, size_t len,
    const char *want, const char *format, va_list list)
{
	size_t want_len = want != NULL ? strlen(want) : 0;
	bool same;

	if (got == NULL || want == NULL)
		same = got == want;
	else
		same = len == want_len && memcmp(got, want, len) == 0;
	tap_result(same, format, list);
	if (!same) {
		tap_value("got", got, len);
		tap_value("want", want, want_len);
	}
	return same;
}

/* Compares got, of len bytes, with want. Either may be NULL. */
static inline bool PRINTF_LIKE(4, 5) is_bytes(const char *got, size_t len,
    const char *want, const char *format, ...)
{
	va_list list;
	bool same;

	va_start(list, format);
	same = tap_compare(got, len, want, format, list);
	va_end(list);
	return same;
}

static inline bool PRINTF_LIKE(3, 4)
    is_text(const char *got, const char *want, const char *format, ...)
{
	va_list list;
	bool same;

	va_start(list, format);
	same =
	    tap_compare(got, got != NULL ? strlen(got) : 0, want, format, list);
	va_end(list);
	return same;
}

static inline size_t
tap_length(const char *text)
{
	return text != NULL ? strlen(text) : 0;
}

/* Returns a number; they are the same in each run (Marsaglia's xorshift64). */
static inline uint32_t
tap_random(uint32_t below)
{
	tap.random ^= tap.random << 13;
	tap.random ^= tap.random >> 7;
	tap.random ^= tap.random << 17;
	return (uint32_t)(tap.random >> 32) % below;
}

/* Prints the plan and returns the exit status for main(). */
static inline int
tap_done(void)
{
	printf("1..%u\n", tap.run);
	if (tap.failed > 0)
		printf("# %u of %u failed\n", tap.failed, tap.run);
	return fflush(stdout) != 0 || tap.failed > 0;
}

#endif
