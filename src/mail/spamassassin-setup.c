#include "config.h"

#include "mail/spamassassin-setup.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "dns/zone.h"
#include "io/warn.h"
#include "mail/spamassassin-file.h"
#include "mail/text.h"

/* Returns the number of a tag, which is added if it is new. */
static size_t
add_tag(struct sa_setup *sa, const char *written)
{
	char *name = xstrdup(written);
	bool capitals;

	text_to_upper(name);
	capitals = strcmp(name, written) == 0;
	for (size_t i = 0; i < sa->tag_count; i++) {
		if (strcmp(sa->tags[i].name, name) != 0)
			continue;
		sa->tags[i].cleared |= capitals;
		free(name);
		return i;
	}
	sa->tags = array_grow(sa->tags, &sa->tag_size, sa->tag_count,
	    sizeof(*sa->tags));
	sa->tags[sa->tag_count] =
	    (struct sa_tag_setup){ name, capitals, false };
	return sa->tag_count++;
}

/* Returns the number of a zone's name, which is added if it is new. */
static unsigned
add_source(struct sa_setup *sa, const char *zone)
{
	for (size_t i = 0; i < sa->sources.count; i++)
		if (strcmp(sa->sources.list[i], zone) == 0)
			return (unsigned)i;
	texts_add(&sa->sources, zone);
	return (unsigned)sa->sources.count - 1;
}

static void
set_up_zone(struct sa_setup *sa, const struct sa_lookup *l)
{
	struct sa_zone *z = &sa->zones[sa->zone_count++];
	char name[OWNER_MAX];

	z->lookup = l;
	z->asn_tag = add_tag(sa, l->asn_tag);
	z->route_tag = add_tag(sa, l->route_tag);
	if (!zone_name(l->zone, strlen(l->zone), name))
		return;
	z->name = xstrdup(name);
	z->source = add_source(sa, z->name);
}

static void
set_up_zones(struct sa_setup *sa)
{
	size_t count = 0;

	for (const struct sa_lookup *l = sa->config.lookups; l != NULL;
	     l = l->next)
		count++;
	sa->zones = xcalloc(count, sizeof(*sa->zones));
	for (const struct sa_lookup *l = sa->config.lookups; l != NULL;
	     l = l->next)
		set_up_zone(sa, l);
}

/* Adds the tags that SpamAssassin knows whether they are named or not. */
static void
set_up_tags(struct sa_setup *sa)
{
	size_t cidr;

	if (sa_setup_has_geodb(sa))
		add_tag(sa, "ASN");
	sa->named_count = sa->tag_count;
	sa->geodb_tag = add_tag(sa, "ASN");
	cidr = add_tag(sa, "ASNCIDR");
	sa->tags[sa->geodb_tag].builtin = true;
	sa->tags[cidr].builtin = true;
	sa->asn_tag = sa->zone_count > 0 ? sa->zones[0].asn_tag : sa->geodb_tag;
	sa->route_tag = sa->zone_count > 0 ? sa->zones[0].route_tag : cidr;
	for (size_t i = 0; i < sa->tag_count; i++)
		texts_add(&sa->names, sa->tags[i].name);
}

static bool
set_up_check(struct sa_setup *sa, const struct sa_rule *r)
{
	char *why = sa_check_set(&sa->checks[sa->check_count++], r,
	    sa_config_is_off(&sa->config, r->name));

	if (why == NULL)
		return true;
	warn_line("%s:%lu: %s", r->file, r->line, why);
	free(why);
	return false;
}

static bool
set_up_checks(struct sa_setup *sa)
{
	size_t count = 0;
	bool good = true;

	for (const struct sa_rule *r = sa->config.rules; r != NULL; r = r->next)
		count++;
	sa->checks = xcalloc(count, sizeof(*sa->checks));
	for (const struct sa_rule *r = sa->config.rules; r != NULL; r = r->next)
		good &= set_up_check(sa, r);
	return good;
}

struct sa_setup *
sa_setup_new(const struct filter_config *config)
{
	struct sa_setup *sa = xcalloc(1, sizeof(*sa));
	bool good = true;

	sa->dns = config->dns;
	sa->databases = config->databases;
	sa->database_count = config->database_count;
	if (config->file_count > 0)
		good = sa_file_read(&sa->config, config->files,
		    config->file_count);
	else
		sa_file_read_none(&sa->config);
	set_up_zones(sa);
	set_up_tags(sa);
	good &= set_up_checks(sa);
	if (good)
		return sa;
	sa_setup_free(sa);
	return NULL;
}

bool
sa_setup_has_geodb(const struct sa_setup *sa)
{
	return sa->config.use_geodb && sa->database_count > 0;
}

void
sa_setup_free(struct sa_setup *sa)
{
	if (sa == NULL)
		return;
	for (size_t i = 0; i < sa->check_count; i++)
		sa_check_clear(&sa->checks[i]);
	for (size_t i = 0; i < sa->zone_count; i++)
		free(sa->zones[i].name);
	for (size_t i = 0; i < sa->tag_count; i++)
		free(sa->tags[i].name);
	free(sa->checks);
	free(sa->zones);
	free(sa->tags);
	texts_free(&sa->names);
	texts_free(&sa->sources);
	sa_config_clear(&sa->config);
	free(sa);
}
