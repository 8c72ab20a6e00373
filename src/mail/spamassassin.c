#include "config.h"

#include "mail/spamassassin.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "dns/zone.h"
#include "io/warn.h"
#include "mail/spamassassin-answer.h"
#include "mail/spamassassin-config.h"
#include "mail/spamassassin-file.h"
#include "mail/spamassassin-header.h"
#include "mail/spamassassin-rule.h"
#include "record/target.h"

#define TIMEOUT 15000000 /* us: rbl_timeout's default */

/* What no mail server asks anybody about. */
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

/* A tag that the configuration names. */
struct tag_name {
	char *name;   /* in capitals */
	bool cleared; /* the plugin makes it empty before it asks */
	bool usual;   /* SpamAssassin does so by itself */
};

/* A zone, as it is asked. */
struct asked {
	const struct sa_lookup *lookup;
	char *zone; /* NULL: no name that could be asked */
	unsigned source;
	size_t asn_tag; /* of the tags */
	size_t route_tag;
};

struct spamassassin {
	struct sa_config config;
	struct db *const *databases; /* in place of GeoDB; none: it has none */
	size_t database_count;
	bool dns;
	struct asked *asked; /* by the order of the configuration */
	size_t asked_count;
	struct tag_name *tags; /* those named, and at last the usual two */
	size_t tag_count;
	size_t named_count;
	size_t asn_tag; /* where the first zone's answers go */
	size_t route_tag;
	size_t usual_tag;   /* ASN, where a database's answers go */
	const char **names; /* of the tags */
	const char **zones;
	size_t zone_count;
	struct sa_check *checks;
	size_t check_count;
};

static bool
is_private(const struct addr *a)
{
	return addr_is_in(a, private_blocks,
	    sizeof(private_blocks) / sizeof(private_blocks[0]));
}

/*
 * Received: headers have IPv6: before some addresses, and SpamAssassin takes
 * IPv4 out of an IPv6 address only where it is written as such.
 */
static void
read_target(const char *text, size_t len, struct target *out)
{
	struct span s = span_trim((struct span){ text, len });

	if (s.len > 5 && strncasecmp(s.text, "IPv6:", 5) == 0) {
		s.text += 5;
		s.len -= 5;
	}
	target_parse_address(s.text, s.len, out);
	if (out->dotted)
		target_take_mapped(out);
}

static bool
has_geodb(const struct spamassassin *sa)
{
	return sa->config.use_geodb && sa->database_count > 0;
}

/* What the databases have of an address: the first that has anything. */
static bool
find_in_geodb(const struct spamassassin *sa, const struct target *target,
    struct origin *out)
{
	return has_geodb(sa) &&
	    db_find_first(sa->databases, sa->database_count, &target->net, out);
}

/* Whether the zones are asked about an address, or why not. */
static const char *
reason_not_to_ask(const struct spamassassin *sa, const struct target *target)
{
	struct origin origin;

	if (sa->config.prefer_geodb && !is_private(&target->net.addr) &&
	    find_in_geodb(sa, target, &origin))
		return "the database has an answer, and is preferred";
	if (!sa->config.use_dns || !sa->dns)
		return "DNS is not used";
	if (is_private(&target->net.addr))
		return "SpamAssassin takes the address for a private one";
	if (!sa->config.has_list[target->net.addr.family])
		return target->net.addr.family == FAMILY_IPV4
		    ? "there is no asn_lookup"
		    : "there is no asn_lookup_ipv6";
	return NULL;
}

/* Every zone of the address's family, also where several are the same. */
static void
ask_zones(const struct spamassassin *sa, struct lookup *l)
{
	const struct addr *a = &l->target.net.addr;
	char owner[OWNER_MAX];

	for (size_t i = 0; i < sa->asked_count; i++) {
		const struct asked *z = &sa->asked[i];
		struct lookup_query *query;

		if (z->lookup->family != (enum family)a->family)
			continue;
		owner[0] = '\0';
		if (z->zone != NULL)
			zone_owner(z->zone, a, family_bits(a->family), owner);
		query = lookup_add(l, z->source, ROLE_ORIGIN, owner);
		if (z->zone == NULL || sa_config_denies(&sa->config, owner))
			lookup_settle(query, ANSWER_NONE);
	}
}

static enum step
step(const void *self, struct lookup *l)
{
	const struct spamassassin *sa = self;

	if (l->target.kind != TARGET_NET ||
	    reason_not_to_ask(sa, &l->target) != NULL)
		return STEP_DONE;
	if (l->query_count == 0)
		ask_zones(sa, l);
	return lookup_is_answered(l) ? STEP_DONE : STEP_WAIT;
}

/* The tags as they are before anything is known. */
static struct sa_tag *
start_tags(const struct spamassassin *sa, struct arena *arena)
{
	struct sa_tag *tags = arena_alloc(arena, sa->tag_count * sizeof(*tags));
	bool runs = has_geodb(sa) || (sa->dns && sa->config.use_dns);

	for (size_t i = 0; i < sa->tag_count; i++) {
		tags[i] = (struct sa_tag){ .name = sa->tags[i].name };
		if (sa->tags[i].usual || (sa->tags[i].cleared && runs))
			tags[i].text = (struct span){ "", 0 };
	}
	return tags;
}

/* A rule is held against what was first in its tag, if anything was. */
static bool
check_rule(const struct spamassassin *sa, const struct sa_check *c,
    const struct sa_tag *tags, struct explanation *explanation)
{
	bool hit = false;

	for (size_t i = 0; i < sa->tag_count; i++) {
		struct span text = tags[i].first;

		if (strcmp(tags[i].name, c->tag) != 0 || text.text == NULL)
			continue;
		hit = !c->off &&
		    regex_match(c->regex, text.text, text.len) == REGEX_MATCHES;
		explain_add(explanation,
		    "rule %s is held against _%s_, '%.*s': %s", c->name, c->tag,
		    (int)text.len, text.text,
		    c->off    ? "its score is 0"
			: hit ? "a hit"
			      : "no hit");
		if (span_compare(text, tags[i].text) != 0)
			explain_add_bug(explanation,
			    "rule %s does not see what came into _%s_ later",
			    c->name, c->tag);
	}
	return hit;
}

static void
read_slot(const struct spamassassin *sa, const struct asked *z,
    const struct lookup_query *query, struct sa_tag *tags, struct record *r)
{
	const struct answer *a = query->answer;
	struct source_result *s;

	s = lookup_add_source(r, z->lookup->zone, query);
	if (z->zone != NULL && sa_config_denies(&sa->config, query->owner))
		s->status = STATUS_NOSOURCE;
	if (z->zone == NULL)
		explain_add(r->explanation,
		    "%s is no domain name, so nothing is found there",
		    z->lookup->zone);
	else if (sa_config_denies(&sa->config, query->owner))
		explain_add(r->explanation,
		    "TXT %s is not asked for: dns_query_restriction",
		    query->owner);
	else
		lookup_explain(r->explanation, z->zone, query);
	if (a->kind == ANSWER_TEXT)
		s->status =
		    sa_answer_read(a, sa->config.asn_prefix, &tags[z->asn_tag],
			&tags[z->route_tag], &r->arena, r->explanation);
}

/* In the order of the configuration, whichever answer came first. */
static void
read_slots(const struct spamassassin *sa, const struct lookup *l,
    struct sa_tag *tags, struct record *r)
{
	size_t query = 0;

	for (size_t i = 0; i < sa->asked_count && query < l->query_count; i++) {
		const struct asked *z = &sa->asked[i];

		if (z->lookup->family != (enum family)l->target.net.addr.family)
			continue;
		read_slot(sa, z, &l->queries[query++], tags, r);
	}
}

/* The next word of a tag, which is taken off; false: there is none. */
static bool
next_word(struct span *rest, struct span *word)
{
	const char *blank;

	if (rest->len == 0)
		return false;
	blank = memchr(rest->text, ' ', rest->len);
	word->text = rest->text;
	word->len = blank != NULL ? (size_t)(blank - rest->text) : rest->len;
	rest->text += word->len + (blank != NULL);
	rest->len -= word->len + (blank != NULL);
	return true;
}

static void
fill_asns(const struct spamassassin *sa, struct span tag, struct record *r)
{
	size_t skip = sa->config.asn_prefix.len;
	struct span word;

	r->all_asns = arena_alloc(&r->arena, tag.len * sizeof(*r->all_asns));
	r->asns = r->all_asns;
	while (next_word(&tag, &word)) {
		if (word.len <= skip ||
		    !asn_parse(word.text + skip, word.len - skip,
			&r->all_asns[r->all_asn_count]))
			continue;
		r->asn_count = ++r->all_asn_count;
		r->has_asn = true;
		r->asn = r->all_asns[0];
	}
}

static void
fill_prefixes(struct span tag, struct record *r)
{
	struct span word;
	struct prefix p;

	r->prefixes = arena_alloc(&r->arena, tag.len * sizeof(*r->prefixes));
	while (next_word(&tag, &word)) {
		size_t at = r->prefix_count;

		if (!prefix_parse(word.text, word.len, &p) ||
		    !prefix_covers(&p, &r->target.net))
			continue;
		for (; at > 0 && r->prefixes[at - 1].len < p.len; at--)
			r->prefixes[at] = r->prefixes[at - 1];
		r->prefixes[at] = p;
		r->prefix_count++;
	}
}

/* Any AS number is enough; else the first failure counts. */
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

/*
 * The number and the organisation go into the tag ASN, whatever tags the
 * configuration names. A number that begins like the prefix gets none.
 */
static void
read_geodb(const struct spamassassin *sa, struct sa_tag *tags, struct record *r)
{
	struct span prefix = sa->config.asn_prefix;
	struct sa_tag *tag = &tags[sa->usual_tag];
	struct buf number = { 0 };
	struct buf text = { 0 };
	struct origin o;

	if (!has_geodb(sa))
		return;
	if (!find_in_geodb(sa, &r->target, &o)) {
		record_add_source(r, "GeoDB")->status = STATUS_UNANNOUNCED;
		explain_add(r->explanation,
		    "the database does not have the address");
		return;
	}
	record_add_source(r, "GeoDB")->status = STATUS_OK;
	buf_put_number(&number, o.asn);
	if (number.len < prefix.len ||
	    memcmp(number.data, prefix.text, prefix.len) != 0)
		buf_put(&text, prefix.text, prefix.len);
	else if (prefix.len > 0)
		explain_add_bug(r->explanation,
		    "the number begins with the prefix, so SpamAssassin adds "
		    "none");
	buf_put(&text, number.data, number.len);
	if (o.reg.name.len > 0) {
		buf_putc(&text, ' ');
		buf_put(&text, o.reg.name.text, o.reg.name.len);
	}
	tag->text.text = arena_copy(&r->arena, text.data, text.len);
	tag->text.len = text.len;
	tag->first = tag->text;
	explain_add(r->explanation,
	    "the database has '%.*s', which goes into _ASN_", (int)text.len,
	    tag->text.text);
	buf_free(&number);
	buf_free(&text);
}

static void
verdict_on_net(const struct spamassassin *sa, const struct lookup *l,
    struct sa_tag *tags, struct record *r)
{
	const char *reason = reason_not_to_ask(sa, &l->target);

	if (reason != NULL)
		explain_add(r->explanation, "nobody is asked: %s", reason);
	if (!is_private(&l->target.net.addr))
		read_geodb(sa, tags, r);
	read_slots(sa, l, tags, r);
	if (tags[sa->asn_tag].text.text != NULL)
		fill_asns(sa, tags[sa->asn_tag].text, r);
	if (tags[sa->route_tag].text.text != NULL)
		fill_prefixes(tags[sa->route_tag].text, r);
	r->status =
	    is_private(&l->target.net.addr) ? STATUS_SPECIAL : sum_status(r);
}

static void
verdict(const void *self, const struct lookup *l, struct record *r)
{
	const struct spamassassin *sa = self;
	struct sa_tag *tags;
	bool *hits;

	tags = start_tags(sa, &r->arena);
	hits = arena_alloc(&r->arena, sa->check_count * sizeof(*hits));
	r->own = hits;
	if (l->target.kind == TARGET_NET)
		verdict_on_net(sa, l, tags, r);
	else
		lookup_no_address(l, r);
	for (size_t i = 0; i < sa->check_count; i++)
		hits[i] = check_rule(sa, &sa->checks[i], tags, r->explanation);
	for (size_t i = 0; i < sa->tag_count; i++)
		record_add_value(r, tags[i].name, tags[i].text);
}

/* _TAG_=VALUE for each tag that the configuration names. */
static void
print_tags(const struct spamassassin *sa, const struct record *r,
    struct writer *out)
{
	for (size_t i = 0; i < sa->named_count; i++) {
		const struct value *v = &r->values[i];

		buf_printf(out->out, "%s_", i > 0 ? "\t" : "");
		escape_flat(out->out, v->name, strlen(v->name));
		buf_puts(out->out, "_=");
		escape_flat(out->out, v->text.text, v->text.len);
	}
}

static struct span
tag_value(void *arg, struct span tag)
{
	const struct record *r = arg;
	struct span text = { NULL, 0 };

	for (size_t i = 0; i < r->value_count && text.text == NULL; i++)
		if (span_is_exactly(tag, r->values[i].name))
			text = r->values[i].text;
	return text;
}

/* The lines for a message that is ham, and those that only spam has. */
static void
print_header(const struct spamassassin *sa, const struct record *r,
    struct writer *out)
{
	if (r->target.kind != TARGET_NET)
		return;
	for (int spam = 0; spam < 2; spam++)
		for (const struct sa_header *h = sa->config.headers; h != NULL;
		     h = h->next)
			if (h->ham != spam)
				sa_header_write(out->out, h->name, h->template,
				    sa->config.fold, tag_value, (void *)r);
}

static void
print_json(const struct spamassassin *sa, const struct record *r,
    struct writer *out)
{
	struct json *j = &out->json;
	const bool *hits = r->own; /* by rule */

	json_object(j, out->name);
	field_write_named("ip", out, r);
	field_write_named("status", out, r);
	json_object(j, "tags");
	for (size_t i = 0; i < sa->named_count; i++)
		json_string(j, r->values[i].name, r->values[i].text.text,
		    r->values[i].text.len);
	json_object_end(j);
	json_object(j, "rules");
	for (size_t i = 0; i < sa->check_count; i++)
		json_bool(j, sa->checks[i].name, hits[i]);
	json_object_end(j);
	json_object_end(j);
}

static void
print(const void *self, const struct record *r, enum format format,
    struct writer *out)
{
	if (format == FORMAT_JSON) {
		print_json(self, r, out);
	} else if (format == FORMAT_HEADER) {
		print_header(self, r, out);
	} else {
		buf_puts(out->out, "_IP_=");
		if (r->target.kind == TARGET_NET)
			field_write_named("ip", out, r);
		buf_putc(out->out, '\t');
		print_tags(self, r, out);
	}
}

static void
print_added(const void *self, const struct record *r, struct writer *out)
{
	print_tags(self, r, out);
}

/* The number of a tag, which is added where it is not there yet. */
static size_t
find_tag(struct spamassassin *sa, const char *written)
{
	char *name = xstrdup(written);
	struct tag_name *t;

	for (char *c = name; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	for (size_t i = 0; i < sa->tag_count; i++) {
		if (strcmp(sa->tags[i].name, name) != 0)
			continue;
		sa->tags[i].cleared |= strcmp(name, written) == 0;
		free(name);
		return i;
	}
	sa->tags = xrealloc(sa->tags, (sa->tag_count + 1) * sizeof(*sa->tags));
	t = &sa->tags[sa->tag_count];
	*t = (struct tag_name){ name, strcmp(name, written) == 0, false };
	return sa->tag_count++;
}

/* The number of a zone, likewise. */
static unsigned
find_zone(struct spamassassin *sa, const char *zone)
{
	for (size_t i = 0; i < sa->zone_count; i++)
		if (strcmp(sa->zones[i], zone) == 0)
			return (unsigned)i;
	sa->zones =
	    xrealloc(sa->zones, (sa->zone_count + 1) * sizeof(*sa->zones));
	sa->zones[sa->zone_count] = zone;
	return (unsigned)sa->zone_count++;
}

static void
set_up_lookups(struct spamassassin *sa)
{
	size_t count = 0;

	for (const struct sa_lookup *l = sa->config.lookups; l != NULL;
	     l = l->next)
		count++;
	sa->asked = xcalloc(count, sizeof(*sa->asked));
	for (const struct sa_lookup *l = sa->config.lookups; l != NULL;
	     l = l->next) {
		struct asked *z = &sa->asked[sa->asked_count++];
		char name[OWNER_MAX];

		z->lookup = l;
		z->asn_tag = find_tag(sa, l->asn_tag);
		z->route_tag = find_tag(sa, l->route_tag);
		if (!zone_name(l->zone, strlen(l->zone), name))
			continue;
		z->zone = xstrdup(name);
		z->source = find_zone(sa, z->zone);
	}
}

/* SpamAssassin itself knows these two, whether they are named or not. */
static void
set_up_tags(struct spamassassin *sa)
{
	size_t asn;
	size_t cidr;

	if (has_geodb(sa))
		find_tag(sa, "ASN");
	sa->named_count = sa->tag_count;
	asn = find_tag(sa, "ASN");
	sa->usual_tag = asn;
	cidr = find_tag(sa, "ASNCIDR");
	sa->tags[asn].usual = true;
	sa->tags[cidr].usual = true;
	sa->asn_tag = sa->asked_count > 0 ? sa->asked[0].asn_tag : asn;
	sa->route_tag = sa->asked_count > 0 ? sa->asked[0].route_tag : cidr;
	sa->names = xcalloc(sa->tag_count, sizeof(*sa->names));
	for (size_t i = 0; i < sa->tag_count; i++)
		sa->names[i] = sa->tags[i].name;
}

static bool
set_up_rules(struct spamassassin *sa)
{
	size_t count = 0;
	bool good = true;

	for (const struct sa_rule *r = sa->config.rules; r != NULL; r = r->next)
		count++;
	sa->checks = xcalloc(count, sizeof(*sa->checks));
	for (const struct sa_rule *r = sa->config.rules; r != NULL;
	     r = r->next) {
		char *why = sa_check_set(&sa->checks[sa->check_count++], r,
		    sa_config_is_off(&sa->config, r->name));

		if (why == NULL)
			continue;
		warn_line("%s:%lu: %s", r->file, r->line, why);
		free(why);
		good = false;
	}
	return good;
}

static void
free_filter(void *self)
{
	struct spamassassin *sa = self;

	if (sa == NULL)
		return;
	for (size_t i = 0; i < sa->check_count; i++)
		sa_check_clear(&sa->checks[i]);
	for (size_t i = 0; i < sa->asked_count; i++)
		free(sa->asked[i].zone);
	for (size_t i = 0; i < sa->tag_count; i++)
		free(sa->tags[i].name);
	free(sa->checks);
	free(sa->asked);
	free(sa->tags);
	free(sa->names);
	free(sa->zones);
	sa_config_clear(&sa->config);
	free(sa);
}

static bool
open_filter(const struct filter_config *config, struct filter_state *out)
{
	struct spamassassin *sa = xcalloc(1, sizeof(*sa));
	bool good = true;

	sa->dns = config->dns;
	sa->databases = config->databases;
	sa->database_count = config->database_count;
	if (config->file_count > 0)
		good = sa_file_read(&sa->config, config->files,
		    config->file_count);
	else
		sa_file_read_none(&sa->config);
	set_up_lookups(sa);
	set_up_tags(sa);
	if (!set_up_rules(sa) || !good) {
		free_filter(sa);
		return false;
	}
	*out = (struct filter_state){
		.self = sa,
		.vocabulary = {
			.names = sa->names,
			.count = sa->tag_count,
			.asn = sa->names[sa->asn_tag],
			.prefix = sa->names[sa->route_tag],
		},
		.zones = sa->zones,
		.zone_count = sa->zone_count,
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

const struct filter filter_spamassassin = {
	.suffix = ".cf",
	.formats = { FORMAT_TAGS, FORMAT_HEADER, FORMAT_JSON },
	.format_count = 3,
	.view = &view,
	.open = open_filter,
	.free = free_filter,
};
