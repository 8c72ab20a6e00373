#include "config.h"

#include "mail/spamassassin-if.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/array.h"
#include "mail/spamassassin-operator.h"
#include "mail/spamassassin-token.h"

#define PERL_VERSION "5.036" /* the one that Debian has with SA_VERSION */
#define DEPTH_MAX 100	     /* parentheses in each other */

/* The features that can() and has() know. */
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

/* Plugins that are loaded without a loadplugin of the configuration. */
static const char *const loaded[] = {
	"Mail::SpamAssassin::Plugin::ASN",
	"Mail::SpamAssassin::Plugin::RaciallyCharged",
};

struct parser {
	struct sa_tokens tokens;
	const struct sa_if *facts;
	unsigned depth;
	unsigned idle; /* not 0: only parses, without evaluating */
	bool dead;     /* a number was divided by zero: there is no value */
};

/* A value: as in Perl, a word is true although it is no number. */
struct value {
	double number;
	bool truth;
};

void
sa_if_add_plugin(struct sa_if *facts, struct span name)
{
	facts->plugins = array_grow(facts->plugins, &facts->plugin_size,
	    facts->plugin_count, sizeof(*facts->plugins));
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
fail_to_parse(struct parser *p)
{
	sa_tokens_fail(&p->tokens, "error parsing conditional");
}

static bool
take(struct parser *p, const char *token)
{
	return sa_tokens_take(&p->tokens, token);
}

static bool
has_text(const char *const *list, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], text) == 0)
			return true;
	return false;
}

static struct value
number(double n)
{
	return (struct value){ n, n != 0 };
}

/* --- calls and operands -------------------------------------------------- */

static bool
is_loaded(const struct parser *p, const char *plugin)
{
	return has_text(loaded, LENGTH(loaded), plugin) ||
	    has_text((const char *const *)p->facts->plugins,
		p->facts->plugin_count, plugin);
}

static bool
has_feature(const struct parser *p, const char *feature)
{
	(void)p;
	return has_text(features, LENGTH(features), feature);
}

/* The functions of conditions. */
static const struct function {
	const char *name;
	bool (*holds)(const struct parser *p, const char *argument);
	bool strict; /* needs an argument, with :: in it */
} functions[] = {
	{ "plugin", is_loaded, false },
	{ "can", has_feature, true },
	{ "has", has_feature, true },
};

/* Reads the argument of a call, whose function has been read. */
static struct value
read_call(struct parser *p, const struct function *f)
{
	const char *token = p->tokens.token; /* the current one */
	bool strict = f->strict && p->idle == 0;
	bool holds;

	if (!take(p, "(") || take(p, ")")) {
		if (strict)
			sa_tokens_fail(&p->tokens,
			    "bad 'if' line, no argument to %s()", f->name);
		return number(0);
	}
	holds = f->holds(p, token);
	if (!sa_token_is_class(token))
		fail_to_parse(p);
	else if (strict && strchr(token, ':') == NULL)
		sa_tokens_fail(&p->tokens,
		    "bad 'if' line, cannot find '::' in %s(%s)", f->name,
		    token);
	sa_tokens_next(&p->tokens);
	if (!take(p, ")"))
		fail_to_parse(p);
	return number(holds);
}

/* Reads a number, or a word, which is true. */
static struct value
read_operand(struct parser *p)
{
	struct value value = { 0, true };

	if (sa_token_is_number(p->tokens.token))
		value = number(strtod(p->tokens.token, NULL));
	else if (!sa_token_is_class(p->tokens.token)) {
		fail_to_parse(p);
		return number(0);
	}
	sa_tokens_next(&p->tokens);
	return value;
}

static struct value
read_fact(struct parser *p)
{
	static const struct {
		const char *name;
		const char *number;
	} constants[] = {
		{ "version", SA_VERSION },
		{ "perl_version", PERL_VERSION },
		{ "local_tests_only", "0" },
	};

	for (size_t i = 0; i < LENGTH(functions); i++)
		if (take(p, functions[i].name))
			return read_call(p, &functions[i]);
	for (size_t i = 0; i < LENGTH(constants); i++)
		if (take(p, constants[i].name))
			return number(strtod(constants[i].number, NULL));
	return read_operand(p);
}

static struct value read_choice(struct parser *p);
static struct value read_primary(struct parser *p);

/* Reads a value in parentheses, of which the first has been read. */
static struct value
read_group(struct parser *p)
{
	struct value value;

	if (take(p, ")"))
		return number(0);
	value = read_choice(p);
	if (!take(p, ")"))
		fail_to_parse(p);
	return value;
}

static struct value
read_signed(struct parser *p)
{
	struct value value;

	if (take(p, "!"))
		return number(!read_primary(p).truth);
	if (take(p, "-")) {
		value = read_primary(p);
		value.number = -value.number;
		return value;
	}
	if (take(p, "+"))
		return read_primary(p);
	return take(p, "(") ? read_group(p) : read_fact(p);
}

static struct value
read_primary(struct parser *p)
{
	struct value value;

	if (++p->depth > DEPTH_MAX) {
		fail_to_parse(p);
		return number(0);
	}
	value = read_signed(p);
	p->depth--;
	return value;
}

/* --- operators ----------------------------------------------------------- */

/* Applies an operator. To divide by zero is an error when evaluating. */
static struct value
apply(struct parser *p, const struct sa_operator *op, double a, double b)
{
	if (op->divides && b == 0) {
		if (p->idle == 0) {
			fail_to_parse(p);
			p->dead = true;
		}
		return number(0);
	}
	return number(op->apply(a, b));
}

static struct value
read_level(struct parser *p, enum sa_level level)
{
	const struct sa_operator *op;
	struct value value;

	if (level == SA_LEVEL_MAX)
		return read_primary(p);
	value = read_level(p, level + 1);
	while ((op = sa_operator_take(&p->tokens, level)) != NULL) {
		/* A logical operator may be settled by its left side. */
		bool settled =
		    op->apply == NULL && value.truth == (level == SA_LEVEL_OR);
		struct value right;

		p->idle += settled;
		right = read_level(p, level + 1);
		p->idle -= settled;
		if (op->apply != NULL)
			value = apply(p, op, value.number, right.number);
		else if (!settled)
			value = right;
	}
	return value;
}

static struct value
read_choice(struct parser *p)
{
	struct value condition = read_level(p, SA_LEVEL_OR);
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

/* Returns whether an expression holds; `idle` only looks for errors. */
static bool
read_all(struct parser *p, const char *expression, bool idle)
{
	bool holds;

	p->idle = idle;
	sa_tokens_start(&p->tokens, expression);
	holds = p->tokens.token[0] != '\0' && read_choice(p).truth;
	if (p->tokens.token[0] != '\0')
		fail_to_parse(p);
	return holds && !p->dead;
}

bool
sa_if_read(const struct sa_if *facts, const char *expression, bool *holds,
    char **why)
{
	struct parser p = { .facts = facts };
	bool good;

	sa_tokens_start(&p.tokens, expression);
	sa_tokens_check(&p.tokens);
	good = p.tokens.why == NULL;
	if (good)
		read_all(&p, expression, true);
	*holds = p.tokens.why == NULL && read_all(&p, expression, false);
	*why = p.tokens.why;
	return good;
}
