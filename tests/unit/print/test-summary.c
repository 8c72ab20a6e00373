#include "config.h"

#include "base/array.h"
#include "print/summary.h"
#include "record/target.h"

#include <stdlib.h>

#include "../tap.h"

#define BAR "\xe2\x96\x88" /* U+2588 */
#define KEYS 3000

/* Records to count: 1.0.0.0/8 of AS 201 and so on. */
static const struct {
	enum status status;
	uint32_t asn;
	const char *prefix;
	const char *country;
	const char *name;
	const char *keys[4]; /* by enum summary_by */
} rows[] = {
	{ STATUS_OK, 201, "1.0.0.0/8", "US", "ONE, US",
	    { "", "AS201", "1.0.0.0/8", "US" } },
	{ STATUS_OK, 4294967294, "2001:db8::/32", "DE", NULL,
	    { "", "AS4294967294", "2001:db8::/32", "DE" } },
	{ STATUS_OK, 3, "3.0.0.0/8", "", "THREE",
	    { "", "AS3", "3.0.0.0/8", "-" } },
	{ STATUS_OK, 4, NULL, "FR", "FOUR", { "", "AS4", "-", "FR" } },
	{ STATUS_UNANNOUNCED, 0, NULL, "", NULL,
	    { "", "unannounced", "unannounced", "unannounced" } },
	{ STATUS_SPECIAL, 0, NULL, "", NULL,
	    { "", "special", "special", "special" } },
	{ STATUS_TIMEOUT, 0, NULL, "", NULL,
	    { "", "timeout", "timeout", "timeout" } },
	{ STATUS_NOADDRESS, 0, NULL, "", NULL,
	    { "", "noaddress", "noaddress", "noaddress" } },
};

static struct record
record_of(size_t i, struct prefix *prefix)
{
	struct record r = {
		.target = { .kind = TARGET_NET },
		.status = rows[i].status,
		.has_asn = rows[i].asn != 0,
		.asn = rows[i].asn,
		.reg = { .name = { rows[i].name, tap_length(rows[i].name) } },
	};

	memcpy(r.reg.country, rows[i].country, strlen(rows[i].country) + 1);
	if (rows[i].prefix != NULL) {
		prefix_parse(rows[i].prefix, strlen(rows[i].prefix), prefix);
		r.prefixes = prefix;
		r.prefix_count = 1;
	}
	return r;
}

static void
count(struct summary *s, size_t i)
{
	struct prefix prefix;
	struct record r = record_of(i, &prefix);
	struct buf bytes = { 0 };

	summary_write(s, &r, "AS", &bytes);
	summary_count(s, bytes.data, bytes.len);
	buf_free(&bytes);
}

/* Counts a key and a name without a record. */
static void
count_as(struct summary *s, const char *key, const char *name, size_t times)
{
	struct buf bytes = { 0 };

	buf_put(&bytes, key, strlen(key) + 1);
	buf_puts(&bytes, name);
	while (times-- > 0)
		summary_count(s, bytes.data, bytes.len);
	buf_free(&bytes);
}

static void
is_table(const struct summary *s, int width, const char *want, const char *what)
{
	struct buf out = { 0 };

	summary_print_text(s, width, &out);
	is_bytes(out.data != NULL ? out.data : "", out.len, want, "%s", what);
	buf_free(&out);
}

static void
test_keys(void)
{
	for (int by = SUMMARY_ASN; by <= SUMMARY_COUNTRY; by++)
		for (size_t i = 0; i < LENGTH(rows); i++) {
			struct summary *s = summary_new((enum summary_by)by);
			bool named =
			    by != SUMMARY_COUNTRY && rows[i].name != NULL;
			char want[80];

			count(s, i);
			snprintf(want, sizeof(want), "%s\t1\t1.000\t%s\n",
			    rows[i].keys[by], named ? rows[i].name : "-");
			is_table(s, 0, want, want);
			summary_free(s);
		}
	summary_free(NULL);
}

static void
test_asn_prefix(void)
{
	struct summary *s = summary_new(SUMMARY_ASN);
	struct prefix prefix;
	struct record r = record_of(0, &prefix);
	struct buf bytes = { 0 };

	summary_write(s, &r, "", &bytes);
	summary_count(s, bytes.data, bytes.len);
	is_table(s, 0, "201\t1\t1.000\tONE, US\n", "an empty prefix of ASNs");
	buf_free(&bytes);
	summary_free(s);
}

static void
test_ranks(void)
{
	struct summary *s = summary_new(SUMMARY_ASN);

	is_table(s, 0, "", "an empty table");
	is_table(s, 80, "", "an empty table on a terminal");
	for (int round = 0; round < 3; round++) {
		count(s, 4);
		count(s, 0);
		if (round > 0)
			count(s, 2);
		if (round > 1)
			count(s, 6);
	}
	is_table(s, 0,
	    "AS201\t3\t0.333\tONE, US\n"
	    "unannounced\t3\t0.333\t-\n"
	    "AS3\t2\t0.222\tTHREE\n"
	    "timeout\t1\t0.111\t-\n",
	    "the most frequent come first, equal ones by key");
	count(s, 2);
	count(s, 2);
	is_table(s, 0,
	    "AS3\t4\t0.364\tTHREE\n"
	    "AS201\t3\t0.273\tONE, US\n"
	    "unannounced\t3\t0.273\t-\n"
	    "timeout\t1\t0.091\t-\n",
	    "the table can be printed again, with more counts");
	summary_free(s);
}

static void
test_json(void)
{
	struct summary *s = summary_new(SUMMARY_ASN);
	struct buf out = { 0 };

	summary_print_json(s, &out);
	is_int((intmax_t)out.len, 0, "an empty table has no JSON");
	count_as(s, "A\"\\", "x\n\xff\x1b", 3);
	count_as(s, "timeout", "", 1);
	summary_print_json(s, &out);
	is_bytes(out.data, out.len,
	    "{\"key\":\"A\\\"\\\\\",\"name\":\"x\\n\xef\xbf\xbd\\u001b\","
	    "\"count\":3,\"share\":0.750}\n"
	    "{\"key\":\"timeout\",\"name\":null,\"count\":1,"
	    "\"share\":0.250}\n",
	    "JSON has one object a line");
	buf_free(&out);
	summary_free(s);
}

static void
test_hostile(void)
{
	struct summary *s = summary_new(SUMMARY_ASN);

	count_as(s, "\tA", "x\n\xff\x1b[0m\xc2\x9b", 1);
	is_table(s, 0, "\\tA\t1\t1.000\tx\\n\\xff\\x1b[0m\\xc2\\x9b\n",
	    "hostile texts are escaped");
	summary_free(s);
}

/* Counts the columns of a line, and those of its bar. */
static void
measure(const char *line, size_t len, int *columns, int *bars)
{
	*columns = 0;
	*bars = 0;
	for (size_t i = 0; i < len; i++) {
		*columns += ((unsigned char)line[i] & 0xc0) != 0x80;
		*bars += len - i >= 3 && memcmp(line + i, BAR, 3) == 0;
	}
}

static void
test_widths(void)
{
	static const struct {
		const char *name;
		size_t times;
	} lines[] = {
		{ "ONE, US", 1000 },
		{ "N\xc3\xba"
		  "cleo de Inf. e Coord., and a lot more, BR",
		    500 },
		{ "", 250 },
		{ "LAST", 1 },
	};
	struct summary *s = summary_new(SUMMARY_ASN);

	for (size_t i = 0; i < LENGTH(lines); i++) {
		char key[40];

		snprintf(key, sizeof(key), "%zu%s", i,
		    i == 2 ? " a key that is longer than its column" : "");
		count_as(s, key, lines[i].name, lines[i].times);
	}
	for (int width = 80; width <= 200; width += 40) {
		struct buf out = { 0 };
		const char *at;
		int first = 0;
		int columns;
		int bars;

		summary_print_text(s, width, &out);
		buf_putc(&out, '\0');
		at = out.data;
		for (size_t i = 0; i < LENGTH(lines); i++) {
			size_t len = strcspn(at, "\n");
			double want;

			measure(at, len, &columns, &bars);
			ok(columns <= width, "row %zu fits in %d columns", i,
			    width);
			if (i == 0) {
				first = bars;
				is_int(columns, width,
				    "the first row fills the width");
				ok(bars >= 10, "the first row has a bar");
			}
			want = first * (double)lines[i].times / 1000;
			ok(bars >= 1 && bars >= want - 1 && bars <= want + 1,
			    "row %zu has a bar of %d, the first of %d", i, bars,
			    first);
			at += len + 1;
		}
		is_text(at, "", "there are no more rows");
		ok(strstr(out.data, "\n1 ") != NULL &&
			strstr(out.data, " 500  28.6%") != NULL &&
			strstr(out.data,
			    "N\xc3\xba"
			    "cleo") != NULL,
		    "rows have key, count, share and name");
		ok(strchr(out.data, '\t') == NULL &&
			strstr(out.data, " \n") == NULL,
		    "rows have no TABs, and no blanks at the end");
		buf_free(&out);
	}
	summary_free(s);
}

/* Tests more keys than a table has room for at first. */
static void
test_many_keys(void)
{
	struct summary *s = summary_new(SUMMARY_ASN);
	unsigned long counts[KEYS] = { 0 };
	struct buf out = { 0 };
	unsigned long before = 0;
	unsigned long total = 0;
	unsigned wrong = 0;
	const char *at;

	for (size_t i = 0; i < 20000; i++) {
		uint32_t key = tap_random(1 + tap_random(KEYS));
		char text[16];

		snprintf(text, sizeof(text), "%u", (unsigned)key);
		counts[key]++;
		count_as(s, text, text, 1);
	}
	summary_print_text(s, 0, &out);
	buf_putc(&out, '\0');
	for (at = out.data; *at != '\0'; at += strcspn(at, "\n") + 1) {
		unsigned long key;
		unsigned long times;
		unsigned long name;

		if (sscanf(at, "%lu\t%lu\t%*[0-9.]\t%lu", &key, &times,
			&name) != 3 ||
		    key >= KEYS || counts[key] != times || name != key ||
		    (before > 0 && times > before)) {
			wrong++;
			continue;
		}
		before = times;
		total += times;
		counts[key] = 0;
	}
	is_int(wrong, 0, "many keys are counted, and sorted");
	is_int((intmax_t)total, 20000, "all counts are in the table");
	buf_free(&out);
	summary_free(s);
}

int
main(void)
{
	test_keys();
	test_asn_prefix();
	test_ranks();
	test_json();
	test_hostile();
	test_widths();
	test_many_keys();
	return tap_done();
}
