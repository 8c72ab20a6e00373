#include "config.h"

#include <ctype.h>

#include "fuzz.h"
#include "print/select.h"
#include "record/target.h"

/* Returns whether a list has a word, by parsing each word of the list. */
static bool
list_has(const char *list, const char *want)
{
	for (const char *at = list;;) {
		size_t len = strcspn(at, ",");
		struct span s = span_trim((struct span){ at, len });
		uint32_t asn;
		char *text;
		bool same;

		if (isdigit((unsigned char)want[0])) {
			HOLDS(asn_parse(s.text, s.len, &asn));
			text = format_text("%u", (unsigned)asn);
		} else {
			text = xmemdup(s.text, s.len);
		}
		same = span_is((struct span){ text, strlen(text) }, want);
		free(text);
		if (same)
			return true;
		if (at[len] == '\0')
			return false;
		at += len + 1;
	}
}

static enum selection
select_one(const struct select *c, uint32_t asn, const char *country)
{
	struct target target = { .kind = TARGET_AS, .asn = asn };
	struct record r = { .source_count = 0 };
	enum selection choice;

	record_start(&r, &target);
	r.status = STATUS_OK;
	r.has_asn = true;
	r.asn = asn;
	memcpy(r.reg.country, country, 3);
	choice = select_record(c, &r, "AS");
	record_free(&r);
	return choice;
}

/* Writes the list to a file with a word on each line, and returns its path. */
static const char *
file_of(const char *list)
{
	char *lines = xstrdup(list);
	const char *path;

	for (char *c = lines; *c != '\0'; c++)
		*c = *c == ',' ? '\n' : *c;
	path = fuzz_file((struct span){ lines, strlen(lines) });
	free(lines);
	return path;
}

static void
check_asns(const char *list)
{
	static const char *const probes[] = { "0", "1", "2", "13", "15169",
		"64512", "4294967295" };
	struct select *c = select_new();
	struct select *of_file = select_new();
	char *why = select_add_asns(c, list);

	if (why == NULL)
		HOLDS(select_add_asn_file(of_file, file_of(list)) == NULL);

	for (size_t i = 0; why == NULL && i < LENGTH(probes); i++) {
		uint32_t asn;

		HOLDS(asn_parse(probes[i], strlen(probes[i]), &asn));
		HOLDS((select_one(c, asn, "") == SELECTED) ==
		    list_has(list, probes[i]));
		HOLDS((select_one(of_file, asn, "") == SELECTED) ==
		    list_has(list, probes[i]));
	}
	free(why);
	select_free(c);
	select_free(of_file);
}

static void
check_countries(const char *list)
{
	static const char *const probes[] = { "US", "DE", "EU", "AA", "ZZ" };
	struct select *c = select_new();
	char *why = select_add_countries(c, list);

	for (size_t i = 0; why == NULL && i < LENGTH(probes); i++)
		HOLDS((select_one(c, 1, probes[i]) == SELECTED) ==
		    list_has(list, probes[i]));
	free(why);
	select_free(c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *list = xmemdup(data, size);

	check_asns(list);
	check_countries(list);
	free(list);
	return 0;
}
