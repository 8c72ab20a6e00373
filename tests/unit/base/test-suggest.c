#include "config.h"

#include "base/suggest.h"

#include <stdlib.h>

#include "../tap.h"
#include "base/alloc.h"
#include "base/array.h"

static void
test_suggestions(void)
{
	static const struct {
		const char *typed;
		const char *list;
		const char *want;
	} cases[] = {
		{ "cymro", "routeviews cymru rspamd", "cymru" },
		{ "cymur", "routeviews cymru rspamd", "cymru" },
		{ "cmyru", "routeviews cymru rspamd", "cymru" },
		{ "cymr", "routeviews cymru rspamd", "cymru" },
		{ "cymruu", "routeviews cymru rspamd", "cymru" },
		{ "tymeout", "timeout trust-anchor", "timeout" },
		{ "timout", "timeout trust-anchor", "timeout" },
		{ "csw", "text json csv tsv", "csv" },
		{ "jsno", "text json csv tsv", "json" },
		{ "tex", "text json csv tsv", "text" },
		{ "last", "first second lost", "lost" },
		{ "xyz", "text json csv tsv", NULL },
		{ "timeoutxyz", "timeout", NULL },
		{ "", "text json", NULL },
		{ "a", "b c", NULL },
		{ "ab", "cd", NULL },
		{ "x", "", NULL },
		{ "text", "  json   text  ", "text" },
	};
	char typed[200];
	char *near;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		near = suggest(cases[i].typed, cases[i].list);
		is_text(near, cases[i].want, "'%s' among '%s'", cases[i].typed,
		    cases[i].list);
		free(near);
	}
	memset(typed, 'a', sizeof(typed));
	for (size_t len = 60; len < 70; len++) {
		typed[len] = '\0';
		near = suggest(typed, "aaaa");
		ok(near == NULL, "nothing is suggested for a word of %zu bytes",
		    len);
		free(near);
		near = suggest("aaaa", typed);
		ok(near == NULL,
		    "a word of %zu bytes in the list is not suggested", len);
		free(near);
		typed[len] = 'a';
	}
}

int
main(void)
{
	test_suggestions();
	return tap_done();
}
