#include "config.h"

#include "scan.h"

#include <string.h>

#include "text.h"

bool
scan_record(const char *bytes, size_t len, char end, bool last, size_t *at,
    size_t *searched, struct span *record)
{
	const char *from = bytes + *at;
	size_t start = *searched > *at ? *searched : *at;
	const char *stop;

	if (*at == len)
		return false;
	stop = memchr(bytes + start, end, len - start);
	*searched = stop != NULL ? (size_t)(stop - bytes) : len;
	if (stop == NULL && !last)
		return false;
	record->text = from;
	record->len = *searched - *at;
	*at = *searched + (stop != NULL);
	if (end == '\n' && record->len > 0 && from[record->len - 1] == '\r')
		record->len--;
	return true;
}
