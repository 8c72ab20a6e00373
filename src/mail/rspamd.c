#include "config.h"

#include "mail/rspamd.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/escape.h"
#include "dns/zone.h"
#include "io/warn.h"
#include "mail/rspamd-answer.h"
#include "mail/rspamd-config.h"
#include "record/target.h"

#define TIMEOUT 5000000 /* us: 1 s, and each time again: 5 in all */

struct rspamd {
	struct rspamd_config config;
	bool dns;
	char *names[FAMILY_MAX]; /* of the zones; NULL: nothing to ask */
	unsigned sources[FAMILY_MAX];
	const char *zones[FAMILY_MAX];
	size_t zone_count;
};

/* A symbol that maps have brought. */
struct hit {
	struct span symbol;
	double factors;		     /* their sum */
	const struct rspamd_map *of; /* says what it counts; NULL: itself */
};

/* What is printed, besides values. */
struct result {
	char *symbol; /* NULL: none was inserted */
	struct span option;
	struct hit *hits;
	size_t hit_count;
};

/* The order of the values. */
static const char *const value_names[] = { "SYMBOL", "OPTIONS", "ASN", "IPNET",
	"COUNTRY" };

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
	return addr_is_in(a, local_blocks,
	    sizeof(local_blocks) / sizeof(local_blocks[0]));
}

/* IPv4 is taken out of IPv6, however it is written. */
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

/* NULL, or why nobody is asked. */
static const char *
reason_not_to_ask(const struct rspamd *rs, const struct target *target)
{
	const struct addr *a = &target->net.addr;

	if (is_skipped(rs, a))
		return "rspamd takes the address for a local one";
	if (!rs->dns)
		return "DNS is not used";
	if (rs->names[a->family] == NULL)
		return "provider_info names no zone for it";
	return NULL;
}

static enum step
step(const void *self, struct lookup *l)
{
	const struct rspamd *rs = self;
	const struct addr *a = &l->target.net.addr;
	char owner[OWNER_MAX];

	if (l->target.kind != TARGET_NET ||
	    reason_not_to_ask(rs, &l->target) != NULL)
		return STEP_DONE;
	if (l->query_count == 0) {
		zone_owner(rs->names[a->family], a, family_bits(a->family),
		    owner);
		lookup_add(l, rs->sources[a->family], ROLE_ORIGIN, owner);
	}
	return lookup_is_answered(l) ? STEP_DONE : STEP_WAIT;
}

/* NULL, or rspamd's words for a failure. */
static const char *
failure_of(const struct answer *a)
{
	switch (a->kind) {
	case ANSWER_TEXT:
	case ANSWER_NONE:
		return NULL;
	case ANSWER_TIMEOUT:
		return "query timed out";
	default:
		return "server fail";
	}
}

static char *
symbol_of(const struct rspamd *rs, bool failed, struct arena *arena)
{
	const char *symbol = rs->config.symbol;
	struct buf name = { 0 };
	char *copy;

	if (symbol == NULL && !failed)
		return NULL;
	buf_printf(&name, "%s%s", symbol != NULL ? symbol : "ASN",
	    failed ? "_FAIL" : "");
	copy = arena_copy(arena, name.data, name.len);
	buf_free(&name);
	return copy;
}

static void
set_option(struct result *result, struct buf *option, struct arena *arena)
{
	result->option = (struct span){ "", 0 };
	if (option->len > 0)
		result->option =
		    (struct span){ arena_copy(arena, option->data, option->len),
			    option->len };
	buf_free(option);
}

/* Adds to the hits, which are in the order of their symbols. */
static void
add_hit(const struct rspamd *rs, struct result *result, struct span symbol,
    double factor, struct arena *arena)
{
	size_t at = 0;
	struct hit *hits = result->hits;

	while (
	    at < result->hit_count && span_compare(hits[at].symbol, symbol) < 0)
		at++;
	if (at < result->hit_count &&
	    span_compare(hits[at].symbol, symbol) == 0) {
		hits[at].factors += factor;
		return;
	}
	hits = arena_alloc(arena, (result->hit_count + 1) * sizeof(*hits));
	for (size_t i = 0; i < result->hit_count; i++)
		hits[i + (i >= at)] = result->hits[i];
	hits[at] = (struct hit){ symbol, factor,
		rspamd_config_find_symbol(&rs->config, symbol) };
	result->hits = hits;
	result->hit_count++;
}

static void
find_hits(const struct rspamd *rs, const struct rspamd_answer *answer,
    struct result *result, struct record *r)
{
	for (size_t i = 0; i < rs->config.map_count; i++) {
		const struct rspamd_map *map = &rs->config.maps[i];
		const struct rspamd_entry *entry = NULL;
		struct span value =
		    map->variable == RSPAMD_ASN ? answer->asn : answer->country;

		while (value.text != NULL &&
		    (entry = rspamd_map_next(map, value, entry)) != NULL) {
			double factor;
			struct span symbol =
			    rspamd_hit_symbol(map, entry, &factor);

			explain_add(r->explanation, "the map of %s has %.*s",
			    map->symbol, (int)value.len, value.text);
			add_hit(rs, result, symbol, factor, &r->arena);
		}
	}
}

/* The first record alone is read. */
static void
read_slot(const struct rspamd *rs, const struct lookup_query *query,
    struct result *result, struct rspamd_answer *answer, struct record *r)
{
	const char *failure = failure_of(query->answer);
	struct buf option = { 0 };
	const uint8_t *rdata;
	size_t at = 0;
	size_t len;

	if (failure != NULL) {
		buf_printf(&option, "%s:%s", query->owner, failure);
		result->symbol = symbol_of(rs, true, &r->arena);
		set_option(result, &option, &r->arena);
		return;
	}
	if (!answer_next(query->answer, &at, &rdata, &len))
		return;
	if (at < query->answer->size)
		explain_add_bug(r->explanation,
		    "only the first record is read");
	if (!rspamd_answer_read(rdata, len, &r->arena, r->explanation, answer))
		return;
	rspamd_put_option(&option, answer);
	result->symbol = symbol_of(rs, false, &r->arena);
	set_option(result, &option, &r->arena);
	find_hits(rs, answer, result, r);
}

static void
verdict(const void *self, const struct lookup *l, struct record *r)
{
	const struct rspamd *rs = self;
	struct rspamd_answer answer = { .asn = { NULL, 0 } };
	struct result *result;
	const char *why = NULL;

	result = arena_alloc(&r->arena, sizeof(*result));
	*result = (struct result){ .symbol = NULL };
	r->own = result;
	if (l->target.kind == TARGET_NET)
		why = reason_not_to_ask(rs, &l->target);
	else
		lookup_no_address(l, r);
	if (why != NULL) {
		explain_add(r->explanation, "%s", why);
		r->status = is_skipped(rs, &l->target.net.addr)
		    ? STATUS_SPECIAL
		    : STATUS_NOSOURCE;
		r->why = why;
	}
	if (l->query_count > 0) {
		const char *zone = rs->names[l->target.net.addr.family];

		lookup_explain(r->explanation, zone, l->queries);
		lookup_add_source(r, zone, l->queries);
		read_slot(rs, l->queries, result, &answer, r);
		lookup_sum_up(l, answer.asn, answer.ipnet, r);
	}
	record_add_value(r, value_names[0],
	    (struct span){ result->symbol,
		result->symbol != NULL ? strlen(result->symbol) : 0 });
	record_add_value(r, value_names[1], result->option);
	record_add_value(r, value_names[2], answer.asn);
	record_add_value(r, value_names[3], answer.ipnet);
	record_add_value(r, value_names[4], answer.country);
}

/* --- printing ------------------------------------------------------------ */

static void
print_hits(const struct result *result, struct json *j)
{
	json_array(j, "maps");
	for (size_t i = 0; i < result->hit_count; i++) {
		const struct hit *hit = &result->hits[i];

		const char *description = NULL;

		if (hit->of != NULL && hit->of->has_score &&
		    span_is_exactly(hit->symbol, hit->of->symbol))
			description = hit->of->description;
		json_object(j, NULL);
		json_string(j, "symbol", hit->symbol.text, hit->symbol.len);
		json_decimal(j, "score",
		    hit->factors * (hit->of != NULL ? hit->of->score : 1));
		json_string(j, "description", description,
		    description != NULL ? strlen(description) : 0);
		json_object_end(j);
	}
	json_array_end(j);
}

static void
print_json(const struct result *result, const struct record *r,
    struct writer *w)
{
	static const char *const names[] = { "asn", "ipnet", "country" };
	struct json *j = &w->json;

	json_object(j, w->name);
	if (w->name == NULL)
		field_write_named("ip", w, r);
	json_string(j, "symbol", result->symbol,
	    result->symbol != NULL ? strlen(result->symbol) : 0);
	json_array(j, "options");
	if (result->option.text != NULL)
		json_string(j, NULL, result->option.text, result->option.len);
	json_array_end(j);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		json_string(j, names[i], r->values[i + 2].text.text,
		    r->values[i + 2].text.len);
	print_hits(result, j);
	json_object_end(j);
}

static void
print_symbol(const struct result *result, struct buf *out)
{
	if (result->symbol == NULL) {
		buf_putc(out, '-');
		return;
	}
	escape_flat(out, result->symbol, strlen(result->symbol));
	buf_puts(out, "(0.00)[");
	escape_flat(out, result->option.text, result->option.len);
	buf_putc(out, ']');
}

static void
print(const void *self, const struct record *r, enum format format,
    struct writer *w)
{
	static const char ip[] = "ip";

	(void)self;
	if (format == FORMAT_JSON) {
		print_json(r->own, r, w);
		return;
	}
	field_write(field_for_first_column(field_find(ip, sizeof(ip) - 1), r),
	    w, r);
	buf_putc(w->out, '\t');
	print_symbol(r->own, w->out);
}

static void
print_added(const void *self, const struct record *r, struct writer *w)
{
	(void)self;
	print_symbol(r->own, w->out);
}

/* --- configuration ------------------------------------------------------- */

static void
add_zone(struct rspamd *rs, enum family family)
{
	const char *zone = rs->config.zones[family];
	char name[OWNER_MAX];

	if (zone == NULL)
		return;
	if (!zone_name(zone, strlen(zone), name)) {
		warn_line("rspamd: '%s' is no zone that could be asked", zone);
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

static bool
open_filter(const struct filter_config *config, struct filter_state *out)
{
	struct rspamd *rs = xcalloc(1, sizeof(*rs));

	rspamd_config_init(&rs->config);
	for (size_t i = 0; i < config->file_count; i++) {
		if (!rspamd_config_read(&rs->config, config->files[i])) {
			free_filter(rs);
			return false;
		}
	}
	rs->dns = config->dns;
	add_zone(rs, FAMILY_IPV4);
	add_zone(rs, FAMILY_IPV6);
	*out = (struct filter_state){
		.self = rs,
		.vocabulary = {
			.names = value_names,
			.count = sizeof(value_names) / sizeof(value_names[0]),
			.asn = "ASN",
			.prefix = "IPNET",
			.country = "COUNTRY",
		},
		.zones = rs->zones,
		.zone_count = config->dns ? rs->zone_count : 0,
		.timeout = config->timeout > 0 ? config->timeout : TIMEOUT,
	};
	return true;
}

static const struct view view = {
	.step = step,
	.verdict = verdict,
	.read = read_target,
	.print = print,
	.print_added = print_added,
};

const struct filter filter_rspamd = {
	.suffix = ".conf",
	.formats = { FORMAT_TEXT, FORMAT_JSON },
	.format_count = 2,
	.view = &view,
	.open = open_filter,
	.free = free_filter,
};
