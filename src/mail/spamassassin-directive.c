#include "config.h"

#include "mail/spamassassin-directive.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "io/warn.h"

#define RULE_NAME_MAX 100
#define BLANKS " \t\r\n\f\v"

/* What a directive is read into. */
struct reader {
	struct sa_config *config;
	struct sa_if *facts;
	const char *file;
	unsigned long line;
};

/* What a directive may have against its value. */
typedef enum sa_problem directive_reader(struct reader *r, char *value);

static char *
keep(struct reader *r, const char *text, size_t len)
{
	return arena_copy(&r->config->arena, text, len);
}

/* The word at *at, which is moved behind it and the blanks there. */
static struct span
next_word(const char **at)
{
	struct span word = { *at, strcspn(*at, BLANKS) };

	*at += word.len;
	*at += strspn(*at, BLANKS);
	return word;
}

/* _TAG_ without its underscores; NULL: it is none. */
static const char *
read_tag(struct reader *r, struct span word)
{
	if (word.len < 3 || word.text[0] != '_' ||
	    word.text[word.len - 1] != '_')
		return NULL;
	return keep(r, word.text + 1, word.len - 2);
}

static enum sa_problem
add_lookup(struct reader *r, char *value, enum family family)
{
	const char *at = value;
	struct span zone = next_word(&at);
	struct sa_lookup *l = arena_alloc(&r->config->arena, sizeof(*l));
	struct sa_lookup **end = &r->config->lookups;

	if (zone.len == 0)
		return SA_MISSING;
	*l = (struct sa_lookup){ NULL, "ASN", "ASNCIDR", family, NULL };
	if (*at != '\0') {
		l->asn_tag = read_tag(r, next_word(&at));
		l->route_tag = read_tag(r, next_word(&at));
		if (l->asn_tag == NULL || l->route_tag == NULL || *at != '\0')
			return SA_INVALID;
	}
	if (zone.len > 1 && zone.text[zone.len - 1] == '.')
		zone.len--;
	l->zone = keep(r, zone.text, zone.len);
	while (*end != NULL)
		end = &(*end)->next;
	*end = l;
	r->config->has_list[family] = true;
	return SA_FINE;
}

static enum sa_problem
add_lookup_ipv4(struct reader *r, char *value)
{
	return add_lookup(r, value, FAMILY_IPV4);
}

static enum sa_problem
add_lookup_ipv6(struct reader *r, char *value)
{
	return add_lookup(r, value, FAMILY_IPV6);
}

static enum sa_problem
clear_lookups(struct reader *r, char *value)
{
	if (*value != '\0')
		return SA_INVALID;
	r->config->lookups = NULL;
	r->config->has_list[FAMILY_IPV4] = false;
	r->config->has_list[FAMILY_IPV6] = false;
	return SA_FINE;
}

static enum sa_problem
set_prefix(struct reader *r, char *value)
{
	size_t len = strlen(value);

	if (len >= 2 && (value[0] == '\'' || value[0] == '"') &&
	    value[len - 1] == value[0]) {
		value++;
		len -= 2;
	}
	r->config->asn_prefix = (struct span){ keep(r, value, len), len };
	return SA_FINE;
}

static enum sa_problem
set_bool(const char *value, bool *out)
{
	bool yes = strcmp(value, "1") == 0 || strcasecmp(value, "yes") == 0;

	if (*value == '\0')
		return SA_MISSING;
	if (!yes && strcmp(value, "0") != 0 && strcasecmp(value, "no") != 0)
		return SA_INVALID;
	*out = yes;
	return SA_FINE;
}

static enum sa_problem
set_use_geodb(struct reader *r, char *value)
{
	return set_bool(value, &r->config->use_geodb);
}

static enum sa_problem
set_prefer_geodb(struct reader *r, char *value)
{
	return set_bool(value, &r->config->prefer_geodb);
}

static enum sa_problem
set_use_dns(struct reader *r, char *value)
{
	return set_bool(value, &r->config->use_dns);
}

static enum sa_problem
set_fold(struct reader *r, char *value)
{
	return set_bool(value, &r->config->fold);
}

/* A domain without a dot at either end, in lower case; what is asked in it. */
static void
restrict_domain(struct reader *r, struct span domain, bool denied)
{
	struct sa_restriction *x = arena_alloc(&r->config->arena, sizeof(*x));
	char *name;

	if (domain.text[0] == '.') {
		domain.text++;
		domain.len--;
	}
	if (domain.len > 0 && domain.text[domain.len - 1] == '.')
		domain.len--;
	name = keep(r, domain.text, domain.len);
	for (char *c = name; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	*x = (struct sa_restriction){ name, denied, r->config->restrictions };
	r->config->restrictions = x;
}

static enum sa_problem
restrict_queries(struct reader *r, char *value)
{
	const char *at = value;
	struct span word = next_word(&at);
	bool denied = span_is(word, "deny");

	if ((!denied && !span_is(word, "allow")) || *at == '\0')
		return SA_INVALID;
	while (*at != '\0')
		restrict_domain(r, next_word(&at), denied);
	return SA_FINE;
}

static enum sa_problem
clear_restrictions(struct reader *r, char *value)
{
	if (*value != '\0')
		return SA_INVALID;
	r->config->restrictions = NULL;
	return SA_FINE;
}

/* Which messages a header is for; false: the word says nothing of it. */
static bool
read_messages(struct span word, struct sa_header *h)
{
	h->ham = span_is_exactly(word, "ham") || span_is_exactly(word, "all");
	h->spam = span_is_exactly(word, "spam") || span_is_exactly(word, "all");
	return h->ham || h->spam;
}

static bool
is_header_name(struct span word)
{
	for (size_t i = 0; i < word.len; i++)
		if (!isalnum((unsigned char)word.text[i]) &&
		    word.text[i] != '_' && word.text[i] != '-')
			return false;
	return word.len > 0;
}

/* Takes a header of that name away from those messages. */
static void
drop_header(struct reader *r, const char *name, bool ham, bool spam)
{
	struct sa_header **link = &r->config->headers;

	while (*link != NULL) {
		struct sa_header *h = *link;

		if (name == NULL || strcasecmp(h->name, name) == 0) {
			h->ham = h->ham && !ham;
			h->spam = h->spam && !spam;
		}
		if (h->ham || h->spam)
			link = &h->next;
		else
			*link = h->next;
	}
}

/*
 * Backslash with t or n, twice, or at the end; any other one goes with its
 * letter.
 */
static struct span
read_template(struct reader *r, const char *text, size_t len)
{
	struct span out = { NULL, 0 };
	char *to = keep(r, text, len);

	out.text = to;
	for (size_t i = 0; i < len; i++) {
		if (text[i] != '\\') {
			to[out.len++] = text[i];
			continue;
		}
		if (++i == len || text[i] == '\\')
			to[out.len++] = '\\';
		else if (text[i] == 't')
			to[out.len++] = '\t';
		else if (text[i] == 'n')
			to[out.len++] = '\n';
	}
	return out;
}

static enum sa_problem
add_header(struct reader *r, char *value)
{
	struct sa_header *h = arena_alloc(&r->config->arena, sizeof(*h));
	struct sa_header **end = &r->config->headers;
	const char *at = value;
	struct span messages = next_word(&at);
	struct span name = next_word(&at);
	size_t len = strlen(at);

	*h = (struct sa_header){ .next = NULL };
	if (!read_messages(messages, h) || !is_header_name(name) || len == 0)
		return SA_INVALID;
	if (len >= 2 && at[0] == '"' && at[len - 1] == '"') {
		at++;
		len -= 2;
	}
	h->name = keep(r, name.text, name.len);
	h->template = read_template(r, at, len);
	drop_header(r, h->name, h->ham, h->spam);
	while (*end != NULL)
		end = &(*end)->next;
	*end = h;
	return SA_FINE;
}

static enum sa_problem
remove_header(struct reader *r, char *value)
{
	const char *at = value;
	struct span messages = next_word(&at);
	struct span name = next_word(&at);
	struct sa_header which;

	if (!read_messages(messages, &which) || !is_header_name(name) ||
	    *at != '\0')
		return SA_INVALID;
	if (!span_is_exactly(name, "Checker-Version"))
		drop_header(r, keep(r, name.text, name.len), which.ham,
		    which.spam);
	return SA_FINE;
}

static enum sa_problem
clear_headers(struct reader *r, char *value)
{
	if (*value != '\0')
		return SA_INVALID;
	drop_header(r, NULL, true, true);
	return SA_FINE;
}

/* Whether a text is a function with its arguments: NAME(...). */
static bool
is_call(const char *text)
{
	size_t name = 0;
	size_t len = strlen(text);

	while (isalnum((unsigned char)text[name]) || text[name] == '_')
		name++;
	return name > 0 && text[name] == '(' && text[len - 1] == ')';
}

/* A rule of that name is none of ours any more. */
static void
drop_rule(struct reader *r, const char *name)
{
	struct sa_rule **link = &r->config->rules;

	while (*link != NULL)
		if (strcmp((*link)->name, name) == 0)
			*link = (*link)->next;
		else
			link = &(*link)->next;
}

/* The name of a rule, as rules and scores begin with it; NULL: none. */
static const char *
read_rule_name(struct reader *r, const char **at)
{
	struct span word = next_word(at);

	return word.len > 0 ? keep(r, word.text, word.len) : NULL;
}

/* Letters, digits and underscores, no digit first. */
static bool
is_rule_name(const char *name)
{
	size_t len = 0;

	while (isalnum((unsigned char)name[len]) || name[len] == '_')
		len++;
	return len > 0 && name[len] == '\0' && !isdigit((unsigned char)name[0]);
}

static bool
check_rule_name(const struct reader *r, const char *name)
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
append_rule(struct reader *r, const char *name, const char *call, bool header)
{
	struct sa_rule *rule = arena_alloc(&r->config->arena, sizeof(*rule));
	struct sa_rule **end = &r->config->rules;

	*rule = (struct sa_rule){
		.name = name,
		.function = keep(r, call, strlen(call)),
		.header = header,
		.file = keep(r, r->file, strlen(r->file)),
		.line = r->line,
	};
	while (*end != NULL)
		end = &(*end)->next;
	*end = rule;
}

static enum sa_problem
add_rule(struct reader *r, char *value)
{
	const char *at = value;
	const char *name = read_rule_name(r, &at);
	const char *call;

	if (name == NULL || *at == '\0')
		return SA_INVALID;
	call = strncmp(at, "rbl", 3) == 0 ? at + 3 : at;
	if (strncmp(call, "eval:", 5) != 0) {
		drop_rule(r, name);
		return SA_FINE;
	}
	call += 5;
	if (!is_call(call))
		return SA_INVALID;
	if (!check_rule_name(r, name))
		return SA_SAID;
	drop_rule(r, name);
	if (strncmp(call, "check_asn(", 10) != 0)
		return SA_FINE;
	append_rule(r, name, call, true);
	return SA_FINE;
}

/*
 * Another kind of rule: it takes the place of one of ours, and cannot call
 * what is for headers.
 */
static enum sa_problem
replace_rule(struct reader *r, char *value)
{
	const char *at = value;
	const char *name = read_rule_name(r, &at);

	if (name == NULL)
		return SA_FINE;
	drop_rule(r, name);
	if (strncmp(at, "eval:check_asn(", 15) != 0 || !is_call(at + 5))
		return SA_FINE;
	if (!check_rule_name(r, name))
		return SA_SAID;
	append_rule(r, name, at + 5, false);
	return SA_FINE;
}

/* A rule in the place of one of ours that calls nothing. */
static enum sa_problem
replace_rule_without_call(struct reader *r, char *value)
{
	const char *at = value;
	const char *name = read_rule_name(r, &at);

	if (name != NULL)
		drop_rule(r, name);
	return SA_FINE;
}

/* -D, -D.D; in parentheses it is added to the score that there is. */
static bool
read_score(struct span word, double *score, bool *relative)
{
	size_t at = 0;
	size_t digits;

	*relative = word.len > 1 && word.text[0] == '(' &&
	    word.text[word.len - 1] == ')';
	word.text += *relative;
	word.len -= 2U * *relative;
	at += word.len > 0 && word.text[0] == '-';
	for (digits = 0; at < word.len && isdigit((unsigned char)word.text[at]);
	     at++)
		digits++;
	if (digits > 0 && at + 1 < word.len && word.text[at] == '.')
		for (at++;
		     at < word.len && isdigit((unsigned char)word.text[at]);)
			at++;
	*score = strtod(word.text, NULL);
	return digits > 0 && at == word.len;
}

static struct sa_score *
find_score(const struct reader *r, const char *rule)
{
	struct sa_score *s = r->config->scores;

	while (s != NULL && strcmp(s->rule, rule) != 0)
		s = s->next;
	return s;
}

/* Of four scores the second is for those who ask the DNS without Bayes. */
static enum sa_problem
set_score(struct reader *r, char *value)
{
	const char *at = value;
	const char *rule = read_rule_name(r, &at);
	struct sa_score *s = rule != NULL ? find_score(r, rule) : NULL;
	double scores[4] = { 0 };
	bool relative = false;
	size_t count = 0;

	for (const char *rest = at; *rest != '\0'; count++)
		next_word(&rest);
	if (count != 1 && count != 4)
		return SA_MISSING;
	for (size_t i = 0; i < count; i++) {
		bool added;

		if (!read_score(next_word(&at), &scores[i], &added))
			return SA_INVALID;
		relative |= added;
	}
	if (relative && s == NULL)
		return SA_INVALID;
	if (s == NULL) {
		s = arena_alloc(&r->config->arena, sizeof(*s));
		*s = (struct sa_score){ rule, 0, r->config->scores };
		r->config->scores = s;
	}
	s->score = scores[count == 4 ? 1 : 0] + (relative ? s->score : 0);
	return SA_FINE;
}

static enum sa_problem
load_plugin(struct reader *r, char *value)
{
	const char *at = value;

	sa_if_add_plugin(r->facts, next_word(&at));
	return SA_FINE;
}

static const struct {
	const char *key;
	directive_reader *read;
} directives[] = {
	{ "asn_lookup", add_lookup_ipv4 },
	{ "asn_lookup_ipv6", add_lookup_ipv6 },
	{ "clear_asn_lookups", clear_lookups },
	{ "asn_prefix", set_prefix },
	{ "asn_use_geodb", set_use_geodb },
	{ "asn_prefer_geodb", set_prefer_geodb },
	{ "asn_use_dns", set_use_dns },
	{ "dns_query_restriction", restrict_queries },
	{ "clear_dns_query_restriction", clear_restrictions },
	{ "clear_dns_query_restrictions", clear_restrictions },
	{ "add_header", add_header },
	{ "remove_header", remove_header },
	{ "clear_headers", clear_headers },
	{ "fold_headers", set_fold },
	{ "header", add_rule },
	{ "body", replace_rule },
	{ "rawbody", replace_rule },
	{ "full", replace_rule },
	{ "uri", replace_rule_without_call },
	{ "meta", replace_rule_without_call },
	{ "score", set_score },
	{ "loadplugin", load_plugin },
	{ "tryplugin", load_plugin },
};

enum sa_problem
sa_directive_read(struct sa_config *config, struct sa_if *facts,
    const char *file, unsigned long line, const char *key, char *value)
{
	struct reader r = { config, facts, file, line };

	for (size_t i = 0; i < sizeof(directives) / sizeof(directives[0]); i++)
		if (strcmp(directives[i].key, key) == 0)
			return directives[i].read(&r, value);
	return SA_FINE;
}
