#include "config.h"

#include "mail/rspamd.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/array.h"
#include "dns/zone.h"
#include "io/warn.h"
#include "mail/rspamd-answer.h"
#include "mail/rspamd-config.h"
#include "mail/rspamd-print.h"
#include "mail/rspamd-result.h"
#include "record/target.h"

#define TIMEOUT 5000000 /* microseconds: five tries of 1 s each */

struct rspamd {
	struct rspamd_config config;
	bool dns;
	char *names[FAMILY_MAX];       /* of the zones; NULL: none */
	unsigned sources[FAMILY_MAX];  /* the numbers of those */
	const char *zones[FAMILY_MAX]; /* by number */
	size_t zone_count;
};

/* The values of records: these, and then the variables. */
enum rspamd_value {
	VALUE_SYMBOL,
	VALUE_OPTIONS,
	VALUE_VARIABLES,
	VALUE_MAX = VALUE_VARIABLES + RSPAMD_VARIABLE_MAX
};

static const char *const value_names[] = {
	[VALUE_SYMBOL] = "SYMBOL",
	[VALUE_OPTIONS] = "OPTIONS",
	[VALUE_VARIABLES + RSPAMD_ASN] = "ASN",
	[VALUE_VARIABLES + RSPAMD_IPNET] = "IPNET",
	[VALUE_VARIABLES + RSPAMD_COUNTRY] = "COUNTRY",
};

_Static_assert(LENGTH(value_names) == VALUE_MAX, "every value has its name");

/* Blocks that rspamd treats as local; queried only with check_local. */
static const struct prefix local_blocks[] = {
	{ { { 10 }, FAMILY_IPV4 }, 8 },
	{ { { 127 }, FAMILY_IPV4 }, 8 },
	{ { { 169, 254 }, FAMILY_IPV4 }, 16 },
	{ { { 172, 16 }, FAMILY_IPV4 }, 12 },
	{ { { 192, 168 }, FAMILY_IPV4 }, 16 },
	{ { { [15] = 1 }, FAMILY_IPV6 }, 128 },
	{ { { 0xfd }, FAMILY_IPV6 }, 8 },
	{ { { 0xfe, 0x80 }, FAMILY_IPV6 }, 10 },
	{ { { 0xfe, 0xc0 }, FAMILY_IPV6 }, 10 },
};

static bool
is_local(const struct addr *a)
{
	return addr_is_in(a, local_blocks, LENGTH(local_blocks));
}

/* Reads an address as rspamd does: IPv4-mapped IPv6 is IPv4. */
static void
read_target(const char *text, size_t len, struct target *out)
{
	target_parse_address(text, len, out);
	target_take_mapped(out);
}

static bool
is_skipped(const struct rspamd *rs, const struct addr *a)
{
	return !rs->config.check_local && is_local(a);
}

/* Returns why no zone is queried about a target; NULL: one is. */
static const char *
reason_not_to_ask(const void *self, const struct target *target)
{
	const struct rspamd *rs = self;
	const struct addr *a = &target->net.addr;

	if (rs->config.asn_off)
		return "the module asn is disabled";
	if (is_skipped(rs, a))
		return "rspamd treats the address as local";
	if (!rs->dns)
		return "DNS is not used";
	if (rs->names[a->family] == NULL)
		return "provider_info has no zone for its family";
	return NULL;
}

static void
ask_zone(const void *self, struct lookup *l)
{
	const struct rspamd *rs = self;
	const struct addr *a = &l->target.net.addr;
	char owner[OWNER_MAX];

	zone_owner(rs->names[a->family], a, family_bits(a->family), owner);
	lookup_add(l, rs->sources[a->family], owner);
}

static enum step
step(const void *self, struct lookup *l)
{
	return filter_step(self, l, reason_not_to_ask, ask_zone);
}

/* Returns rspamd's words for a failure; NULL: the query did not fail. */
static const char *
failure_of(const struct answer *a)
{
	static const char *const words[ANSWER_MAX] = {
		[ANSWER_TIMEOUT] = "query timed out",
		[ANSWER_SERVFAIL] = "server fail",
		[ANSWER_BOGUS] = "server fail",
		[ANSWER_LATE] = "server fail",
		[ANSWER_SKIPPED] = "server fail",
	};

	return words[a->kind];
}

/* Reads the first record of an answer. */
static void
read_answer(const struct rspamd *rs, const struct lookup_query *query,
    struct rspamd_result *result, struct record *r)
{
	const char *failure = failure_of(query->answer);
	const uint8_t *rdata;
	size_t len;

	if (failure != NULL) {
		rspamd_result_fail(result, &rs->config, query->owner, failure,
		    &r->arena);
		return;
	}
	if (!filter_first_record(query->answer, r->explanation, &rdata, &len) ||
	    !rspamd_answer_read(rdata, len, &r->arena, r->explanation,
		&result->answer))
		return;
	rspamd_result_succeed(result, &rs->config, &r->arena);
	rspamd_result_find_hits(result, &rs->config, &r->arena, r->explanation);
}

static void
verdict_on_net(const struct rspamd *rs, const struct lookup *l,
    struct rspamd_result *result, struct record *r)
{
	const struct addr *a = &l->target.net.addr;
	const struct span *parts = result->answer.parts;
	const char *why = reason_not_to_ask(rs, &l->target);

	if (why != NULL) {
		explain_add(r->explanation, "no zone is queried: %s", why);
		r->status =
		    is_skipped(rs, a) ? STATUS_SPECIAL : STATUS_NOSOURCE;
		r->why = why;
		return;
	}
	lookup_explain(r->explanation, rs->names[a->family], l->queries);
	lookup_add_source(r, rs->names[a->family], l->queries);
	read_answer(rs, l->queries, result, r);
	lookup_sum_up(l, parts[RSPAMD_ASN], parts[RSPAMD_IPNET], r);
}

static void
add_values(const struct rspamd_result *result, struct record *r)
{
	struct span symbol = { result->symbol, 0 };

	if (symbol.text != NULL)
		symbol.len = strlen(symbol.text);
	record_add_value(r, value_names[VALUE_SYMBOL], symbol);
	record_add_value(r, value_names[VALUE_OPTIONS], result->option);
	for (size_t i = 0; i < RSPAMD_VARIABLE_MAX; i++)
		record_add_value(r, value_names[VALUE_VARIABLES + i],
		    result->answer.parts[i]);
}

static void
verdict(const void *self, const struct lookup *l, struct record *r)
{
	const struct rspamd *rs = self;
	struct rspamd_result *result;

	result = arena_alloc(&r->arena, sizeof(*result));
	*result = (struct rspamd_result){ .symbol = NULL };
	r->own = result;
	if (l->target.kind == TARGET_NET)
		verdict_on_net(rs, l, result, r);
	else
		lookup_no_address(l, r);
	add_values(result, r);
}

static void
print(const void *self, const struct record *r, enum format format,
    struct writer *w)
{
	(void)self;
	if (format == FORMAT_JSON)
		rspamd_print_json(r->own, r, w);
	else
		rspamd_print_text(r->own, r, w);
}

static void
print_added(const void *self, const struct record *r, struct writer *w)
{
	(void)self;
	rspamd_print_added(r->own, w);
}

static const struct view view = {
	.step = step,
	.verdict = verdict,
	.read = read_target,
	.print = print,
	.print_added = print_added,
};

/* --- configuration ------------------------------------------------------- */

static void
add_zone(struct rspamd *rs, enum family family)
{
	const char *zone = rs->config.zones[family];
	char name[OWNER_MAX];

	if (zone == NULL)
		return;
	if (!zone_name(zone, strlen(zone), name)) {
		warn_line("rspamd: '%s' is not a zone that can be queried",
		    zone);
		return;
	}
	rs->names[family] = xstrdup(name);
	rs->sources[family] = (unsigned)rs->zone_count;
	rs->zones[rs->zone_count++] = rs->names[family];
}

static void
free_filter(void *self)
{
	struct rspamd *rs = self;

	if (rs == NULL)
		return;
	rspamd_config_clear(&rs->config);
	free(rs->names[FAMILY_IPV4]);
	free(rs->names[FAMILY_IPV6]);
	free(rs);
}

static struct filter_state
state_of(struct rspamd *rs, const struct filter_config *config)
{
	return (struct filter_state){
		.self = rs,
		.vocabulary = {
			.names = value_names,
			.count = VALUE_MAX,
			.asn = value_names[VALUE_VARIABLES + RSPAMD_ASN],
			.prefix = value_names[VALUE_VARIABLES + RSPAMD_IPNET],
			.country =
			    value_names[VALUE_VARIABLES + RSPAMD_COUNTRY],
		},
		.zones = rs->zones,
		.zone_count = rs->dns && !rs->config.asn_off ? rs->zone_count : 0,
		.timeout = filter_timeout(config, TIMEOUT),
	};
}

static bool
open_filter(const struct filter_config *config, struct filter_state *out)
{
	struct rspamd *rs = xcalloc(1, sizeof(*rs));
	bool good = true;

	rspamd_config_init(&rs->config);
	for (size_t i = 0; i < config->file_count; i++)
		good =
		    good && rspamd_config_read(&rs->config, config->files[i]);
	if (!good || !rspamd_config_finish(&rs->config)) {
		free_filter(rs);
		return false;
	}
	rs->dns = config->dns;
	add_zone(rs, FAMILY_IPV4);
	add_zone(rs, FAMILY_IPV6);
	*out = state_of(rs, config);
	return true;
}

const struct filter filter_rspamd = {
	.suffix = ".conf",
	.formats = { FORMAT_TEXT, FORMAT_JSON },
	.format_count = 2,
	.view = &view,
	.open = open_filter,
	.free = free_filter,
};
