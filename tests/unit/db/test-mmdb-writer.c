#include "config.h"

#include "db/mmdb-writer.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../tap.h"
#include "db/mmdb.h"
#include "db/table.h"

static const struct mmdb_about about = { "GeoLite2-ASN", "of a test",
	1700000000 };

static struct origin
origin_of(const char *prefix, uint32_t asn, const char *name,
    const char *country)
{
	struct origin o = { .asn = asn };

	if (!prefix_parse(prefix, strlen(prefix), &o.prefix))
		ok(false, "%s is a valid prefix", prefix);
	o.reg.name = (struct span){ name, strlen(name) };
	memcpy(o.reg.country, country, strlen(country));
	return o;
}

static void
write_bytes(struct mmdb_writer *w, struct buf *out)
{
	ok(mmdb_writer_write(w, &about, out), "the database is written");
	mmdb_writer_free(w);
}

static void
add(struct mmdb_writer *w, const char *prefix, uint32_t asn)
{
	struct origin o = origin_of(prefix, asn, "name", "");

	mmdb_writer_add(w, &o);
}

static const char *path; /* of the database under test */

/* Writes a database and opens it. */
static struct mmdb *
reopen(struct mmdb_writer *w)
{
	struct buf b = { 0 };
	FILE *file = fopen(path, "wb");
	char *why = NULL;
	struct mmdb *m;
	int fd;

	write_bytes(w, &b);
	if (file == NULL || fwrite(b.data, 1, b.len, file) != b.len ||
	    fclose(file) != 0)
		ok(false, "%s can be written", path);
	buf_free(&b);
	fd = open(path, O_RDONLY);
	m = mmdb_open(fd, false, &why);
	close(fd);
	if (!ok(m != NULL, "the database can be read"))
		printf("# %s\n", why);
	free(why);
	return m;
}

static void
is_found(struct mmdb *m, const char *address, const char *want)
{
	struct origins found = { 0 };
	struct prefix net;
	struct addr a;
	char text[PREFIX_TEXT_MAX];
	char *got;

	if (strchr(address, '/') != NULL) {
		prefix_parse(address, strlen(address), &net);
	} else {
		addr_parse(address, strlen(address), &a);
		net = prefix_of(&a, family_bits((enum family)a.family));
	}
	mmdb_find(m, &net, 0, &found);
	got = found.count == 0
	    ? xstrdup("-")
	    : format_text("%u %.*s", found.list[0].asn,
		  (int)prefix_print(&found.list[0].prefix, text), text);
	is_text(got, want, "%s", address);
	free(got);
	free(found.list);
}

static void
test_ipv4(void)
{
	struct mmdb_writer *w = mmdb_writer_new();
	struct mmdb *m;

	add(w, "10.1.0.0/16", 2);
	add(w, "10.0.0.0/8", 1);
	add(w, "192.0.2.0/24", 3);
	add(w, "192.0.3.0/24", 3);
	add(w, "10.1.0.0/16", 9);
	add(w, "10.1.0.0/16", 0);
	add(w, "203.0.113.7/32", 64512);
	add(w, "10.2.0.0/16", 0);
	add(w, "203.0.113.7/32", 4);
	m = reopen(w);
	is_found(m, "10.1.2.3", "2 10.1.0.0/16");
	is_found(m, "10.128.0.1", "1 10.128.0.0/9");
	is_found(m, "10.2.0.1", "-");
	is_found(m, "10.3.0.1", "1 10.3.0.0/16");
	is_found(m, "192.0.2.1", "3 192.0.2.0/24");
	is_found(m, "192.0.3.1", "3 192.0.3.0/24");
	is_found(m, "192.0.2.0/23", "-");
	is_found(m, "192.0.2.0/25", "3 192.0.2.0/24");
	is_found(m, "203.0.113.7", "4 203.0.113.7/32");
	is_found(m, "203.0.113.6", "-");
	is_found(m, "2001:db8::1", "-");
	mmdb_close(m);
}

static void
test_ipv6(void)
{
	struct mmdb_writer *w = mmdb_writer_new();
	struct mmdb *m;

	add(w, "2001:db8::/32", 6);
	add(w, "2001:db8:1::/48", 7);
	add(w, "8.8.8.0/24", 15169);
	add(w, "::/64", 8);
	add(w, "::1.2.3.0/120", 9);
	m = reopen(w);
	is_found(m, "2001:db8::1", "6 2001:db8::/48");
	is_found(m, "2001:db8:1::1", "7 2001:db8:1::/48");
	is_found(m, "8.8.8.8", "15169 8.8.8.0/24");
	is_found(m, "::8.8.8.8", "15169 8.8.8.0/24");
	is_found(m, "::ffff:8.8.8.8", "15169 8.8.8.0/24");
	is_found(m, "2002:808:808::1", "15169 8.8.8.0/24");
	is_found(m, "2001:0:808:808::1", "15169 8.8.8.0/24");
	is_found(m, "2002:808:800::/40", "15169 8.8.8.0/24");
	is_found(m, "2002:808::/32", "-");
	is_found(m, "2002:909:909::1", "-");
	is_found(m, "1.2.3.4", "-");
	is_found(m, "9.9.9.9", "-");
	is_found(m, "::1:0:0:1", "8 ::1:0:0:0/80");
	mmdb_close(m);
}

/* Prefixes in 6to4 and Teredo are not replaced by IPv4. */
static void
test_own_6to4(void)
{
	struct mmdb_writer *w = mmdb_writer_new();
	struct mmdb *m;

	add(w, "2002::/16", 6939);
	add(w, "2002:808:800::/40", 15169);
	add(w, "8.8.8.0/24", 15169);
	m = reopen(w);
	is_found(m, "2002:909:909::1", "6939 2002:900::/24");
	is_found(m, "8.8.8.8", "15169 8.8.8.0/24");
	mmdb_close(m);
	w = mmdb_writer_new();
	add(w, "::/0", 1);
	add(w, "8.8.8.0/24", 15169);
	m = reopen(w);
	is_found(m, "9.9.9.9", "-");
	is_found(m, "8000::1", "1 8000::/1");
	mmdb_close(m);
}

static void
test_empty(void)
{
	struct mmdb_writer *w = mmdb_writer_new();
	struct buf b = { 0 };

	write_bytes(w, &b);
	ok(b.len > 16, "a database may be empty");
	buf_free(&b);
}

struct list {
	struct origins origins;
	char texts[400];
	size_t used;
};

static void
collect(void *arg, const struct origin *o)
{
	struct list *l = arg;
	char prefix[PREFIX_TEXT_MAX];
	int len = (int)prefix_print(&o->prefix, prefix);

	l->used += (size_t)snprintf(l->texts + l->used,
	    sizeof(l->texts) - l->used, "%u %.*s %.*s\n", o->asn, len, prefix,
	    (int)o->reg.name.len, o->reg.name.text);
}

/* A name is written once, and invalid UTF-8 is made valid. */
static void
test_walk(void)
{
	struct mmdb_writer *w = mmdb_writer_new();
	struct origin list[] = {
		origin_of("2001:db8::/32", 6, "a name that is long", "DE"),
		origin_of("10.0.0.0/8", 1, "bad \xff\xc3 bytes", ""),
		origin_of("11.0.0.0/8", 2, "a name that is long", "US"),
	};
	struct list l = { 0 };
	struct mmdb *m;

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		mmdb_writer_add(w, &list[i]);
	m = reopen(w);
	ok(mmdb_walk(m, collect, &l), "the whole database is walked");
	is_text(l.texts,
	    "1 10.0.0.0/8 bad \xef\xbf\xbd\xef\xbf\xbd bytes\n"
	    "2 11.0.0.0/8 a name that is long\n"
	    "6 2001:db8::/32 a name that is long\n",
	    "every entry is visited once, in order");
	mmdb_close(m);
}

/* Returns the name of the n-th AS; its length depends on n. */
static struct span
name_of(unsigned n, size_t len, char *out)
{
	memset(out, 'x', len);
	snprintf(out, 11, "%010u", n);
	out[10] = 'x';
	return (struct span){ out, len };
}

/*
 * Names whose lengths need 0 to 3 bytes, each for two ASes, so that there are
 * pointers of all sizes.
 */
static void
test_lengths(unsigned count, const size_t *lengths, size_t length_count,
    const char *what)
{
	struct mmdb_writer *w = mmdb_writer_new();
	char *text = xmalloc(70001);
	struct mmdb *m;
	unsigned different = 0;

	for (unsigned i = 0; i < 2 * count; i++) {
		struct origin o = { .asn = i + 1, .prefix.len = 24 };

		o.prefix.addr.bytes[1] = (uint8_t)(i >> 8);
		o.prefix.addr.bytes[2] = (uint8_t)i;
		o.reg.name =
		    name_of(i % count, lengths[i % count % length_count], text);
		mmdb_writer_add(w, &o);
	}
	m = reopen(w);
	for (unsigned i = 0; i < 2 * count; i++) {
		struct origins found = { 0 };
		struct prefix p = { .len = 32 };
		struct span want =
		    name_of(i % count, lengths[i % count % length_count], text);

		p.addr.bytes[1] = (uint8_t)(i >> 8);
		p.addr.bytes[2] = (uint8_t)i;
		mmdb_find(m, &p, 0, &found);
		different += found.count != 1 || found.list[0].asn != i + 1 ||
		    span_compare(found.list[0].reg.name, want) != 0;
		free(found.list);
	}
	is_int(different, 0, "%s", what);
	mmdb_close(m);
	free(text);
}

static void
test_names(void)
{
	static const size_t lengths[] = { 11, 28, 29, 30, 284, 285, 286, 900,
		65820, 65821, 65822, 70000 };
	static const size_t usual[] = { 20, 400, 800 };
	static const size_t large[] = { 70000 };

	test_lengths(24, lengths, 12, "names of all lengths are found");
	test_lengths(3000, usual, 3, "pointers of all lengths are followed");
	test_lengths(250, large, 1, "records of 28 bits are read");
}

/* Returns a prefix with few bits set, so that many lie inside of others. */
static struct prefix
random_prefix(void)
{
	bool ipv6 = tap_random(3) == 0;
	struct addr a = { .family = ipv6 ? FAMILY_IPV6 : FAMILY_IPV4 };

	if (ipv6)
		a.bytes[0] = 0x2a;
	for (size_t i = ipv6; i < 4; i++)
		a.bytes[i] = (uint8_t)(tap_random(256) & tap_random(256));
	return prefix_of(&a, (uint8_t)(8 + tap_random(25)));
}

/* Returns the origin of the longest prefix in the table, or 0. */
static uint32_t
table_asn(const struct table *t, const struct prefix *net)
{
	struct origins found = { 0 };
	uint32_t asn;

	table_find(t, net, 0, &found);
	asn = found.count > 0 ? found.list[0].asn : 0;
	free(found.list);
	return asn;
}

static uint32_t
mmdb_asn(struct mmdb *m, const struct prefix *net)
{
	struct origins found = { 0 };
	uint32_t asn;

	mmdb_find(m, net, 0, &found);
	asn = found.count > 0 ? found.list[0].asn : 0;
	free(found.list);
	return asn;
}

/* Random prefixes have the same origins in a database and in a table. */
static void
test_random(unsigned count)
{
	struct mmdb_writer *w = mmdb_writer_new();
	struct table *t = table_new();
	struct mmdb *m;
	unsigned different = 0;

	for (unsigned i = 0; i < count; i++) {
		struct origin o = { .prefix = random_prefix() };

		/* One origin a prefix: of several, the order decides. */
		o.asn = 1 +
		    (o.prefix.addr.bytes[1] * 7U + o.prefix.addr.bytes[3] +
			o.prefix.len) %
			50;
		table_add(t, &o);
		mmdb_writer_add(w, &o);
	}
	table_build(t);
	m = reopen(w);
	for (unsigned i = 0; i < 20000; i++) {
		struct prefix p = random_prefix();
		struct prefix net =
		    prefix_of(&p.addr, family_bits((enum family)p.addr.family));

		different += table_asn(t, &net) != mmdb_asn(m, &net);
	}
	is_int(different, 0, "%u random prefixes have the same origins in both",
	    count);
	table_free(t);
	mmdb_close(m);
}

static void
add_many(struct mmdb_writer *w)
{
	for (unsigned i = 0; i < 2000; i++) {
		struct origin o = { .asn = 1 + i % 300 };
		char name[20];

		snprintf(name, sizeof(name), "AS number %u", i % 300);
		o.prefix.len = 24;
		o.prefix.addr.bytes[1] = (uint8_t)(i >> 8);
		o.prefix.addr.bytes[2] = (uint8_t)i;
		o.reg.name = (struct span){ name, strlen(name) };
		mmdb_writer_add(w, &o);
	}
}

static void
test_same_bytes(void)
{
	struct buf out[2] = { { 0 }, { 0 } };

	for (int i = 0; i < 2; i++) {
		struct mmdb_writer *w = mmdb_writer_new();

		add_many(w);
		write_bytes(w, &out[i]);
	}
	ok(out[0].len == out[1].len &&
		memcmp(out[0].data, out[1].data, out[0].len) == 0,
	    "the same input gives the same bytes");
	buf_free(&out[0]);
	buf_free(&out[1]);
}

/* A database of one prefix, as written out from the specification. */
static void
test_bytes(void)
{
	static const char want[] =
	    "\x00\x00\x11" /* 0.0.0.0/1: the entry at 0, plus 1 + 16 */
	    "\x00\x00\x01" /* 128.0.0.0/1: nothing */
	    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
	    "\xe1\x58"
	    "autonomous_system_number"
	    "\xc2\x3b\x41"
	    "\xab\xcd\xefMaxMind.com";
	struct mmdb_writer *w = mmdb_writer_new();
	struct origin o = origin_of("0.0.0.0/1", 15169, "", "");
	struct buf b = { 0 };

	mmdb_writer_add(w, &o);
	write_bytes(w, &b);
	ok(b.len > sizeof(want) && memcmp(b.data, want, sizeof(want) - 1) == 0,
	    "the bytes are as the specification says");
	buf_free(&b);
}

int
main(void)
{
	char name[] = "/tmp/asnq-mmdb-write.XXXXXX";
	int fd = mkstemp(name);

	if (fd < 0) {
		perror(name);
		return 1;
	}
	close(fd);
	path = name;
	test_ipv4();
	test_ipv6();
	test_own_6to4();
	test_empty();
	test_walk();
	test_names();
	test_random(10);
	test_random(3000);
	test_random(30000);
	unlink(path);
	test_same_bytes();
	test_bytes();
	return tap_done();
}
