#include "config.h"

#include "base/array.h"
#include "print/select.h"
#include "record/target.h"

#include <stdlib.h>
#include <unistd.h>

#include "../tap.h"

#define LIST_LENGTH 5000

/* How the selection of a record is written in tables. */
static const char letters[] = {
	[SELECTED] = '+',
	[NOT_SELECTED] = '-',
	[UNDECIDED] = '?',
};

/* The records that are selected or not. */
static const struct {
	enum status status;
	uint32_t asns[3]; /* of the longest prefix, ascending; 0 ends them */
	uint32_t other;	  /* of a less specific prefix */
	char country[3];
} rows[] = {
	{ STATUS_OK, { 201 }, 0, "US" },
	{ STATUS_OK, { 201, 203 }, 202, "DE" },
	{ STATUS_OK, { 202 }, 0, "" },
	{ STATUS_OK, { 4294967294 }, 0, "ZZ" },
	{ STATUS_UNANNOUNCED, { 0 }, 0, "" },
	{ STATUS_SPECIAL, { 0 }, 0, "" },
	{ STATUS_INVALID, { 0 }, 0, "" },
	{ STATUS_NOADDRESS, { 0 }, 0, "" },
	{ STATUS_NOSOURCE, { 0 }, 0, "" },
	{ STATUS_TIMEOUT, { 0 }, 0, "" },
	{ STATUS_SERVFAIL, { 0 }, 0, "" },
	{ STATUS_BOGUS, { 0 }, 0, "" },
	{ STATUS_MALFORMED, { 0 }, 0, "" },
	{ STATUS_MISMATCH, { 0 }, 0, "" },
};

/* Returns the selection of each record, a letter for each. */
static const char *
selections(const struct select *c, const char *asn_prefix)
{
	static char word[LENGTH(rows) + 1];

	for (size_t i = 0; i < LENGTH(rows); i++) {
		uint32_t all[4];
		struct record r = {
			.target = { .kind = TARGET_NET },
			.status = rows[i].status,
			.asns = all,
			.all_asns = all,
		};

		while (r.asn_count < LENGTH(rows[i].asns) &&
		    rows[i].asns[r.asn_count] != 0) {
			all[r.asn_count] = rows[i].asns[r.asn_count];
			r.asn_count++;
		}
		r.all_asn_count = r.asn_count;
		if (rows[i].other != 0)
			all[r.all_asn_count++] = rows[i].other;
		r.has_asn = r.asn_count > 0;
		r.asn = all[0];
		memcpy(r.reg.country, rows[i].country, 3);
		word[i] = letters[select_record(c, &r, asn_prefix)];
	}
	return word;
}

static const struct {
	const char *what;
	const char *asns;
	const char *countries;
	bool inverted;
	const char *want;
} cases[] = {
	{ "no list", NULL, NULL, false, "++++++++??????" },
	{ "one origin", "202", NULL, false, "--+-----??????" },
	{ "one of several origins", "203", NULL, false, "-+------??????" },
	{ "two origins", "203,AS202", NULL, false, "-++-----??????" },
	{ "origins unsorted and repeated", " 203 , 201,203,as202", NULL, false,
	    "+++-----??????" },
	{ "the largest origin", "4294967294", NULL, false, "---+----??????" },
	{ "other origins", "202", NULL, true, "++-+++++??????" },
	/* an origin without a country is undecided */
	{ "one country", NULL, "US", false, "+-?-----??????" },
	{ "the last country", NULL, "ZZ", false, "--?+----??????" },
	{ "the first country", NULL, "aa", false, "--?-----??????" },
	{ "several countries", NULL, "de, us", false, "++?-----??????" },
	{ "other countries", NULL, "DE", true, "+-?+++++??????" },
	{ "an origin and a country", "201", "DE", false, "-+------??????" },
	{ "not an origin and a country", "201", "DE", true, "+-++++++??????" },
	{ "another origin, whatever its country", "202", "DE", false,
	    "--?-----??????" },
	{ "not that, whatever its country", "202", "DE", true,
	    "++?+++++??????" },
};

static void
test_kinds(void)
{
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct select *c = select_new();

		if (cases[i].asns != NULL)
			is_text(select_add_asns(c, cases[i].asns), NULL,
			    "%s: AS numbers", cases[i].what);
		if (cases[i].countries != NULL)
			is_text(select_add_countries(c, cases[i].countries),
			    NULL, "%s: countries", cases[i].what);
		if (cases[i].inverted)
			select_invert(c);
		is_text(selections(c, "AS"), cases[i].want, "%s",
		    cases[i].what);
		select_free(c);
	}
	select_free(NULL);
}

static void
test_several_lists(void)
{
	struct select *c = select_new();

	select_add_asns(c, "203");
	select_add_asns(c, "202,1");
	is_text(selections(c, "AS"), "-++-----??????",
	    "several lists of origins are joined");
	select_add_countries(c, "DE");
	select_add_countries(c, "US");
	is_text(selections(c, "AS"), "-+?-----??????",
	    "several lists of countries are joined");
	select_free(c);
}

/*
 * Adds a file with this text to the lists. Returns its message without the
 * path.
 */
static char *
add_file(struct select *c, bool countries, const char *text)
{
	char path[] = "/tmp/test-choose-XXXXXX";
	int fd = mkstemp(path);
	char *why;

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return xstrdup("no file could be written");
	close(fd);
	why = countries ? select_add_country_file(c, path)
			: select_add_asn_file(c, path);
	unlink(path);
	if (why != NULL && strncmp(why, path, strlen(path)) == 0)
		memmove(why, why + strlen(path),
		    strlen(why + strlen(path)) + 1);
	return why;
}

static void
test_files(void)
{
	static const struct {
		bool countries;
		const char *text;
		const char *want; /* or, from a colon, the message */
	} files[] = {
		{ false, "", "--------??????" },
		{ false, "# none\n\n", "--------??????" },
		{ false, "202", "--+-----??????" },
		{ false, "202\n", "--+-----??????" },
		{ false, "\n# x\n\t AS202 # y\r\nas203#z\n", "-++-----??????" },
		{ true, "", "--------??????" },
		{ true, "us\r\n#DE\n\nZZ", "+-?+----??????" },
		{ false, "1\n202 203\n",
		    ":2: expected an AS number, not '202 203'" },
		{ false, "202,203\n",
		    ":1: expected an AS number, not '202,203'" },
		{ false, "\n\n AS\r\n", ":3: expected an AS number, not 'AS'" },
		{ false, "4294967296",
		    ":1: expected an AS number, not '4294967296'" },
		{ true, "US\nUSA\n",
		    ":2: expected a two-letter country code, not 'USA'" },
		{ true, "U\n",
		    ":1: expected a two-letter country code, not 'U'" },
		{ true, "1A\n",
		    ":1: expected a two-letter country code, not '1A'" },
	};

	for (size_t i = 0; i < LENGTH(files); i++) {
		struct select *c = select_new();
		char *why = add_file(c, files[i].countries, files[i].text);

		if (files[i].want[0] == ':')
			is_text(why, files[i].want, "file %zu is refused", i);
		else if (is_text(why, NULL, "file %zu is read", i))
			is_text(selections(c, "AS"), files[i].want,
			    "file %zu selects the right records", i);
		free(why);
		select_free(c);
	}
}

static void
test_no_file(void)
{
	struct select *c = select_new();
	char *why = select_add_asn_file(c, "/nonexistent/list");

	is_text(why, "/nonexistent/list: No such file or directory",
	    "a missing file is refused");
	free(why);
	why = select_add_country_file(c, "/");
	is_text(why, "/: Is a directory", "a directory is refused");
	free(why);
	select_free(c);
}

/* Tests an unsorted list: each number in it is found, and no other. */
static void
test_long_list(void)
{
	struct select *c = select_new();
	uint32_t asns[1];
	struct record r = {
		.target = { .kind = TARGET_NET },
		.status = STATUS_OK,
		.has_asn = true,
		.asns = asns,
		.asn_count = 1,
	};
	unsigned wrong = 0;

	/* 7 and the length have no common divisor: each number occurs once */
	for (uint32_t i = 0; i < LIST_LENGTH; i++) {
		char text[16];

		snprintf(text, sizeof(text), "%u",
		    (unsigned)(2 * (i * 7 % LIST_LENGTH) + 1));
		free(select_add_asns(c, text));
	}
	for (uint32_t asn = 0; asn <= 2 * LIST_LENGTH + 1; asn++) {
		bool there = asn % 2 == 1 && asn < 2 * LIST_LENGTH;

		asns[0] = asn;
		r.asn = asn;
		wrong += (select_record(c, &r, "AS") == SELECTED) != there;
	}
	is_int(wrong, 0, "each of %d numbers is found, and no other",
	    LIST_LENGTH);
	select_free(c);
}

static char *
set_match_tag(struct select *c, const char *tag)
{
	return select_set_match_tag(c, tag, NULL);
}

static void
test_mistakes(void)
{
	static const struct {
		char *(*add)(struct select *c, const char *text);
		const char *text;
		const char *why;
	} mistakes[] = {
		{ select_add_asns, "", "expected an AS number, not ''" },
		{ select_add_asns, "1,,2", "expected an AS number, not ''" },
		{ select_add_asns, "1,", "expected an AS number, not ''" },
		{ select_add_asns, "1, 2x", "expected an AS number, not '2x'" },
		{ select_add_asns, "1 2", "expected an AS number, not '1 2'" },
		{ select_add_asns, "4294967296",
		    "expected an AS number, not '4294967296'" },
		{ select_add_asns, "-1", "expected an AS number, not '-1'" },
		{ select_add_countries, "",
		    "expected a two-letter country code, not ''" },
		{ select_add_countries, "US,D",
		    "expected a two-letter country code, not 'D'" },
		{ select_add_countries, "USA",
		    "expected a two-letter country code, not 'USA'" },
		{ select_add_countries, "U ",
		    "expected a two-letter country code, not 'U'" },
		{ select_add_countries, "\xc3\x9c",
		    "expected a two-letter country code, not '\xc3\x9c'" },
		{ set_match_tag, "NOPE", "unknown tag '_NOPE_'" },
		{ set_match_tag, "_NOPE_", "unknown tag '_NOPE_'" },
		{ set_match_tag, "", "unknown tag '__'" },
	};

	for (size_t i = 0; i < LENGTH(mistakes); i++) {
		struct select *c = select_new();
		char *why = mistakes[i].add(c, mistakes[i].text);

		is_text(why, mistakes[i].why, "mistake %zu is refused", i);
		free(why);
		select_free(c);
	}
}

/* Tests records of AS numbers. */
static void
test_as(void)
{
	struct select *c = select_new();
	struct record r = {
		.target = { .kind = TARGET_AS, .asn = 201 },
		.status = STATUS_OK,
		.has_asn = true,
		.asn = 201,
		.reg = { .country = "US" },
	};

	select_add_asns(c, "201");
	is_int(select_record(c, &r, "AS"), SELECTED,
	    "an AS is selected by its number");
	r.asn = 202;
	is_int(select_record(c, &r, "AS"), NOT_SELECTED,
	    "another AS is not selected");
	r.has_asn = false;
	r.asn = 201;
	is_int(select_record(c, &r, "AS"), NOT_SELECTED,
	    "an AS without a registration is not selected");
	select_free(c);
	c = select_new();
	select_add_countries(c, "US");
	is_int(select_record(c, &r, "AS"), SELECTED,
	    "an AS is selected by its country");
	select_free(c);
}

#ifdef HAVE_PCRE2

static void
test_match(void)
{
	static const struct {
		const char *pattern;
		const char *tag;
		const char *asn_prefix;
		const char *want;
	} matches[] = {
		{ "AS201", NULL, "AS", "++------??????" },
		{ "^AS201$", NULL, "AS", "+-------??????" },
		{ "^AS201 AS203 AS202$", NULL, "AS", "-+------??????" },
		{ "^201", NULL, "", "++------??????" },
		{ "^AS", NULL, "", "--------??????" },
		{ "^$", NULL, "AS", "----++++??????" },
		{ "", NULL, "AS", "++++++++??????" },
		{ "as201", NULL, "AS", "--------??????" },
		{ "(?i)as201(?! )", NULL, "AS", "+-------??????" },
		{ "^US|DE$", "_ASNCOUNTRY_", "AS", "++?-----??????" },
		{ "^US|DE$", "country", "AS", "++?-----??????" },
		{ "^special|invalid$", "STATUS", "AS", "-----++-??????" },
		{ "^AS201 AS203$", "ASNS", "AS", "-+------??????" },
	};

	for (size_t i = 0; i < LENGTH(matches); i++) {
		struct select *c = select_new();

		is_text(select_set_match(c, matches[i].pattern), NULL,
		    "expression %zu is valid", i);
		if (matches[i].tag != NULL)
			is_text(set_match_tag(c, matches[i].tag), NULL,
			    "%s is a tag", matches[i].tag);
		is_text(selections(c, matches[i].asn_prefix), matches[i].want,
		    "'%s' matches", matches[i].pattern);
		select_free(c);
	}
}

static void
test_match_with_others(void)
{
	struct select *c = select_new();
	char *why;

	select_set_match(c, "AS201");
	select_add_countries(c, "DE,ZZ");
	is_text(selections(c, "AS"), "-+------??????",
	    "a match combines with lists");
	select_invert(c);
	is_text(selections(c, "AS"), "+-++++++??????",
	    "the whole selection is inverted");
	select_set_match(c, "AS4294967294");
	is_text(selections(c, "AS"), "+++-++++??????",
	    "the last match replaces others");
	select_free(c);

	c = select_new();
	why = select_set_match(c, "a(b");
	ok(why != NULL && strstr(why, "'a(b'") != NULL,
	    "an invalid expression is refused");
	free(why);
	select_free(c);
}

#else

static void
test_match(void)
{
	struct select *c = select_new();
	char *why = select_set_match(c, "x");

	ok(why != NULL && strstr(why, "PCRE2") != NULL,
	    "without PCRE2, a match is refused");
	free(why);
	select_free(c);
}

static void
test_match_with_others(void)
{
}

#endif

int
main(void)
{
	test_kinds();
	test_several_lists();
	test_files();
	test_no_file();
	test_long_list();
	test_mistakes();
	test_as();
	test_match();
	test_match_with_others();
	return tap_done();
}
