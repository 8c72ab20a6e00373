#include "config.h"

#include "record/status.h"

#include <stddef.h>

#include "base/array.h"

static const struct {
	const char *word;
	const char *phrase;
	enum {
		GOOD,
		NONE,
		FAILED,
		NEUTRAL
	} is;
} statuses[] = {
	[STATUS_OK] = { "ok", "announced", GOOD },
	[STATUS_UNANNOUNCED] = { "unannounced", "not announced", NONE },
	[STATUS_SPECIAL] = { "special", "special-purpose address", NONE },
	[STATUS_INVALID] = { "invalid", "not an address", NONE },
	[STATUS_NOADDRESS] = { "noaddress", "no address", NEUTRAL },
	[STATUS_NOSOURCE] = { "nosource", "no source to ask", NONE },
	[STATUS_TIMEOUT] = { "timeout", "no answer in time", FAILED },
	[STATUS_SERVFAIL] = { "servfail", "server or resolver failure",
	    FAILED },
	[STATUS_BOGUS] = { "bogus", "failed DNSSEC validation", FAILED },
	[STATUS_MALFORMED] = { "malformed", "answer names no origin", FAILED },
	[STATUS_MISMATCH] = { "mismatch", "answer for another address",
	    FAILED },
	[STATUS_SKIPPED] = { "skipped", "suspended after time-outs", NEUTRAL },
	[STATUS_LATE] = { "late", "cut off by --grace", NEUTRAL },
};

_Static_assert(LENGTH(statuses) == STATUS_MAX, "every status has its words");

const char *
status_word(enum status status)
{
	return statuses[status].word;
}

bool
status_is_word(struct span text)
{
	for (int i = 0; i < STATUS_MAX; i++)
		if (span_is_exactly(text, statuses[i].word))
			return true;
	return false;
}

const char *
status_phrase(enum status status)
{
	return statuses[status].phrase;
}

bool
status_failed(enum status status)
{
	return statuses[status].is == FAILED;
}

bool
status_none(enum status status)
{
	return statuses[status].is == NONE;
}
