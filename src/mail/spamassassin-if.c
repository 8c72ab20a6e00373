#include "config.h"

#include "mail/spamassassin-if.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define PERL_VERSION 5.036 /* that came with it in Debian */
#define DEPTH_MAX 100	   /* parentheses in each other */
#define TOKEN_MAX 128
#define OPERATOR_MAX 5

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
	unsigned idle; /* not 0: it is only read, not worked out */
	bool dead;     /* what was worked out has no value */
	char *why;
};

/* As in Perl, a word is true although it is no number. */
struct value {
	double number;
	bool truth;
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

static void PRINTF_LIKE(2, 3) fail(struct parser *p, const char *format, ...)
{
	va_list list;

	if (p->why != NULL)
		return;
	va_start(list, format);
	p->why = vformat_text(format, list);
	va_end(list);
}

static void
fail_to_parse(struct parser *p)
{
	fail(p, "error parsing conditional");
}

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* What is none of the tokens is passed over, as SpamAssassin does. */
static size_t
token_length(const char *text)
{
	static const char *const operators[] = { "||", "&&",
		">=", "<=", "==", "!=", "(", ")", "^", "!", ">", "<", "*", "/",
		"?", ":" };
	size_t len = strspn(text, "-+.0123456789");

	if (len > 0)
		return len;
	while (is_word(text[len]) || (len > 0 && text[len] == ':'))
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
		fail(p, "unparseable value '%.*s'", (int)len, p->at);
		len = 0;
	}
	memcpy(p->token, p->at, len);
	p->token[len] = '\0';
	p->at += len;
}

/* A sign, digits, and perhaps a fraction. */
static bool
is_number(const char *token)
{
	size_t digits;

	token += *token == '-' || *token == '+';
	digits = strspn(token, "0123456789");
	if (digits == 0)
		return false;
	token += digits;
	if (*token == '.' && (digits = strspn(token + 1, "0123456789")) > 0)
		token += 1 + digits;
	return *token == '\0';
}

#define PARTS_MAX 11 /* of a name, with "::" between */

static bool
is_class(const char *token)
{
	for (int parts = 1; parts <= PARTS_MAX; parts++) {
		const char *start = token;

		while (is_word(*token))
			token++;
		if (token == start)
			return false;
		if (*token == '\0')
			return true;
		if (token[0] != ':' || token[1] != ':')
			return false;
		token += 2;
	}
	return false;
}

/* Every token is looked at before any of them counts. */
static void
check_tokens(struct parser *p)
{
	for (advance(p); p->token[0] != '\0'; advance(p)) {
		bool word = is_word(p->token[0]);

		if (!word && strpbrk(p->token, "0123456789") == NULL &&
		    strlen(p->token) <= OPERATOR_MAX)
			continue;
		if (is_number(p->token) || is_class(p->token)) {
			if (p->token[1] != '\0' ||
			    !isalpha((unsigned char)p->token[0]))
				continue;
		} else if (word && strspn(p->token, "0123456789") == 0 &&
		    p->token[1] != '\0') {
			fail(p, "not allowed value '%s'", p->token);
			return;
		}
		fail(p, "unparseable value '%s'", p->token);
		return;
	}
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

static struct value
number(double n)
{
	return (struct value){ n, n != 0 };
}

/* What plugin(), can() or has() say; their word is past already. */
static struct value
read_call(struct parser *p, const char *function)
{
	bool plugin = strcmp(function, "plugin") == 0;
	bool holds;

	if (!take(p, "(") || take(p, ")")) {
		if (!plugin && p->idle == 0)
			fail(p, "bad 'if' line, no argument to %s()", function);
		return number(0);
	}
	holds = plugin ? is_loaded(p, p->token) : has_feature(p->token);
	if (!is_class(p->token))
		fail_to_parse(p);
	else if (!plugin && p->idle == 0 && strchr(p->token, ':') == NULL)
		fail(p, "bad 'if' line, cannot find '::' in %s(%s)", function,
		    p->token);
	advance(p);
	if (!take(p, ")"))
		fail_to_parse(p);
	return number(holds);
}

static struct value read_choice(struct parser *p);
static struct value read_primary(struct parser *p);

/* A number, or a word, which is true. */
static struct value
read_operand(struct parser *p)
{
	struct value value = { 0, true };

	if (is_number(p->token))
		value = number(strtod(p->token, NULL));
	else if (!is_class(p->token)) {
		fail_to_parse(p);
		return number(0);
	}
	advance(p);
	return value;
}

static struct value
read_fact(struct parser *p)
{
	if (take(p, "plugin"))
		return read_call(p, "plugin");
	if (take(p, "can"))
		return read_call(p, "can");
	if (take(p, "has"))
		return read_call(p, "has");
	if (take(p, "version"))
		return number(strtod(SA_VERSION, NULL));
	if (take(p, "perl_version"))
		return number(PERL_VERSION);
	if (take(p, "local_tests_only"))
		return number(0);
	return read_operand(p);
}

static struct value
read_primary(struct parser *p)
{
	struct value value;

	if (++p->depth > DEPTH_MAX) {
		fail_to_parse(p);
		return number(0);
	}
	if (take(p, "!")) {
		value = number(!read_primary(p).truth);
	} else if (take(p, "-")) {
		value = read_primary(p);
		value.number = -value.number;
	} else if (take(p, "+")) {
		value = read_primary(p);
	} else if (take(p, "(")) {
		if (take(p, ")")) {
			p->depth--;
			return number(0);
		}
		value = read_choice(p);
		if (!take(p, ")"))
			fail_to_parse(p);
	} else {
		value = read_fact(p);
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
apply(struct parser *p, const char *op, double a, double b)
{
	switch (op[0]) {
	case '^':
		return (double)(bits_of(a) ^ bits_of(b));
	case '=':
		return a == b;
	case '!':
		return a != b;
	case '>':
		return op[1] == '=' ? a >= b : a > b;
	case '<':
		return op[1] == '=' ? a <= b : a < b;
	case '+':
		return a + b;
	case '-':
		return a - b;
	case '*':
		return a * b;
	default:
		if (b == 0 && p->idle == 0) {
			fail_to_parse(p);
			p->dead = true;
		}
		return b != 0 ? a / b : 0;
	}
}

#define LOGICAL 2 /* levels, which need not look at both sides */

/* Operators in Perl's order, the loosest first. */
static struct value
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
	struct value value;

	if (level == (int)(sizeof(levels) / sizeof(levels[0])))
		return read_primary(p);
	value = read_level(p, level + 1);
	for (size_t i = 0; levels[level][i] != NULL;) {
		const char *op = levels[level][i];
		bool settled = level < LOGICAL && value.truth != (level == 1);
		struct value other;

		if (!take(p, op)) {
			i++;
			continue;
		}
		p->idle += settled;
		other = read_level(p, level + 1);
		p->idle -= settled;
		if (level >= LOGICAL)
			value =
			    number(apply(p, op, value.number, other.number));
		else if (!settled)
			value = other;
		i = 0;
	}
	return value;
}

static struct value
read_choice(struct parser *p)
{
	struct value condition = read_level(p, 0);
	struct value yes;
	struct value no;

	if (!take(p, "?"))
		return condition;
	p->idle += !condition.truth;
	yes = read_choice(p);
	p->idle -= !condition.truth;
	if (!take(p, ":"))
		fail_to_parse(p);
	p->idle += condition.truth;
	no = read_choice(p);
	p->idle -= condition.truth;
	return condition.truth ? yes : no;
}

/* Whether it holds; with `idle`, it is only looked for errors in it. */
static bool
read_all(struct parser *p, const char *expression, bool idle)
{
	bool holds;

	p->at = expression;
	p->idle = idle;
	advance(p);
	holds = p->token[0] != '\0' && read_choice(p).truth;
	if (p->token[0] != '\0')
		fail_to_parse(p);
	return holds && !p->dead;
}

bool
sa_if_read(const struct sa_if *facts, const char *expression, bool *holds,
    char **why)
{
	struct parser p = { .facts = facts, .at = expression };
	bool good;

	check_tokens(&p);
	good = p.why == NULL;
	if (good)
		read_all(&p, expression, true);
	*holds = p.why == NULL && read_all(&p, expression, false);
	*why = p.why;
	return good;
}
