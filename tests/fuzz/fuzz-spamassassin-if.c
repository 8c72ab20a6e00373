#include "config.h"

#include "fuzz.h"
#include "mail/spamassassin-if.h"

/*
 * Evaluates an expression with text before and after it. Returns false if it is
 * invalid.
 */
static bool
evaluate(const char *before, const char *text, const char *after, bool *holds)
{
	struct sa_if facts = { .plugins = NULL };
	char *whole = format_text("%s%s%s", before, text, after);
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

	if (evaluate("", text, "", &holds)) {
		if (evaluate("(", text, ")", &other))
			HOLDS(other == holds);
		if (evaluate("!(", text, ")", &other))
			HOLDS(other != holds);
		if (evaluate("(", text, ") && 1", &other))
			HOLDS(other == holds);
		if (evaluate("0 || ", text, "", &other))
			HOLDS(other == holds);
	}
	free(text);
	return 0;
}
