#include "config.h"

#include "mail/spamassassin-rule.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "mail/spamassassin-regex.h"
#include "mail/text.h"

#define ARGUMENTS_MAX 2 /* that check_asn() takes */

/* Returns the end of a quoted argument; NULL: its quote is not closed. */
static const char *
end_of_quoted(const char *at)
{
	char quote = *at++;

	while ((at = strchr(at, quote)) != NULL) {
		const char *end = at + 1 + strspn(at + 1, WHITE);

		at++;
		if (*end == ',' || *end == '\0')
			return at;
	}
	return NULL;
}

/* Returns the end of an argument without quotes; NULL: it is empty. */
static const char *
end_of_plain(const char *at)
{
	const char *start = at;

	while (isalnum((unsigned char)*at) ||
	    (*at != '\0' && strchr(".:-", *at) != NULL))
		at++;
	return at > start ? at : NULL;
}

/*
 * Reads an argument, in quotes or plain, and moves *at past it and a comma.
 * Returns false if it is malformed.
 */
static bool
read_argument(const char **at, struct span *out)
{
	bool quoted = **at == '\'' || **at == '"';
	const char *end = quoted ? end_of_quoted(*at) : end_of_plain(*at);

	if (end == NULL)
		return false;
	*out = (struct span){ *at + quoted, (size_t)(end - *at) - 2U * quoted };
	*at = end + strspn(end, WHITE);
	if (**at != ',' && **at != '\0')
		return false;
	*at += **at == ',';
	*at += strspn(*at, WHITE);
	return true;
}

/*
 * Reads arguments with commas between, and sets the first of them. Returns how
 * many there are; -1 if they are malformed.
 */
static int
read_arguments(const char *at, struct span out[ARGUMENTS_MAX])
{
	int count = 0;

	for (at += strspn(at, WHITE); *at != '\0'; count++) {
		struct span argument;

		if (!read_argument(&at, &argument))
			return -1;
		if (count < ARGUMENTS_MAX)
			out[count] = argument;
	}
	return count;
}

/* Compiles a rule's expression. Returns NULL, or a message about it. */
static char *
compile(struct sa_check *check, struct span expression)
{
	char *pattern = xmemdup(expression.text, expression.len);
	char *problem = sa_regex_compile(pattern, &check->regex);
	char *why = NULL;

	if (problem != NULL)
		why = format_text("asn: invalid regexp for %s '%s': %s",
		    check->name, pattern, problem);
	free(problem);
	free(pattern);
	return why;
}

/* Returns the arguments of a call, which the caller frees. */
static char *
arguments_of(const char *call)
{
	const char *open = strchr(call, '(');

	assert(open != NULL && call[strlen(call) - 1] == ')');
	return xmemdup(open + 1, strlen(open) - strlen("()"));
}

/* Returns SpamAssassin's objection to a rule with so many arguments. */
static char *
objection(const struct sa_rule *rule, bool off, int arguments)
{
	if (arguments < 0)
		return format_text("syntax error for eval function %s: %s",
		    rule->name, rule->function);
	if (!rule->header)
		return format_text("wrong rule type defined for %s, expected "
				   "'header'",
		    rule->name);
	if (!off && arguments == 0)
		return format_text("asn: rule %s eval argument missing",
		    rule->name);
	return NULL;
}

char *
sa_check_set(struct sa_check *check, const struct sa_rule *rule, bool off)
{
	struct span arguments[ARGUMENTS_MAX] = { { "", 0 }, { "ASN", 3 } };
	char *list = arguments_of(rule->function);
	int count = read_arguments(list, arguments);
	char *why = objection(rule, off, count);

	*check = (struct sa_check){
		.name = rule->name,
		.tag = xmemdup(arguments[1].text, arguments[1].len),
		.off = off,
	};
	text_to_upper(check->tag);
	if (why == NULL && !off)
		why = compile(check, arguments[0]);
	free(list);
	return why;
}

void
sa_check_clear(struct sa_check *check)
{
	free(check->tag);
	regex_free(check->regex);
	*check = (struct sa_check){ .tag = NULL };
}
