#include "config.h"

#include "mail/spamassassin-directive.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "mail/spamassassin-directive-header.h"
#include "mail/spamassassin-directive-rule.h"
#include "mail/text.h"

/* Returns _TAG_ without its underscores; NULL if the word is no tag. */
static const char *
read_tag(struct sa_reader *r, struct span word)
{
	if (word.len < 3 || word.text[0] != '_' ||
	    word.text[word.len - 1] != '_')
		return NULL;
	return sa_reader_keep(r, (struct span){ word.text + 1, word.len - 2 });
}

static enum sa_problem
read_lookup(struct sa_reader *r, const char *value, struct sa_lookup *l)
{
	struct span zone = text_next_word(&value);

	if (zone.len == 0)
		return SA_MISSING;
	if (*value != '\0') {
		l->asn_tag = read_tag(r, text_next_word(&value));
		l->route_tag = read_tag(r, text_next_word(&value));
		if (l->asn_tag == NULL || l->route_tag == NULL ||
		    *value != '\0')
			return SA_INVALID;
	}
	if (zone.len > 1 && zone.text[zone.len - 1] == '.')
		zone.len--;
	l->zone = sa_reader_keep(r, zone);
	return SA_FINE;
}

static enum sa_problem
add_lookup(struct sa_reader *r, const char *value, enum family family)
{
	struct sa_lookup *l = arena_alloc(&r->config->arena, sizeof(*l));
	struct sa_lookup **end = &r->config->lookups;
	enum sa_problem problem;

	*l = (struct sa_lookup){ NULL, "ASN", "ASNCIDR", family, NULL };
	problem = read_lookup(r, value, l);
	if (problem != SA_FINE)
		return problem;
	while (*end != NULL)
		end = &(*end)->next;
	*end = l;
	r->config->has_list[family] = true;
	return SA_FINE;
}

static enum sa_problem
add_lookup_ipv4(struct sa_reader *r, const char *value)
{
	return add_lookup(r, value, FAMILY_IPV4);
}

static enum sa_problem
add_lookup_ipv6(struct sa_reader *r, const char *value)
{
	return add_lookup(r, value, FAMILY_IPV6);
}

static enum sa_problem
clear_lookups(struct sa_reader *r, const char *value)
{
	if (*value != '\0')
		return SA_INVALID;
	r->config->lookups = NULL;
	r->config->has_list[FAMILY_IPV4] = false;
	r->config->has_list[FAMILY_IPV6] = false;
	return SA_FINE;
}

static enum sa_problem
set_prefix(struct sa_reader *r, const char *value)
{
	struct span prefix = { value, strlen(value) };

	if (prefix.len >= 2 && (value[0] == '\'' || value[0] == '"') &&
	    value[prefix.len - 1] == value[0])
		prefix = (struct span){ value + 1, prefix.len - 2 };
	prefix.text = sa_reader_keep(r, prefix);
	r->config->asn_prefix = prefix;
	return SA_FINE;
}

/* Adds a restriction: a domain without a dot at either end, in lower case. */
static void
restrict_domain(struct sa_reader *r, struct span domain, bool denied)
{
	struct sa_restriction *x = arena_alloc(&r->config->arena, sizeof(*x));
	char *name;

	if (domain.text[0] == '.') {
		domain.text++;
		domain.len--;
	}
	if (domain.len > 0 && domain.text[domain.len - 1] == '.')
		domain.len--;
	name = sa_reader_keep(r, domain);
	text_to_lower(name);
	*x = (struct sa_restriction){ name, denied, r->config->restrictions };
	r->config->restrictions = x;
}

static enum sa_problem
restrict_queries(struct sa_reader *r, const char *value)
{
	struct span word = text_next_word(&value);
	bool denied = span_is(word, "deny");

	if ((!denied && !span_is(word, "allow")) || *value == '\0')
		return SA_INVALID;
	while (*value != '\0')
		restrict_domain(r, text_next_word(&value), denied);
	return SA_FINE;
}

static enum sa_problem
clear_restrictions(struct sa_reader *r, const char *value)
{
	if (*value != '\0')
		return SA_INVALID;
	r->config->restrictions = NULL;
	return SA_FINE;
}

static enum sa_problem
load_plugin(struct sa_reader *r, const char *value)
{
	sa_if_add_plugin(r->facts, text_next_word(&value));
	return SA_FINE;
}

static const struct {
	const char *key;
	sa_directive *read;
} directives[] = {
	{ "asn_lookup", add_lookup_ipv4 },
	{ "asn_lookup_ipv6", add_lookup_ipv6 },
	{ "clear_asn_lookups", clear_lookups },
	{ "asn_prefix", set_prefix },
	{ "dns_query_restriction", restrict_queries },
	{ "clear_dns_query_restriction", clear_restrictions },
	{ "clear_dns_query_restrictions", clear_restrictions },
	{ "add_header", sa_add_header },
	{ "remove_header", sa_remove_header },
	{ "clear_headers", sa_clear_headers },
	{ "header", sa_add_rule },
	{ "body", sa_replace_rule },
	{ "rawbody", sa_replace_rule },
	{ "full", sa_replace_rule },
	{ "uri", sa_replace_rule_without_call },
	{ "meta", sa_replace_rule_without_call },
	{ "score", sa_set_score },
	{ "loadplugin", load_plugin },
	{ "tryplugin", load_plugin },
};

/* Directives that switch something on or off. */
static const struct {
	const char *key;
	size_t offset; /* of a bool in struct sa_config */
} flags[] = {
	{ "asn_use_geodb", offsetof(struct sa_config, use_geodb) },
	{ "asn_prefer_geodb", offsetof(struct sa_config, prefer_geodb) },
	{ "asn_use_dns", offsetof(struct sa_config, use_dns) },
	{ "fold_headers", offsetof(struct sa_config, fold) },
};

static enum sa_problem
set_flag(bool *flag, const char *value)
{
	bool yes = strcmp(value, "1") == 0 || strcasecmp(value, "yes") == 0;

	if (*value == '\0')
		return SA_MISSING;
	if (!yes && strcmp(value, "0") != 0 && strcasecmp(value, "no") != 0)
		return SA_INVALID;
	*flag = yes;
	return SA_FINE;
}

enum sa_problem
sa_directive_read(struct sa_reader *r, const char *key, const char *value)
{
	assert(strchr(key, '-') == NULL);
	for (size_t i = 0; i < LENGTH(directives); i++)
		if (strcmp(directives[i].key, key) == 0)
			return directives[i].read(r, value);
	for (size_t i = 0; i < LENGTH(flags); i++)
		if (strcmp(flags[i].key, key) == 0)
			return set_flag((void *)((char *)r->config +
					    flags[i].offset),
			    value);
	return SA_FINE;
}
