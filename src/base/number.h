#ifndef ASNQ_NUMBER_H
#define ASNQ_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads a whole decimal number: digits only, no sign, no blanks, at most
 * `max`. Returns false, and leaves *out alone, for anything else.
 */
bool number_parse(const char *text, size_t len, uint64_t max, uint64_t *out);

/*
 * Reads seconds with an optional fraction ("0.25"), more than 0 and at most
 * `max`, into microseconds. Returns false for anything else.
 */
bool number_parse_seconds(const char *text, uint64_t max, int64_t *usec);

/*
 * Reads a number of bytes with an optional K, M or G at its end (1024, its
 * square, its cube), at most `max`. Returns false for anything else.
 */
bool number_parse_size(const char *text, uint64_t max, uint64_t *bytes);

#endif
