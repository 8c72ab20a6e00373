#include "config.h"

#include "print/render.h"

#include <stdlib.h>

#include "../tap.h"
#include "base/alloc.h"
#include "base/array.h"
#include "record/special-purpose.h"
#include "record/target.h"

enum kind {
	GOOD,
	MANY,
	NOTHING,
	PRIVATE,
	INVALID,
	BLANK,
	AS,
	HOSTILE,
	KINDS
};

static struct span
span(const char *text)
{
	return (struct span){ text, tap_length(text) };
}

static void
add(struct record *r, unsigned source, uint32_t asn, const char *prefix,
    const char *country)
{
	struct origin o = { .asn = asn, .source = source };

	prefix_parse(prefix, strlen(prefix), &o.prefix);
	if (country != NULL) {
		memcpy(o.reg.country, country, 3);
		o.reg.registry = span("arin");
		o.reg.allocated = span("2023-12-28");
	}
	*origins_add(&r->origins) = o;
}

#define FIELDS                                                                 \
	"input ip status asn asns prefix prefixes country registry "           \
	"allocated name moas conflict origins sources special info"

/* Makes a record of a kind as a view would. */
static void
make(struct record *r, enum kind kind)
{
	static const char *const inputs[KINDS] = { "8.8.8.8", "94.136.40.9",
		"2001:4860::8888", "10.0.0.1", "8.8.8", "", "AS15169",
		"8.8.8.8" };
	struct source_result *s;
	struct target target;

	target_parse(inputs[kind], strlen(inputs[kind]), &target);
	record_start(r, &target);
	switch (kind) {
	case GOOD:
		s = record_add_source(r, "asn.routeviews.org");
		s->status = STATUS_OK;
		s->has_ttl = true;
		s->ttl = 3600;
		s->dnssec = DNSSEC_INSECURE;
		add(r, 0, 15169, "8.8.8.0/24", "US");
		record_finish(r);
		r->reg.name = span("GOOGLE, US");
		break;
	case MANY:
		record_add_source(r, "one.example")->status = STATUS_OK;
		s = record_add_source(r, "two.example");
		s->status = STATUS_TIMEOUT;
		s->dnssec = DNSSEC_SECURE;
		add(r, 0, 20773, "94.136.40.0/24", NULL);
		add(r, 0, 20738, "94.136.40.0/24", NULL);
		add(r, 0, 3356, "94.136.32.0/19", NULL);
		record_finish(r);
		break;
	case NOTHING:
		record_add_source(r, "one.example")->status =
		    STATUS_UNANNOUNCED;
		record_finish(r);
		break;
	case PRIVATE:
		record_finish(r);
		r->special = special_find(&target.net.addr);
		r->status = STATUS_SPECIAL;
		break;
	case INVALID:
		r->status = STATUS_INVALID;
		r->why = target.why;
		break;
	case BLANK:
		r->status = STATUS_NOADDRESS;
		break;
	case AS:
		record_add_source(r, "asn.cymru.com")->status = STATUS_OK;
		r->status = STATUS_OK;
		r->has_asn = true;
		r->asn = 15169;
		memcpy(r->reg.country, "US", 3);
		r->reg.name = span("GOOGLE, US");
		break;
	default:
		record_add_source(r, "one.example")->status = STATUS_OK;
		add(r, 0, 1, "8.8.8.0/24", NULL);
		record_finish(r);
		r->reg.name = span("\x1b[31m\"a\"\t\\\xff,\nb");
	}
}

/* Returns a rendered record of a kind with an input; the caller frees it. */
static char *
render(const struct render_config *config, enum kind kind, const char *input)
{
	struct record record = { .source_count = 0 };
	struct render_output rendering = { .count = 0 };
	struct buf out = { 0 };
	char *why = NULL;
	struct render *r = render_new(config, &why);

	if (r == NULL) {
		buf_printf(&out, "refused: %s", why);
		buf_putc(&out, '\0');
		free(why);
		return out.data;
	}
	make(&record, kind);
	/* Filled twice, since a rendering is used again. */
	render_record(r, &record, &rendering);
	render_record(r, &record, &rendering);
	render_fill(r, rendering.bytes.data, rendering.bytes.len,
	    rendering.holes, rendering.count, span(input), &out);
	buf_putc(&out, '\0');
	render_output_free(&rendering);
	render_free(r);
	record_free(&record);
	return out.data;
}

static const struct {
	const char *what;
	struct render_config config;
	enum kind kind;
	const char *input;
	const char *want;
} cases[] = {
	{ "text", { .format = FORMAT_TEXT }, GOOD, "8.8.8.8",
	    "8.8.8.8\tAS15169\t8.8.8.0/24\tUS\tGOOGLE, US\n" },
	{ "text, with NUL at its end",
	    { .format = FORMAT_TEXT, .fields = "ip", .null = true }, GOOD,
	    "8.8.8.8", "8.8.8.8" },
	{ "text, several",
	    { .format = FORMAT_TEXT,
		.fields = "asn,asns,prefix,prefixes,moas,"
			  "conflict,name" },
	    MANY, "94.136.40.9",
	    "AS20738\tAS20738 AS20773\t94.136.40.0/24\t"
	    "94.136.40.0/24 94.136.32.0/19\ttrue\tfalse\t-\n" },
	{ "text, sources",
	    { .format = FORMAT_TEXT, .fields = "origins,sources" }, MANY,
	    "94.136.40.9",
	    "94.136.40.0/24=AS20738@one.example "
	    "94.136.40.0/24=AS20773@one.example "
	    "94.136.32.0/19=AS3356@one.example\t"
	    "one.example=ok two.example=timeout\n" },
	{ "text, not announced", { .format = FORMAT_TEXT }, NOTHING,
	    "2001:4860:0::8888", "2001:4860::8888\t-\t-\t-\tnot announced\n" },
	{ "text, special", { .format = FORMAT_TEXT }, PRIVATE, "10.0.0.1",
	    "10.0.0.1\t-\t-\t-\tPrivate-Use (RFC 1918)\n" },
	{ "text, invalid", { .format = FORMAT_TEXT }, INVALID, "8.8.8",
	    "8.8.8\t-\t-\t-\tnot an address\n" },
	{ "text, invalid and hostile", { .format = FORMAT_TEXT }, INVALID,
	    "\x1b[31m\t\\", "\\x1b[31m\\t\\\\\t-\t-\t-\tnot an address\n" },
	{ "text, invalid, without the input",
	    { .format = FORMAT_TEXT, .fields = "status,ip" }, INVALID, "8.8.8",
	    "invalid\t-\n" },
	{ "text, blank", { .format = FORMAT_TEXT }, BLANK, "# x", "\n" },
	{ "text, an AS", { .format = FORMAT_TEXT }, AS, "as15169",
	    "as15169\tAS15169\t-\tUS\tGOOGLE, US\n" },
	{ "text, hostile", { .format = FORMAT_TEXT, .fields = "info" }, HOSTILE,
	    "8.8.8.8", "\\x1b[31m\"a\"\\t\\\\\\xff,\\nb\n" },
	{ "text, another prefix of ASNs",
	    { .format = FORMAT_TEXT, .fields = "asn,asns", .asn_prefix = "" },
	    GOOD, "8.8.8.8", "15169\t15169\n" },
	{ "text, empty values",
	    { .format = FORMAT_TEXT,
		.fields = "asn,asns,prefix,prefixes,"
			  "country,registry,allocated,"
			  "name,origins,sources,special" },
	    INVALID, "x", "-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\n" },

	{ "json", { .format = FORMAT_JSON }, GOOD, "8.8.8.8",
	    "{\"input\":\"8.8.8.8\",\"ip\":\"8.8.8.8\",\"status\":\"ok\","
	    "\"asn\":15169,\"asns\":[15169],\"prefix\":\"8.8.8.0/24\","
	    "\"prefixes\":[\"8.8.8.0/24\"],\"country\":\"US\","
	    "\"registry\":\"arin\",\"allocated\":\"2023-12-28\","
	    "\"name\":\"GOOGLE, US\",\"moas\":false,\"conflict\":false,"
	    "\"origins\":[{\"asn\":15169,\"prefix\":\"8.8.8.0/24\","
	    "\"country\":\"US\",\"registry\":\"arin\","
	    "\"allocated\":\"2023-12-28\",\"name\":null,"
	    "\"source\":\"asn.routeviews.org\"}],"
	    "\"sources\":[{\"source\":\"asn.routeviews.org\","
	    "\"status\":\"ok\",\"ttl\":3600,\"dnssec\":\"insecure\"}],"
	    "\"special\":null}\n" },
	{ "json, blank", { .format = FORMAT_JSON }, BLANK, "# \"x\"",
	    "{\"input\":\"# \\\"x\\\"\",\"ip\":null,"
	    "\"status\":\"noaddress\",\"asn\":null,\"asns\":[],"
	    "\"prefix\":null,\"prefixes\":[],\"country\":null,"
	    "\"registry\":null,\"allocated\":null,\"name\":null,"
	    "\"moas\":false,\"conflict\":false,\"origins\":[],"
	    "\"sources\":[],\"special\":null}\n" },
	{ "json, special",
	    { .format = FORMAT_JSON, .fields = "special,status,info" }, PRIVATE,
	    "10.0.0.1",
	    "{\"special\":\"Private-Use (RFC 1918)\",\"status\":\"special\","
	    "\"info\":\"Private-Use (RFC 1918)\"}\n" },
	{ "json, sources", { .format = FORMAT_JSON, .fields = "sources" }, MANY,
	    "94.136.40.9",
	    "{\"sources\":[{\"source\":\"one.example\",\"status\":\"ok\","
	    "\"ttl\":null,\"dnssec\":null},{\"source\":\"two.example\","
	    "\"status\":\"timeout\",\"ttl\":null,\"dnssec\":\"secure\"}]}"
	    "\n" },
	{ "json, hostile", { .format = FORMAT_JSON, .fields = "name,input" },
	    HOSTILE, "\xff\"\x1b\\",
	    "{\"name\":\"\\u001b[31m\\\"a\\\"\\t\\\\\xef\xbf\xbd,\\nb\","
	    "\"input\":\"\xef\xbf\xbd\\\"\\u001b\\\\\"}\n" },
	{ "json, an empty input",
	    { .format = FORMAT_JSON, .fields = "input,ip" }, BLANK, "",
	    "{\"input\":\"\",\"ip\":null}\n" },
	{ "json, without the prefix of ASNs",
	    { .format = FORMAT_JSON, .fields = "asn,asns", .asn_prefix = "X" },
	    MANY, "94.136.40.9", "{\"asn\":20738,\"asns\":[20738,20773]}\n" },
	{ "elastic",
	    { .format = FORMAT_JSON,
		.fields = "ip,asn,name,country",
		.elastic = true },
	    GOOD, "8.8.8.8",
	    "{\"ip\":\"8.8.8.8\",\"as\":{\"number\":15169,"
	    "\"organization\":{\"name\":\"GOOGLE, US\"}},"
	    "\"country\":\"US\"}\n" },
	{ "elastic, nothing",
	    { .format = FORMAT_JSON, .fields = "asn", .elastic = true },
	    INVALID, "x",
	    "{\"as\":{\"number\":null,\"organization\":{\"name\":null}}}"
	    "\n" },
	{ "elastic, only the name",
	    { .format = FORMAT_JSON, .fields = "name", .elastic = true }, GOOD,
	    "8.8.8.8",
	    "{\"as\":{\"number\":15169,"
	    "\"organization\":{\"name\":\"GOOGLE, US\"}}}\n" },
	{ "elastic, one object for both",
	    { .format = FORMAT_JSON, .fields = "name,ip,asn", .elastic = true },
	    GOOD, "8.8.8.8",
	    "{\"as\":{\"number\":15169,\"organization\":"
	    "{\"name\":\"GOOGLE, US\"}},\"ip\":\"8.8.8.8\"}\n" },

	{ "csv", { .format = FORMAT_CSV }, GOOD, "8.8.8.8",
	    "8.8.8.8,8.8.8.8,ok,15169,8.8.8.0/24,US,\"GOOGLE, US\"\n" },
	{ "csv, not announced", { .format = FORMAT_CSV }, NOTHING,
	    "2001:4860::8888",
	    "2001:4860::8888,2001:4860::8888,unannounced,,,,\n" },
	{ "csv, hostile", { .format = FORMAT_CSV }, HOSTILE, "\"x\",\n\x1b ",
	    "\"\"\"x\"\",\\n\\x1b \",8.8.8.8,ok,1,8.8.8.0/24,,"
	    "\"\\x1b[31m\"\"a\"\"\\t\\\\\\xff,\\nb\"\n" },
	{ "csv, blank", { .format = FORMAT_CSV }, BLANK, "# a, b",
	    "\"# a, b\",,noaddress,,,,\n" },
	{ "csv, an empty input", { .format = FORMAT_CSV }, BLANK, "",
	    ",,noaddress,,,,\n" },
	{ "csv, lists",
	    { .format = FORMAT_CSV,
		.fields = "asns,prefixes",
		.asn_prefix = "AS" },
	    MANY, "x", "20738 20773,94.136.40.0/24 94.136.32.0/19\n" },
	{ "tsv", { .format = FORMAT_TSV }, GOOD, "8.8.8.8",
	    "8.8.8.8\t8.8.8.8\tok\t15169\t8.8.8.0/24\tUS\tGOOGLE, US\n" },
	{ "tsv, special", { .format = FORMAT_TSV, .asn_prefix = "AS" }, PRIVATE,
	    "10.0.0.1", "10.0.0.1\t10.0.0.1\tspecial\t\\N\t\\N\t\\N\t\\N\n" },
	{ "tsv, hostile", { .format = FORMAT_TSV, .fields = "input,name" },
	    HOSTILE, "a\tb\\N",
	    "a\\tb\\\\N\t\\x1b[31m\"a\"\\t\\\\\\xff,\\nb\n" },

	{ "tags", { .format = FORMAT_TAGS }, GOOD, "8.8.8.8",
	    "_IP_=8.8.8.8\t_STATUS_=ok\t_ASN_=AS15169\t"
	    "_ASNCIDR_=8.8.8.0/24\t_ASNCOUNTRY_=US\n" },
	{ "tags, several values", { .format = FORMAT_TAGS }, MANY,
	    "94.136.40.9",
	    "_IP_=94.136.40.9\t_STATUS_=ok\t_ASN_=AS20738 AS20773 AS3356\t"
	    "_ASNCIDR_=94.136.40.0/24 94.136.32.0/19\t_ASNCOUNTRY_=\n" },
	{ "tags without values", { .format = FORMAT_TAGS }, INVALID, "x",
	    "_IP_=\t_STATUS_=invalid\t_ASN_=\t_ASNCIDR_=\t_ASNCOUNTRY_=\n" },
	{ "header", { .format = FORMAT_HEADER }, GOOD, "8.8.8.8",
	    "X-Spam-ASN: AS15169 8.8.8.0/24\n" },
	{ "header, another prefix of ASNs",
	    { .format = FORMAT_HEADER, .asn_prefix = "" }, GOOD, "8.8.8.8",
	    "X-Spam-ASN: 15169 8.8.8.0/24\n" },
	{ "header without values", { .format = FORMAT_HEADER }, NOTHING, "x",
	    "X-Spam-ASN:  \n" },

	{ "an empty template", { .template = "" }, GOOD, "x", "\n" },
	{ "a template without tags", { .template = "text" }, GOOD, "x",
	    "text\n" },
	{ "SpamAssassin's tags",
	    { .template = "_ASN_|_ASNCIDR_|_ASNCOUNTRY_|_ASNNAME_" }, GOOD, "x",
	    "AS15169|8.8.8.0/24|US|GOOGLE, US\n" },
	{ "tags of fields",
	    { .template = "_INPUT_ _IP_ _STATUS_ _PREFIX_ _COUNTRY_ "
			  "_REGISTRY_ _ALLOCATED_ _NAME_ _MOAS_ "
			  "_CONFLICT_ _SPECIAL_ _INFO_" },
	    GOOD, "x",
	    "x 8.8.8.8 ok 8.8.8.0/24 US arin 2023-12-28 GOOGLE, US false "
	    "false  GOOGLE, US\n" },
	{ "tags of fields that are lists", { .template = "_ASNS_;_PREFIXES_" },
	    MANY, "x", "AS20738 AS20773;94.136.40.0/24 94.136.32.0/19\n" },
	{ "escapes", { .template = "a\\tb\\nc\\\\d\\_e" }, GOOD, "x",
	    "a\tb\nc\\d_e\n" },
	{ "an escaped tag", { .template = "\\_IP\\_=_IP_" }, GOOD, "x",
	    "_IP_=8.8.8.8\n" },
	{ "a template, with NUL at its end",
	    { .template = "_IP_ ", .null = true }, GOOD, "x", "8.8.8.8 " },
	{ "tags side by side", { .template = "_IP__IP___IP_" }, GOOD, "x",
	    "8.8.8.88.8.8.8_8.8.8.8\n" },
	{ "underscores that are not tags",
	    { .template = "_ __ ___ _ip_ _Ip_ _IP IP_ a_b _1_ _" }, GOOD, "x",
	    "_ __ ___ _ip_ _Ip_ _IP IP_ a_b _1_ _\n" },
	{ "the input three times", { .template = "_INPUT__INPUT_-_INPUT_" },
	    GOOD, "a\tb", "a\\tba\\tb-a\\tb\n" },
	{ "a hostile name", { .template = "[_NAME_]" }, HOSTILE, "x",
	    "[\\x1b[31m\"a\"\\t\\\\\\xff,\\nb]\n" },
	{ "a template for a blank line", { .template = "<_IP_>" }, BLANK, "",
	    "<>\n" },
	{ "non-ASCII bytes", { .template = "\xc3\xa4 _IP_ \xff" }, GOOD, "x",
	    "\xc3\xa4 8.8.8.8 \xff\n" },

	{ "an unknown tag", { .template = "_IP_ _NONSENSE_" }, GOOD, "x",
	    "refused: unknown tag '_NONSENSE_'" },
	{ "an unknown tag of two words", { .template = "_IP_ASN_" }, GOOD, "x",
	    "refused: unknown tag '_IP_ASN_'" },
	{ "an unknown escape", { .template = "a\\x" }, GOOD, "x",
	    "refused: '\\x': expected \\t, \\n, \\\\ or \\_" },
	{ "half an escape", { .template = "a\\" }, GOOD, "x",
	    "refused: '\\': expected \\t, \\n, \\\\ or \\_" },
	{ "an unknown field", { .format = FORMAT_CSV, .fields = "ip,asm" },
	    GOOD, "x", "refused: unknown field 'asm'; did you mean 'asn'?" },
	{ "an unknown field without a suggestion",
	    { .format = FORMAT_CSV, .fields = "nonsense" }, GOOD, "x",
	    "refused: unknown field 'nonsense'; expected one of: " FIELDS },
	{ "a field in capitals",
	    { .format = FORMAT_CSV, .fields = "ALLOCATED" }, GOOD, "x",
	    "refused: unknown field 'ALLOCATED'; expected one of: " FIELDS },
	{ "an empty list of fields", { .format = FORMAT_CSV, .fields = "" },
	    GOOD, "x", "refused: unknown field ''; expected one of: " FIELDS },
	{ "a comma too many", { .format = FORMAT_CSV, .fields = "ip," }, GOOD,
	    "x", "refused: unknown field ''; expected one of: " FIELDS },
	{ "a blank too many", { .format = FORMAT_CSV, .fields = "ip, asn" },
	    GOOD, "x", "refused: unknown field ' asn'; did you mean 'asn'?" },
};

static void
test_records(void)
{
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct render_config config = cases[i].config;
		char *got;

		if (config.asn_prefix == NULL)
			config.asn_prefix = "AS";
		got = render(&config, cases[i].kind, cases[i].input);
		is_text(got, cases[i].want, "%s", cases[i].what);
		free(got);
	}
}

static void
test_heads(void)
{
	static const struct {
		struct render_config config;
		const char *want;
	} heads[] = {
		{ { .format = FORMAT_CSV, .header = true },
		    "input,ip,status,asn,prefix,country,name\n" },
		{ { .format = FORMAT_CSV,
		      .header = true,
		      .fields = "asn,info" },
		    "asn,info\n" },
		{ { .format = FORMAT_CSV, .header = false }, "" },
		{ { .format = FORMAT_TSV, .header = true }, "" },
		{ { .format = FORMAT_TEXT, .header = true }, "" },
		{ { .format = FORMAT_JSON, .header = true }, "" },
		{ { .format = FORMAT_TAGS, .header = true }, "" },
		{ { .format = FORMAT_HEADER, .header = true }, "" },
		{ { .template = "_IP_", .header = true }, "" },
	};

	for (size_t i = 0; i < LENGTH(heads); i++) {
		struct render_config config = heads[i].config;
		struct buf out = { 0 };
		char *why = NULL;
		struct render *r;

		config.asn_prefix = "AS";
		r = render_new(&config, &why);
		buf_reserve(&out, 1);
		render_head(r, &out);
		is_bytes(out.data, out.len, heads[i].want, "header line %zu",
		    i);
		buf_free(&out);
		render_free(r);
	}
	render_free(NULL);
}

/* Tests that every name of the list is a field and a tag. */
static void
test_names(void)
{
	char *names = words_join(&field_words, " ");
	struct field_list list = { .count = 0 };
	size_t count = 0;
	char *why;

	for (char *at = names; *at != '\0';) {
		size_t len = strcspn(at, " ");
		const struct field *f = field_find(at, len);
		char *tag = xmemdup(at, len);

		for (char *c = tag; *c != '\0'; c++)
			*c = (char)(*c - 'a' + 'A');
		ok(f != NULL && strncmp(f->name, at, len) == 0 && f->width > 0,
		    "field %.*s", (int)len, at);
		ok(field_find_tag(tag, len) != NULL, "tag %s", tag);
		ok(field_find_tag(at, len) == field_find_tag(tag, len),
		    "a tag in lower case is found too");
		free(tag);
		at += len;
		if (*at == ' ')
			*at++ = ',';
		count++;
	}
	why = field_list_parse(names, &list);
	is_text(why, NULL, "a list of all fields is valid");
	is_int((intmax_t)list.count, (intmax_t)count,
	    "a list of all fields has all");
	field_list_clear(&list);
	free(names);
	ok(field_find("asn\0", 4) == NULL && field_find("as", 2) == NULL &&
		field_find("asnx", 4) == NULL && field_find("", 0) == NULL,
	    "other texts are not fields");
}

/* Tests that a rendering can be filled with several inputs. */
static void
test_holes(void)
{
	struct render_config config = { .template = "_INPUT_,_IP_,_INPUT_" };
	struct render_output rendering = { .count = 0 };
	struct record record = { .source_count = 0 };
	struct buf out = { 0 };
	char *why = NULL;
	struct render *r = render_new(&config, &why);

	make(&record, GOOD);
	render_record(r, &record, &rendering);
	is_int((intmax_t)rendering.count, 2,
	    "a rendering has a hole for each tag of the input");
	is_bytes(rendering.bytes.data, rendering.bytes.len, ",8.8.8.8,\n",
	    "the holes are empty");
	render_fill(r, rendering.bytes.data, rendering.bytes.len,
	    rendering.holes, rendering.count, span("8.8.8.8:53"), &out);
	render_fill(r, rendering.bytes.data, rendering.bytes.len,
	    rendering.holes, rendering.count, span("a,b"), &out);
	is_bytes(out.data, out.len,
	    "8.8.8.8:53,8.8.8.8,8.8.8.8:53\na,b,8.8.8.8,a,b\n",
	    "the holes are filled with each input");
	buf_free(&out);
	render_output_free(&rendering);
	render_free(r);
	record_free(&record);
}

int
main(void)
{
	test_records();
	test_heads();
	test_names();
	test_holes();
	return tap_done();
}
