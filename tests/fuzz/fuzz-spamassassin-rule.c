#include "config.h"

#include <ctype.h>

#include "fuzz.h"
#include "mail/spamassassin-rule.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { (const char *)data, size };
	struct span subject = fuzz_until(&in, '\n');
	char *arguments = xmemdup(in.text, in.len);
	char *function = format_text("check_asn(%s)", arguments);
	const struct sa_rule rule = { .name = "R", .function = function };
	struct sa_check check;
	char *why = sa_check_set(&check, &rule, false);

	HOLDS((why == NULL) == (check.regex != NULL));
	for (const char *c = check.tag; *c != '\0'; c++)
		HOLDS(!islower((unsigned char)*c));
	if (check.regex != NULL)
		regex_match(check.regex, subject.text, subject.len);
	free(why);
	sa_check_clear(&check);
	free(function);
	free(arguments);
	return 0;
}
