#include "config.h"

#include "stream/locate.h"

#include <stdlib.h>

#include "../located.h"
#include "../tap.h"
#include "base/array.h"
#include "base/buf.h"
#include "record/target.h"
#include "stream/json-path.h"

#ifdef HAVE_JSMN
#define LAST_FORMAT ENRICH_JSON
#else
#define LAST_FORMAT ENRICH_TSV
#endif

/*
 * Describes what was found: the line with {ADDRESS} at each place, {} where
 * there is no address, and a comma in it where one is to be added.
 */
static void
describe(enum located_kind kind, const struct located_list *found,
    struct span line, struct buf *out)
{
	size_t from = 0;

	buf_puts(out,
	    kind == LOCATED_NOTHING	  ? "pass "
		: kind == LOCATED_HEADER  ? "header "
		: kind == LOCATED_TYPES	  ? "types "
		: kind == LOCATED_COMMENT ? "comment "
					  : "");
	for (size_t i = 0; kind != LOCATED_NOTHING && i < found->count; i++) {
		const struct located *p = &found->list[i];
		bool known = p->target.kind == TARGET_NET;

		buf_put(out, line.text + from, p->insert_at - from);
		buf_puts(out,
		    p->needs_comma	      ? "{,"
			: p->has_member	      ? "{silent "
			: kind == LOCATED_ODD ? "{odd "
					      : "{");
		if (known)
			buf_put(out, p->text.text, p->text.len);
		buf_putc(out, '}');
		from = p->insert_at;
	}
	buf_put(out, line.text + from, line.len - from);
}

static void
is_found(struct locator *e, const char *text, size_t len, const char *want)
{
	/*
	 * a copy without room after it, so that a sanitizer sees reads past the
	 * end
	 */
	char *copy = xmemdup(text, len);
	struct span line = { copy, len };
	struct located_list found = { 0 };
	struct buf out = { 0 };
	enum located_kind kind = find_located(e, line, &found);

	describe(kind, &found, line, &out);
	is_bytes(out.data != NULL ? out.data : "", out.len, want, "%s", text);
	buf_free(&out);
	located_free(&found);
	free(copy);
}

static struct locator *
enrich_of(enum enrich_format format, const char *key, bool header)
{
	struct locator_config config = {
		.format = format,
		.key = key,
		.member = "as",
		.header = header,
	};
	char *why = NULL;
	struct locator *e = locator_new(&config, &why);

	if (!ok(e != NULL, "key %s is valid", key != NULL ? key : "(none)"))
		tap_value("why", why, tap_length(why));
	free(why);
	return e;
}

static const struct {
	enum enrich_format format;
	const char *key;
	const char *line;
	const char *want;
} lines[] = {
	{ ENRICH_TEXT, NULL, "", "{}" },
	{ ENRICH_TEXT, NULL, "none", "none{}" },
	{ ENRICH_TEXT, NULL, "a 1.1.1.1 2.2.2.2",
	    "a 1.1.1.1 2.2.2.2{1.1.1.1}" },
	{ ENRICH_TEXT, NULL, "[2001:4860::1]:53",
	    "[2001:4860::1]:53{2001:4860::1}" },
	{ ENRICH_TEXT, NULL, "v1.2.3.4-rc 1.2.3.4.5 12:34:56",
	    "v1.2.3.4-rc 1.2.3.4.5 12:34:56{}" },
	{ ENRICH_TEXT, NULL, "12:34:56 \"1.1.1.1:80\"",
	    "12:34:56 \"1.1.1.1:80\"{1.1.1.1}" },
	{ ENRICH_TEXT, "1", "1.1.1.1 2.2.2.2", "1.1.1.1 2.2.2.2{1.1.1.1}" },
	{ ENRICH_TEXT, "2", "1.1.1.1 2.2.2.2", "1.1.1.1 2.2.2.2{2.2.2.2}" },
	{ ENRICH_TEXT, "3", "1.1.1.1 2.2.2.2", "1.1.1.1 2.2.2.2{}" },
	{ ENRICH_TEXT, "3", "1.1.1.1 2.2.2.2 ", "1.1.1.1 2.2.2.2 {}" },
	{ ENRICH_TEXT, "2", " \t1.1.1.1\t \t2.2.2.2\t",
	    " \t1.1.1.1\t \t2.2.2.2\t{2.2.2.2}" },
	{ ENRICH_TEXT, "1", "", "{}" },
	{ ENRICH_TEXT, "1", " ", " {}" },
	{ ENRICH_TEXT, "1", "x 1.1.1.1", "x 1.1.1.1{}" },
	{ ENRICH_TEXT, "2", "x src=[1.1.1.1]:25,",
	    "x src=[1.1.1.1]:25,{1.1.1.1}" },

	{ ENRICH_TEXT, "1", "1.1.1.256,2.2.2.2", "1.1.1.256,2.2.2.2{}" },
	{ ENRICH_TEXT, NULL, "1.1.1.256,2.2.2.2",
	    "1.1.1.256,2.2.2.2{2.2.2.2}" },
	{ ENRICH_TEXT, NULL, "1.1.1.1.5", "1.1.1.1.5{}" },

	/* from the end, with what is in quotes as one field */
	{ ENRICH_TEXT, "-1", "1.1.1.1 2.2.2.2", "1.1.1.1 2.2.2.2{2.2.2.2}" },
	{ ENRICH_TEXT, "-2", "1.1.1.1 2.2.2.2 \t",
	    "1.1.1.1 2.2.2.2 \t{1.1.1.1}" },
	{ ENRICH_TEXT, "-3", "1.1.1.1 2.2.2.2", "1.1.1.1 2.2.2.2{}" },
	{ ENRICH_TEXT, "-1", "", "{}" },
	{ ENRICH_TEXT, "-1", "x \"1.1.1.1, 2.2.2.2\"",
	    "x \"1.1.1.1, 2.2.2.2\"{1.1.1.1}" },
	{ ENRICH_TEXT, "-2", "3.3.3.3 \"1.1.1.1, 2.2.2.2\"",
	    "3.3.3.3 \"1.1.1.1, 2.2.2.2\"{3.3.3.3}" },
	{ ENRICH_TEXT, "-1", "x \"1.1.1.1, y\", ",
	    "x \"1.1.1.1, y\", {1.1.1.1}" },
	{ ENRICH_TEXT, "-2", "1.1.1.1 \"a \\\"b c\\\" d\" -",
	    "1.1.1.1 \"a \\\"b c\\\" d\" -{}" },
	{ ENRICH_TEXT, "-3", "1.1.1.1 \"a \\\"b c\\\" d\" -",
	    "1.1.1.1 \"a \\\"b c\\\" d\" -{1.1.1.1}" },
	{ ENRICH_TEXT, "-2", "1.1.1.1 [22/Nov 10:00] x",
	    "1.1.1.1 [22/Nov 10:00] x{}" },
	{ ENRICH_TEXT, "-3", "1.1.1.1 [22/Nov 10:00] x",
	    "1.1.1.1 [22/Nov 10:00] x{1.1.1.1}" },
	{ ENRICH_TEXT, "-1", "a xff=\"1.1.1.1, 2.2.2.2\"",
	    "a xff=\"1.1.1.1, 2.2.2.2\"{1.1.1.1}" },
	{ ENRICH_TEXT, "-2", "1.1.1.1 5\"", "1.1.1.1 5\"{1.1.1.1}" },
	{ ENRICH_TEXT, "-2", "1.1.1.1 5]", "1.1.1.1 5]{1.1.1.1}" },
	{ ENRICH_TEXT, "-1", "1.1.1.1 \"-\"", "1.1.1.1 \"-\"{}" },

	{ ENRICH_TEXT, "first-public", "10.0.0.1 fe80::1 1.1.1.1 2.2.2.2",
	    "10.0.0.1 fe80::1 1.1.1.1 2.2.2.2{1.1.1.1}" },
	{ ENRICH_TEXT, "first-public", "10.0.0.1 ::ffff:10.0.0.1",
	    "10.0.0.1 ::ffff:10.0.0.1{}" },
	{ ENRICH_TEXT, "first-public", "1.1.1.1", "1.1.1.1{1.1.1.1}" },
	{ ENRICH_TEXT, "first-public", "10.0.0.256 1.1.1.1",
	    "10.0.0.256 1.1.1.1{1.1.1.1}" },
	{ ENRICH_TEXT, "2:first-public", "1.1.1.1 10.0.0.1,2.2.2.2",
	    "1.1.1.1 10.0.0.1,2.2.2.2{2.2.2.2}" },
	{ ENRICH_TEXT, "2:first-public", "1.1.1.1 10.0.0.256,2.2.2.2",
	    "1.1.1.1 10.0.0.256,2.2.2.2{}" },
	{ ENRICH_TEXT, "-1:first-public", "3.3.3.3 \"10.0.0.1, 2.2.2.2\"",
	    "3.3.3.3 \"10.0.0.1, 2.2.2.2\"{2.2.2.2}" },
	{ ENRICH_TSV, "1:first-public", "10.0.0.1,2.2.2.2\t1.1.1.1",
	    "10.0.0.1,2.2.2.2\t1.1.1.1{2.2.2.2}" },
	{ ENRICH_TSV, "first-public", "10.0.0.1\t1.1.1.1",
	    "10.0.0.1\t1.1.1.1{1.1.1.1}" },
	{ ENRICH_CSV, "2:first-public", "1.1.1.1,\"10.0.0.1, 2.2.2.2\"",
	    "1.1.1.1,\"10.0.0.1, 2.2.2.2\"{2.2.2.2}" },
	{ ENRICH_CSV, "1", "\"unknown, 1.1.1.1\",2.2.2.2",
	    "\"unknown, 1.1.1.1\",2.2.2.2{1.1.1.1}" },

	{ ENRICH_INLINE, NULL, "a 1.1.1.1, 2.2.2.2",
	    "a 1.1.1.1{1.1.1.1}, 2.2.2.2{2.2.2.2}" },
	{ ENRICH_INLINE, NULL, "1.1.1.1-1.1.1.1 1.2.3.4.5 2001:4860::1",
	    "1.1.1.1{1.1.1.1}-1.1.1.1{1.1.1.1} 1.2.3.4.5 "
	    "2001:4860::1{2001:4860::1}" },
	{ ENRICH_INLINE, NULL, "(1.1.1.1).", "(1.1.1.1{1.1.1.1})." },

	{ ENRICH_TSV, NULL, "a 2.2.2.2\t1.1.1.1",
	    "a 2.2.2.2\t1.1.1.1{2.2.2.2}" },
	{ ENRICH_TSV, "2", "2.2.2.2\t1.1.1.1", "2.2.2.2\t1.1.1.1{1.1.1.1}" },
	{ ENRICH_TSV, "2", "\"2.2.2.2\t1.1.1.1\"",
	    "\"2.2.2.2\t1.1.1.1\"{1.1.1.1}" },
	{ ENRICH_TSV, "2", "\t1.1.1.1", "\t1.1.1.1{1.1.1.1}" },
	{ ENRICH_TSV, "1", "\t1.1.1.1", "\t1.1.1.1{}" },
	{ ENRICH_TSV, "3", "1.1.1.1\t1.1.1.1", "1.1.1.1\t1.1.1.1{}" },
	{ ENRICH_TSV, "1", "", "{}" },

	{ ENRICH_CSV, NULL, "a,1.1.1.1", "a,1.1.1.1{1.1.1.1}" },
	{ ENRICH_CSV, "2", "2.2.2.2,1.1.1.1", "2.2.2.2,1.1.1.1{1.1.1.1}" },
	{ ENRICH_CSV, "2", "\"2.2.2.2,x\",1.1.1.1",
	    "\"2.2.2.2,x\",1.1.1.1{1.1.1.1}" },
	{ ENRICH_CSV, "2", "\"a\"\",\"\"b\",\"1.1.1.1\"",
	    "\"a\"\",\"\"b\",\"1.1.1.1\"{1.1.1.1}" },
	{ ENRICH_CSV, "2", "\"a\n,b\r\n\",1.1.1.1",
	    "\"a\n,b\r\n\",1.1.1.1{1.1.1.1}" },
	{ ENRICH_CSV, "2", "5\" disk,1.1.1.1", "5\" disk,1.1.1.1{1.1.1.1}" },
	{ ENRICH_CSV, "1", ",1.1.1.1", ",1.1.1.1{}" },
	{ ENRICH_CSV, "2", "1.1.1.1,", "1.1.1.1,{}" },
};

static void
test_lines(void)
{
	for (size_t i = 0; i < LENGTH(lines); i++) {
		struct locator *e =
		    enrich_of(lines[i].format, lines[i].key, false);

		is_found(e, lines[i].line, strlen(lines[i].line),
		    lines[i].want);
		locator_free(e);
	}
	locator_free(NULL);
}

static void
test_inline_without(void)
{
	struct locator *e = enrich_of(ENRICH_INLINE, NULL, false);
	struct located_list found = { 0 };

	find_located(e, (struct span){ "1.1.1.1", 7 }, &found);
	is_int((intmax_t)found.count, 1, "an address in a line is found");
	find_located(e, (struct span){ "none", 4 }, &found);
	is_int((intmax_t)found.count, 0,
	    "no address is found in the next line");
	located_free(&found);
	ok(found.list == NULL && found.count == 0, "the list is freed");
	locator_free(e);
}

static void
test_headers(void)
{
	static const struct {
		enum enrich_format format;
		const char *key;
		const char *header;
		const char *row;
		const char *want;
	} files[] = {
		{ ENRICH_CSV, NULL, "n,1.1.1.1", "1.1.1.1,2",
		    "1.1.1.1,2{1.1.1.1}" },
		{ ENRICH_CSV, "2", "1.1.1.1,ip", "2.2.2.2,1.1.1.1",
		    "2.2.2.2,1.1.1.1{1.1.1.1}" },
		{ ENRICH_CSV, "ip", "n,ip", "2.2.2.2,1.1.1.1",
		    "2.2.2.2,1.1.1.1{1.1.1.1}" },
		{ ENRICH_CSV, "ip", "n,\"ip\"", "2.2.2.2,1.1.1.1",
		    "2.2.2.2,1.1.1.1{1.1.1.1}" },
		{ ENRICH_CSV, "a,\nb", "n,\"a,\nb\"", "2.2.2.2,1.1.1.1",
		    "2.2.2.2,1.1.1.1{1.1.1.1}" },
		{ ENRICH_CSV, "ip", "\xef\xbb\xbfip,n", "1.1.1.1,2.2.2.2",
		    "1.1.1.1,2.2.2.2{1.1.1.1}" },
		{ ENRICH_CSV, "ip", "ip,ip", "1.1.1.1,2.2.2.2",
		    "1.1.1.1,2.2.2.2{1.1.1.1}" },
		{ ENRICH_CSV, "ip", "ipx,xip,ip", "2.2.2.2,3.3.3.3,1.1.1.1",
		    "2.2.2.2,3.3.3.3,1.1.1.1{1.1.1.1}" },
		{ ENRICH_CSV, "say \"x\"", "\"say \"\"x\"\"\",n",
		    "1.1.1.1,2.2.2.2", "1.1.1.1,2.2.2.2{1.1.1.1}" },
		{ ENRICH_CSV, "ip", "\xef\xbb\xbf\"a,b\",ip", "2.2.2.2,1.1.1.1",
		    "2.2.2.2,1.1.1.1{1.1.1.1}" },
		{ ENRICH_CSV, "ip", "n,ip", "1.1.1.1", "1.1.1.1{odd }" },
		{ ENRICH_CSV, "ip", "n,ip", "2,1.1.1.1,3",
		    "2,1.1.1.1,3{odd }" },
		{ ENRICH_CSV, "2", "n,ip", "2,1.1.1.1,", "2,1.1.1.1,{odd }" },
		{ ENRICH_CSV, NULL, "n,ip", "", "{odd }" },
		{ ENRICH_CSV, "ip", "n,ip", "\"2,3\",1.1.1.1",
		    "\"2,3\",1.1.1.1{1.1.1.1}" },
		{ ENRICH_CSV, "ip:first-public", "n,ip",
		    "2.2.2.2,\"10.0.0.1, 1.1.1.1\"",
		    "2.2.2.2,\"10.0.0.1, 1.1.1.1\"{1.1.1.1}" },
		{ ENRICH_CSV, "ip:first-public", "ip,ip:first-public",
		    "1.1.1.1,10.0.0.1", "1.1.1.1,10.0.0.1{10.0.0.1}" },
		{ ENRICH_CSV, "first-public", "n,ip", "10.0.0.1,1.1.1.1",
		    "10.0.0.1,1.1.1.1{1.1.1.1}" },
		{ ENRICH_CSV, "first-public", "first-public,ip",
		    "10.0.0.1,1.1.1.1", "10.0.0.1,1.1.1.1{10.0.0.1}" },
		{ ENRICH_CSV, "ip", "n,ip", "1.1.1.1,\"10.0.0.256 2.2.2.2\"",
		    "1.1.1.1,\"10.0.0.256 2.2.2.2\"{}" },
		{ ENRICH_CSV, "ip", "n;ip", "2.2.2.2;1.1.1.1",
		    "2.2.2.2;1.1.1.1{1.1.1.1}" },
		{ ENRICH_CSV, "ip", "n|ip", "\"2.2|2\"|1.1.1.1",
		    "\"2.2|2\"|1.1.1.1{1.1.1.1}" },
		{ ENRICH_CSV, "ip", "n;ip", "1,1.1.1.1", "1,1.1.1.1{odd }" },
		{ ENRICH_CSV, "the ip", "\xef\xbb\xbf\"the ip\";n",
		    "1.1.1.1;2.2.2.2", "1.1.1.1;2.2.2.2{1.1.1.1}" },
		{ ENRICH_TSV, "the ip", "n\tthe ip", "2.2.2.2\t1.1.1.1",
		    "2.2.2.2\t1.1.1.1{1.1.1.1}" },
	};

	for (size_t i = 0; i < LENGTH(files); i++) {
		struct locator *e =
		    enrich_of(files[i].format, files[i].key, true);
		struct buf want = { 0 };

		buf_printf(&want, "header %s{}", files[i].header);
		buf_putc(&want, '\0');
		is_found(e, files[i].header, strlen(files[i].header),
		    want.data);
		is_text(locator_error(e), NULL, "the column is found in '%s'",
		    files[i].header);
		is_found(e, files[i].row, strlen(files[i].row), files[i].want);
		is_found(e, files[i].row, strlen(files[i].row), files[i].want);
		buf_free(&want);
		locator_free(e);
	}
}

static void
test_zeek(void)
{
	static const char *const log[][2] = {
		{ "#separator \\x7C", "comment #separator \\x7C" },
		{ "#set_separator|,", "comment #set_separator|," },
		{ "#unset_field|!", "comment #unset_field|!" },
		{ "#path|conn", "comment #path|conn" },
		{ "#fields|uid|id.orig_h", "header #fields|uid|id.orig_h{}" },
		{ "#types|string|addr", "types #types|string|addr{}" },
		{ "2.2.2.2|1.1.1.1", "2.2.2.2|1.1.1.1{1.1.1.1}" },
		{ "2.2.2.2|-", "2.2.2.2|-{}" },
		{ "", "{}" },
		{ "#close|2026", "comment #close|2026" },
		{ "#separator \\x09", "comment #separator \\x09" },
		{ "#fields\tid.orig_h", "header #fields\tid.orig_h{}" },
		{ "1.1.1.1\t2.2.2.2", "1.1.1.1\t2.2.2.2{1.1.1.1}" },
		{ "#separator \\x0g", "comment #separator \\x0g" },
		{ "#separator ", "comment #separator " },
		{ "#", "comment #" },
		{ "#fields", "comment #fields" },
		{ "1.1.1.1\t2.2.2.2", "1.1.1.1\t2.2.2.2{1.1.1.1}" },
	};
	struct locator *e = enrich_of(ENRICH_TSV, "id.orig_h", true);
	struct located_list found = { 0 };

	for (size_t i = 0; i < LENGTH(log); i++)
		is_found(e, log[i][0], strlen(log[i][0]), log[i][1]);
	is_text(locator_error(e), NULL, "nothing is wrong with the log");
	locator_begin_file(e);
	find_located(e, (struct span){ "#id.orig_h", 10 }, &found);
	ok(locator_error(e) != NULL, "any other file is no Zeek log");
	locator_free(e);
	e = enrich_of(ENRICH_TSV, "id.orig_h", true);
	is_found(e, log[0][0], strlen(log[0][0]), log[0][1]);
	find_located(e, (struct span){ "1.1.1.1", 7 }, &found);
	ok(locator_error(e) != NULL, "a record needs names before it");
	locator_free(e);
	e = enrich_of(ENRICH_TSV, "2", true);
	is_found(e, log[0][0], strlen(log[0][0]), log[0][1]);
	is_found(e, "2.2.2.2|1.1.1.1", 15, "2.2.2.2|1.1.1.1{1.1.1.1}");
	locator_free(e);
	located_free(&found);
}

static void
test_w3c(void)
{
	static const char *const log[][2] = {
		{ "#Version: 1.0", "comment #Version: 1.0" },
		{ "#Fields: date s-ip c-ip",
		    "header #Fields: date s-ip c-ip{}" },
		{ "x 2.2.2.2 1.1.1.1", "x 2.2.2.2 1.1.1.1{1.1.1.1}" },
		{ "x 2.2.2.2 -", "x 2.2.2.2 -{}" },
		{ "#Fields: c-ip", "header #Fields: c-ip{}" },
		{ "#Date: x", "comment #Date: x" },
		{ "1.1.1.1\t2.2.2.2", "1.1.1.1\t2.2.2.2{1.1.1.1}" },
		{ "#Fields:\tx\tc-ip", "header #Fields:\tx\tc-ip{}" },
		{ "2.2.2.2\t1.1.1.1", "2.2.2.2\t1.1.1.1{1.1.1.1}" },
		{ "", "{}" },
		{ "#", "comment #" },
	};
	struct locator *e = enrich_of(ENRICH_W3C, "c-ip", true);
	struct located_list found = { 0 };

	for (size_t i = 0; i < LENGTH(log); i++)
		is_found(e, log[i][0], strlen(log[i][0]), log[i][1]);
	find_located(e, (struct span){ "#Fields: a b", 12 }, &found);
	is_text(locator_error(e),
	    "no column 'c-ip' in the header, which has "
	    "a, b",
	    "the columns are listed");
	locator_free(e);
	e = enrich_of(ENRICH_W3C, "c-ip", true);
	find_located(e, (struct span){ "1.1.1.1", 7 }, &found);
	ok(locator_error(e) != NULL, "a record needs names before it");
	locator_free(e);
	located_free(&found);
}

static void
test_no_column(void)
{
	static const char *const headers[] = { "n,ipp", "", "\"ip", "n\tipx",
		"IP" };

	for (size_t i = 0; i < LENGTH(headers); i++) {
		struct locator *e = enrich_of(ENRICH_CSV, "ip", true);
		struct located_list found = { 0 };

		is_text(locator_error(e), NULL,
		    "there is no error before the header");
		find_located(e, (struct span){ headers[i], strlen(headers[i]) },
		    &found);
		ok(locator_error(e) != NULL &&
			strstr(locator_error(e), "'ip'") != NULL,
		    "no column ip is found in '%s'", headers[i]);
		located_free(&found);
		locator_free(e);
	}
}

/* Tests that an unknown column lists those that there are, within bounds. */
static void
test_columns_listed(void)
{
	struct locator *e = enrich_of(ENRICH_CSV, "ip", true);
	struct located_list found = { 0 };
	struct buf long_one = { 0 };

	find_located(e, (struct span){ "\xef\xbb\xbfsrc;dst ip;", 15 }, &found);
	is_text(locator_error(e),
	    "no column 'ip' in the header, which has src, dst ip, ",
	    "the columns are listed");
	locator_free(e);
	e = enrich_of(ENRICH_CSV, "ip", true);
	for (int i = 0; i < 1000; i++)
		buf_puts(&long_one, "column,");
	find_located(e, (struct span){ long_one.data, long_one.len }, &found);
	ok(strlen(locator_error(e)) < 600 &&
		strstr(locator_error(e), "column, ...") != NULL,
	    "the first of many columns are listed");
	locator_free(e);
	buf_free(&long_one);
	located_free(&found);
}

static void
test_bad_keys(void)
{
	static const struct {
		enum enrich_format format;
		const char *key;
	} keys[] = {
		{ ENRICH_TEXT, "" },
		{ ENRICH_TEXT, "0" },
		{ ENRICH_TEXT, "-" },
		{ ENRICH_TEXT, "-0" },
		{ ENRICH_TEXT, "--1" },
		{ ENRICH_TEXT, "first" },
		{ ENRICH_TEXT, ":first-public" },
		{ ENRICH_TEXT, "ip:first-public" },
		{ ENRICH_TEXT, "1:first-public:first-public" },
		{ ENRICH_TEXT, "1:first" },
		{ ENRICH_INLINE, "first-public" },
		{ ENRICH_TEXT, "1x" },
		{ ENRICH_TEXT, "ip" },
		{ ENRICH_TEXT, "99999999999999999999" },
		{ ENRICH_INLINE, "1" },
		{ ENRICH_JSON, "1" },
		{ ENRICH_JSON, "-1" },
		{ ENRICH_JSON, ".ips[]" },
	};

	for (size_t i = 0; i < LENGTH(keys); i++) {
		struct locator_config config = {
			.format = keys[i].format,
			.key = keys[i].key,
			.member = "as",
		};
		char *why = NULL;
		struct locator *e = locator_new(&config, &why);

		ok(e == NULL && why != NULL && why[0] != '\0',
		    "'%s' is not a key", keys[i].key);
		free(why);
		locator_free(e);
	}
}

/*
 * Tests random bytes: places are in the line, in order, and addresses are in
 * it.
 */
static void
test_random(void)
{
	static const char letters[] = "1.1.1.1:,\"\t []{}a2001::x\r\n\\-";

	for (int format = ENRICH_TEXT; format <= LAST_FORMAT; format++) {
		struct locator *e =
		    enrich_of((enum enrich_format)format, NULL, false);
		struct located_list found = { 0 };
		unsigned wrong = 0;

		for (int round = 0; e != NULL && round < 20000; round++) {
			size_t len = tap_random(40);
			char *text = xcalloc(1, len + 1);
			struct span line;
			size_t before = 0;

			for (size_t i = 0; i < len; i++)
				text[i] = letters[tap_random(sizeof(letters))];
			line = (struct span){ xmemdup(text, len), len };
			if (find_located(e, line, &found) == LOCATED_NOTHING)
				found.count = 0;
			for (size_t i = 0; i < found.count; i++) {
				const struct located *p = &found.list[i];

				wrong +=
				    p->insert_at < before || p->insert_at > len;
				before = p->insert_at;
				if (p->target.kind == TARGET_NET)
					wrong += p->text.text < line.text ||
					    p->text.text + p->text.len >
						line.text + len;
			}
			free((char *)line.text);
			free(text);
		}
		is_int(wrong, 0, "random bytes give valid places in format %d",
		    format);
		located_free(&found);
		locator_free(e);
	}
}

#ifdef HAVE_JSMN

static void
test_json(void)
{
	static const struct {
		const char *key;
		bool elastic;
		const char *line;
		const char *want;
	} objects[] = {
		{ NULL, false, "{}", "{{}}" },
		{ NULL, false, " { } ", " { {}} " },
		{ NULL, false, "{\"a\":\"x 1.1.1.1\"}",
		    "{\"a\":\"x 1.1.1.1\"{,1.1.1.1}}" },
		{ ".ip", false, "{\"ip\":\"1.1.1.1\"}",
		    "{\"ip\":\"1.1.1.1\"{,1.1.1.1}}" },
		{ ".ip", false, "{\"ip\":1}", "{\"ip\":1{,}}" },
		{ ".ip", false, "{\"a\":{\"ip\":\"1.1.1.1\"}}",
		    "{\"a\":{\"ip\":\"1.1.1.1\"}{,}}" },
		{ ".a.ip", false, "{\"a\":{\"ip\":\"1.1.1.1\"}}",
		    "{\"a\":{\"ip\":\"1.1.1.1\"}{,1.1.1.1}}" },
		{ ".a.ip", true, "{\"a\":{\"ip\":\"1.1.1.1\"}}",
		    "{\"a\":{\"ip\":\"1.1.1.1\"{,1.1.1.1}}}" },
		{ ".a[1]", false, "{\"a\":[[2],\"1.1.1.1\"]}",
		    "{\"a\":[[2],\"1.1.1.1\"]{,1.1.1.1}}" },
		{ ".a[1]", true, "{\"a\":[[2],\"1.1.1.1\"]}",
		    "{\"a\":[[2],\"1.1.1.1\"]{,1.1.1.1}}" },
		{ ".a[0].b", true, "{\"a\":[{\"b\":\"1.1.1.1\"}],\"c\":1}",
		    "{\"a\":[{\"b\":\"1.1.1.1\"{,1.1.1.1}}],\"c\":1}" },
		{ ".a[1]", false, "{\"a\":[\"1.1.1.1\"]}",
		    "{\"a\":[\"1.1.1.1\"]{,}}" },
		{ ".ip", false, "{\"x\":\"}\\\"{\",\"ip\":\"1.1.1.1\"}",
		    "{\"x\":\"}\\\"{\",\"ip\":\"1.1.1.1\"{,1.1.1.1}}" },
		{ ".ip", false, "{\"ip\":\"1.1.1.1\",\"x\":{}}",
		    "{\"ip\":\"1.1.1.1\",\"x\":{}{,1.1.1.1}}" },
		{ ".ip", false, "[]", "pass []" },
		{ ".ip", false, "", "pass " },
		{ ".ip", false, "x", "pass x" },
		{ ".ip", false, "\"1.1.1.1\"", "pass \"1.1.1.1\"" },
		{ ".ip", false, "{\"ip\":\"1.1.1.1\"",
		    "pass {\"ip\":\"1.1.1.1\"" },
		{ ".ip", false, "{\"ip\":\"1.1.1.1\"}}",
		    "pass {\"ip\":\"1.1.1.1\"}}" },
		{ ".ip", false, "{\"ip\":\"1.1.1.1\"}{}",
		    "pass {\"ip\":\"1.1.1.1\"}{}" },
		{ ".ip", false, "{\"ip\":\"1.1.1.1\"} 1",
		    "pass {\"ip\":\"1.1.1.1\"} 1" },
	};

	for (size_t i = 0; i < LENGTH(objects); i++) {
		struct locator_config config = {
			.format = ENRICH_JSON,
			.key = objects[i].key,
			.member = "as",
			.elastic = objects[i].elastic,
		};
		char *why = NULL;
		struct locator *e = locator_new(&config, &why);

		is_text(why, NULL, "key %zu is valid", i);
		is_found(e, objects[i].line, strlen(objects[i].line),
		    objects[i].want);
		locator_free(e);
	}
}

static void
test_member(void)
{
	static const struct {
		bool near;
		const char *line;
		bool there;
	} objects[] = {
		{ false, "{\"a\":{\"b\":\"x\"}}", false },
		{ false, "{\"a\":{\"b\":\"x\"},\"as\":null}", true },
		{ false, "{\"as\":[{}],\"a\":{\"b\":\"x\"}}", true },
		{ false, "{\"a\":{\"b\":\"x\",\"as\":1}}", false },
		{ false, "{\"a\":{\"b\":\"as\"},\"as \":1,\"a s\":\"as\"}",
		    false },
		{ true, "{\"a\":{\"b\":\"x\",\"as\":1}}", true },
		{ false, "{\"a\":{\"b\":\"x\"},\"\\u0061s\":1}", true },
		{ true, "{\"a\":{\"b\":\"x\"},\"as\":1}", false },
	};
	char *why = NULL;
	struct json_path *p = json_path_new(".a.b", &why);

	is_text(why, NULL, "a path of two members is valid");
	for (size_t i = 0; i < LENGTH(objects); i++) {
		struct span line = { objects[i].line, strlen(objects[i].line) };
		struct json_place place;

		ok(json_path_find(p, line, objects[i].near, "as", &place),
		    "%s is a valid object", objects[i].line);
		is_int(place.has_member, objects[i].there,
		    "whether %s has the member", objects[i].line);
		ok(line.text[place.end] == '}' && !place.empty, "the end of %s",
		    objects[i].line);
	}
	json_path_free(p);
	json_path_free(NULL);
}

static void
test_paths(void)
{
	static const char *const bad[] = { ".", "..", ".a.", ".a..b", ".a[",
		".a[]", ".a[x]", ".a[1", ".a[-1]", ".a[1]b", ".\"a", ".\"a\"b",
		".[\"a\"", ".[\"a]", ".[a]", ".\"\\x\"", ".\"\\ud800\"", "\"a",
		"[", "1", "-1", ".[]", ".a[].b" };

	for (size_t i = 0; i < LENGTH(bad); i++) {
		char *why = NULL;
		struct json_path *p = json_path_new(bad[i], &why);

		ok(p == NULL && why != NULL, "%s is not a path", bad[i]);
		free(why);
		json_path_free(p);
	}
}

/* Tests which value of an object a path finds, and in which object it is. */
static void
test_values(void)
{
	static const struct {
		const char *path;
		const char *line;
		const char *value; /* NULL: none */
		size_t end;	   /* of the object that holds it, by offset */
	} objects[] = {
		/* as jq writes them */
		{ ".\"a.b\"", "{\"a.b\":1}", "1", 8 },
		{ ".\"a.b\"", "{\"a\":{\"b\":1}}", NULL, 12 },
		{ ".[\"a.b\"]", "{\"a.b\":1}", "1", 8 },
		{ "[\"a.b\"]", "{\"a.b\":1}", "1", 8 },
		{ "\"a.b\"", "{\"a.b\":1}", "1", 8 },
		{ ".\"a\".\"b\"", "{\"a\":{\"b\":1}}", "1", 11 },
		{ ".\"a\".b", "{\"a.b\":1}", NULL, 8 },
		{ ".a.\"b\"", "{\"a.b\":1}", NULL, 8 },
		{ ".a[\"b\"].c", "{\"a\":{\"b\":{\"c\":1}}}", "1", 16 },
		{ ".a.[1]", "{\"a\":[1,2]}", "2", 10 },
		{ ".\"\"", "{\"\":1}", "1", 5 },
		{ ".\"]\"", "{\"]\":1}", "1", 6 },
		/* names with escapes, in the line or in the path */
		{ ".\xc3\xa9", "{\"\\u00e9\":1}", "1", 11 },
		{ ".\"\\u00e9\"", "{\"\xc3\xa9\":1}", "1", 7 },
		{ ".\"\\u0061\".b", "{\"a\":{\"\\u0062\":1}}", "1", 16 },
		{ ".\"a\\\"b\"", "{\"a\\\"b\":1}", "1", 9 },
		{ ".a\\n", "{\"a\\n\":1}", NULL, 8 },
		{ ".a\\n", "{\"a\\\\n\":1}", "1", 9 },
		{ ".a", "{\"a\":1,\"\\u0061\":2}", "2", 17 },
		/* names with dots, as loggers write them */
		{ ".a.b", "{\"a.b\":1}", "1", 8 },
		{ ".a.b.c", "{\"a.b.c\":1}", "1", 10 },
		{ ".a.b.c", "{\"a.b\":{\"c\":1}}", "1", 13 },
		{ ".a.b.c", "{\"a\":{\"b.c\":1}}", "1", 13 },
		{ ".a.b.c", "{\"a\":{\"b\":2},\"a.b\":{\"c\":1}}", "1", 25 },
		{ ".a.b", "{\"a.b\":1,\"a\":{\"b\":2}}", "2", 19 },
		{ ".a.b", "{\"a.b\":1,\"a\":{\"c\":2}}", "1", 20 },
		{ ".a.b[0]", "{\"a.b\":[1]}", "1", 10 },
		{ ".a[0].b", "{\"a[0].b\":1}", NULL, 11 },
		/* names without a dot before them */
		{ "a", "{\"a\":1}", "1", 6 },
		{ "a.b", "{\"a.b\":1}", "1", 8 },
		{ "a.b", "{\"a\":{\"b\":2},\"a.b\":1}", "1", 20 },
		{ "a.b", "{\"a\":{\"b\":2}}", "2", 11 },
		{ "a[1]", "{\"a\":[1,2]}", "2", 10 },
		{ "a[1]", "{\"a\":[1,2],\"a[1]\":3}", "3", 19 },
		{ "a[", "{\"a[\":1}", "1", 7 },
		{ "a[\"\\u0062\"]", "{\"a[\\\"\\\\u0062\\\"]\":1}", "1", 19 },
		{ "a[\"\\u0062\"]", "{\"a\":{\"b\":1}}", "1", 11 },
		{ "a..b", "{\"a..b\":1}", "1", 9 },
		{ "a..b", "{\"a\":1}", NULL, 6 },
		{ "1a", "{\"1a\":1}", "1", 7 },
		/* of members of the same name, the last */
		{ ".a", "{\"a\":1,\"a\":2}", "2", 12 },
		{ ".a.b", "{\"a\":{\"b\":1},\"a\":{\"b\":2}}", "2", 23 },
		{ ".a.b", "{\"a\":{\"b\":1},\"a\":2}", NULL, 18 },
		{ ".a", "{\"a\":1,\"a\":{}}", NULL, 13 },
	};

	for (size_t i = 0; i < LENGTH(objects); i++) {
		struct span line = { objects[i].line, strlen(objects[i].line) };
		char *why = NULL;
		struct json_path *p = json_path_new(objects[i].path, &why);
		struct json_place place;

		is_text(why, NULL, "%s is a path", objects[i].path);
		ok(json_path_find(p, line, true, "as", &place),
		    "%s is an object", objects[i].line);
		if (objects[i].value == NULL)
			ok(place.value.text == NULL, "%s finds nothing in %s",
			    objects[i].path, objects[i].line);
		else
			is_bytes(place.value.text, place.value.len,
			    objects[i].value, "%s in %s", objects[i].path,
			    objects[i].line);
		if (objects[i].value != NULL)
			is_int((intmax_t)place.end, (intmax_t)objects[i].end,
			    "where the object of %s ends", objects[i].path);
		json_path_free(p);
	}
}

static void
test_mark(void)
{
	struct locator *e = enrich_of(ENRICH_JSON, ".ip", false);
	static const char line[] = "\xef\xbb\xbf{\"ip\":\"1.1.1.1\"}";

	for (int file = 0; file < 2; file++) {
		is_found(e, line, sizeof(line) - 1,
		    "\xef\xbb\xbf{\"ip\":\"1.1.1.1\"{,1.1.1.1}}");
		is_found(e, line, sizeof(line) - 1,
		    "pass \xef\xbb\xbf{\"ip\":\"1.1.1.1\"}");
		locator_begin_file(e);
	}
	locator_skip(e);
	is_found(e, line, sizeof(line) - 1,
	    "pass \xef\xbb\xbf{\"ip\":\"1.1.1.1\"}");
	locator_free(e);
}

/* Tests an object that needs more tokens than the parser has at first. */
static void
test_large(void)
{
	char *why = NULL;
	struct json_path *p = json_path_new(".z[4000].ip", &why);
	struct buf text = { 0 };
	struct json_place place;

	buf_puts(&text, "{\"d\":");
	for (int i = 0; i < 5000; i++)
		buf_putc(&text, '[');
	for (int i = 0; i < 5000; i++)
		buf_putc(&text, ']');
	buf_puts(&text, ",\"z\":[");
	for (int i = 0; i < 4000; i++)
		buf_puts(&text, "{\"ip\":[1,{}]},");
	buf_puts(&text, "{\"ip\":\"1.1.1.1\"}]}");
	ok(json_path_find(p, (struct span){ text.data, text.len }, false, "as",
	       &place),
	    "a large object is valid");
	is_bytes(place.value.text, place.value.len, "1.1.1.1",
	    "the value in a large object");
	is_int((intmax_t)place.end, (intmax_t)text.len - 1,
	    "the end of a large object");
	/* and a small object after it */
	ok(json_path_find(p, (struct span){ "{}", 2 }, false, "as", &place) &&
		place.empty && place.value.text == NULL && place.end == 1,
	    "an empty object is valid");
	buf_free(&text);
	json_path_free(p);
}

#else

static void
test_json(void)
{
	char *why = NULL;

	ok(json_path_new(".ip", &why) == NULL && why != NULL &&
		strstr(why, "jsmn") != NULL,
	    "without jsmn, a path is refused");
	free(why);
}

static void
test_member(void)
{
}

static void
test_paths(void)
{
}

static void
test_values(void)
{
}

static void
test_mark(void)
{
}

static void
test_large(void)
{
}

#endif

int
main(void)
{
	test_lines();
	test_inline_without();
	test_headers();
	test_zeek();
	test_w3c();
	test_no_column();
	test_columns_listed();
	test_bad_keys();
	test_random();
	test_json();
	test_member();
	test_paths();
	test_values();
	test_mark();
	test_large();
	return tap_done();
}
