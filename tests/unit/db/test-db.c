#include "config.h"

#include "db/db.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../tap.h"
#include "base/buf.h"
#include "db/as-names.h"
#include "db/mmdb-writer.h"

static char path[] = "/tmp/asnq-db.XXXXXX";

/* Writes the file. */
static void
write_file(const char *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len) {
		perror(path);
		exit(1);
	}
	close(fd);
}

static struct db *
open_text(const char *text)
{
	write_file(text, strlen(text));
	return db_open(path, false);
}

static struct origins
find(struct db *d)
{
	static const struct prefix host = { { { 8, 8, 8, 8 }, FAMILY_IPV4 },
		32 };
	struct origins found = { .count = 0 };

	db_find(d, &host, 0, &found);
	return found;
}

static void
is_name(const struct origins *o, const char *want, const char *what)
{
	bool one = o->count == 1;

	is_bytes(one ? o->list[0].reg.name.text : NULL,
	    one ? o->list[0].reg.name.len : 0, want, "%s", what);
}

static void
test_lines(void)
{
	struct db *d = open_text("8.8.8.0\t8.8.8.255\t15169\tUS\tGOOGLE\n");
	struct origins found = find(d);

	is_text(db_format(d), "lines", "a table is recognized");
	is_text(db_name(d), path, "a table's name is its path");
	is_int(db_age(d), 0, "a table has no age");
	ok(db_serves(d, FAMILY_IPV4) && !db_serves(d, FAMILY_IPV6),
	    "a table of one family serves that family");
	is_name(&found, "GOOGLE", "a table's origin is found");
	free(found.list);
	db_release(d);

	ok(open_text("rubbish\n") == NULL, "a file without a table is refused");
	ok(db_open("/nonexistent", false) == NULL, "a missing file is refused");
	db_release(NULL);
}

/*
 * Tests that a database can be replaced while a look-up still holds the old
 * one.
 */
static void
test_replaced(struct db *d, struct db *(*reopen)(const char *name))
{
	const char *format = db_format(d);
	struct db *old = db_hold(d);
	struct origins before = find(old);
	struct origins after;

	db_release(d);
	d = reopen("NEW");
	after = find(d);
	is_name(&after, "NEW", format);
	is_name(&before, "OLD", "text from the old database is valid");
	free(before.list);
	before = find(old);
	is_name(&before, "OLD", "the old database answers as before");
	db_hold(old);
	db_release(old);
	is_name(&before, "OLD",
	    "the old database exists until its last hold ends");
	free(before.list);
	db_release(old);
	is_name(&after, "NEW", "the new database stays");
	free(after.list);
	db_release(d);
}

static struct db *
open_lines(const char *name)
{
	char *text = format_text("8.8.8.0\t8.8.8.255\t1\tUS\t%s\n", name);
	struct db *d = open_text(text);

	free(text);
	return d;
}

static struct db *
open_mmdb(const char *name)
{
	static const struct mmdb_about about = { "GeoLite2-ASN", "a test",
		1700000000 };
	struct origin o = { .asn = 1, .reg.name = { name, strlen(name) } };
	struct mmdb_writer *w = mmdb_writer_new();
	struct buf bytes = { 0 };
	struct db *d;

	o.prefix = (struct prefix){ { { 8 }, FAMILY_IPV4 }, 8 };
	mmdb_writer_add(w, &o);
	mmdb_writer_write(w, &about, &bytes);
	write_file(bytes.data, bytes.len);
	d = db_open(path, false);
	buf_free(&bytes);
	mmdb_writer_free(w);
	return d;
}

static void
test_mmdb(void)
{
	struct db *d = open_mmdb("GOOGLE");
	char *name = format_text("%s (GeoLite2-ASN 2023-11-14)", path);

	is_text(db_format(d), "MMDB", "an MMDB is recognized");
	is_text(db_name(d), name, "an MMDB's name has its type and date");
	ok(db_age(d) > 0, "an MMDB has an age");
	free(name);
	db_release(d);
}

/* Tests that an MMDB of which only parts are read notices a change. */
static void
test_cut(void)
{
	struct db *d;
	struct origins found;

	db_release(open_mmdb("GOOGLE"));
	d = db_open(path, true);
	found = find(d);
	is_name(&found, "GOOGLE", "an MMDB that is used briefly answers");
	ok(!db_failed(d), "it has not failed");
	free(found.list);
	is_int(truncate(path, 0), 0, "its file is cut");
	found = find(d);
	is_int((intmax_t)found.count, 0, "it answers no more");
	ok(db_failed(d), "it has failed");
	free(found.list);
	db_release(d);
}

static void
test_names(void)
{
	static const char first[] = "AS1\tOLD\n2\tTWO\n1\tAGAIN\n";
	static const char second[] = "1\tNEW\n";
	struct as_names *n;
	struct as_names *old;
	struct span text;

	write_file(first, strlen(first));
	n = as_names_open(path);
	old = as_names_hold(n);
	text = as_names_find(n, 1);
	as_names_release(n);
	write_file(second, strlen(second));
	n = as_names_open(path);
	is_bytes(text.text, text.len, "OLD", "a name is valid while held");
	text = as_names_find(old, 2);
	is_bytes(text.text, text.len, "TWO", "old names are found as before");
	as_names_release(old);
	text = as_names_find(n, 1);
	is_bytes(text.text, text.len, "NEW", "new names are found");
	ok(as_names_find(n, 2).text == NULL,
	    "a name that the new names lack is not found");
	as_names_release(n);
	as_names_release(NULL);
}

int
main(void)
{
	int fd = mkstemp(path);

	if (fd < 0) {
		perror(path);
		return 1;
	}
	close(fd);
	test_lines();
	test_replaced(open_lines("OLD"), open_lines);
	test_mmdb();
	test_replaced(open_mmdb("OLD"), open_mmdb);
	test_cut();
	test_names();
	unlink(path);
	return tap_done();
}
