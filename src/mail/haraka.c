#include "config.h"

#include "mail/haraka.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/buf.h"
#include "io/warn.h"
#include "mail/haraka-config.h"
#include "mail/haraka-print.h"
#include "mail/haraka-providers.h"
#include "mail/haraka-results.h"
#include "mail/text.h"

#define DATABASE "GeoLite2-ASN" /* its name among the sources */

struct haraka {
	struct haraka_config config;
	struct db *const *databases; /* in place of GeoLite2-ASN */
	size_t database_count;
	bool dns;
	struct haraka_providers providers;
	const char *names[HARAKA_VALUE_MAX]; /* of the values of records */
	size_t name_count;
	struct arena arena; /* of names */
};

/* Blocks that Haraka treats as private; it never asks about them. */
static const struct prefix private_blocks[] = {
	{ { { 0 }, FAMILY_IPV4 }, 32 },
	{ { { 10 }, FAMILY_IPV4 }, 8 },
	{ { { 127 }, FAMILY_IPV4 }, 8 },
	{ { { 169, 254 }, FAMILY_IPV4 }, 16 },
	{ { { 172, 16 }, FAMILY_IPV4 }, 12 },
	{ { { 192, 0, 2 }, FAMILY_IPV4 }, 24 },
	{ { { 192, 168 }, FAMILY_IPV4 }, 16 },
	{ { { 198, 51, 100 }, FAMILY_IPV4 }, 24 },
	{ { { 203, 0, 113 }, FAMILY_IPV4 }, 24 },
	{ { { 0 }, FAMILY_IPV6 }, 128 },
	{ { { [15] = 1 }, FAMILY_IPV6 }, 128 },
	{ { { 0xfc }, FAMILY_IPV6 }, 7 },
};

/*
 * Returns whether Haraka treats an address as link-local: fe80::/10, if "::"
 * follows the first group of its text.
 */
static bool
is_link_local(const struct addr *a)
{
	static const struct prefix block = { { { 0xfe, 0x80 }, FAMILY_IPV6 },
		10 };
	char text[PREFIX_TEXT_MAX];

	return addr_is_in(a, &block, 1) && addr_print(a, text) > 6 &&
	    text[4] == ':' && text[5] == ':';
}

static bool
is_private(const struct addr *a)
{
	return addr_is_in(a, private_blocks, LENGTH(private_blocks)) ||
	    is_link_local(a);
}

/*
 * Reads an address as Haraka's connection does (ipaddr.process() of ipaddr.js):
 * IPv4-mapped IPv6, and IPv4-compatible IPv6 with a dotted quad, are IPv4.
 */
static void
read_target(const char *text, size_t len, struct target *out)
{
	static const struct prefix compatible = { { { 0 }, FAMILY_IPV6 }, 96 };
	struct addr *a = &out->net.addr;

	target_parse_address(text, len, out);
	if (out->kind == TARGET_NET && out->dotted &&
	    addr_is_in(a, &compatible, 1)) {
		a->bytes[10] = 0xff;
		a->bytes[11] = 0xff;
	}
	target_take_mapped(out);
	out->zoned &= a->family == FAMILY_IPV6;
}

static bool
find_in_databases(const struct haraka *h, const struct target *target,
    struct origin *out)
{
	return db_find_first(h->databases, h->database_count, &target->net,
	    out);
}

/* Returns why no provider is asked about a target; NULL: they are. */
static const char *
reason_not_to_ask(const void *self, const struct target *target)
{
	const struct haraka *h = self;
	struct origin origin;

	if (find_in_databases(h, target, &origin) && origin.asn > 0)
		return "the database has an answer, and comes first";
	if (is_private(&target->net.addr))
		return "Haraka treats the address as private";
	if (target->zoned)
		return "Haraka cannot query IPv6 with a zone";
	if (!h->dns)
		return "DNS is not used";
	return NULL;
}

static void
ask_providers(const void *self, struct lookup *l)
{
	const struct haraka *h = self;

	haraka_providers_ask(&h->providers, l);
}

static enum step
step(const void *self, struct lookup *l)
{
	return filter_step(self, l, reason_not_to_ask, ask_providers);
}

/* --- verdict ------------------------------------------------------------- */

/* Reads the answers in the order of the configuration. */
static void
read_answers(const struct haraka *h, const struct lookup *l,
    struct haraka_results *results, struct record *r)
{
	for (size_t i = 0; i < l->query_count; i++) {
		const struct lookup_query *query = &l->queries[i];
		enum haraka_provider p =
		    haraka_providers_owner(&h->providers, query);
		const char *key = haraka_providers[p].key;
		struct haraka_answer answer;

		lookup_explain(r->explanation, key, query);
		lookup_add_source(r, key, query);
		if (haraka_providers_read(&h->providers, query, &r->arena,
			r->explanation, &answer))
			haraka_results_add(results, p, &answer);
	}
}

/* Adds the AS and name that a database has, even of a private address. */
static void
add_origin(const struct origin *o, struct haraka_results *results,
    struct record *r)
{
	struct buf number = { 0 };

	if (o->asn > 0) {
		record_add_source(r, DATABASE)->status = STATUS_OK;
		buf_put_number(&number, o->asn);
		haraka_results_add_asn(results, text_keep(&r->arena, &number));
	}
	if (o->reg.name.len > 0)
		haraka_results_add_org(results, o->reg.name);
	explain_add(r->explanation,
	    "the database has AS %.*s, organisation '%.*s'",
	    (int)results->asn.len,
	    results->asn.len > 0 ? results->asn.text : "",
	    (int)results->org.len,
	    results->org.len > 0 ? results->org.text : "");
}

static void
read_databases(const struct haraka *h, struct haraka_results *results,
    struct record *r)
{
	struct origin o;

	if (h->database_count == 0)
		return;
	if (find_in_databases(h, &r->target, &o))
		add_origin(&o, results, r);
	else
		explain_add(r->explanation,
		    "the database does not have the address");
}

/* Sets the status of an address that no provider was asked about. */
static void
sum_up_unasked(const char *why, struct record *r)
{
	r->status = is_private(&r->target.net.addr) || r->target.zoned
	    ? STATUS_SPECIAL
	    : STATUS_NOSOURCE;
	r->why = why;
}

/* Returns whether nothing was looked up that could have the address. */
static bool
is_unasked(const struct haraka *h, const struct haraka_results *results,
    const struct addr *a)
{
	return !results->is_number &&
	    (h->database_count == 0 || h->dns || is_private(a));
}

static void
verdict_on_net(const struct haraka *h, const struct lookup *l,
    struct haraka_results *results, struct record *r)
{
	const char *why = reason_not_to_ask(h, &l->target);

	read_databases(h, results, r);
	if (why != NULL)
		explain_add(r->explanation, "no zone is queried: %s", why);
	read_answers(h, l, results, r);
	if (h->database_count > 0 && !results->is_number)
		record_add_source(r, DATABASE)->status = STATUS_UNANNOUNCED;
	if (why != NULL && is_unasked(h, results, &l->target.net.addr))
		sum_up_unasked(why, r);
	else
		lookup_sum_up(l, results->asn, results->net, r);
}

static void
verdict(const void *self, const struct lookup *l, struct record *r)
{
	const struct haraka *h = self;
	struct haraka_results *results;

	results = arena_alloc(&r->arena, sizeof(*results));
	*results = (struct haraka_results){ .count = 0 };
	r->own = results;
	if (l->target.kind == TARGET_NET)
		verdict_on_net(h, l, results, r);
	else
		lookup_no_address(l, r);
	haraka_results_tell(results, h->names, r);
}

static void
print(const void *self, const struct record *r, enum format format,
    struct writer *w)
{
	const struct haraka *h = self;

	if (format == FORMAT_JSON)
		haraka_print_json(r->own, r, w);
	else
		haraka_print_header(r->own, &h->config, w);
}

static void
print_added(const void *self, const struct record *r, struct writer *w)
{
	(void)self;
	haraka_print_added(r->own, w);
}

static const struct view view = {
	.step = step,
	.verdict = verdict,
	.read = read_target,
	.print = print,
	.print_added = print_added,
};

/* --- the test of providers ----------------------------------------------- */

static const char *
reason_not_to_test(const void *self, const struct target *target)
{
	const struct haraka *h = self;

	(void)target;
	return h->dns ? NULL : "DNS is not used";
}

static enum step
step_of_test(const void *self, struct lookup *l)
{
	return filter_step(self, l, reason_not_to_test, ask_providers);
}

static const struct view view_test = { .step = step_of_test };

static void
tested(void *self, const struct lookup *l)
{
	struct haraka *h = self;

	haraka_providers_test(&h->providers, l, h->config.test_ip);
}

/* --- configuration ------------------------------------------------------- */

static void
free_filter(void *self)
{
	struct haraka *h = self;

	if (h == NULL)
		return;
	haraka_config_clear(&h->config);
	arena_free(&h->arena);
	free(h);
}

static struct filter_state
state_of(struct haraka *h, const struct filter_config *config)
{
	return (struct filter_state){
		.self = h,
		.vocabulary = {
			.names = h->names,
			.count = h->name_count,
			.asn = h->names[HARAKA_MEMBER_ASN],
			.prefix = h->names[HARAKA_MEMBER_NET],
		},
		.zones = h->providers.zones,
		.zone_count = h->providers.zone_count,
		.timeout = filter_timeout(config, h->config.timeout),
		.test = h->config.test_ip,
	};
}

/*
 * Returns whether no database is missing: the plugin would read that of
 * `dbdir`, if it is there, and asnq reads only those that --db names.
 */
static bool
has_database(const struct haraka *h, size_t count)
{
	char *path;
	bool exists;

	if (!h->config.geoip || count > 0 || h->config.dbdir == NULL)
		return true;
	path = format_text("%s/" DATABASE ".mmdb", h->config.dbdir);
	exists = access(path, R_OK) == 0;
	if (exists)
		warn_line("Haraka: the plugin would read %s: add --db=%s, or "
			  "switch geoip off in [protocols]",
		    path, path);
	free(path);
	return !exists;
}

static bool
open_filter(const struct filter_config *config, struct filter_state *out)
{
	struct haraka *h = xcalloc(1, sizeof(*h));
	bool good = true;

	haraka_config_init(&h->config);
	for (size_t i = 0; i < config->file_count; i++)
		good = good && haraka_config_read(&h->config, config->files[i]);
	if (!good || !haraka_config_check(&h->config) ||
	    !has_database(h, config->database_count)) {
		free_filter(h);
		return false;
	}
	h->dns = config->dns && h->config.dns;
	h->databases = config->databases;
	h->database_count = h->config.geoip ? config->database_count : 0;
	if (h->dns)
		haraka_providers_add(&h->providers, h->config.providers);
	h->name_count = haraka_results_name(h->names, &h->arena);
	*out = state_of(h, config);
	return true;
}

const struct filter filter_haraka = {
	.suffix = ".ini",
	.formats = { FORMAT_HEADER, FORMAT_JSON },
	.format_count = 2,
	.view = &view,
	.open = open_filter,
	.free = free_filter,
	.test = &view_test,
	.tested = tested,
};
