#include "config.h"

#include "spamassassin-directive.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

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

/* Backslash with t or n, or twice; any other one goes with its letter. */
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
		if (++i == len)
			break;
		if (text[i] == '\\')
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

static enum sa_problem
add_rule(struct reader *r, char *value)
{
	struct sa_rule *rule = arena_alloc(&r->config->arena, sizeof(*rule));
	struct sa_rule **end = &r->config->rules;
	const char *at = value;
	const char *name = read_rule_name(r, &at);

	if (name == NULL || *at == '\0')
		return SA_INVALID;
	drop_rule(r, name);
	if (strncmp(at, "eval:", 5) != 0)
		return SA_FINE;
	at += 5;
	if (!is_call(at))
		return SA_INVALID;
	if (strncmp(at, "check_asn(", 10) != 0)
		return SA_FINE;
	*rule = (struct sa_rule){
		.name = name,
		.function = keep(r, at, strlen(at)),
		.file = keep(r, r->file, strlen(r->file)),
		.line = r->line,
	};
	while (*end != NULL)
		end = &(*end)->next;
	*end = rule;
	return SA_FINE;
}

/* Another kind of rule: it takes the place of one of ours. */
static enum sa_problem
replace_rule(struct reader *r, char *value)
{
	const char *at = value;
	const char *name = read_rule_name(r, &at);

	if (name != NULL)
		drop_rule(r, name);
	return SA_FINE;
}

/* Of four scores the second is for those who ask the DNS without Bayes. */
static enum sa_problem
set_score(struct reader *r, char *value)
{
	const char *at = value;
	const char *name = read_rule_name(r, &at);
	struct span scores[4];
	size_t count = 0;
	struct span score;

	while (*at != '\0' && count < 4)
		scores[count++] = next_word(&at);
	if (name == NULL || count == 0)
		return SA_FINE;
	score = scores[count == 4 ? 1 : 0];
	for (struct sa_rule *rule = r->config->rules; rule != NULL;
	     rule = rule->next)
		if (strcmp(rule->name, name) == 0)
			rule->off = strtod(score.text, NULL) == 0;
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
	{ "add_header", add_header },
	{ "remove_header", remove_header },
	{ "clear_headers", clear_headers },
	{ "fold_headers", set_fold },
	{ "header", add_rule },
	{ "body", replace_rule },
	{ "rawbody", replace_rule },
	{ "full", replace_rule },
	{ "uri", replace_rule },
	{ "meta", replace_rule },
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
