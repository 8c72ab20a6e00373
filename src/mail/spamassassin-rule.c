#include "config.h"

#include "mail/spamassassin-rule.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"

#define BLANKS " \t\r\n\f\v"
#define NESTED_MAX 64
#define ARGUMENTS_MAX 2 /* check_asn() takes no more of them */

/* The end of a quoted argument, behind its quote; NULL: it does not end. */
static const char *
end_of_quoted(const char *at)
{
	char quote = *at++;

	while ((at = strchr(at, quote)) != NULL) {
		const char *end = at + 1 + strspn(at + 1, BLANKS);

		at++;
		if (*end == ',' || *end == '\0')
			return at;
	}
	return NULL;
}

/*
 * Reads arguments, in quotes or plain, with commas between. Returns how many
 * there are, of which the first are set; -1: they are not as they should be.
 */
static int
read_arguments(const char *at, struct span out[ARGUMENTS_MAX])
{
	int count = 0;

	for (at += strspn(at, BLANKS); *at != '\0'; count++) {
		bool quoted = *at == '\'' || *at == '"';
		const char *end;
		size_t len = 0;

		while (isalnum((unsigned char)at[len]) ||
		    (at[len] != '\0' && strchr(".:-", at[len]) != NULL))
			len++;
		end = quoted ? end_of_quoted(at) : len > 0 ? at + len : NULL;
		if (end == NULL)
			return -1;
		if (count < ARGUMENTS_MAX)
			out[count] = (struct span){ at + quoted,
				(size_t)(end - at) - 2U * quoted };
		at = end + strspn(end, BLANKS);
		if (*at != ',' && *at != '\0')
			return -1;
		at += *at == ',';
		at += strspn(at, BLANKS);
	}
	return count;
}

/* The delimiter that ends an expression; *at is moved behind its start. */
static char
read_delimiter(const char **at)
{
	static const char pairs[] = "{}()<>[]";
	const char *mark = *at;
	const char *pair;

	if (*mark == '/') {
		(*at)++;
		return '/';
	}
	if (mark[0] == 'm')
		mark++;
	else if (mark[0] == 'q' && mark[1] == 'r')
		mark += 2;
	if (mark == *at || *mark == '\0' || *mark == '_' ||
	    isalnum((unsigned char)*mark))
		return '\0';
	*at = mark + 1;
	for (pair = pairs; *pair != '\0'; pair += 2)
		if (*pair == *mark)
			return pair[1];
	return *mark;
}

/* Where modifiers begin behind the last delimiter; NULL: there is none. */
static const char *
find_end(const char *text, char delimiter)
{
	const char *at = text + strlen(text);

	while (at > text && islower((unsigned char)at[-1]) && at[-1] != 'e')
		at--;
	for (; at > text; at--)
		if (at[-1] == delimiter)
			return at;
		else if (*at == '\0' || !islower((unsigned char)at[-1]))
			break;
	return NULL;
}

/* A delimiter within the expression must have a backslash before it. */
static bool
is_unquoted(const char *text, size_t len, char delimiter)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\\' && i + 1 < len &&
		    (text[i + 1] == '\\' || text[i + 1] == delimiter))
			i++;
		else if (text[i] == delimiter)
			return true;
	}
	return false;
}

/* Where Perl puts its mark. */
enum mark {
	MARK_BEHIND,	 /* what PCRE2 points at */
	MARK_QUANTIFIER, /* likewise */
	MARK_RANGE,	 /* likewise, and it is named */
	MARK_DIGITS,	 /* behind these, too */
	MARK_PAREN,	 /* behind the last parenthesis that is open */
	MARK_BRACKET,	 /* behind the bracket that is open */
	MARK_NONE
};

/* PCRE2's words, and Perl's for the same. */
static const struct {
	const char *ours;
	const char *perl;
	enum mark mark;
} words[] = {
	{ "missing closing parenthesis", "Unmatched (", MARK_PAREN },
	{ "unmatched closing parenthesis", "Unmatched )", MARK_BEHIND },
	{ "missing terminating ] for character class", "Unmatched [",
	    MARK_BRACKET },
	{ "quantifier does not follow a repeatable item",
	    "Quantifier follows nothing", MARK_QUANTIFIER },
	{ "range out of order in character class", "Invalid [] range",
	    MARK_RANGE },
	{ "\\ at end of pattern", "Trailing \\", MARK_NONE },
	{ "reference to non-existent subpattern",
	    "Reference to nonexistent group", MARK_DIGITS },
	{ "numbers out of order in {} quantifier",
	    "Quantifier {n,m} with n > m can't match", MARK_BEHIND },
	{ "missing ) after (?# comment", "Sequence (?#... not terminated",
	    MARK_NONE },
};

/* Where the last bracket or parenthesis begins that is not closed. */
static size_t
find_open(const char *pattern, bool bracket)
{
	size_t open[NESTED_MAX] = { 0 };
	size_t depth = 0;
	size_t class = 0; /* one further than where one begins; 0: outside */

	for (size_t i = 0; pattern[i] != '\0'; i++) {
		if (pattern[i] == '\\' && pattern[i + 1] != '\0') {
			i++;
		} else if (class > 0) {
			if (pattern[i] == ']' && i > class)
				class = 0;
		} else if (pattern[i] == '[') {
			class = i + 1 + (pattern[i + 1] == '^');
		} else if (pattern[i] == '(' && depth < NESTED_MAX) {
			open[depth++] = i;
		} else if (pattern[i] == ')' && depth > 0) {
			depth--;
		}
	}
	if (bracket)
		return class > 0 && pattern[class - 1] == '^' ? class - 2
							      : class - 1;
	return depth > 0 ? open[depth - 1] : 0;
}

/* An expression with the mark behind `at` bytes. */
static char *
mark(const char *what, const char *pattern, size_t at)
{
	return format_text("%s in regex; marked by <-- HERE in m/%.*s <-- HERE "
			   "%s/",
	    what, (int)at, pattern, pattern + at);
}

/* A range of two plain bytes is behind `behind` bytes. */
static char *
mark_range(const char *what, const char *pattern, size_t behind)
{
	size_t from = behind < 3 ? 0 : behind - 3;
	char *named = format_text("%s \"%.*s\"", what, (int)(behind - from),
	    pattern + from);
	char *marked = mark(named, pattern, behind);

	free(named);
	return marked;
}

/* A letter behind "(?" that Perl has for something else, or not at all. */
static char *
unknown_modifier(const char *pattern, size_t at)
{
	char letter = pattern[at];
	char *what = letter == 'g' || letter == 'o'
	    ? format_text("Useless (?%c) - use /%c modifier", letter, letter)
	    : letter == 'c'
	    ? xstrdup("Useless (?c) - use /gc modifier")
	    : format_text("Sequence (?%c...) not recognized", letter);
	char *marked = mark(what, pattern, at + 1);

	free(what);
	return marked;
}

static char *
mark_row(size_t row, const char *pattern, size_t at)
{
	const char *perl = words[row].perl;
	size_t behind = at + (pattern[at] != '\0');

	switch (words[row].mark) {
	case MARK_NONE:
		return format_text("%s in regex m/%s/", perl, pattern);
	case MARK_PAREN:
		if (at > 1 && strcmp(pattern + at - 2, "(?") == 0)
			perl = "Sequence (? incomplete";
		else
			behind = find_open(pattern, false) + 1;
		break;
	case MARK_BRACKET:
		behind = find_open(pattern, true) + 1;
		break;
	case MARK_DIGITS:
		behind += strspn(pattern + behind, "0123456789");
		break;
	case MARK_QUANTIFIER:
		if (at > 0 && strchr("*+?}", pattern[at - 1]) != NULL)
			perl = "Nested quantifiers";
		break;
	case MARK_RANGE:
		return mark_range(perl, pattern, behind);
	case MARK_BEHIND:
		break;
	}
	return mark(perl, pattern, behind);
}

/* Perl's words for an expression that is none; PCRE2's, where not known. */
static char *
perl_words(const char *message, const char *pattern, size_t at)
{
	size_t row = 0;

	if (strncmp(message, "unrecognized character after (?", 31) == 0 &&
	    isalpha((unsigned char)pattern[at]))
		return unknown_modifier(pattern, at);
	while (strncmp(message, words[row].ours, strlen(words[row].ours)) != 0)
		if (++row == sizeof(words) / sizeof(words[0]))
			return xstrdup(message);
	return mark_row(row, pattern, at);
}

/* Modifiers that only tell Perl something are left out. */
static char *
compile(const char *mods, const char *text, size_t len, struct regex **out)
{
	struct buf pattern = { 0 };
	char *message = NULL;
	char *why = NULL;
	size_t at;

	if (*mods != '\0') {
		buf_puts(&pattern, "(?");
		for (; *mods != '\0'; mods++)
			if (strchr("adlpu", *mods) == NULL)
				buf_putc(&pattern, *mods);
		buf_putc(&pattern, ')');
	}
	buf_put(&pattern, text, len);
	buf_putc(&pattern, '\0');
	*out = regex_new_at(pattern.data, &message, &at);
	if (*out == NULL)
		why = perl_words(message, pattern.data, at);
	free(message);
	buf_free(&pattern);
	return why;
}

static char *
compile_delimited(const char *text, struct regex **out)
{
	char delimiter = read_delimiter(&text);
	const char *mods = "";
	size_t len = strlen(text);

	if (delimiter == '\\')
		return xstrdup("backslash delimiter not allowed");
	if (delimiter != '\0') {
		mods = find_end(text, delimiter);
		if (mods == NULL)
			return xstrdup("invalid end delimiter/mods");
		len = (size_t)(mods - text) - 1;
	}
	for (size_t i = 0; i + 2 < len; i++)
		if (text[i] == '(' && text[i + 1] == '?' &&
		    (text[i + 2] == '{' ||
			(text[i + 2] == '?' && i + 3 < len &&
			    text[i + 3] == '{')))
			return xstrdup("eval (?{}) found");
	if (delimiter != '\0' && strchr("})]", delimiter) == NULL &&
	    is_unquoted(text, len, delimiter))
		return format_text("unquoted delimiter '%c' found", delimiter);
	return compile(mods, text, len, out);
}

static char *
set_tag(struct span tag)
{
	char *name = xmemdup(tag.text, tag.len);

	for (char *c = name; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	return name;
}

char *
sa_check_set(struct sa_check *check, const struct sa_rule *rule, bool off)
{
	struct span arguments[ARGUMENTS_MAX] = { { "", 0 }, { "ASN", 3 } };
	const char *open = rule->function + strcspn(rule->function, "(");
	char *list = xmemdup(open + 1, strlen(open) - 2);
	int count = read_arguments(list, arguments);
	char *pattern = xmemdup(arguments[0].text, arguments[0].len);
	char *problem = NULL;
	char *why = NULL;

	*check = (struct sa_check){
		.name = rule->name,
		.tag = set_tag(arguments[1]),
		.off = off,
	};
	if (count < 0)
		why = format_text("syntax error for eval function %s: %s",
		    rule->name, rule->function);
	else if (!rule->header)
		why = format_text("wrong rule type defined for %s, expected "
				  "'header'",
		    rule->name);
	else if (!off && count == 0)
		why = format_text("asn: rule %s eval argument missing",
		    rule->name);
	else if (!off)
		problem = compile_delimited(pattern, &check->regex);
	if (problem != NULL)
		why = format_text("asn: invalid regexp for %s '%s': %s",
		    rule->name, pattern, problem);
	free(problem);
	free(pattern);
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
