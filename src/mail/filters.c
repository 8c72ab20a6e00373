#include "config.h"

#include "mail/filters.h"

#include <string.h>

#include "base/buf.h"
#include "base/span.h"
#include "mail/haraka.h"
#include "mail/rspamd.h"
#include "mail/spamassassin.h"

const struct filter *const filters[FILTER_MAX] = {
	[FILTER_SPAMASSASSIN] = &filter_spamassassin,
	[FILTER_HARAKA] = &filter_haraka,
	[FILTER_RSPAMD] = &filter_rspamd,
};

bool
filter_has_format(const struct filter *f, enum format format)
{
	for (size_t i = 0; i < f->format_count; i++)
		if (f->formats[i] == format)
			return true;
	return false;
}

/* Returns the word of FORMATS that names a format. */
static struct span
format_name(enum format format)
{
	const char *word = FORMATS;

	for (int i = 0; i < (int)format; i++)
		word += strcspn(word, " ") + 1;
	return (struct span){ word, strcspn(word, " ") };
}

char *
filter_format_names(const struct filter *f)
{
	struct buf names = { 0 };

	for (size_t i = 0; i < f->format_count; i++) {
		struct span name = format_name(f->formats[i]);

		if (i > 0)
			buf_puts(&names,
			    i + 1 < f->format_count ? ", " : " and ");
		buf_put(&names, name.text, name.len);
	}
	buf_putc(&names, '\0');
	return names.data;
}
