#include "config.h"

#include "mail/ucl-read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../tap.h"
#include "../ucl-json.h"
#include "base/array.h"
#include "base/buf.h"
#include "mail/ucl-file.h"

static const struct {
	const char *text;
	const char *want; /* NULL: it is refused */
} cases[] = {
	{ "", "{}" },
	{ " # nothing\n/* a /* b */ \"*/\" */", "{}" },
	{ "a = 1", "{\"a\":1}" },
	{ "a: 1; b 2\nc=3,d = 4", "{\"a\":1,\"b\":2,\"c\":3,\"d\":4}" },
	{ "a { b = x } c { }", "{\"a\":{\"b\":\"x\"},\"c\":{}}" },
	{ "a {\n b = x;\n};\n", "{\"a\":{\"b\":\"x\"}}" },
	{ "a = { b = x }", "{\"a\":{\"b\":\"x\"}}" },
	{ "a b c { d = 1 }", "{\"a\":{\"b\":{\"c\":{\"d\":1}}}}" },
	{ "\"a b\" = 1; \"c\\u0064\": 2", "{\"a b\":1,\"cd\":2}" },
	{ "a =\n 1", "{\"a\":1}" },
	{ "{\"a\": [1, \"b\", null, true, {\"c\": 1.5}]}",
	    "{\"a\":[1,\"b\",null,true,{\"c\":1.5}]}" },
	{ "{\"a\": 1}\n{\"b\": []}\n", "[{\"a\":1},{\"b\":[]}]" },
	{ "Section asn NOT FOUND \n{\"a\": 1}\n", "{\"a\":1}" },
	{ "{\"a\": 1}\nSection multimap NOT FOUND ", "{\"a\":1}" },
	{ "Section asn NOT FOUND \nSection multimap NOT FOUND ", "{}" },
	{ "a = [x, y,]; b = []; c [ 1 2; 3\n4 ]",
	    "{\"a\":[\"x\",\"y\"],\"b\":[],\"c\":[\"1 2\",3,4]}" },
	{ "a = x y  ; b = /p/q", "{\"a\":\"x y\",\"b\":\"/p/q\"}" },
	{ "a = x#y\nb = x # y", "{\"a\":\"x\",\"b\":\"x\"}" },
	{ "a = x{1,2}y; b = [0-9]x", NULL },
	{ "a = x{1}y[2]", "{\"a\":\"x{1}y[2]\"}" },
	{ "a = x\\;y", "{\"a\":\"x;y\"}" },
	{ "a = 'it\\'s $CONFDIR \\n'", "{\"a\":\"it's $CONFDIR \\\\n\"}" },
	{ "a = \"\\n\\u00e9\\ud83d\\ude00\\q\"",
	    "{\"a\":\"\\n\xc3\xa9\xf0\x9f\x98\x80q\"}" },
	{ "a = <<EOD\nx\ny\nEOD\nb = 1", "{\"a\":\"x\\ny\",\"b\":1}" },
	{ "a = <<EOD\nx\nEODx\nEOD;b = 1", "{\"a\":\"x\\nEODx\",\"b\":1}" },
	{ "a = yes; b = OFF; c = yes please",
	    "{\"a\":true,\"b\":false,\"c\":\"yes please\"}" },
	{ "a=1k; b=1kb; c=10min; d=2.5; e=-3; f=1e3; g=0x1F; h=10ms; i=5w",
	    "{\"a\":1000,\"b\":1024,\"c\":600,\"d\":2.5,\"e\":-3,\"f\":1000,"
	    "\"g\":31,\"h\":0.01,\"i\":3024000}" },
	{ "a=1.2.3.4; b=10 ms; c=.5; d=1.; e=-; f=+5; g=1_000; h=8.8.8.0/24",
	    "{\"a\":\"1.2.3.4\",\"b\":\"10 ms\",\"c\":\".5\",\"d\":1,"
	    "\"e\":\"-\",\"f\":\"+5\",\"g\":\"1_000\","
	    "\"h\":\"8.8.8.0/24\"}" },
	{ "a=$CONFDIR/x; b=\"${DBDIR}y\"; c=\"a$b $$\"; d=\"$$ $CONFDIR\"",
	    "{\"a\":\"/etc/rspamd/x\",\"b\":\"/var/lib/rspamdy\","
	    "\"c\":\"a$b $$\",\"d\":\"$ /etc/rspamd\"}" },
	{ ".include(try=true,priority=5) \"/none/at/all\"; a=1", "{\"a\":1}" },
	{ ".try_include /none/at/all\na=1", "{\"a\":1}" },
	/* the sections of a file are merged */
	{ "a { b=1 } a { c=2 }", "{\"a\":{\"b\":1,\"c\":2}}" },
	/* what is refused */
	{ "a", NULL },
	{ "a =", NULL },
	{ "a = ;", NULL },
	{ "a = 1 b = 2", "{\"a\":\"1 b = 2\"}" },
	{ "a = \"1\" b = 2", NULL },
	{ "a { b = 1", NULL },
	{ "a = 1 }", NULL },
	{ "{ a = 1 } x", NULL },
	{ "a = [1", NULL },
	{ "a = x{1,2}y", NULL },
	{ "a = \"x", NULL },
	{ "a = 'x", NULL },
	{ "a = \"x\ny\"", NULL },
	{ "a = \"\\ud83d\"", NULL },
	{ "a = \"\\u00\"", NULL },
	{ "a = \"\\u0000\"", NULL },
	{ "a = <<EOD\nx\n", NULL },
	{ "/* x", NULL },
	{ "a = 1; a = 2", NULL },
	{ "a { b { c=1 } b { d=1 } }", NULL },
	{ "a = 1x2", NULL },
	{ "a = 0xzz", NULL },
	{ "a = ${HOSTNAME}", NULL },
	{ "=", NULL },
	{ "a == 1", NULL },
	{ "a!b = 1", NULL },
	{ "[1]", NULL },
	{ ".include \"/none/at/all\"", NULL },
	{ ".include(glob=true) \"/none/*\"", NULL },
	{ ".include(try=true,try=false) \"/x\"", NULL },
	{ ".include(x=1) \"/x\"", NULL },
	{ ".include(try=true \"/x\"", NULL },
	{ ".lua { }", NULL },
	{ ".priority = 1", NULL },
};

static void
test_read(void)
{
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct span text = { cases[i].text, strlen(cases[i].text) };
		struct arena arena = { 0 };
		struct buf out = { 0 };
		struct json j = { .out = &out };
		const struct ucl_value *v;
		char *copy = xmemdup(text.text, text.len);

		/* without room after it, so that a sanitizer sees reads past it */
		text.text = copy;
		v = ucl_read(&arena, "case", text);
		if (v != NULL)
			ucl_json_put(&j, v);
		if (cases[i].want == NULL)
			ok(v == NULL, "refused: %s", cases[i].text);
		else
			is_bytes(out.data, out.len, cases[i].want, "read: %s",
			    cases[i].text);
		buf_free(&out);
		arena_free(&arena);
		free(copy);
	}
}

/* Prints a file as JSON, to be compared with what rspamd reads. */
static int
print_file(const char *path)
{
	struct ucl_file *f = ucl_file_read(path);
	struct buf out = { 0 };
	struct json j = { .out = &out };

	if (f == NULL)
		return 1;
	ucl_json_put(&j, ucl_file_top(f));
	buf_putc(&out, '\n');
	fwrite(out.data, 1, out.len, stdout);
	buf_free(&out);
	ucl_file_free(f);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		return print_file(argv[1]);
	test_read();
	return tap_done();
}
