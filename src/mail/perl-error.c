#include "config.h"

#include "mail/perl-error.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/array.h"

#define NESTED_MAX 64 /* parentheses that are told apart */
#define UNKNOWN_MODIFIER "unrecognized character after (?"

/* Returns a message with Perl's mark after `at` bytes of the pattern. */
static char *
mark(const char *what, const char *pattern, size_t at)
{
	return format_text("%s in regex; marked by <-- HERE in m/%.*s <-- HERE "
			   "%s/",
	    what, (int)at, pattern, pattern + at);
}

/* The parentheses and the class that a pattern has opened and not closed. */
struct unclosed {
	size_t parens[NESTED_MAX];
	size_t depth;
	size_t class; /* where the content of a class begins; 0: outside */
};

static void
step(struct unclosed *o, const char *pattern, size_t i)
{
	if (o->class > 0) {
		if (pattern[i] == ']' && i > o->class)
			o->class = 0;
	} else if (pattern[i] == '[') {
		o->class = i + 1 + (pattern[i + 1] == '^');
	} else if (pattern[i] == '(' && o->depth < NESTED_MAX) {
		o->parens[o->depth++] = i;
	} else if (pattern[i] == ')' && o->depth > 0) {
		o->depth--;
	}
}

static struct unclosed
find_open(const char *pattern)
{
	struct unclosed o = { .depth = 0 };

	for (size_t i = 0; pattern[i] != '\0'; i++)
		if (pattern[i] == '\\' && pattern[i + 1] != '\0')
			i++;
		else
			step(&o, pattern, i);
	return o;
}

/* Returns the offset after the byte that PCRE2 points at. */
static size_t
after(const char *pattern, size_t at)
{
	return at + (pattern[at] != '\0');
}

/* Where Perl puts its mark, for a message. */
typedef char *marker(const char *perl, const char *pattern, size_t at);

static char *
mark_nothing(const char *perl, const char *pattern, size_t at)
{
	(void)at;
	return format_text("%s in regex m/%s/", perl, pattern);
}

static char *
mark_after(const char *perl, const char *pattern, size_t at)
{
	return mark(perl, pattern, after(pattern, at));
}

static char *
mark_after_digits(const char *perl, const char *pattern, size_t at)
{
	at = after(pattern, at);
	return mark(perl, pattern, at + strspn(pattern + at, "0123456789"));
}

static char *
mark_quantifier(const char *perl, const char *pattern, size_t at)
{
	if (at > 0 && strchr("*+?}", pattern[at - 1]) != NULL)
		perl = "Nested quantifiers";
	return mark_after(perl, pattern, at);
}

/* Names the range, too: two plain bytes and a hyphen. */
static char *
mark_range(const char *perl, const char *pattern, size_t at)
{
	size_t end = after(pattern, at);
	size_t from = end < 3 ? 0 : end - 3;
	char *named =
	    format_text("%s \"%.*s\"", perl, (int)(end - from), pattern + from);
	char *marked = mark(named, pattern, end);

	free(named);
	return marked;
}

static char *
mark_paren(const char *perl, const char *pattern, size_t at)
{
	struct unclosed o = find_open(pattern);

	if (at > 1 && strcmp(pattern + at - 2, "(?") == 0)
		return mark_after("Sequence (? incomplete", pattern, at);
	return mark(perl, pattern, o.depth > 0 ? o.parens[o.depth - 1] + 1 : 1);
}

static char *
mark_bracket(const char *perl, const char *pattern, size_t at)
{
	size_t class = find_open(pattern).class;

	(void)at;
	return mark(perl, pattern,
	    class > 0 && pattern[class - 1] == '^' ? class - 1 : class);
}

/* PCRE2's messages, and Perl's for the same. */
static const struct {
	const char *pcre;
	const char *perl;
	marker *mark;
} messages[] = {
	{ "missing closing parenthesis", "Unmatched (", mark_paren },
	{ "unmatched closing parenthesis", "Unmatched )", mark_after },
	{ "missing terminating ] for character class", "Unmatched [",
	    mark_bracket },
	{ "quantifier does not follow a repeatable item",
	    "Quantifier follows nothing", mark_quantifier },
	{ "range out of order in character class", "Invalid [] range",
	    mark_range },
	{ "\\ at end of pattern", "Trailing \\", mark_nothing },
	{ "reference to non-existent subpattern",
	    "Reference to nonexistent group", mark_after_digits },
	{ "numbers out of order in {} quantifier",
	    "Quantifier {n,m} with n > m can't match", mark_after },
	{ "missing ) after (?# comment", "Sequence (?#... not terminated",
	    mark_nothing },
};

/* Returns Perl's message about a letter after "(?". */
static char *
unknown_modifier(const char *pattern, size_t at)
{
	char letter = pattern[at];
	char *what;
	char *marked;

	if (letter == 'g' || letter == 'o')
		what = format_text("Useless (?%c) - use /%c modifier", letter,
		    letter);
	else if (letter == 'c')
		what = xstrdup("Useless (?c) - use /gc modifier");
	else
		what = format_text("Sequence (?%c...) not recognized", letter);
	marked = mark(what, pattern, at + 1);
	free(what);
	return marked;
}

static bool
begins_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

char *
perl_error(const char *message, const char *pattern, size_t at)
{
	assert(at <= strlen(pattern));
	if (begins_with(message, UNKNOWN_MODIFIER) &&
	    isalpha((unsigned char)pattern[at]))
		return unknown_modifier(pattern, at);
	for (size_t i = 0; i < LENGTH(messages); i++)
		if (begins_with(message, messages[i].pcre))
			return messages[i].mark(messages[i].perl, pattern, at);
	return xstrdup(message);
}
