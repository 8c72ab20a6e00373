#include "config.h"

#include "db/mmdb.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"

#define MARKER "\xab\xcd\xefMaxMind.com" /* stands before the metadata */
#define METADATA_MAX ((size_t)128 << 10)

/* Reads bytes of a file; false where they are not there. */
static bool
read_at(int fd, void *out, size_t len, size_t at)
{
	char *bytes = out;

	while (len > 0) {
		ssize_t got = pread(fd, bytes, len, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		bytes += got;
		at += (size_t)got;
		len -= (size_t)got;
	}
	return true;
}

/* Where the last marker in the bytes ends; NULL: there is none. */
static const char *
behind_marker(const char *bytes, size_t len)
{
	const size_t marker = strlen(MARKER);

	for (size_t i = len; i >= marker; i--)
		if (memcmp(bytes + i - marker, MARKER, marker) == 0)
			return bytes + i;
	return NULL;
}

/* Reads the metadata; `size` is set to the size of the file. */
static bool
read_metadata(int fd, struct buf *out, size_t *size)
{
	struct stat st;
	const char *metadata;
	size_t len;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size <= 0)
		return false;
	*size = (size_t)st.st_size;
	len = *size < METADATA_MAX ? *size : METADATA_MAX;
	if (!read_at(fd, buf_reserve(out, len), len, *size - len))
		return false;
	out->len = len;
	metadata = behind_marker(out->data, len);
	if (metadata == NULL)
		return false;
	buf_consume(out, (size_t)(metadata - out->data));
	return true;
}

bool
mmdb_recognize(int fd)
{
	struct buf metadata = { 0 };
	size_t size;
	bool is = read_metadata(fd, &metadata, &size);

	buf_free(&metadata);
	return is;
}

#ifdef HAVE_MAXMINDDB

#include <sys/mman.h>
#include <sys/socket.h>
#include <netinet/in.h>

#include <fcntl.h>

#include <maxminddb.h>

#include "base/span.h"
#include "db/mmdb-data.h"
#include "db/mmdb-entry.h"
#include "db/mmdb-tree.h"

#define SEPARATOR 16 /* bytes between search tree and data */
#define IPV4_DEPTH 96
#define MANY 1024		       /* look-ups by which an index pays */
#define TIME_MAX INT64_C(253402300799) /* the last second of the year 9999 */

struct mmdb {
	MMDB_s db;
	struct mmdb_entries entries;
	struct mmdb_tree tree; /* index NULL: there were not MANY look-ups */
	unsigned expected;     /* of them, until there were */
};

/* Where the library takes more for granted than is good. */
static bool
metadata_is_sound(struct span metadata, size_t size)
{
	static const char *const count[] = { "node_count", NULL };
	static const char *const bits[] = { "record_size", NULL };
	struct mmdb_value nodes;
	struct mmdb_value record;

	return size <= UINT32_MAX && mmdb_data_is_sound(metadata, 0) &&
	    mmdb_data_find(metadata, 0, count, &nodes) == MMDB_FOUND &&
	    mmdb_data_find(metadata, 0, bits, &record) == MMDB_FOUND &&
	    nodes.number <= UINT32_MAX && record.number <= 32 &&
	    nodes.number * record.number / 4 + SEPARATOR <= size;
}

/*
 * The library maps the file; a copy takes the mapping's place, since a file
 * that is cut while it is mapped brings SIGBUS.
 */
static bool
take_copy(struct mmdb *m, int fd)
{
	size_t size = (size_t)m->db.file_size;
	void *place = (void *)m->db.file_content;

	return mmap(place, size, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		   0) != MAP_FAILED &&
	    read_at(fd, place, size, 0) &&
	    mprotect(place, size, PROT_READ) == 0;
}

/* Words for what the library says, or NULL. */
static char *
open_library(struct mmdb *m, const char *path, int fd, size_t size)
{
	int error = MMDB_open(path, MMDB_MODE_MMAP, &m->db);
	uint64_t tree;

	if (error != MMDB_SUCCESS)
		return xstrdup(MMDB_strerror(error));
	tree =
	    (uint64_t)m->db.metadata.node_count * m->db.full_record_byte_size;
	if ((size_t)m->db.file_size != size || !take_copy(m, fd) ||
	    tree + SEPARATOR > size) {
		MMDB_close(&m->db);
		return xstrdup("it changed while it was read");
	}
	mmdb_entries_init(&m->entries,
	    (struct span){
		(const char *)m->db.file_content + tree + SEPARATOR,
		size - (size_t)tree - SEPARATOR,
	    });
	return NULL;
}

/* What the tree says of an address. */
struct place {
	bool found;
	bool corrupt;
	uint32_t offset;
	struct prefix net;
};

static struct place
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
	r = MMDB_lookup_sockaddr(&m->db, &address.any, &error);
	len = r.netmask;
	if (a->family == FAMILY_IPV4 && m->db.depth > 32)
		len = len > IPV4_DEPTH ? len - IPV4_DEPTH : 0;
	return (struct place){
		.found = r.found_entry,
		.corrupt = error != MMDB_SUCCESS,
		.offset = r.entry.offset,
		.net = prefix_of(a, (uint8_t)len),
	};
}

static struct place
look_up(const struct mmdb *m, const struct addr *a)
{
	const struct mmdb_tree *t = &m->tree;
	uint32_t record;
	uint8_t len;

	if (t->index == NULL || a->family != FAMILY_IPV4 ||
	    !mmdb_tree_find(t, a, &record, &len))
		return look_up_by_library(m, a);
	return (struct place){
		.found = record > t->count,
		.corrupt = record < t->count,
		.offset = record - t->count - SEPARATOR,
		.net = prefix_of(a, len),
	};
}

void
mmdb_prefetch(struct mmdb *m, const struct addr *a, int round)
{
	const MMDB_s *db = &m->db;

	if (a->family != FAMILY_IPV4)
		return;
	if (m->tree.index != NULL)
		mmdb_tree_prefetch(&m->tree, a, round);
	else if (round == 0 && ++m->expected == MANY)
		mmdb_tree_init(&m->tree, db->file_content,
		    db->metadata.node_count, db->metadata.record_size,
		    db->depth == 32 ? 0 : db->ipv4_start_node.node_value);
}

/*
 * The networks that makers of databases lead to the part for IPv4, where the
 * IPv4 address stands behind the prefix. A database may also have data of
 * its own there; so the part for IPv4 is asked whether it says the same.
 */
static void
find_alias(const struct mmdb *m, const struct addr *a, struct place *p)
{
	static const struct prefix ways[] = {
		{ { { 0 }, FAMILY_IPV6 }, 96 },
		{ { { [10] = 0xff, [11] = 0xff }, FAMILY_IPV6 }, 96 },
		{ { { 0x20, 0x01 }, FAMILY_IPV6 }, 32 },
		{ { { 0x20, 0x02 }, FAMILY_IPV6 }, 16 },
	};
	struct addr ipv4 = { .family = FAMILY_IPV4 };
	struct place same;

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		unsigned skip = ways[i].len;

		if (!prefix_covers(&ways[i], &p->net) || p->net.len > skip + 32)
			continue;
		memcpy(ipv4.bytes, a->bytes + skip / 8, 4);
		same = look_up(m, &ipv4);
		if (same.found && same.offset == p->offset &&
		    same.net.len == p->net.len - skip)
			p->net = same.net;
		return;
	}
}

enum status
mmdb_find(struct mmdb *m, const struct prefix *net, unsigned source,
    struct origins *out)
{
	struct place p;
	const struct mmdb_entry *e;
	struct origin *o;

	if (net->addr.family == FAMILY_IPV6 && m->db.depth == 32)
		return STATUS_UNANNOUNCED;
	p = look_up(m, &net->addr);
	if (p.corrupt)
		return STATUS_MALFORMED;
	if (!p.found || p.net.len > net->len)
		return STATUS_UNANNOUNCED;
	if (net->addr.family == FAMILY_IPV6)
		find_alias(m, &net->addr, &p);
	e = mmdb_entries_at(&m->entries, p.offset);
	if (e->status == STATUS_OK && p.net.len == 0)
		return STATUS_UNANNOUNCED;
	if (e->status == STATUS_OK) {
		o = origins_add(out);
		o->asn = e->asn;
		o->prefix = p.net;
		o->reg.name = e->name;
		o->source = source;
		o->unrouted = true;
	}
	return e->status;
}

/* A walk over the tree, which may lead in circles. */
struct walk {
	struct mmdb *m;
	void (*each)(void *arg, const struct origin *o); /* or NULL */
	void *arg;
	uint64_t left; /* records that may still be seen */
	bool corrupt;
};

#define WALK_MAX (UINT64_C(1) << 27) /* of full tables seen: 2^21 */
#define TRIED_MAX (UINT64_C(1) << 17)

/* Without `each` a walk only wants to know whether there are AS numbers. */
static bool
walk_ends(const struct walk *w)
{
	return w->left == 0 ||
	    (w->each == NULL ? w->m->entries.known : w->corrupt);
}

static const struct prefix ipv4_part = { { { 0 }, FAMILY_IPV6 }, IPV4_DEPTH };

static struct prefix
as_ipv4(const struct prefix *net)
{
	struct prefix ipv4 = { .len = (uint8_t)(net->len - IPV4_DEPTH) };

	if (!prefix_covers(&ipv4_part, net))
		return *net;
	memcpy(ipv4.addr.bytes, net->addr.bytes + IPV4_DEPTH / 8, 4);
	return ipv4;
}

static void
walk_entry(struct walk *w, uint32_t offset, const struct prefix *net)
{
	const struct mmdb_entry *e = mmdb_entries_at(&w->m->entries, offset);
	struct origin o = { .asn = e->asn, .reg.name = e->name };

	if (e->status == STATUS_MALFORMED)
		w->corrupt = true;
	if (e->status != STATUS_OK || w->each == NULL)
		return;
	o.prefix = as_ipv4(net);
	if (o.prefix.len > 0)
		w->each(w->arg, &o);
}

static void walk_node(struct walk *w, uint32_t node, const struct prefix *net);

/* One side of a node; `net` is what stands behind it. */
static void
walk_record(struct walk *w, uint64_t record, const struct prefix *net)
{
	const MMDB_s *db = &w->m->db;
	uint32_t nodes = db->metadata.node_count;
	/* More than one way may lead there; the first one counts. */
	bool to_ipv4 = net->addr.family == FAMILY_IPV6 &&
	    db->ipv4_start_node.netmask == IPV4_DEPTH &&
	    db->ipv4_start_node.node_value == record;

	if (walk_ends(w) || record == nodes)
		return;
	w->left--;
	if (record > nodes)
		walk_entry(w, (uint32_t)(record - nodes - SEPARATOR), net);
	else if (record == 0 || net->len == db->depth)
		w->corrupt = true; /* round and round */
	else if (!to_ipv4 || prefix_equal(net, &ipv4_part))
		walk_node(w, (uint32_t)record, net);
}

static void
walk_node(struct walk *w, uint32_t node, const struct prefix *net)
{
	MMDB_search_node_s n;
	struct prefix side = *net;

	side.len++;
	if (MMDB_read_node(&w->m->db, node, &n) != MMDB_SUCCESS) {
		w->corrupt = true;
		return;
	}
	walk_record(w, n.left_record, &side);
	side.addr.bytes[net->len / 8] |= (uint8_t)(0x80 >> net->len % 8);
	walk_record(w, n.right_record, &side);
}

static bool
walk(struct walk *w)
{
	struct prefix all = { .len = 0 };

	if (w->m->db.depth > 32)
		all.addr.family = FAMILY_IPV6;
	if (w->m->db.metadata.node_count > 0)
		walk_node(w, 0, &all);
	return !w->corrupt && w->left > 0;
}

bool
mmdb_walk(struct mmdb *m, void (*each)(void *arg, const struct origin *o),
    void *arg)
{
	struct walk w = { .m = m, .each = each, .arg = arg, .left = WALK_MAX };

	return walk(&w);
}

/* Words for what makes a database of no use here, or NULL. */
static char *
find_fault(struct mmdb *m)
{
	struct walk w = { .m = m, .left = TRIED_MAX };

	walk(&w);
	if (m->entries.known)
		return NULL;
	if (w.corrupt)
		return xstrdup("its entries are corrupt");
	return format_text("a database of type \"%s\" has no AS numbers",
	    m->db.metadata.database_type);
}

static char *
open_file(struct mmdb *m, const char *path, int fd)
{
	struct buf metadata = { 0 };
	size_t size;
	char *why;

	if (!read_metadata(fd, &metadata, &size))
		why = xstrdup("not MMDB");
	else if (!metadata_is_sound((struct span){ metadata.data,
					metadata.len },
		     size))
		why = xstrdup("its metadata is corrupt");
	else
		why = open_library(m, path, fd, size);
	buf_free(&metadata);
	if (why != NULL)
		return why;
	why = find_fault(m);
	if (why != NULL) {
		MMDB_close(&m->db);
		mmdb_entries_free(&m->entries);
	}
	return why;
}

struct mmdb *
mmdb_open(const char *path, char **why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct mmdb *m;

	if (fd < 0) {
		*why = xstrdup(strerror(errno));
		return NULL;
	}
	m = xcalloc(1, sizeof(*m));
	*why = open_file(m, path, fd);
	close(fd);
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
	MMDB_close(&m->db);
	mmdb_tree_free(&m->tree);
	mmdb_entries_free(&m->entries);
	free(m);
}

const char *
mmdb_version(void)
{
	return MMDB_lib_version();
}

#else

struct mmdb {
	char none;
};

struct mmdb *
mmdb_open(const char *path, char **why)
{
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
