#include "config.h"

#include "mail/spamassassin.h"

#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/buf.h"
#include "dns/zone.h"
#include "mail/spamassassin-answer.h"
#include "mail/spamassassin-print.h"
#include "mail/spamassassin-setup.h"
#include "mail/spamassassin-tags.h"
#include "mail/text.h"
#include "record/target.h"

#define TIMEOUT 15000000 /* microseconds: rbl_timeout's default */
#define GEODB "GeoDB"	 /* its name among the sources */
#define IPV6_MARK "IPv6:"

/* Blocks SpamAssassin treats as private; never queried. */
static const struct prefix private_blocks[] = {
	{ { { 10 }, FAMILY_IPV4 }, 8 },
	{ { { 127 }, FAMILY_IPV4 }, 8 },
	{ { { 169, 254 }, FAMILY_IPV4 }, 16 },
	{ { { 172, 16 }, FAMILY_IPV4 }, 12 },
	{ { { 192, 168 }, FAMILY_IPV4 }, 16 },
	{ { { 100, 64 }, FAMILY_IPV4 }, 10 },
	{ { { 0xfe, 0x80 }, FAMILY_IPV6 }, 10 },
	{ { { [15] = 1 }, FAMILY_IPV6 }, 128 },
};

/*
 * Returns whether SpamAssassin takes an address for ::1, by the first digit of
 * its dotted quad: ::1.2.3.4.
 */
static bool
is_misread(const struct target *target)
{
	static const struct prefix block = { { { [12] = 1 }, FAMILY_IPV6 },
		104 };

	return target->dotted && addr_is_in(&target->net.addr, &block, 1);
}

static bool
is_private(const struct target *target)
{
	return addr_is_in(&target->net.addr, private_blocks,
		   LENGTH(private_blocks)) ||
	    is_misread(target);
}

/*
 * Reads an address as it is in Received headers, perhaps after "IPv6:".
 * IPv4-mapped IPv6 is IPv4 only if it is written with a dotted quad.
 */
static void
read_target(const char *text, size_t len, struct target *out)
{
	struct span s = span_trim((struct span){ text, len });
	size_t mark = strlen(IPV6_MARK);

	if (s.len > mark && strncasecmp(s.text, IPV6_MARK, mark) == 0) {
		s.text += mark;
		s.len -= mark;
	}
	target_parse_address(s.text, s.len, out);
	if (out->dotted)
		target_take_mapped(out);
}

static bool
find_in_geodb(const struct sa_setup *sa, const struct target *target,
    struct origin *out)
{
	return sa_setup_has_geodb(sa) &&
	    db_find_first(sa->databases, sa->database_count, &target->net, out);
}

/* Returns why no zone is queried about a target; NULL: they are. */
static const char *
reason_not_to_ask(const void *self, const struct target *target)
{
	const struct sa_setup *sa = self;
	static const char *const no_list[FAMILY_MAX] = {
		[FAMILY_IPV4] = "there is no asn_lookup",
		[FAMILY_IPV6] = "there is no asn_lookup_ipv6",
	};
	const struct addr *a = &target->net.addr;
	struct origin origin;

	if (sa->config.prefer_geodb && !is_private(target) &&
	    find_in_geodb(sa, target, &origin))
		return "the database has an answer, and is preferred";
	if (!sa->config.use_dns || !sa->dns)
		return "DNS is not used";
	if (is_private(target))
		return "SpamAssassin treats the address as private";
	return sa->config.has_list[a->family] ? NULL : no_list[a->family];
}

/* Queries every zone of the address's family, equal ones each. */
static void
ask_zones(const void *self, struct lookup *l)
{
	const struct sa_setup *sa = self;
	const struct addr *a = &l->target.net.addr;

	for (size_t i = 0; i < sa->zone_count; i++) {
		const struct sa_zone *z = &sa->zones[i];
		struct lookup_query *query;
		char owner[OWNER_MAX] = "";

		if (z->lookup->family != (enum family)a->family)
			continue;
		if (z->name != NULL)
			zone_owner(z->name, a, family_bits(a->family), owner);
		query = lookup_add(l, z->source, owner);
		if (z->name == NULL || sa_config_denies(&sa->config, owner))
			lookup_settle(l, query, ANSWER_NONE);
	}
}

static enum step
step(const void *self, struct lookup *l)
{
	return filter_step(self, l, reason_not_to_ask, ask_zones);
}

/* --- verdict ------------------------------------------------------------- */

/*
 * Returns the text of the tag ASN for a database's origin: the number, after a
 * prefix unless it begins like that, and the organisation.
 */
static struct span
geodb_text(const struct sa_setup *sa, const struct origin *o, struct record *r)
{
	struct span prefix = sa->config.asn_prefix;
	struct buf number = { 0 };
	struct buf text = { 0 };

	buf_put_number(&number, o->asn);
	if (number.len < prefix.len ||
	    memcmp(number.data, prefix.text, prefix.len) != 0)
		buf_put(&text, prefix.text, prefix.len);
	else if (prefix.len > 0)
		explain_add_bug(r->explanation,
		    "the number begins with the prefix, so SpamAssassin adds "
		    "none");
	buf_put(&text, number.data, number.len);
	buf_free(&number);
	if (o->reg.name.len > 0) {
		buf_putc(&text, ' ');
		buf_put(&text, o->reg.name.text, o->reg.name.len);
	}
	return text_keep(&r->arena, &text);
}

static void
read_geodb(const struct sa_setup *sa, struct sa_tag *tags, struct record *r)
{
	struct sa_tag *tag = &tags[sa->geodb_tag];
	struct origin o;

	if (!sa_setup_has_geodb(sa))
		return;
	if (!find_in_geodb(sa, &r->target, &o)) {
		record_add_source(r, GEODB)->status = STATUS_UNANNOUNCED;
		explain_add(r->explanation,
		    "the database does not have the address");
		return;
	}
	record_add_source(r, GEODB)->status = STATUS_OK;
	tag->text = geodb_text(sa, &o, r);
	tag->first = tag->text;
	explain_add(r->explanation,
	    "the database has '%.*s', which goes into _ASN_",
	    (int)tag->text.len, tag->text.text);
}

static void
explain_query(const struct sa_zone *z, const struct lookup_query *query,
    bool denied, struct explanation *explanation)
{
	if (z->name == NULL)
		explain_add(explanation,
		    "%s is not a domain name, so it has no answer",
		    z->lookup->zone);
	else if (denied)
		explain_add(explanation,
		    "TXT %s is not queried: dns_query_restriction",
		    query->owner);
	else
		lookup_explain(explanation, z->name, query);
}

static void
read_answer(const struct sa_setup *sa, const struct sa_zone *z,
    const struct lookup_query *query, struct sa_tag *tags, struct record *r)
{
	struct source_result *s = lookup_add_source(r, z->lookup->zone, query);
	bool denied =
	    z->name != NULL && sa_config_denies(&sa->config, query->owner);

	explain_query(z, query, denied, r->explanation);
	if (denied)
		s->status = STATUS_NOSOURCE;
	if (query->answer->kind == ANSWER_TEXT)
		s->status = sa_answer_read(query->answer, sa->config.asn_prefix,
		    &tags[z->asn_tag], &tags[z->route_tag], &r->arena,
		    r->explanation);
}

/* Reads the answers in the order of the configuration. */
static void
read_answers(const struct sa_setup *sa, const struct lookup *l,
    struct sa_tag *tags, struct record *r)
{
	size_t query = 0;

	for (size_t i = 0; i < sa->zone_count && query < l->query_count; i++) {
		const struct sa_zone *z = &sa->zones[i];

		if (z->lookup->family == (enum family)l->target.net.addr.family)
			read_answer(sa, z, &l->queries[query++], tags, r);
	}
}

/* Returns OK if a source has that, else the first failure or last status. */
static enum status
sum_status(const struct record *r)
{
	enum status status = STATUS_NOSOURCE;

	for (size_t i = 0; i < r->source_count; i++) {
		enum status one = r->sources[i].status;

		if (one == STATUS_OK)
			return one;
		if (status == STATUS_NOSOURCE || !status_failed(status))
			status = one;
	}
	return status;
}

static void
verdict_on_net(const struct sa_setup *sa, const struct lookup *l,
    struct sa_tag *tags, struct record *r)
{
	const char *why = reason_not_to_ask(sa, &l->target);
	bool private = is_private(&l->target);

	if (why != NULL)
		explain_add(r->explanation, "no zone is queried: %s", why);
	if (!private)
		read_geodb(sa, tags, r);
	read_answers(sa, l, tags, r);
	sa_tags_tell(sa, tags, r);
	r->status = private ? STATUS_SPECIAL : sum_status(r);
}

static void
verdict(const void *self, const struct lookup *l, struct record *r)
{
	const struct sa_setup *sa = self;
	struct sa_tag *tags = sa_tags_start(sa, &r->arena);

	if (l->target.kind == TARGET_NET)
		verdict_on_net(sa, l, tags, r);
	else
		lookup_no_address(l, r);
	r->own = sa_tags_check(sa, tags, r);
	for (size_t i = 0; i < sa->tag_count; i++)
		record_add_value(r, tags[i].name, tags[i].text);
}

static void
print(const void *self, const struct record *r, enum format format,
    struct writer *w)
{
	if (format == FORMAT_JSON)
		sa_print_json(self, r->own, r, w);
	else if (format == FORMAT_HEADER)
		sa_print_headers(self, r, w);
	else
		sa_print_tags(self, r, w);
}

static void
print_added(const void *self, const struct record *r, struct writer *w)
{
	sa_print_added(self, r, w);
}

static const struct view view = {
	.step = step,
	.verdict = verdict,
	.read = read_target,
	.print = print,
	.print_added = print_added,
};

/* --- configuration ------------------------------------------------------- */

static bool
open_filter(const struct filter_config *config, struct filter_state *out)
{
	struct sa_setup *sa = sa_setup_new(config);

	if (sa == NULL)
		return false;
	*out = (struct filter_state){
		.self = sa,
		.vocabulary = {
			.names = sa->names.list,
			.count = sa->names.count,
			.asn = sa->names.list[sa->asn_tag],
			.prefix = sa->names.list[sa->route_tag],
		},
		.zones = sa->sources.list,
		.zone_count = sa->sources.count,
		.timeout = filter_timeout(config, TIMEOUT),
	};
	return true;
}

static void
free_filter(void *self)
{
	sa_setup_free(self);
}

const struct filter filter_spamassassin = {
	.suffix = ".cf",
	.formats = { FORMAT_TAGS, FORMAT_HEADER, FORMAT_JSON },
	.format_count = 3,
	.view = &view,
	.open = open_filter,
	.free = free_filter,
};
