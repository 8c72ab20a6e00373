#include "config.h"

#include "mail/spamassassin-tags.h"

#include <string.h>

#include "mail/spamassassin-words.h"

struct sa_tag *
sa_tags_start(const struct sa_setup *sa, struct arena *arena)
{
	struct sa_tag *tags = arena_alloc(arena, sa->tag_count * sizeof(*tags));
	bool runs = sa_setup_has_geodb(sa) || (sa->dns && sa->config.use_dns);

	for (size_t i = 0; i < sa->tag_count; i++) {
		tags[i] = (struct sa_tag){ .name = sa->tags[i].name };
		if (sa->tags[i].builtin || (sa->tags[i].cleared && runs))
			tags[i].text = (struct span){ "", 0 };
	}
	return tags;
}

/* Matches a rule against the first text of its tag, if it had any. */
static bool
check_tag(const struct sa_check *c, const struct sa_tag *tag,
    struct explanation *explanation)
{
	struct span text = tag->first;
	bool hit;

	if (text.text == NULL)
		return false;
	hit = !c->off &&
	    regex_match(c->regex, text.text, text.len) == REGEX_MATCHES;
	explain_add(explanation, "rule %s is matched against _%s_, '%.*s': %s",
	    c->name, c->tag, (int)text.len, text.text,
	    c->off    ? "its score is 0"
		: hit ? "a hit"
		      : "no hit");
	if (span_compare(text, tag->text) != 0)
		explain_add_bug(explanation,
		    "rule %s does not see what is added to _%s_ later", c->name,
		    c->tag);
	return hit;
}

const bool *
sa_tags_check(const struct sa_setup *sa, const struct sa_tag *tags,
    struct record *r)
{
	bool *hits = arena_alloc(&r->arena, sa->check_count * sizeof(*hits));

	for (size_t i = 0; i < sa->check_count; i++) {
		const struct sa_check *c = &sa->checks[i];

		hits[i] = false;
		for (size_t k = 0; k < sa->tag_count; k++)
			if (strcmp(tags[k].name, c->tag) == 0)
				hits[i] =
				    check_tag(c, &tags[k], r->explanation);
	}
	return hits;
}

/* Sets the record's AS numbers to those in a tag. */
static void
fill_asns(const struct sa_setup *sa, struct span tag, struct record *r)
{
	size_t skip = sa->config.asn_prefix.len;
	struct span word;

	r->all_asns = arena_alloc(&r->arena, tag.len * sizeof(*r->all_asns));
	r->asns = r->all_asns;
	while (sa_words_next(&tag, &word)) {
		if (word.len <= skip ||
		    !asn_parse(word.text + skip, word.len - skip,
			&r->all_asns[r->all_asn_count]))
			continue;
		r->asn_count = ++r->all_asn_count;
		r->has_asn = true;
		r->asn = r->all_asns[0];
	}
}

/* Sets the record's prefixes to those in a tag, the most specific first. */
static void
fill_prefixes(struct span tag, struct record *r)
{
	struct span word;
	struct prefix p;

	r->prefixes = arena_alloc(&r->arena, tag.len * sizeof(*r->prefixes));
	while (sa_words_next(&tag, &word)) {
		size_t at = r->prefix_count;

		if (!prefix_parse(word.text, word.len, &p) ||
		    !prefix_covers(&p, &r->target.net))
			continue;
		for (; at > 0 && r->prefixes[at - 1].len < p.len; at--)
			r->prefixes[at] = r->prefixes[at - 1];
		r->prefixes[at] = p;
		r->prefix_count++;
	}
}

void
sa_tags_tell(const struct sa_setup *sa, const struct sa_tag *tags,
    struct record *r)
{
	struct span asns = tags[sa->asn_tag].text;
	struct span routes = tags[sa->route_tag].text;

	if (asns.text != NULL)
		fill_asns(sa, asns, r);
	if (routes.text != NULL)
		fill_prefixes(routes, r);
}
