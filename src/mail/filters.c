#include "config.h"

#include "mail/filters.h"

#include <string.h>

#include "mail/haraka.h"
#include "mail/rspamd.h"
#include "mail/spamassassin.h"

const struct filter *const filters[FILTER_MAX] = {
	[FILTER_SPAMASSASSIN] = &filter_spamassassin,
	[FILTER_HARAKA] = &filter_haraka,
	[FILTER_RSPAMD] = &filter_rspamd,
};

static const char *const names[] = {
	[FILTER_NONE] = NULL,
	[FILTER_SPAMASSASSIN] = "spamassassin",
	[FILTER_HARAKA] = "haraka",
	[FILTER_RSPAMD] = "rspamd",
};

_Static_assert(LENGTH(names) == FILTER_MAX, "every filter has its name");

const struct words filter_words = WORDS(names);

bool
filter_owns_file(const struct filter *f, const char *path)
{
	size_t len = strlen(path);
	size_t suffix = strlen(f->suffix);

	return len >= suffix && strcmp(path + len - suffix, f->suffix) == 0;
}

unsigned
filter_formats(const struct filter *f)
{
	unsigned bits = 0;

	for (size_t i = 0; i < f->format_count; i++)
		bits |= 1U << f->formats[i];
	return bits;
}
