#include "config.h"

#include "db/mmdb.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/array.h"
#include "base/span.h"
#include "db/mmdb-data.h"
#include "db/mmdb-entry.h"
#include "db/mmdb-file.h"
#include "db/mmdb-tree.h"
#include "db/mmdb-walk.h"
#include "io/mapping.h"

#define MANY 1024 /* prefetch hints after which an index pays */

#define TIME_MAX INT64_C(253402300799) /* the last second of the year 9999 */

/*
 * Records that a walk reads at most, for each node of the tree, which has two.
 * More networks may share what is below a node, as those of IPv6 addresses with
 * an IPv4 address inside do; but a small tree must not give a billion networks.
 */
#define WALK_PER_NODE 8

/* Records that are read in search of an AS number when a file is opened. */
#define PROBE_MAX (UINT64_C(1) << 17)

static const char changed[] = "it changed while it was read";

struct mmdb {
	struct mapping file;
	struct mmdb_about_file about;
	char *type;
	uint32_t ipv4_start; /* the record that the part for IPv4 begins with */
	unsigned ipv4_depth; /* bits that lead there */
	struct mmdb_entries entries;
	struct mmdb_tree tree;
	struct arena names; /* copies, where the file is only viewed */
	unsigned hints;	    /* prefetch hints, until there is an index */
	bool changed;	    /* the file, while it was viewed */
};

/* Finds where the part of the tree for IPv4 begins. */
static void
find_ipv4_start(struct mmdb *m)
{
	if (m->about.depth == 32)
		return;
	while (
	    m->ipv4_depth < MMDB_IPV4_DEPTH && m->ipv4_start < m->tree.count) {
		m->ipv4_start = mmdb_tree_record(&m->tree, m->ipv4_start, 0);
		m->ipv4_depth++;
	}
}

/* Returns whether asnq has written the database with this description. */
static bool
is_own(struct span description)
{
	size_t len = strlen(MMDB_OWN);

	return description.len >= len &&
	    memcmp(description.text, MMDB_OWN, len) == 0;
}

static void
open_sections(struct mmdb *m)
{
	struct span file = m->file.bytes;
	size_t data = m->about.data;

	mmdb_tree_init(&m->tree, (const unsigned char *)file.text,
	    m->about.nodes, m->about.bits);
	find_ipv4_start(m);
	mmdb_entries_init(&m->entries,
	    (struct span){ file.text + data, file.len - data });
	m->entries.has_countries = is_own(m->about.description);
}

/*
 * Returns the offset of the entry that a record leads to. A corrupt record may
 * lead into the separator: the offset then wraps around, past the data.
 */
static uint32_t
entry_offset(const struct mmdb *m, uint32_t record)
{
	return record - m->tree.count - MMDB_SEPARATOR;
}

/* What the search tree has for an address. */
struct tree_answer {
	bool found;
	bool corrupt;
	uint32_t offset; /* of the entry */
	struct prefix net;
};

static struct tree_answer
answer_of(const struct mmdb *m, uint32_t record, const struct addr *a,
    unsigned len)
{
	return (struct tree_answer){
		.found = record > m->tree.count,
		.corrupt = record < m->tree.count,
		.offset = entry_offset(m, record),
		.net = prefix_of(a, (uint8_t)len),
	};
}

/* Goes from the first node, or the first one for IPv4, from bit to bit. */
static struct tree_answer
look_up_by_bits(const struct mmdb *m, const struct addr *a)
{
	bool within_ipv6 = a->family == FAMILY_IPV4 && m->about.depth == 128;
	unsigned bits = a->family == FAMILY_IPV4 ? 32 : 128;
	uint32_t record = within_ipv6 ? m->ipv4_start : 0;
	unsigned at = 0;

	for (; at < bits && record < m->tree.count; at++)
		record = mmdb_tree_record(&m->tree, record,
		    (unsigned)a->bytes[at / 8] >> (7 - at % 8) & 1);
	return answer_of(m, record, a, at);
}

static struct tree_answer
look_up(const struct mmdb *m, const struct addr *a)
{
	const struct mmdb_tree *t = &m->tree;
	uint32_t record;
	uint8_t len;

	if (t->index == NULL || a->family != FAMILY_IPV4 ||
	    !mmdb_tree_find(t, a, &record, &len))
		return look_up_by_bits(m, a);
	return answer_of(m, record, a, len);
}

void
mmdb_prefetch(struct mmdb *m, const struct addr *a, int round)
{
	if (a->family != FAMILY_IPV4)
		return;
	if (m->tree.index != NULL)
		mmdb_tree_prefetch(&m->tree, a, round);
	else if (round == 0 && ++m->hints == MANY)
		mmdb_tree_add_index(&m->tree, m->ipv4_start);
}

/*
 * Replaces an IPv6 network by the IPv4 network inside of it, if both lead to
 * the same entry. In most databases the networks below, whose addresses have an
 * IPv4 address after the prefix, lead to the part of the tree for IPv4; some
 * have different data there.
 */
static void
find_alias(const struct mmdb *m, const struct addr *a, struct tree_answer *t)
{
	static const struct prefix aliases[] = {
		{ { { 0 }, FAMILY_IPV6 }, 96 },
		{ { { [10] = 0xff, [11] = 0xff }, FAMILY_IPV6 }, 96 },
		{ { { 0x20, 0x01 }, FAMILY_IPV6 }, 32 }, /* RFC 4380 */
		{ { { 0x20, 0x02 }, FAMILY_IPV6 }, 16 }, /* RFC 3056 */
	};
	struct addr ipv4 = { .family = FAMILY_IPV4 };
	struct tree_answer same;

	for (size_t i = 0; i < LENGTH(aliases); i++) {
		unsigned skip = aliases[i].len;

		if (!prefix_covers(&aliases[i], &t->net) ||
		    t->net.len > skip + 32)
			continue;
		memcpy(ipv4.bytes, a->bytes + skip / 8, 4);
		same = look_up(m, &ipv4);
		if (same.found && same.offset == t->offset &&
		    same.net.len == t->net.len - skip)
			t->net = same.net;
		return;
	}
}

/* Returns text that stays as it is: a view of the file may change. */
static struct span
stable(struct mmdb *m, struct span text)
{
	return m->file.fd < 0 || text.len == 0
	    ? text
	    : (struct span){ arena_copy(&m->names, text.text, text.len),
		      text.len };
}

/* As mmdb_find(), for a file that is as it was. */
static enum status
find(struct mmdb *m, const struct prefix *net, unsigned source,
    struct origins *out)
{
	const struct mmdb_entry *e;
	struct tree_answer t;
	struct origin *o;

	if (net->addr.family == FAMILY_IPV6 && m->about.depth == 32)
		return STATUS_UNANNOUNCED;
	t = look_up(m, &net->addr);
	if (t.corrupt)
		return STATUS_MALFORMED;
	if (!t.found || t.net.len > net->len)
		return STATUS_UNANNOUNCED;
	if (net->addr.family == FAMILY_IPV6)
		find_alias(m, &net->addr, &t);
	e = mmdb_entries_at(&m->entries, t.offset);
	if (e->status == STATUS_OK && t.net.len == 0)
		return STATUS_UNANNOUNCED;
	if (e->status == STATUS_OK) {
		o = origins_add(out);
		o->asn = e->asn;
		o->prefix = t.net;
		o->reg.name = stable(m, e->name);
		memcpy(o->reg.country, e->country, sizeof(o->reg.country));
		o->source = source;
		o->unrouted = true;
	}
	return e->status;
}

enum status
mmdb_find(struct mmdb *m, const struct prefix *net, unsigned source,
    struct origins *out)
{
	size_t before = out->count;
	enum status status = find(m, net, source, out);

	if (mapping_is_intact(&m->file) && !m->changed)
		return status;
	m->changed = true;
	out->count = before;
	return STATUS_MALFORMED;
}

bool
mmdb_has_changed(const struct mmdb *m)
{
	return m->changed;
}

static struct mmdb_walk
walk_of(const struct mmdb *m, mmdb_walk_each *each, void *arg)
{
	bool has_ipv4 = m->ipv4_depth == MMDB_IPV4_DEPTH;

	return (struct mmdb_walk){
		.tree = &m->tree,
		.depth = m->about.depth,
		.ipv4_start = has_ipv4 ? m->ipv4_start : 0,
		.each = each,
		.arg = arg,
	};
}

/* A walk whose entries are given out as origins. */
struct origin_walk {
	struct mmdb *m;
	void (*each)(void *arg, const struct origin *o);
	void *arg;
};

static enum mmdb_walk_step
take_origin(void *arg, uint32_t record, const struct prefix *net)
{
	struct origin_walk *w = arg;
	const struct mmdb_entry *e =
	    mmdb_entries_at(&w->m->entries, entry_offset(w->m, record));
	struct origin o = {
		.asn = e->asn,
		.prefix = *net,
		.reg.name = e->name,
	};

	memcpy(o.reg.country, e->country, sizeof(o.reg.country));
	if (e->status == STATUS_OK && net->len > 0)
		w->each(w->arg, &o);
	return e->status == STATUS_MALFORMED ? MMDB_WALK_CORRUPT : MMDB_WALK_ON;
}

bool
mmdb_walk(struct mmdb *m, void (*each)(void *arg, const struct origin *o),
    void *arg)
{
	struct origin_walk origins = { m, each, arg };
	struct mmdb_walk w = walk_of(m, take_origin, &origins);

	w.left = WALK_PER_NODE * (uint64_t)m->tree.count + 1;
	mmdb_walk_run(&w);
	return !w.corrupt && w.left > 0;
}

/* Stops at the first entry with a field for AS numbers. */
static enum mmdb_walk_step
probe(void *arg, uint32_t record, const struct prefix *net)
{
	struct mmdb *m = arg;
	const struct mmdb_entry *e =
	    mmdb_entries_at(&m->entries, entry_offset(m, record));

	(void)net;
	if (m->entries.has_asn_field)
		return MMDB_WALK_STOP;
	return e->status == STATUS_MALFORMED ? MMDB_WALK_CORRUPT : MMDB_WALK_ON;
}

/* Returns why a database has no use here, which the caller frees, or NULL. */
static char *
find_fault(struct mmdb *m)
{
	struct mmdb_walk w = walk_of(m, probe, m);

	w.left = PROBE_MAX;
	w.passes_corrupt = true;
	mmdb_walk_run(&w);
	if (m->entries.has_asn_field)
		return NULL;
	if (w.corrupt)
		return xstrdup("its entries are corrupt");
	return format_text("a database of type \"%s\" has no AS numbers",
	    m->type);
}

/* Returns what is wrong in words, which the caller frees, or NULL. */
static char *
open_database(struct mmdb *m, int fd, bool briefly)
{
	bool read = (briefly && mapping_view(&m->file, fd)) ||
	    mapping_copy(&m->file, fd);
	const char *fault;
	char *why;

	if (!read)
		return xstrdup(changed);
	fault = mmdb_file_read(m->file.bytes, &m->about);
	if (fault != NULL)
		return xstrdup(fault);
	m->type = xmemdup(m->about.type.text, m->about.type.len);
	open_sections(m);
	why = find_fault(m);
	if (why == NULL && !mapping_is_intact(&m->file))
		why = xstrdup(changed);
	return why;
}

struct mmdb *
mmdb_open(int fd, bool briefly, char **why)
{
	struct mmdb *m = xcalloc(1, sizeof(*m));

	m->file.fd = -1;
	*why = open_database(m, fd, briefly);
	if (*why == NULL)
		return m;
	mmdb_close(m);
	return NULL;
}

bool
mmdb_serves(const struct mmdb *m, enum family family)
{
	if (m->about.depth == 32)
		return family == FAMILY_IPV4;
	return family == FAMILY_IPV6 || m->ipv4_start != m->tree.count;
}

bool
mmdb_has_countries(const struct mmdb *m)
{
	return m->entries.has_countries;
}

const char *
mmdb_type(const struct mmdb *m)
{
	return m->type;
}

time_t
mmdb_built(const struct mmdb *m)
{
	uint64_t built = m->about.built;

	return built <= TIME_MAX ? (time_t)built : 0;
}

void
mmdb_close(struct mmdb *m)
{
	if (m == NULL)
		return;
	mapping_free(&m->file);
	mmdb_tree_free(&m->tree);
	mmdb_entries_free(&m->entries);
	arena_free(&m->names);
	free(m->type);
	free(m);
}
