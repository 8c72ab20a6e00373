#include "config.h"

#include "fuzz.h"
#include "mail/spamassassin-if.h"

/* Whether a text holds, with something around it; false where it is none. */
static bool
queries(const char *before, const char *text, const char *behind, bool *holds)
{
	struct sa_if facts = { .plugins = NULL };
	char *whole = format_text("%s%s%s", before, text, behind);
	char *why = NULL;
	bool good;

	sa_if_add_plugin(&facts, (struct span){ "A::B", 4 });
	*holds = false;
	good = sa_if_read(&facts, whole, holds, &why);
	HOLDS(good || !*holds);
	good &= why == NULL;
	free(why);
	free(whole);
	sa_if_clear(&facts);
	return good;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xmemdup(data, size);
	bool holds;
	bool other;

	if (queries("", text, "", &holds)) {
		if (queries("(", text, ")", &other))
			HOLDS(other == holds);
		if (queries("!(", text, ")", &other))
			HOLDS(other != holds);
		if (queries("(", text, ") && 1", &other))
			HOLDS(other == holds);
		if (queries("0 || ", text, "", &other))
			HOLDS(other == holds);
	}
	free(text);
	return 0;
}
