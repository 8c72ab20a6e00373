#include "config.h"

#include "scan.h"

#include <string.h>

#include "text.h"

bool
scan_record(const char *bytes, size_t len, char end, bool last, size_t *at,
    size_t *searched, struct span *record)
{
	size_t start = *searched > *at ? *searched : *at;
	const char *stop;

	if (*at == len)
		return false;
	stop = memchr(bytes + start, end, len - start);
	if (stop == NULL && !last) {
		*searched = len;
		return false;
	}
	record->text = bytes + *at;
	record->len = (stop != NULL ? (size_t)(stop - bytes) : len) - *at;
	*at += record->len + (stop != NULL);
	*searched = *at;
	if (end == '\n' && record->len > 0 &&
	    record->text[record->len - 1] == '\r')
		record->len--;
	return true;
}
