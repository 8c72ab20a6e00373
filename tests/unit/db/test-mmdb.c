#include "config.h"

#include "db/mmdb.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "../tap.h"
#include "base/buf.h"
#include "db/mmdb-file.h"
#include "record/target.h"

/*
 * Databases in the forms of vendors, which the program itself does not write:
 * a tree of one node, each side of which leads to an entry.
 */

#define MARKER "\xab\xcd\xefMaxMind.com"

static const char *path; /* of the database under test */
static bool briefly;	 /* how it is opened */

static void
write_file(const struct buf *b)
{
	FILE *file = fopen(path, "wb");

	if (file == NULL ||
	    (b->len > 0 && fwrite(b->data, 1, b->len, file) != b->len) ||
	    fclose(file) != 0) {
		perror(path);
		exit(1);
	}
}

static void
put_text(struct buf *b, const char *text)
{
	size_t len = strlen(text);

	buf_putc(b, (char)(len < 29 ? 0x40 | len : 0x40 | 29));
	if (len >= 29)
		buf_putc(b, (char)(len - 29));
	buf_puts(b, text);
}

static void
put_map(struct buf *b, unsigned pairs)
{
	buf_putc(b, (char)(0xe0 | pairs));
}

static void
put_number(struct buf *b, unsigned control, uint64_t number, unsigned bytes)
{
	if (control >> 5 == 0) {
		buf_putc(b, (char)bytes);
		buf_putc(b, (char)control);
	} else {
		buf_putc(b, (char)(control | bytes));
	}
	while (bytes-- > 0)
		buf_putc(b, (char)(number >> 8 * bytes));
}

#define UINT16 0xa0
#define UINT32 0xc0
#define UINT64 2 /* an extended type, in a byte of its own */

static void
put_24_bits(struct buf *b, size_t number)
{
	for (int shift = 16; shift >= 0; shift -= 8)
		buf_putc(b, (char)(number >> shift));
}

struct shape {
	const char *type;
	unsigned ip_version;
	uint64_t built;
	unsigned nodes;
	unsigned bits;
};

static const struct shape plain = { "Test", 4, 1700000000, 1, 24 };

static void
put_metadata(struct buf *b, const struct shape *shape)
{
	buf_puts(b, MARKER);
	put_map(b, 9);
	put_text(b, "binary_format_major_version");
	put_number(b, UINT16, 2, 2);
	put_text(b, "binary_format_minor_version");
	put_number(b, UINT16, 0, 0);
	put_text(b, "build_epoch");
	put_number(b, UINT64, shape->built, 8);
	put_text(b, "database_type");
	put_text(b, shape->type);
	put_text(b, "description");
	put_map(b, 0);
	put_text(b, "ip_version");
	put_number(b, UINT16, shape->ip_version, 2);
	put_text(b, "languages");
	buf_putc(b, 0);
	buf_putc(b, 4);
	put_text(b, "node_count");
	put_number(b, UINT32, shape->nodes, 4);
	put_text(b, "record_size");
	put_number(b, UINT16, shape->bits, 2);
}

/* Writes a database: addresses below 128.0.0.0 lead to `left`, else `right`. */
static void
put_database(struct buf *b, const struct shape *shape, const struct buf *left,
    const struct buf *right)
{
	static const char zeros[16];

	put_24_bits(b, 1 + 16);
	put_24_bits(b, right->len > 0 ? 1 + 16 + left->len : 1);
	buf_put(b, zeros, sizeof(zeros));
	buf_put(b, left->data, left->len);
	buf_put(b, right->data, right->len);
	put_metadata(b, shape);
}

/* Opens bytes as a database, and frees them. */
static struct mmdb *
open_bytes(struct buf *b, char **why)
{
	struct mmdb *m;
	int fd;

	write_file(b);
	buf_free(b);
	fd = open(path, O_RDONLY);
	m = mmdb_open(fd, briefly, why);
	close(fd);
	return m;
}

static struct mmdb *
open_pair(const struct shape *shape, struct buf *left, struct buf *right,
    char **why)
{
	struct buf b = { 0 };

	put_database(&b, shape, left, right);
	buf_free(left);
	buf_free(right);
	return open_bytes(&b, why);
}

/* Checks for "AS prefix name", or for the word of another status. */
static void
is_found(struct mmdb *m, const char *target, const char *want)
{
	struct origins found = { 0 };
	struct target t;
	char text[PREFIX_TEXT_MAX];
	char *got;
	enum status status;

	target_parse(target, strlen(target), &t);
	status = mmdb_find(m, &t.net, 0, &found);
	if (found.count == 1) {
		const struct origin *o = &found.list[0];

		got = format_text("%u %.*s %.*s", o->asn,
		    (int)prefix_print(&o->prefix, text), text,
		    (int)(o->reg.name.len > 0 ? o->reg.name.len : 1),
		    o->reg.name.len > 0 ? o->reg.name.text : "-");
	} else {
		got = xstrdup(status_word(status));
	}
	is_text(got, want, "%s", target);
	free(got);
	free(found.list);
}

static void
put_geolite(struct buf *b, uint32_t asn, const char *name)
{
	put_map(b, 2);
	put_text(b, "autonomous_system_number");
	put_number(b, UINT32, asn, 4);
	put_text(b, "autonomous_system_organization");
	put_text(b, name);
}

static void
put_text_asn(struct buf *b, const char *asn, const char *key, const char *name)
{
	put_map(b, 4);
	put_text(b, "country_code");
	put_text(b, "US");
	put_text(b, "asn");
	put_text(b, asn);
	put_text(b, "nested");
	put_map(b, 1);
	put_text(b, "asn");
	put_number(b, UINT32, 7, 4);
	put_text(b, key);
	put_text(b, name);
}

static void
check_pair(struct buf *left, struct buf *right, const char *want_left,
    const char *want_right)
{
	char *why = NULL;
	struct mmdb *m = open_pair(&plain, left, right, &why);

	if (!ok(m != NULL, "the database opens")) {
		printf("# %s\n", why);
		free(why);
		return;
	}
	is_found(m, "1.2.3.4", want_left);
	is_found(m, "200.1.2.3", want_right);
	mmdb_close(m);
}

static void
test_vendors(void)
{
	struct buf a = { 0 };
	struct buf b = { 0 };

	put_geolite(&a, 15169, "GOOGLE");
	put_geolite(&b, 0, "none");
	check_pair(&a, &b, "15169 0.0.0.0/1 GOOGLE", "unannounced");
	put_geolite(&a, 4294967295, "none");
	put_geolite(&b, 4294967294, "");
	check_pair(&a, &b, "unannounced", "4294967294 128.0.0.0/1 -");

	put_map(&a, 1);
	put_text(&a, "traits");
	put_geolite(&a, 3320, "DTAG");
	put_map(&b, 0);
	check_pair(&a, &b, "3320 0.0.0.0/1 DTAG", "unannounced");

	put_text_asn(&a, "AS15169", "as_name", "Google LLC");
	put_text_asn(&b, "", "as_name", "");
	check_pair(&a, &b, "15169 0.0.0.0/1 Google LLC", "unannounced");
	put_text_asn(&a, "13335", "name", "CLOUDFLARENET");
	put_text_asn(&b, "nonsense", "name", "x");
	check_pair(&a, &b, "13335 0.0.0.0/1 CLOUDFLARENET", "malformed");
	put_text_asn(&a, "as3", "as_organization", "MIT");
	put_text_asn(&b, "AS4294967296", "name", "x");
	check_pair(&a, &b, "3 0.0.0.0/1 MIT", "malformed");

	put_map(&a, 2);
	put_text(&a, "asn");
	put_number(&a, UINT64, 64496, 8);
	put_text(&a, "name");
	put_number(&a, UINT16, 1, 2);
	put_map(&b, 1);
	put_text(&b, "asn");
	put_number(&b, UINT64, UINT64_C(1) << 32, 8);
	check_pair(&a, &b, "64496 0.0.0.0/1 -", "malformed");
}

/* Keys and values by pointers; an `asn` that is a map is no AS number. */
static void
test_pointers(void)
{
	struct buf a = { 0 };
	struct buf b = { 0 };

	put_text_asn(&a, "AS1", "name", "one");
	put_map(&b, 2);
	buf_put(&b, "\x20\x11", 2); /* "asn" of the other entry */
	buf_put(&b, "\x20\x15", 2); /* its "AS1" */
	put_text(&b, "as_name");
	put_text(&b, "two");
	check_pair(&a, &b, "1 0.0.0.0/1 one", "1 128.0.0.0/1 two");

	put_text_asn(&a, "AS1", "name", "one");
	put_map(&b, 1);
	put_text(&b, "asn");
	put_map(&b, 1);
	put_text(&b, "asn");
	put_text(&b, "AS2");
	check_pair(&a, &b, "1 0.0.0.0/1 one", "unannounced");
}

/* Tests entries that cannot be read, next to one that can. */
static void
test_bad_entries(void)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *what;
	} bad[] = {
		{ "\xe1\x43"
		  "as",
		    4, "a text that is cut" },
		{ "\xe1\x43"
		  "asn\x27\xff",
		    7, "a pointer past the end" },
		{ "\xe1\x43"
		  "asn\xc5",
		    6, "a number of five bytes" },
		{ "\xe1\xc1\x01\x41x", 5, "a key that is a number" },
		{ "\xff\xff\xff\xff\x40\x40", 6, "more pairs than bytes" },
		{ "\xe1\x41x\x00\x05", 5, "a container" },
		{ "\xe1\x41x\x00\x09", 5, "no such type" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct buf a = { 0 };
		struct buf b = { 0 };

		put_geolite(&a, 1, "one");
		buf_put(&b, bad[i].bytes, bad[i].len);
		printf("# %s\n", bad[i].what);
		check_pair(&a, &b, "1 0.0.0.0/1 one", "malformed");
	}
}

/* Records that lead into the separator between tree and data. */
static void
test_separator(void)
{
	for (char record = 2; record < 1 + 16; record++) {
		struct buf a = { 0 };
		struct buf none = { 0 };
		struct buf b = { 0 };
		char *why = NULL;
		struct mmdb *m;

		put_geolite(&a, 1, "one");
		put_database(&b, &plain, &a, &none);
		b.data[5] = record; /* of 128.0.0.0/1 */
		buf_free(&a);
		m = open_bytes(&b, &why);
		if (!ok(m != NULL, "the database with record %d opens",
			record)) {
			free(why);
			continue;
		}
		is_found(m, "1.2.3.4", "1 0.0.0.0/1 one");
		is_found(m, "200.1.2.3", "malformed");
		mmdb_close(m);
	}
}

static void
test_deep(void)
{
	struct buf a = { 0 };
	struct buf b = { 0 };

	put_geolite(&a, 1, "one");
	put_map(&b, 2);
	put_text(&b, "deep");
	for (int i = 0; i < 200000; i++)
		buf_put(&b, "\x01\x04", 2);
	put_text(&b, "end");
	put_text(&b, "asn");
	put_text(&b, "AS2");
	check_pair(&a, &b, "1 0.0.0.0/1 one", "malformed");
}

static void
is_refused(struct mmdb *m, char **why, const char *want, const char *what)
{
	ok(m == NULL, "%s is refused", what);
	is_text(*why, want, "%s has its message", what);
	free(*why);
	*why = NULL;
	mmdb_close(m);
}

static void
test_refused(void)
{
	struct shape shape = plain;
	struct buf a = { 0 };
	struct buf b = { 0 };
	char *why = NULL;

	put_map(&a, 1);
	put_text(&a, "city");
	put_text(&a, "Berlin");
	shape.type = "GeoLite2-City";
	is_refused(open_pair(&shape, &a, &b, &why), &why,
	    "a database of type \"GeoLite2-City\" has no AS numbers",
	    "a database of cities");

	put_geolite(&a, 1, "one");
	shape = plain;
	shape.nodes = 0x20000000; /* 6 times that needs 33 bits */
	is_refused(open_pair(&shape, &a, &b, &why), &why,
	    "its metadata is corrupt", "a tree that is larger than the file");
	put_geolite(&a, 1, "one");
	shape = plain;
	shape.bits = 20;
	is_refused(open_pair(&shape, &a, &b, &why), &why,
	    "its version or record size is unknown", "records of 20 bits");
	buf_puts(&a, MARKER);
	is_refused(open_bytes(&a, &why), &why, "its metadata is corrupt",
	    "metadata without content");
	buf_puts(&a, "1.2.3.0/24\t1\n");
	is_refused(open_bytes(&a, &why), &why, "it is not an MMDB", "a table");
}

/* Metadata nested as deep as fits. */
static void
test_deep_metadata(void)
{
	struct buf a = { 0 };
	char *why = NULL;

	buf_puts(&a, MARKER);
	put_map(&a, 2);
	put_text(&a, "a");
	for (int i = 0; i < 60000; i++)
		buf_put(&a, "\x01\x04", 2);
	put_text(&a, "node_count");
	is_refused(open_bytes(&a, &why), &why, "its metadata is corrupt",
	    "deeply nested metadata");
}

static void
test_about(void)
{
	struct shape shape = plain;
	struct buf a = { 0 };
	struct buf b = { 0 };
	char *why = NULL;
	struct mmdb *m;

	put_geolite(&a, 1, "one");
	m = open_pair(&shape, &a, &b, &why);
	is_text(mmdb_type(m), "Test", "a database has a type");
	is_int(mmdb_built(m), 1700000000, "a database has a time");
	ok(mmdb_serves(m, FAMILY_IPV4), "an IPv4 database serves IPv4");
	ok(!mmdb_serves(m, FAMILY_IPV6),
	    "an IPv4 database does not serve IPv6");
	is_found(m, "2001:db8::1", "unannounced");
	is_found(m, "0.0.0.0/0", "unannounced");
	is_found(m, "0.0.0.0/1", "1 0.0.0.0/1 one");
	mmdb_close(m);

	put_geolite(&a, 1, "one");
	shape.built = UINT64_MAX;
	m = open_pair(&shape, &a, &b, &why);
	is_int(mmdb_built(m), 0, "an impossible time is 0");
	mmdb_close(m);
}

/* Waits until the clock of the file system goes on. */
static void
touch(void)
{
	struct stat before;
	struct stat st;

	is_int(stat(path, &before), 0, "the file has a time");
	do {
		utimensat(AT_FDCWD, path, NULL, 0);
		stat(path, &st);
	} while (st.st_ctim.tv_sec == before.st_ctim.tv_sec &&
	    st.st_ctim.tv_nsec == before.st_ctim.tv_nsec);
}

static void
cut(void)
{
	is_int(truncate(path, 0), 0, "the file is cut");
}

static void
cut_half(void)
{
	is_int(truncate(path, 4096), 0, "half of the file is cut off");
}

static void
extend(void)
{
	is_int(truncate(path, 1 << 20), 0, "the file is extended");
}

static void
overwrite(void)
{
	int fd = open(path, O_WRONLY);

	is_int(pwrite(fd, "x", 1, 0), 1, "a byte is changed");
	close(fd);
	touch();
}

/* The file is changed while the database is in use. */
static void
test_changed(void)
{
	static void (*const changes[])(
	    void) = { cut, cut_half, extend, overwrite };

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct buf a = { 0 };
		struct buf b = { 0 };
		char *why = NULL;
		struct mmdb *m;

		put_geolite(&a, 1, "one");
		for (int pad = 0; pad < 3000; pad++)
			buf_puts(&a, "padding");
		put_geolite(&b, 2, "two");
		m = open_pair(&plain, &a, &b, &why);
		is_found(m, "1.2.3.4", "1 0.0.0.0/1 one");
		ok(!mmdb_has_changed(m), "the file has not changed");
		changes[i]();
		is_found(m, "200.1.2.3",
		    briefly ? "malformed" : "2 128.0.0.0/1 two");
		is_found(m, "1.2.3.4",
		    briefly ? "malformed" : "1 0.0.0.0/1 one");
		ok(mmdb_has_changed(m) == briefly,
		    "only a file of which parts are read has changed");
		mmdb_close(m);
	}
}

/* The text of an origin outlives a change of the file. */
static void
test_text(void)
{
	static const struct prefix net = { { { 1, 2, 3, 4 }, FAMILY_IPV4 },
		32 };
	struct origins found = { 0 };
	struct buf a = { 0 };
	struct buf b = { 0 };
	char *why = NULL;
	struct mmdb *m;

	put_geolite(&a, 1, "one");
	m = open_pair(&plain, &a, &b, &why);
	is_int(mmdb_find(m, &net, 0, &found), STATUS_OK, "it is found");
	cut();
	is_bytes(found.list[0].reg.name.text, found.list[0].reg.name.len, "one",
	    "its name stays");
	free(found.list);
	mmdb_close(m);
}

/* A SIGBUS that no database causes ends the program. */
static void
test_signal(void)
{
	struct buf a = { 0 };
	struct buf b = { 0 };
	char *why = NULL;
	struct mmdb *m;
	int status = 0;
	pid_t pid;

	put_geolite(&a, 1, "one");
	m = open_pair(&plain, &a, &b, &why);
	pid = fork();
	if (pid == 0) {
		raise(SIGBUS);
		_exit(0);
	}
	ok(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
		WTERMSIG(status) == SIGBUS,
	    "SIGBUS ends the program");
	mmdb_close(m);
}

/* A tree that leads in circles. */
static void
test_circle(void)
{
	struct shape shape = plain;
	struct buf b = { 0 };
	char *why = NULL;

	put_24_bits(&b, 0);
	put_24_bits(&b, 0);
	memset(buf_reserve(&b, 16), 0, 16);
	b.len += 16;
	put_geolite(&b, 1, "one");
	shape.ip_version = 6;
	put_metadata(&b, &shape);
	is_refused(open_bytes(&b, &why), &why, "its entries are corrupt",
	    "a tree with a circle");
}

static void
count(void *arg, const struct origin *o)
{
	(void)o;
	++*(size_t *)arg;
}

/* A tree of 33 nodes that has 2^32 networks, since both sides are the same. */
static void
test_shared_nodes(void)
{
	struct shape shape = plain;
	struct mmdb *m;
	struct buf b = { 0 };
	char *why = NULL;
	size_t found = 0;

	shape.nodes = 33;
	for (unsigned node = 0; node < 32; node++) {
		unsigned next = node < 31 ? node + 1 : shape.nodes + 16;

		put_24_bits(&b, next);
		put_24_bits(&b, next);
	}
	put_24_bits(&b, shape.nodes);
	put_24_bits(&b, shape.nodes);
	memset(buf_reserve(&b, 16), 0, 16);
	b.len += 16;
	put_geolite(&b, 1, "one");
	put_metadata(&b, &shape);
	m = open_bytes(&b, &why);
	ok(m != NULL, "a small tree with very many networks is opened");
	if (m == NULL) {
		free(why);
		return;
	}
	is_found(m, "1.2.3.4", "1 1.2.3.4/32 one");
	ok(!mmdb_walk(m, count, &found) && found < 1000,
	    "a walk through it ends soon, as through a corrupt one");
	mmdb_close(m);
}

static bool
is_recognized(const char *bytes, size_t len)
{
	struct buf b = { 0 };
	bool is;
	int fd;

	buf_put(&b, bytes, len);
	write_file(&b);
	buf_free(&b);
	fd = open(path, O_RDONLY);
	is = mmdb_file_recognize(fd);
	is_int(lseek(fd, 0, SEEK_CUR), 0, "the offset is unchanged");
	close(fd);
	return is;
}

static void
test_recognize(void)
{
	struct buf b = { 0 };
	int ends[2];

	ok(!is_recognized("", 0), "an empty file is not an MMDB");
	ok(!is_recognized("MaxMind.com", 11),
	    "a file with half a marker is not an MMDB");
	ok(is_recognized("x" MARKER "y", strlen(MARKER) + 2),
	    "a file with a marker is an MMDB");
	buf_puts(&b, MARKER);
	memset(buf_reserve(&b, 200000), 'x', 200000);
	b.len += 200000;
	ok(!is_recognized(b.data, b.len),
	    "a marker too far from the end does not count");
	buf_free(&b);
	if (pipe(ends) == 0) {
		ok(!mmdb_file_recognize(ends[0]), "a pipe is not an MMDB");
		close(ends[0]);
		close(ends[1]);
	}
}

static void
test_database(void)
{
	test_vendors();
	test_pointers();
	test_bad_entries();
	test_separator();
	test_deep();
	test_refused();
	test_deep_metadata();
	test_about();
	test_changed();
	test_text();
	test_circle();
	test_shared_nodes();
}

int
main(void)
{
	char name[] = "/tmp/asnq-mmdb.XXXXXX";
	int fd = mkstemp(name);

	if (fd < 0) {
		perror(name);
		return 1;
	}
	close(fd);
	path = name;
	test_database();
	briefly = true;
	test_database();
	test_signal();
	test_recognize();
	unlink(path);
	return tap_done();
}
