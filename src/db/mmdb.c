#include "config.h"

#include "db/mmdb.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#ifdef HAVE_MAXMINDDB

#include <sys/mman.h>
#include <sys/socket.h>
#include <netinet/in.h>

#include <assert.h>
#include <stdint.h>

#include <maxminddb.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/library.h"
#include "base/span.h"
#include "db/mmdb-data.h"
#include "db/mmdb-entry.h"
#include "db/mmdb-file.h"
#include "db/mmdb-tree.h"
#include "db/mmdb-walk.h"

#define FUNCTIONS(F)                                                           \
	F(MMDB_close)                                                          \
	F(MMDB_lib_version)                                                    \
	F(MMDB_lookup_sockaddr)                                                \
	F(MMDB_open)                                                           \
	F(MMDB_strerror)

struct library {
	FUNCTIONS(LIBRARY_MEMBER)
};

#ifdef MAXMINDDB_FILE
LIBRARY_LOADED(FUNCTIONS, MAXMINDDB_FILE)
#else
LIBRARY_LINKED(FUNCTIONS)
#endif

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

struct mmdb {
	struct library lib;
	MMDB_s db;
	struct mmdb_entries entries;
	struct mmdb_tree tree;
	unsigned hints; /* prefetch hints, until there is an index */
};

/*
 * Replaces the library's mapping of the file by a copy: a file that is cut
 * while it is mapped raises SIGBUS.
 */
static bool
take_copy(struct mmdb *m, int fd)
{
	size_t size = (size_t)m->db.file_size;
	void *mapping = (void *)m->db.file_content;

	return mmap(mapping, size, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		   0) != MAP_FAILED &&
	    mmdb_file_read(fd, mapping, size, 0) &&
	    mprotect(mapping, size, PROT_READ) == 0;
}

/* Returns what is wrong in words, which the caller frees, or NULL. */
static char *
open_library(struct mmdb *m, const char *path, int fd, size_t size)
{
	char *why = load(&m->lib);
	uint64_t data;
	int error;

	if (why != NULL)
		return why;
	error = m->lib.MMDB_open(path, MMDB_MODE_MMAP, &m->db);
	if (error != MMDB_SUCCESS)
		return xstrdup(m->lib.MMDB_strerror(error));
	data =
	    (uint64_t)m->db.metadata.node_count * m->db.full_record_byte_size +
	    MMDB_SEPARATOR;
	if ((size_t)m->db.file_size != size || !take_copy(m, fd) ||
	    data > size) {
		m->lib.MMDB_close(&m->db);
		return xstrdup("it changed while it was read");
	}
	mmdb_tree_init(&m->tree, m->db.file_content, m->db.metadata.node_count,
	    m->db.metadata.record_size);
	mmdb_entries_init(&m->entries,
	    (struct span){
		(const char *)m->db.file_content + data,
		size - (size_t)data,
	    });
	return NULL;
}

/* Returns whether asnq has written the database. */
static bool
is_own(const MMDB_s *db)
{
	for (size_t i = 0; i < db->metadata.description.count; i++)
		if (strncmp(db->metadata.description.descriptions[i]
				->description,
			MMDB_OWN, strlen(MMDB_OWN)) == 0)
			return true;
	return false;
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
look_up_by_library(const struct mmdb *m, const struct addr *a)
{
	union {
		struct sockaddr any;
		struct sockaddr_in ipv4;
		struct sockaddr_in6 ipv6;
	} address = { 0 };
	int error = MMDB_SUCCESS;
	MMDB_lookup_result_s r;
	unsigned len;

	if (a->family == FAMILY_IPV4) {
		address.ipv4.sin_family = AF_INET;
		memcpy(&address.ipv4.sin_addr, a->bytes, 4);
	} else {
		address.ipv6.sin6_family = AF_INET6;
		memcpy(&address.ipv6.sin6_addr, a->bytes, 16);
	}
	r = m->lib.MMDB_lookup_sockaddr(&m->db, &address.any, &error);
	len = r.netmask;
	if (a->family == FAMILY_IPV4 && m->db.depth > 32)
		len = len > MMDB_IPV4_DEPTH ? len - MMDB_IPV4_DEPTH : 0;
	return (struct tree_answer){
		.found = r.found_entry,
		.corrupt = error != MMDB_SUCCESS,
		.offset = r.entry.offset,
		.net = prefix_of(a, (uint8_t)len),
	};
}

static struct tree_answer
look_up(const struct mmdb *m, const struct addr *a)
{
	const struct mmdb_tree *t = &m->tree;
	uint32_t record;
	uint8_t len;

	if (t->index == NULL || a->family != FAMILY_IPV4 ||
	    !mmdb_tree_find(t, a, &record, &len))
		return look_up_by_library(m, a);
	return (struct tree_answer){
		.found = record > t->count,
		.corrupt = record < t->count,
		.offset = entry_offset(m, record),
		.net = prefix_of(a, len),
	};
}

/* Returns the record that the part of the tree for IPv4 begins with. */
static uint32_t
ipv4_start(const struct mmdb *m)
{
	return m->db.depth == 32 ? 0 : m->db.ipv4_start_node.node_value;
}

void
mmdb_prefetch(struct mmdb *m, const struct addr *a, int round)
{
	if (a->family != FAMILY_IPV4)
		return;
	if (m->tree.index != NULL)
		mmdb_tree_prefetch(&m->tree, a, round);
	else if (round == 0 && ++m->hints == MANY)
		mmdb_tree_add_index(&m->tree, ipv4_start(m));
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

enum status
mmdb_find(struct mmdb *m, const struct prefix *net, unsigned source,
    struct origins *out)
{
	const struct mmdb_entry *e;
	struct tree_answer t;
	struct origin *o;

	if (net->addr.family == FAMILY_IPV6 && m->db.depth == 32)
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
		o->reg.name = e->name;
		memcpy(o->reg.country, e->country, sizeof(o->reg.country));
		o->source = source;
		o->unrouted = true;
	}
	return e->status;
}

static struct mmdb_walk
walk_of(const struct mmdb *m, mmdb_walk_each *each, void *arg)
{
	bool has_ipv4 = m->db.depth == 128 &&
	    m->db.ipv4_start_node.netmask == MMDB_IPV4_DEPTH;

	return (struct mmdb_walk){
		.tree = &m->tree,
		.depth = m->db.depth,
		.ipv4_start = has_ipv4 ? ipv4_start(m) : 0,
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
	    m->db.metadata.database_type);
}

/* Returns what is wrong in words, which the caller frees, or NULL. */
static char *
open_database(struct mmdb *m, const char *path, int fd)
{
	struct buf metadata = { 0 };
	size_t size;
	char *why;

	if (!mmdb_file_metadata(fd, &metadata, &size))
		why = xstrdup("it is not an MMDB");
	else if (!mmdb_file_is_sound((struct span){ metadata.data,
					 metadata.len },
		     size))
		why = xstrdup("its metadata is corrupt");
	else
		why = open_library(m, path, fd, size);
	buf_free(&metadata);
	if (why != NULL)
		return why;
	m->entries.has_countries = is_own(&m->db);
	why = find_fault(m);
	if (why != NULL) {
		m->lib.MMDB_close(&m->db);
		mmdb_entries_free(&m->entries);
	}
	return why;
}

struct mmdb *
mmdb_open(int fd, const char *path, char **why)
{
	struct mmdb *m = xcalloc(1, sizeof(*m));

	*why = open_database(m, path, fd);
	if (*why == NULL)
		return m;
	free(m);
	return NULL;
}

bool
mmdb_serves(const struct mmdb *m, enum family family)
{
	const MMDB_s *db = &m->db;

	if (db->depth == 32)
		return family == FAMILY_IPV4;
	return family == FAMILY_IPV6 ||
	    db->ipv4_start_node.node_value != db->metadata.node_count;
}

bool
mmdb_has_countries(const struct mmdb *m)
{
	return m->entries.has_countries;
}

const char *
mmdb_type(const struct mmdb *m)
{
	return m->db.metadata.database_type;
}

time_t
mmdb_built(const struct mmdb *m)
{
	uint64_t built = m->db.metadata.build_epoch;

	return built <= TIME_MAX ? (time_t)built : 0;
}

void
mmdb_close(struct mmdb *m)
{
	if (m == NULL)
		return;
	m->lib.MMDB_close(&m->db);
	mmdb_tree_free(&m->tree);
	mmdb_entries_free(&m->entries);
	free(m);
}

const char *
mmdb_version(void)
{
	struct library lib;
	char *why = load(&lib);

	if (why == NULL)
		return lib.MMDB_lib_version();
	free(why);
	return "missing";
}

#else

struct mmdb {
	char none;
};

struct mmdb *
mmdb_open(int fd, const char *path, char **why)
{
	(void)fd;
	(void)path;
	*why = xstrdup("this asnq was built without libmaxminddb");
	return NULL;
}

bool
mmdb_serves(const struct mmdb *m, enum family family)
{
	(void)m;
	(void)family;
	return false;
}

bool
mmdb_has_countries(const struct mmdb *m)
{
	(void)m;
	return false;
}

const char *
mmdb_type(const struct mmdb *m)
{
	(void)m;
	return "";
}

time_t
mmdb_built(const struct mmdb *m)
{
	(void)m;
	return 0;
}

enum status
mmdb_find(struct mmdb *m, const struct prefix *net, unsigned source,
    struct origins *out)
{
	(void)m;
	(void)net;
	(void)source;
	(void)out;
	return STATUS_UNANNOUNCED;
}

void
mmdb_prefetch(struct mmdb *m, const struct addr *a, int round)
{
	(void)m;
	(void)a;
	(void)round;
}

bool
mmdb_walk(struct mmdb *m, void (*each)(void *arg, const struct origin *o),
    void *arg)
{
	(void)m;
	(void)each;
	(void)arg;
	return false;
}

void
mmdb_close(struct mmdb *m)
{
	free(m);
}

const char *
mmdb_version(void)
{
	return "none";
}

#endif
