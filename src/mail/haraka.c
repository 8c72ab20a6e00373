#include "config.h"

#include "mail/haraka.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/escape.h"
#include "dns/zone.h"
#include "io/warn.h"
#include "mail/haraka-answer.h"
#include "mail/haraka-config.h"
#include "record/target.h"

/* A provider of the configuration, as it is asked. */
struct asked {
	enum haraka_provider provider;
	unsigned sources[FAMILY_MAX]; /* what it does not serve has none */
	bool failed;		      /* its test */
};

struct haraka {
	struct haraka_config config;
	struct db *const *databases; /* in place of GeoLite2-ASN */
	size_t database_count;
	bool dns;
	struct asked asked[HARAKA_PROVIDER_MAX];
	size_t asked_count;
	const char *zones[HARAKA_PROVIDER_MAX * FAMILY_MAX];
	size_t zone_count;
};

/* The members of the results, besides those by provider. */
enum member {
	MEMBER_ASN,
	MEMBER_NET,
	MEMBER_ORG,
	MEMBER_PROVIDERS
};

#define DATABASE "GeoLite2-ASN" /* among the sources */

#define MEMBER_MAX (MEMBER_PROVIDERS + HARAKA_PROVIDER_MAX)

/* The plugin's results: its members in the order in which they came to be. */
struct results {
	struct span asn;
	struct span net;
	struct span org; /* in UTF-8 */
	bool is_number;	 /* the AS, which is a database's */
	struct haraka_answer answers[HARAKA_PROVIDER_MAX];
	unsigned order[MEMBER_MAX];
	size_t count;
};

static const char *const value_names[] = {
	"ASN",
	"NET",
	"ORG",
	"CYMRU_ASN",
	"CYMRU_NET",
	"CYMRU_COUNTRY",
	"CYMRU_ASSIGNOR",
	"CYMRU_DATE",
	"ROUTEVIEWS_ASN",
	"ROUTEVIEWS_NET",
	"RSPAMD_ASN",
	"RSPAMD_NET",
	"RSPAMD_COUNTRY",
	"RSPAMD_ASSIGNOR",
	"RSPAMD_DATE",
	"MONKEY_ASN",
	"MONKEY_NET",
	"MONKEY_ORG",
	"MONKEY_DATE",
	"MONKEY_COUNTRY",
};

/* What is private to Haraka, where that can be said by prefixes. */
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

/* fe80::/10, but only where its text goes on with "::". */
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
	return addr_is_in(a, private_blocks,
		   sizeof(private_blocks) / sizeof(private_blocks[0])) ||
	    is_link_local(a);
}

static bool
find_in_databases(const struct haraka *h, const struct target *target,
    struct origin *out)
{
	return db_find_first(h->databases, h->database_count, &target->net,
	    out);
}

/* NULL, or why no provider is asked about it. */
static const char *
reason_not_to_ask(const struct haraka *h, const struct target *target)
{
	struct origin origin;

	if (find_in_databases(h, target, &origin) && origin.asn > 0)
		return "the database has an answer, and comes first";
	if (is_private(&target->net.addr))
		return "Haraka takes the address for a private one";
	if (target->dotted)
		return "Haraka makes no name of IPv6 that ends in a dotted "
		       "quad";
	if (target->zoned)
		return "Haraka makes no name of IPv6 with a zone";
	if (!h->dns)
		return "DNS is not used";
	return NULL;
}

static bool
serves(const struct asked *a, enum family family)
{
	return family == FAMILY_IPV4 ||
	    haraka_providers[a->provider].zone6 != NULL;
}

static void
queries(const struct asked *a, const struct addr *addr, struct lookup *l)
{
	const struct haraka_provider_info *info =
	    &haraka_providers[a->provider];
	char owner[OWNER_MAX];

	zone_owner(addr->family == FAMILY_IPV4 ? info->zone : info->zone6, addr,
	    family_bits(addr->family), owner);
	lookup_add(l, a->sources[addr->family], ROLE_ORIGIN, owner);
}

static enum step
step(const void *self, struct lookup *l)
{
	const struct haraka *h = self;
	const struct addr *addr = &l->target.net.addr;

	if (l->target.kind != TARGET_NET ||
	    reason_not_to_ask(h, &l->target) != NULL)
		return STEP_DONE;
	if (l->query_count == 0)
		for (size_t i = 0; i < h->asked_count; i++)
			if (!h->asked[i].failed &&
			    serves(&h->asked[i], addr->family))
				queries(&h->asked[i], addr, l);
	return lookup_is_answered(l) ? STEP_DONE : STEP_WAIT;
}

/* The first record of an answer; false: there is no result. */
static bool
read_answer(enum haraka_provider provider, const struct lookup_query *query,
    struct arena *arena, struct explanation *explanation,
    struct haraka_answer *out)
{
	const uint8_t *rdata;
	size_t at = 0;
	size_t len;

	if (!answer_next(query->answer, &at, &rdata, &len))
		return false;
	if (at < query->answer->size)
		explain_add_bug(explanation, "only the first record is read");
	return haraka_answer_read(provider, rdata, len, arena, explanation,
	    out);
}

static void
note(struct results *r, unsigned member)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->order[i] == member)
			return;
	r->order[r->count++] = member;
}

/* What comes later wins, for AS and network each on its own. */
static void
add_answer(struct results *r, enum haraka_provider provider,
    const struct haraka_answer *a)
{
	if (a->values[HARAKA_ASN].len > 0) {
		r->asn = a->values[HARAKA_ASN];
		note(r, MEMBER_ASN);
	}
	if (a->values[HARAKA_NET].len > 0) {
		r->net = a->values[HARAKA_NET];
		note(r, MEMBER_NET);
	}
	r->answers[provider] = *a;
	note(r, MEMBER_PROVIDERS + provider);
}

/* The number and the organisation, of private addresses as well. */
static void
read_databases(const struct haraka *h, struct results *results,
    struct record *r)
{
	struct buf number = { 0 };
	struct origin o;

	if (!find_in_databases(h, &r->target, &o)) {
		if (h->database_count > 0)
			explain_add(r->explanation,
			    "the database does not have the address");
		return;
	}
	if (o.asn > 0) {
		record_add_source(r, DATABASE)->status = STATUS_OK;
		buf_put_number(&number, o.asn);
		results->asn.text =
		    arena_copy(&r->arena, number.data, number.len);
		results->asn.len = number.len;
		results->is_number = true;
		note(results, MEMBER_ASN);
		buf_free(&number);
	}
	if (o.reg.name.len > 0) {
		results->org = o.reg.name;
		note(results, MEMBER_ORG);
	}
	explain_add(r->explanation,
	    "the database has AS %.*s, organisation '%.*s'",
	    (int)results->asn.len,
	    results->asn.len > 0 ? results->asn.text : "",
	    (int)results->org.len,
	    results->org.len > 0 ? results->org.text : "");
}

/* In the order of the configuration, whichever answer came first. */
static void
read_slots(const struct haraka *h, const struct lookup *l,
    struct results *results, struct record *r)
{
	size_t query = 0;

	for (size_t i = 0; i < h->asked_count && query < l->query_count; i++) {
		const struct asked *a = &h->asked[i];
		const struct lookup_query *s = &l->queries[query];
		struct haraka_answer answer;

		if (a->failed || !serves(a, l->target.net.addr.family))
			continue;
		query++;
		lookup_explain(r->explanation,
		    haraka_providers[a->provider].key, s);
		lookup_add_source(r, haraka_providers[a->provider].key, s);
		if (read_answer(a->provider, s, &r->arena, r->explanation,
			&answer))
			add_answer(results, a->provider, &answer);
	}
}

static void
add_value(struct record *r, size_t name, struct span latin1)
{
	struct buf utf8 = { 0 };

	if (latin1.text == NULL) {
		record_add_value(r, value_names[name], latin1);
		return;
	}
	haraka_put_utf8(&utf8, latin1);
	buf_putc(&utf8, '\0');
	record_add_value(r, value_names[name],
	    (struct span){ utf8.data, utf8.len - 1 });
	buf_free(&utf8);
}

static void
add_values(struct record *r, const struct results *results)
{
	size_t name = 0;

	add_value(r, name++, results->asn);
	add_value(r, name++, results->net);
	record_add_value(r, value_names[name++], results->org);
	for (size_t p = 0; p < HARAKA_PROVIDER_MAX; p++)
		for (size_t i = 0; i < haraka_providers[p].field_count; i++)
			add_value(r, name++, results->answers[p].values[i]);
}

/* An address that a database is asked about need not be in it. */
static bool
is_left_out(const struct haraka *h, const struct results *results,
    const struct addr *a)
{
	if (results->is_number)
		return false;
	return h->database_count == 0 || h->dns || is_private(a);
}

static void
verdict_on_net(const struct haraka *h, const struct lookup *l,
    struct results *results, struct record *r)
{
	const char *why = reason_not_to_ask(h, &l->target);

	read_databases(h, results, r);
	if (why != NULL)
		explain_add(r->explanation, "nobody is asked: %s", why);
	read_slots(h, l, results, r);
	if (h->database_count > 0 && !results->is_number)
		record_add_source(r, DATABASE)->status = STATUS_UNANNOUNCED;
	add_values(r, results);
	if (why != NULL && is_left_out(h, results, &l->target.net.addr)) {
		r->status = is_private(&l->target.net.addr) ||
			l->target.dotted || l->target.zoned
		    ? STATUS_SPECIAL
		    : STATUS_NOSOURCE;
		r->why = why;
	} else {
		lookup_sum_up(l, results->asn, results->net, r);
	}
}

static void
verdict(const void *self, const struct lookup *l, struct record *r)
{
	const struct haraka *h = self;
	struct results *results;

	results = arena_alloc(&r->arena, sizeof(*results));
	*results = (struct results){ .count = 0 };
	r->own = results;
	if (l->target.kind != TARGET_NET) {
		add_values(r, results);
		lookup_no_address(l, r);
		return;
	}
	verdict_on_net(h, l, results, r);
}

/* --- printing ------------------------------------------------------------ */

static void
print_json_text(struct json *j, const char *name, struct span latin1)
{
	struct buf utf8 = { 0 };

	if (latin1.text == NULL) /* undefined is left out */
		return;
	haraka_put_utf8(&utf8, latin1);
	json_string(j, name, utf8.len > 0 ? utf8.data : "", utf8.len);
	buf_free(&utf8);
}

/* A member that is no provider's. */
static void
print_json_own(const struct results *results, unsigned member, struct json *j)
{
	if (member == MEMBER_NET)
		print_json_text(j, "net", results->net);
	else if (member == MEMBER_ORG)
		json_string(j, "org", results->org.text, results->org.len);
	else if (results->is_number)
		json_number(j, "asn", strtoul(results->asn.text, NULL, 10));
	else
		print_json_text(j, "asn", results->asn);
}

static void
print_json_provider(const struct results *results, size_t provider,
    struct json *j)
{
	const struct haraka_provider_info *info = &haraka_providers[provider];

	json_object(j, info->key);
	for (size_t i = 0; i < info->field_count; i++)
		print_json_text(j, info->fields[i],
		    results->answers[provider].values[i]);
	json_object_end(j);
}

static void
print_json(const struct results *results, const struct record *r,
    struct writer *w)
{
	struct json *j = &w->json;

	json_object(j, w->name);
	if (w->name == NULL)
		field_write_named("ip", w, r);
	for (size_t i = 0; i < results->count; i++) {
		unsigned member = results->order[i];

		if (member < MEMBER_PROVIDERS)
			print_json_own(results, member, j);
		else
			print_json_provider(results, member - MEMBER_PROVIDERS,
			    j);
	}
	json_object_end(j);
}

static void
put_span(struct buf *out, struct span s)
{
	if (s.text == NULL)
		buf_puts(out, "undefined");
	else
		haraka_put_utf8(out, s);
}

static void
print_header_line(const char *name, struct span value, struct buf *out)
{
	struct buf line = { 0 };

	buf_puts(out, "X-Haraka-ASN");
	if (name != NULL)
		buf_putc(out, '-');
	if (name != NULL)
		buf_puts(out, name);
	buf_puts(out, ": ");
	haraka_put_header_value(&line, value);
	escape_flat(out, line.data, line.len);
	buf_free(&line);
	buf_putc(out, '\n');
}

/* The AS and its network, as the plugin's header has them. */
static void
put_main_value(const struct results *results, struct buf *out)
{
	haraka_put_utf8(out, results->asn);
	if (results->net.len > 0) {
		buf_putc(out, ' ');
		haraka_put_utf8(out, results->net);
	}
}

static void
print_provider(const struct haraka_provider_info *info,
    const struct haraka_answer *a, struct buf *out)
{
	struct buf value = { 0 };

	if (a->values[HARAKA_ASN].len == 0)
		return;
	for (size_t i = 0; i < info->field_count; i++) {
		if (i > 0)
			buf_putc(&value, ' ');
		buf_printf(&value, "%s=", info->fields[i]);
		put_span(&value, a->values[i]);
	}
	print_header_line(info->header, (struct span){ value.data, value.len },
	    out);
	buf_free(&value);
}

static void
print_header(const struct haraka *h, const struct results *results,
    struct buf *out)
{
	struct buf value = { 0 };

	if (results->asn.len == 0)
		return;
	if (h->config.header_asn) {
		put_main_value(results, &value);
		print_header_line(NULL, (struct span){ value.data, value.len },
		    out);
		if (results->org.len > 0)
			print_header_line("Org", results->org, out);
	}
	buf_free(&value);
	for (size_t i = 0; i < results->count && h->config.header_provider;
	     i++) {
		unsigned p = results->order[i] - MEMBER_PROVIDERS;

		if (results->order[i] >= MEMBER_PROVIDERS)
			print_provider(&haraka_providers[p],
			    &results->answers[p], out);
	}
}

static void
print(const void *self, const struct record *r, enum format format,
    struct writer *w)
{
	if (format == FORMAT_JSON)
		print_json(r->own, r, w);
	else
		print_header(self, r->own, w->out);
}

static void
print_added(const void *self, const struct record *r, struct writer *w)
{
	struct buf value = { 0 };
	const struct results *results = r->own;

	(void)self;
	if (results->asn.len > 0)
		put_main_value(results, &value);
	escape_flat(w->out, value.data, value.len);
	buf_free(&value);
}

/* --- configuration and test ---------------------------------------------- */

static enum step
step_of_test(const void *self, struct lookup *l)
{
	const struct haraka *h = self;

	if (l->target.kind != TARGET_NET || !h->dns)
		return STEP_DONE;
	if (l->query_count == 0)
		for (size_t i = 0; i < h->asked_count; i++) {
			if (serves(&h->asked[i], l->target.net.addr.family))
				queries(&h->asked[i], &l->target.net.addr, l);
		}
	return lookup_is_answered(l) ? STEP_DONE : STEP_WAIT;
}

static void
tested(void *self, const struct lookup *l)
{
	struct haraka *h = self;
	struct arena arena = { 0 };
	struct haraka_answer answer;
	size_t query = 0;

	for (size_t i = 0; i < h->asked_count; i++) {
		struct asked *a = &h->asked[i];

		a->failed = query == l->query_count ||
		    !serves(a, l->target.net.addr.family) ||
		    !read_answer(a->provider, &l->queries[query++], &arena,
			NULL, &answer);
		if (h->dns && a->failed)
			warn_line("Haraka: %s failed",
			    haraka_providers[a->provider].zone);
	}
	arena_free(&arena);
}

static unsigned
add_zone(struct haraka *h, const char *zone)
{
	h->zones[h->zone_count] = zone;
	return (unsigned)h->zone_count++;
}

static void
add_provider(struct haraka *h, struct span name)
{
	struct asked *a = &h->asked[h->asked_count];
	size_t p = 0;

	while (p < HARAKA_PROVIDER_MAX &&
	    !span_is_exactly(name, haraka_providers[p].zone))
		p++;
	if (p == HARAKA_PROVIDER_MAX) {
		warn_line("Haraka: unrecognized ASN provider: %.*s",
		    (int)name.len, name.text);
		return;
	}
	for (size_t i = 0; i < h->asked_count; i++)
		if (h->asked[i].provider == p)
			return;
	h->asked_count++;
	a->provider = (enum haraka_provider)p;
	a->sources[FAMILY_IPV4] = add_zone(h, haraka_providers[p].zone);
	if (haraka_providers[p].zone6 != NULL)
		a->sources[FAMILY_IPV6] =
		    add_zone(h, haraka_providers[p].zone6);
}

/* Between them are runs of white space, commas and semicolons. */
static void
add_providers(struct haraka *h)
{
	static const char separators[] = " \t\n\v\f\r,;";

	if (!h->dns)
		return;
	for (const char *at = h->config.providers; *at != '\0';) {
		size_t len = strcspn(at, separators);

		add_provider(h, (struct span){ at, len });
		at += len;
		at += strspn(at, separators);
	}
}

static void
free_filter(void *self)
{
	struct haraka *h = self;

	if (h == NULL)
		return;
	haraka_config_clear(&h->config);
	free(h);
}

static bool
open_filter(const struct filter_config *config, struct filter_state *out)
{
	struct haraka *h = xcalloc(1, sizeof(*h));

	haraka_config_init(&h->config);
	for (size_t i = 0; i < config->file_count; i++) {
		if (!haraka_config_read(&h->config, config->files[i])) {
			free_filter(h);
			return false;
		}
	}
	h->dns = config->dns && h->config.dns;
	h->databases = config->databases;
	h->database_count = h->config.geoip ? config->database_count : 0;
	add_providers(h);
	*out = (struct filter_state){
		.self = h,
		.vocabulary = {
			.names = value_names,
			.count = sizeof(value_names) / sizeof(value_names[0]),
			.asn = "ASN",
			.prefix = "NET",
		},
		.zones = h->zones,
		.zone_count = h->zone_count,
		.timeout = config->timeout > 0 ? config->timeout
					       : h->config.timeout,
		.test = h->config.test_ip,
	};
	return true;
}

static const struct view view = {
	.step = step,
	.verdict = verdict,
	.read = target_parse_address,
	.print = print,
	.print_added = print_added,
};

static const struct view view_test = { .step = step_of_test };

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
