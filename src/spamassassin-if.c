#include "config.h"

#include "spamassassin-if.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

#define PERL_VERSION 5.036 /* that came with it in Debian */
#define DEPTH_MAX 100	   /* parentheses in each other */
#define TOKEN_MAX 128

static const char asn_plugin[] = "Mail::SpamAssassin::Plugin::ASN";

/* What can() and has() find. */
static const char *const features[] = {
	"Mail::SpamAssassin::Plugin::ASN::has_asn_lookup_ipv6",
	"Mail::SpamAssassin::Plugin::ASN::has_asn_geodb",
	"Mail::SpamAssassin::Plugin::ASN::has_check_asn",
	"Mail::SpamAssassin::Plugin::ASN::has_check_asn_tag",
	"Mail::SpamAssassin::Conf::feature_originating_ip_headers",
	"Mail::SpamAssassin::Conf::feature_dns_local_ports_permit_avoid",
	"Mail::SpamAssassin::Conf::feature_bayes_auto_learn_on_error",
	"Mail::SpamAssassin::Conf::feature_uri_host_listed",
	"Mail::SpamAssassin::Conf::feature_yesno_takes_args",
	"Mail::SpamAssassin::Conf::feature_bug6558_free",
	"Mail::SpamAssassin::Conf::feature_edns",
	"Mail::SpamAssassin::Conf::feature_dns_query_restriction",
	"Mail::SpamAssassin::Conf::feature_registryboundaries",
	"Mail::SpamAssassin::Conf::feature_geodb",
	"Mail::SpamAssassin::Conf::feature_dns_block_rule",
	"Mail::SpamAssassin::Conf::feature_compile_regexp",
	"Mail::SpamAssassin::Conf::feature_meta_rules_matching",
	"Mail::SpamAssassin::Conf::feature_subjprefix",
	"Mail::SpamAssassin::Conf::feature_bayes_stopwords",
	"Mail::SpamAssassin::Conf::feature_get_host",
	"Mail::SpamAssassin::Conf::feature_blocklist_welcomelist",
	"Mail::SpamAssassin::Conf::feature_welcomelist_blocklist",
	"Mail::SpamAssassin::Conf::feature_header_address_parser",
	"Mail::SpamAssassin::Conf::feature_local_tests_only",
	"Mail::SpamAssassin::Conf::feature_header_first_last",
	"Mail::SpamAssassin::Conf::feature_header_match_many",
	"Mail::SpamAssassin::Conf::feature_capture_rules",
	"Mail::SpamAssassin::Conf::has_tflags_nosubject",
	"Mail::SpamAssassin::Conf::has_tflags_nolog",
};

struct parser {
	const struct sa_if *facts;
	const char *at; /* behind the token */
	char token[TOKEN_MAX];
	unsigned depth;
	char *why;
};

void
sa_if_add_plugin(struct sa_if *facts, struct span name)
{
	facts->plugins = xrealloc(facts->plugins,
	    (facts->plugin_count + 1) * sizeof(*facts->plugins));
	facts->plugins[facts->plugin_count++] = xmemdup(name.text, name.len);
}

void
sa_if_clear(struct sa_if *facts)
{
	for (size_t i = 0; i < facts->plugin_count; i++)
		free(facts->plugins[i]);
	free(facts->plugins);
	*facts = (struct sa_if){ .plugins = NULL };
}

static void
fail(struct parser *p)
{
	if (p->why == NULL)
		p->why = format_text("error parsing conditional: "
				     "unparseable value '%s'",
		    p->token);
}

/* What is none of the tokens is passed over, as SpamAssassin does. */
static size_t
token_length(const char *text)
{
	static const char *const operators[] = { "||", "&&",
		">=", "<=", "==", "!=", "(", ")", "^", "!", ">", "<", "+", "-",
		"*", "/", "%" };
	size_t len = strspn(text, "-+.0123456789");

	if (len > 0)
		return len;
	while (isalnum((unsigned char)text[len]) || text[len] == '_' ||
	    (len > 0 && text[len] == ':'))
		len++;
	for (size_t i = 0;
	     len == 0 && i < sizeof(operators) / sizeof(operators[0]); i++)
		if (strncmp(text, operators[i], strlen(operators[i])) == 0)
			len = strlen(operators[i]);
	return len;
}

static void
advance(struct parser *p)
{
	size_t len = 0;

	while (*p->at != '\0' && (len = token_length(p->at)) == 0)
		p->at++;
	if (len >= TOKEN_MAX) {
		fail(p);
		len = 0;
	}
	memcpy(p->token, p->at, len);
	p->token[len] = '\0';
	p->at += len;
}

static bool
take(struct parser *p, const char *token)
{
	if (strcmp(p->token, token) != 0)
		return false;
	advance(p);
	return true;
}

static bool
is_loaded(const struct parser *p, const char *plugin)
{
	if (strcmp(plugin, asn_plugin) == 0 ||
	    strcmp(plugin, "Mail::SpamAssassin::Plugin::RaciallyCharged") == 0)
		return true;
	for (size_t i = 0; i < p->facts->plugin_count; i++)
		if (strcmp(p->facts->plugins[i], plugin) == 0)
			return true;
	return false;
}

static bool
has_feature(const char *feature)
{
	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++)
		if (strcmp(features[i], feature) == 0)
			return true;
	return false;
}

/* What plugin(), can() or has() say; their word is past already. */
static double
read_call(struct parser *p, bool plugin)
{
	bool enclosed = take(p, "(");
	bool holds = plugin ? is_loaded(p, p->token) : has_feature(p->token);

	if (p->token[0] == '\0' || p->token[1] == '\0' ||
	    (!isalpha((unsigned char)p->token[0]) && p->token[0] != '_'))
		fail(p);
	advance(p);
	if (enclosed && !take(p, ")"))
		fail(p);
	return holds;
}

static double read_level(struct parser *p, int level);

static double
read_primary(struct parser *p)
{
	char *end;
	double value;

	if (++p->depth > DEPTH_MAX || p->why != NULL) {
		fail(p);
		return 0;
	}
	if (take(p, "!")) {
		value = !(read_primary(p) != 0);
	} else if (take(p, "(")) {
		value = read_level(p, 0);
		if (!take(p, ")"))
			fail(p);
	} else if (take(p, "plugin")) {
		value = read_call(p, true);
	} else if (take(p, "can") || take(p, "has")) {
		value = read_call(p, false);
	} else if (take(p, "version")) {
		value = strtod(SA_VERSION, NULL);
	} else if (take(p, "perl_version")) {
		value = PERL_VERSION;
	} else if (take(p, "local_tests_only")) {
		value = 0;
	} else {
		value = strtod(p->token, &end);
		if (end == p->token || *end != '\0' || !isfinite(value))
			fail(p);
		else
			advance(p);
	}
	p->depth--;
	return value;
}

/* A number as Perl has it for operators of bits. */
static uint64_t
bits_of(double number)
{
	if (number >= 0x1p64)
		return UINT64_MAX;
	if (number >= 0)
		return (uint64_t)number;
	return number > -0x1p63 ? (uint64_t)(int64_t)number : UINT64_C(1) << 63;
}

static double
apply(const char *operator, double a, double b)
{
	switch (operator[0]) {
	case '|':
		return a != 0 ? a : b;
	case '&':
		return a != 0 ? b : a;
	case '^':
		return (double)(bits_of(a) ^ bits_of(b));
	case '=':
		return a == b;
	case '!':
		return a != b;
	case '>':
		return operator[1] == '=' ? a >= b : a> b;
	case '<':
		return operator[1] == '=' ? a <= b : a<b;
	case '+':
		return a + b;
	case '-':
		return a - b;
	case '*':
		return a * b;
	default:
		return b != 0 ? a / b : 0;
	}
}

/* Operators in Perl's order, the loosest first. */
static double
read_level(struct parser *p, int level)
{
	static const char *const levels[][5] = {
		{ "||" },
		{ "&&" },
		{ "^" },
		{ "==", "!=" },
		{ ">=", "<=", ">", "<" },
		{ "+", "-" },
		{ "*", "/" },
	};
	double value;

	if (level == (int)(sizeof(levels) / sizeof(levels[0])))
		return read_primary(p);
	value = read_level(p, level + 1);
	for (size_t i = 0; levels[level][i] != NULL && p->why == NULL;) {
		const char *operator= levels[level][i];

		if (!take(p, operator)) {
			i++;
			continue;
		}
		value = apply(operator, value, read_level(p, level + 1));
		i = 0;
	}
	return value;
}

bool
sa_if_holds(const struct sa_if *facts, const char *expression, char **why)
{
	struct parser p = { .facts = facts, .at = expression };
	double value;

	advance(&p);
	value = read_level(&p, 0);
	if (p.token[0] != '\0')
		fail(&p);
	*why = p.why;
	return p.why == NULL && value != 0;
}
