#include "config.h"

#include "mail/spamassassin-directive-rule.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "io/warn.h"
#include "mail/text.h"

#define RULE_NAME_MAX 100 /* bytes; SpamAssassin refuses longer ones */
#define EVAL "eval:"
#define CHECK_ASN "check_asn("

static bool
begins_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Returns whether a text is a function with its arguments: NAME(...). */
static bool
is_call(const char *text)
{
	size_t name = 0;
	size_t len = strlen(text);

	while (isalnum((unsigned char)text[name]) || text[name] == '_')
		name++;
	return name > 0 && text[name] == '(' && text[len - 1] == ')';
}

/* Removes the rule of this name, if there is one. */
static void
drop_rule(struct sa_reader *r, const char *name)
{
	struct sa_rule **link = &r->config->rules;

	while (*link != NULL)
		if (strcmp((*link)->name, name) == 0)
			*link = (*link)->next;
		else
			link = &(*link)->next;
}

/* Returns the rule's name that *at begins with; NULL: there is none. */
static const char *
read_rule_name(struct sa_reader *r, const char **at)
{
	struct span word = text_next_word(at);

	return word.len > 0 ? sa_reader_keep(r, word) : NULL;
}

/* Returns whether a name is of letters, digits and _, no digit first. */
static bool
is_rule_name(const char *name)
{
	size_t len = 0;

	while (isalnum((unsigned char)name[len]) || name[len] == '_')
		len++;
	return len > 0 && name[len] == '\0' && !isdigit((unsigned char)name[0]);
}

/* Warns, and returns false, if SpamAssassin refuses the name. */
static bool
check_rule_name(const struct sa_reader *r, const char *name)
{
	const char *why = NULL;

	if (!is_rule_name(name))
		why = "has invalid characters (not Alphanumeric + Underscore "
		      "+ starting with a non-digit)";
	else if (strlen(name) > RULE_NAME_MAX)
		why = "is too long (recommended maximum length is 22 "
		      "characters)";
	if (why != NULL)
		warn_line("%s:%lu: config: error: rule '%s' %s", r->file,
		    r->line, name, why);
	return why == NULL;
}

static void
append_rule(struct sa_reader *r, const char *name, const char *call,
    bool header)
{
	struct sa_rule *rule = arena_alloc(&r->config->arena, sizeof(*rule));
	struct sa_rule **end = &r->config->rules;

	*rule = (struct sa_rule){
		.name = name,
		.function =
		    sa_reader_keep(r, (struct span){ call, strlen(call) }),
		.header = header,
		.file = sa_reader_keep(r,
		    (struct span){ r->file, strlen(r->file) }),
		.line = r->line,
	};
	while (*end != NULL)
		end = &(*end)->next;
	*end = rule;
}

enum sa_problem
sa_add_rule(struct sa_reader *r, const char *value)
{
	const char *name = read_rule_name(r, &value);

	if (name == NULL || *value == '\0')
		return SA_INVALID;
	if (begins_with(value, "rbl"))
		value += strlen("rbl");
	if (!begins_with(value, EVAL)) {
		drop_rule(r, name);
		return SA_FINE;
	}
	value += strlen(EVAL);
	if (!is_call(value))
		return SA_INVALID;
	if (!check_rule_name(r, name))
		return SA_SAID;
	drop_rule(r, name);
	if (begins_with(value, CHECK_ASN))
		append_rule(r, name, value, true);
	return SA_FINE;
}

enum sa_problem
sa_replace_rule(struct sa_reader *r, const char *value)
{
	const char *name = read_rule_name(r, &value);

	if (name == NULL)
		return SA_FINE;
	drop_rule(r, name);
	if (!begins_with(value, EVAL CHECK_ASN) ||
	    !is_call(value + strlen(EVAL)))
		return SA_FINE;
	if (!check_rule_name(r, name))
		return SA_SAID;
	append_rule(r, name, value + strlen(EVAL), false);
	return SA_FINE;
}

enum sa_problem
sa_replace_rule_without_call(struct sa_reader *r, const char *value)
{
	const char *name = read_rule_name(r, &value);

	if (name != NULL)
		drop_rule(r, name);
	return SA_FINE;
}

/* --- scores -------------------------------------------------------------- */

#define SCORES_MAX 4

/* A number of `score`. */
struct number {
	double value;
	bool relative; /* in parentheses: added to the score so far */
};

static size_t
count_digits(struct span s, size_t at)
{
	size_t count = 0;

	while (at + count < s.len && isdigit((unsigned char)s.text[at + count]))
		count++;
	return count;
}

/* Reads -D or -D.D, perhaps in parentheses. */
static bool
read_number(struct span word, struct number *out)
{
	size_t at;
	size_t digits;

	out->relative = word.len > 1 && word.text[0] == '(' &&
	    word.text[word.len - 1] == ')';
	word.text += out->relative;
	word.len -= 2U * out->relative;
	at = word.len > 0 && word.text[0] == '-';
	digits = count_digits(word, at);
	at += digits;
	if (digits > 0 && at + 1 < word.len && word.text[at] == '.')
		at += 1 + count_digits(word, at + 1);
	out->value = strtod(word.text, NULL);
	return digits > 0 && at == word.len;
}

/* Reads one number, or one for each of SpamAssassin's four score sets. */
static enum sa_problem
read_numbers(const char *at, struct number out[SCORES_MAX], size_t *count)
{
	const char *rest = at;

	for (*count = 0; *rest != '\0'; ++*count)
		text_next_word(&rest);
	if (*count != 1 && *count != SCORES_MAX)
		return SA_MISSING;
	for (size_t i = 0; i < *count; i++)
		if (!read_number(text_next_word(&at), &out[i]))
			return SA_INVALID;
	return SA_FINE;
}

static struct sa_score *
add_score(struct sa_reader *r, const char *rule)
{
	struct sa_score *s = arena_alloc(&r->config->arena, sizeof(*s));

	*s = (struct sa_score){ rule, 0, r->config->scores };
	r->config->scores = s;
	return s;
}

enum sa_problem
sa_set_score(struct sa_reader *r, const char *value)
{
	const char *rule = read_rule_name(r, &value);
	struct number numbers[SCORES_MAX] = { { 0, false } };
	bool relative = false;
	struct sa_score *s;
	size_t count;
	enum sa_problem problem = read_numbers(value, numbers, &count);

	if (problem != SA_FINE)
		return problem;
	for (size_t i = 0; i < count; i++)
		relative |= numbers[i].relative;
	s = sa_config_find_score(r->config, rule);
	if (relative && s == NULL)
		return SA_INVALID;
	if (s == NULL)
		s = add_score(r, rule);
	/* Of four, the second is for DNS without Bayes. */
	s->score = numbers[count > 1 ? 1 : 0].value + (relative ? s->score : 0);
	return SA_FINE;
}
