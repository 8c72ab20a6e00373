#include "config.h"

#include "db/reader.h"

#include <stdlib.h>
#include <string.h>

#include "../tap.h"
#include "base/array.h"
#include "base/buf.h"
#include "db/table.h"
#include "record/target.h"

/* Reads lines, and appends to `results` a sign for each: + - or !. */
static struct table *
read_lines(const char *lines, struct buf *results)
{
	struct table *t = table_new();
	struct reader *reader = reader_new(t);

	while (*lines != '\0') {
		size_t len = strcspn(lines, "\n");
		enum line_result r =
		    reader_add(reader, (struct span){ lines, len });

		buf_putc(results, "+-!"[r]);
		lines += len + (lines[len] == '\n');
	}
	reader_free(reader);
	table_build(t);
	return t;
}

static void
describe(const struct origins *o, struct buf *out)
{
	char text[PREFIX_TEXT_MAX];

	for (size_t i = 0; i < o->count; i++) {
		const struct origin *one = &o->list[i];

		buf_printf(out, "%s%.*s=%u", i > 0 ? " " : "",
		    (int)prefix_print(&one->prefix, text), text,
		    (unsigned)one->asn);
		if (one->reg.country[0] != '\0')
			buf_printf(out, ",%s", one->reg.country);
		if (one->reg.name.text != NULL)
			buf_printf(out, ",%.*s", (int)one->reg.name.len,
			    one->reg.name.text);
	}
}

static void
find(const struct table *t, const char *what, struct buf *out)
{
	struct origins found = { .count = 0 };
	struct target target;

	target_parse(what, strlen(what), &target);
	buf_clear(out);
	table_find(t, &target.net, 0, &found);
	/* The origins of one prefix are in no order. */
	origins_sort(&found);
	describe(&found, out);
	free(found.list);
}

/* Lines of each form, what becomes of them, and what is then found. */
static void
test_forms(void)
{
	static const struct {
		const char *lines;
		const char *results;
		const char *address;
		const char *found;
	} cases[] = {
		{ "8.8.8.0/24\t15169", "+", "8.8.8.8", "8.8.8.0/24=15169" },
		{ "8.8.8.0/24 15169", "+", "8.8.8.8", "8.8.8.0/24=15169" },
		{ "2001:4860::/32\t15169", "+", "2001:4860::1",
		    "2001:4860::/32=15169" },
		{ "8.8.8.0/24\tAS15169", "+", "8.8.8.8", "8.8.8.0/24=15169" },
		{ "; a comment\n# another\n\n$TTL 1\n8.8.8.0/24\t1", "----+",
		    "8.8.8.8", "8.8.8.0/24=1" },
		{ "8.8.8.0\t24\t15169", "+", "8.8.8.8", "8.8.8.0/24=15169" },
		{ "8.8.8.0\t24\t2_1", "+", "8.8.8.8",
		    "8.8.8.0/24=1 8.8.8.0/24=2" },
		{ "8.8.8.0\t24\t3_1,2", "+", "8.8.8.8",
		    "8.8.8.0/24=1 8.8.8.0/24=2 8.8.8.0/24=3" },
		{ "8.8.8.0/24\t{64512,64513}", "+", "8.8.8.8",
		    "8.8.8.0/24=64512 8.8.8.0/24=64513" },
		{ "8.8.8.0\t8.8.8.255\t15169\tUS\tGOOGLE", "+", "8.8.8.8",
		    "8.8.8.0/24=15169,US,GOOGLE" },
		{ "8.8.8.0\t8.8.9.127\t5\tUS\tX", "+", "8.8.9.1",
		    "8.8.9.0/25=5,US,X" },
		{ "8.8.8.1\t8.8.8.6\t5\tZZ\tX", "+", "8.8.8.4",
		    "8.8.8.4/31=5,X" },
		{ "8.8.8.0\t8.8.8.255\t0\tNone\tNot routed", "-", "8.8.8.8",
		    "" },
		{ "8.8.8.255\t8.8.8.0\t5\tUS\tX", "!", "8.8.8.8", "" },
		{ "*.8.8.8\t\tIN TXT\t\"15169\" \"8.8.8.0\" \"24\"", "+",
		    "8.8.8.8", "8.8.8.0/24=15169" },
		{ "8.8\tTXT \"3356\" \"8.0.0.0\" \"9\"", "+", "8.8.8.8",
		    "8.0.0.0/9=3356" },
		{ "4.3.2.1 IN TXT \"7 8\" \"1.2.0.0\" \"16\"\n"
		  "5.3.2.1 IN TXT \"7 8\" \"1.2.0.0\" \"16\"",
		    "++", "1.2.3.4", "1.2.0.0/16=7 1.2.0.0/16=8" },
		{ "1 IN TXT \"4294967295\" \"0\" \"0\"", "-", "1.2.3.4", "" },
		{ "@ SOA ns.example. a.example. 1 1h 1h 1w 1h\n"
		  "@ NS ns.example.\n*.1 TXT \"7\" \"1.0.0.0\" \"8\"",
		    "--+", "1.2.3.4", "1.0.0.0/8=7" },
		{ "1.0.0.0/8 :127.0.0.2:7 | 1.0.0.0/8 | AU | apnic |", "+",
		    "1.2.3.4", "1.0.0.0/8=7,AU" },
		{ "1.0.0.0/8 7|1.0.0.0/8|AU|apnic|", "+", "1.2.3.4",
		    "1.0.0.0/8=7,AU" },
		{ ":127.0.0.2:9 | 1.0.0.0/8 | AU | apnic |\n1.0.0.0/8", "-+",
		    "1.2.3.4", "1.0.0.0/8=9,AU" },
		{ "1.0.0.0/8\t7\n!1.2.0.0/16\n1.2.3.0/24\t9", "+++", "1.2.9.9",
		    "" },
		{ "1.0.0.0/8\t7\n!1.2.0.0/16\n1.2.3.0/24\t9", "+++", "1.2.3.4",
		    "1.2.3.0/24=9" },
		{ "1.0.0.0/8\t7\n!1.2.0.0/16\n", "++", "1.3.0.0",
		    "1.0.0.0/8=7" },
		{ "8.8.8.8\t8.8.8.8\tok\t15169\t8.8.8.0/24\tUS\tA\\tB", "+",
		    "8.8.8.8", "8.8.8.0/24=15169,US,A\tB" },
		{ "1.1.1.1\t1.1.1.1\tunannounced\t\\N\t\\N\t\\N\t\\N", "-",
		    "1.1.1.1", "" },
		{ "0.0.0.0/0\t7", "+", "8.8.8.8", "" },
		{ "8.8.8.0/24\t0", "+", "8.8.8.8", "" },
		{ "8.8.8.0/33\t7", "!", "8.8.8.8", "" },
		{ "8.8.8.0/24", "!", "8.8.8.8", "" },
		{ "8.8.8.0/24\t4294967296", "!", "8.8.8.8", "" },
		/* Several forms in one file. */
		{ "8.0.0.0/8\t1\n*.8 TXT \"2\" \"8.8.0.0\" \"16\"\n"
		  "8.8.8.0\t24\t3\n8.8.8.8\t8.8.8.9\t4\tUS\tX\n8.8.8.0/25\t5",
		    "+++++", "8.8.8.8",
		    "8.8.8.8/31=4,US,X 8.8.8.0/25=5 8.8.8.0/24=3 "
		    "8.8.0.0/16=2 8.0.0.0/8=1" },
		{ "8.8.8.0/24\t1 x\n 8.8.8.0/24\t1", "!-", "8.8.8.8", "" },
		{ "hello world\n8.8.8.0/24\t7", "!+", "8.8.8.8",
		    "8.8.8.0/24=7" },
		{ "\xef\xbb\xbf"
		  "8.8.8.0/24\t7",
		    "+", "8.8.8.8", "8.8.8.0/24=7" },
		{ "8.8.0.0/16\t1\n8.8.8.0/24\t2\n8.0.0.0/8\t3", "+++",
		    "8.8.8.8", "8.8.8.0/24=2 8.8.0.0/16=1 8.0.0.0/8=3" },
		{ "8.8.0.0/16\t1\n8.8.8.0/24\t2\n8.0.0.0/8\t3", "+++",
		    "8.8.0.0/20", "8.8.0.0/16=1 8.0.0.0/8=3" },
	};
	struct buf results = { 0 };
	struct buf found = { 0 };

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct table *t;

		buf_clear(&results);
		t = read_lines(cases[i].lines, &results);
		is_bytes(results.data, results.len, cases[i].results,
		    "the results of the lines: %s", cases[i].lines);
		find(t, cases[i].address, &found);
		is_bytes(found.data != NULL ? found.data : "", found.len,
		    cases[i].found, "the origins of %s in: %s",
		    cases[i].address, cases[i].lines);
		table_free(t);
	}
	buf_free(&results);
	buf_free(&found);
}

/* Appends a line with a default value, of AS numbers from 1 to `count`. */
static void
put_default(unsigned count, struct buf *out)
{
	buf_puts(out, ":127.0.0.2:1");
	for (unsigned i = 2; i <= count; i++)
		buf_printf(out, " %u", i);
	buf_putc(out, '\n');
}

/* Tests that lines do not multiply a default value. */
static void
test_defaults(void)
{
	static const struct {
		unsigned count;
		const char *results;
	} defaults[] = { { 16, "-++" }, { 17, "-!!" }, { 200, "!!!" } };

	for (size_t i = 0; i < LENGTH(defaults); i++) {
		struct buf lines = { 0 };
		struct buf results = { 0 };

		put_default(defaults[i].count, &lines);
		buf_puts(&lines, "1.0.0.0/8\n2.0.0.0/8\n");
		buf_putc(&lines, '\0');
		table_free(read_lines(lines.data, &results));
		is_bytes(results.data, results.len, defaults[i].results,
		    "lines with a default value of %u AS numbers",
		    defaults[i].count);
		buf_free(&lines);
		buf_free(&results);
	}
}

int
main(void)
{
	test_defaults();
	test_forms();
	reader_free(NULL);
	return tap_done();
}
