#include "config.h"

#include "mail/spamassassin-config.h"

#include <assert.h>
#include <string.h>

void
sa_config_init(struct sa_config *c)
{
	*c = (struct sa_config){
		.asn_prefix = { "AS", 2 },
		.use_geodb = true,
		.prefer_geodb = true,
		.use_dns = true,
		.fold = true,
	};
}

struct sa_score *
sa_config_find_score(const struct sa_config *c, const char *rule)
{
	struct sa_score *s = c->scores;

	while (s != NULL && strcmp(s->rule, rule) != 0)
		s = s->next;
	return s;
}

bool
sa_config_is_off(const struct sa_config *c, const char *rule)
{
	const struct sa_score *s = sa_config_find_score(c, rule);

	return s != NULL && s->score == 0;
}

/* Returns the newest restriction of exactly this domain; NULL: none. */
static const struct sa_restriction *
find_restriction(const struct sa_config *c, const char *domain)
{
	const struct sa_restriction *x = c->restrictions;

	while (x != NULL && strcmp(x->domain, domain) != 0)
		x = x->next;
	return x;
}

bool
sa_config_denies(const struct sa_config *c, const char *name)
{
	const struct sa_restriction *x;

	assert(strpbrk(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == NULL);
	while ((x = find_restriction(c, name)) == NULL) {
		if (strcmp(name, "*") == 0)
			return false;
		name = strchr(name, '.');
		name = name != NULL ? name + 1 : "*";
	}
	return x->denied;
}

void
sa_config_clear(struct sa_config *c)
{
	arena_free(&c->arena);
	*c = (struct sa_config){ .lookups = NULL };
}
