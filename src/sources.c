#include "config.h"

#include "sources.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/span.h"
#include "io/warn.h"

#define TIMEOUT_USUAL 4000000 /* us that one address may take */
#define USUAL_ZONES "routeviews,cymru"
#define PROVIDER_QPS 500 /* to a public provider, unless told else */
#define DAYS_MAX 90	 /* an older database is worth a word */

static struct query_source_config
ask_source_of(const struct options *o, const char *zone, bool provider)
{
	bool mirrored = mirrors_find(&o->resolver.mirrors, zone) != NULL;
	struct query_source_config s = {
		.name = zone,
		.via = mirrored ? VIA_MIRRORS : VIA_RESOLVER,
		.qps = provider && !mirrored ? PROVIDER_QPS : 0,
	};

	if (o->qps >= 0)
		s.qps = o->qps;
	return s;
}

static struct native_source
native_source_of(const struct options *o, const struct zone *zone)
{
	struct native_source s = {
		.name = zone->name,
		.zone = zone,
		.mirrored =
		    mirrors_find(&o->resolver.mirrors, zone->name) != NULL,
		.grain = { 32, 64 },
	};

	if (s.mirrored)
		s.grain[FAMILY_IPV6] = 128;
	if (o->has_grain)
		memcpy(s.grain, o->grain, sizeof(s.grain));
	return s;
}

/* Those of the user, or else the usual ones. */
static void
set_up_zones(struct sources *s)
{
	if (s->options->like != FILTER_NONE)
		return;
	s->zones = &s->options->zones;
	if (s->options->no_dns || s->zones->count > 0 ||
	    s->options->database_count > 0)
		return;
	free(zones_add(&s->usual_zones, USUAL_ZONES));
	s->zones = &s->usual_zones;
}

/* Those who wait for an answer want names, and who chooses by them. */
static bool
wants_names(const struct sources *s)
{
	const struct options *o = s->options;

	if (o->check || o->names != CHOICE_AUTO)
		return !o->check && o->names == CHOICE_ON;
	return s->question || o->names_db != NULL ||
	    (o->select != NULL && select_needs_names(o->select));
}

void
sources_open_databases(struct sources *s, const struct options *o)
{
	s->options = o;
	s->databases = xcalloc(o->database_count, sizeof(struct db *));
	for (size_t i = 0; i < o->database_count; i++) {
		s->databases[i] = db_open(o->databases[i].path);
		if (s->databases[i] == NULL)
			exit(2);
		if (o->verbose && db_age(s->databases[i]) > DAYS_MAX)
			warn_line("%s is %ld days old",
			    db_name(s->databases[i]), db_age(s->databases[i]));
	}
	if (o->names_db == NULL)
		return;
	s->names = as_names_open(o->names_db);
	if (s->names == NULL)
		exit(2);
}

/* The next source, which is asked or looked into; it is to be filled in. */
static unsigned
add_source(struct sources *s, const struct query_source_config *source)
{
	s->asked = xrealloc(s->asked, (s->count + 1) * sizeof(*s->asked));
	s->asked[s->count] = *source;
	return (unsigned)s->count++;
}

/* The number of a zone among the sources. */
static unsigned
add_asked_zone(struct sources *s, const char *zone, bool provider)
{
	struct query_source_config source =
	    ask_source_of(s->options, zone, provider);

	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->asked[i].name, zone) == 0)
			return (unsigned)i;
	texts_add(&s->zone_names, zone);
	return add_source(s, &source);
}

static void
add_database(struct sources *s, struct db *db)
{
	struct query_source_config source = { .name = db_name(db) };

	s->native_sources[add_source(s, &source)] =
	    (struct native_source){ .name = db_name(db), .db = db };
}

static void
add_zone(struct sources *s, const struct zone *zone)
{
	s->native_sources[add_asked_zone(s, zone->name, zone->provider)] =
	    native_source_of(s->options, zone);
}

static void
add_viewer(struct sources *s, const struct viewer *viewer)
{
	s->viewers[s->viewer_count++] = *viewer;
	if (viewer->timeout > s->timeout)
		s->timeout = viewer->timeout;
}

/* asnq's own: the zones in their order, and behind them that of AS names. */
static void
set_up_native(struct sources *s)
{
	const struct options *o = s->options;
	const struct zones *zones = s->zones;
	size_t most = zones->count + o->database_count;
	int64_t timeout = o->timeout > 0 ? o->timeout : TIMEOUT_USUAL;
	size_t next = 0;

	s->native_sources = xcalloc(most, sizeof(*s->native_sources));
	for (size_t i = 0; i <= zones->count; i++) {
		while (next < o->database_count &&
		    (o->databases[next].zones_before <= i || i == zones->count))
			add_database(s, s->databases[next++]);
		if (i < zones->count)
			add_zone(s, &zones->list[i]);
	}
	s->native = (struct native){
		.sources = s->native_sources,
		.source_count = s->count,
		.has_names = !o->no_dns && zones->count > 0,
		.names = wants_names(s),
		.own_names = s->names,
		.first = !o->check &&
		    (o->mode == MODE_FIRST ||
			(o->mode == MODE_AUTO && o->database_count > 0)),
		.ask_special = o->ask_special,
		.grace = o->check ? timeout : o->grace,
		.patience = timeout / 4,
	};
	if (s->native.has_names)
		s->native.names_source = add_asked_zone(s, NAMES_ZONE, true);
	add_viewer(s,
	    &(struct viewer){
		.view = &view_native,
		.self = &s->native,
		.timeout = timeout,
		.name = "asnq",
	    });
}

static bool
ends_with(const char *text, const char *end)
{
	size_t len = strlen(text);

	return len >= strlen(end) && strcmp(text + len - strlen(end), end) == 0;
}

/* Which configuration files are a filter's: of several, their names tell. */
static struct texts
files_of(const struct sources *s, const struct filter *filter)
{
	const struct texts *all = &s->options->like_configs;
	struct texts files = { .count = 0 };

	for (size_t i = 0; i < all->count; i++)
		if (!s->options->compare ||
		    ends_with(all->list[i], filter->suffix))
			texts_add(&files, all->list[i]);
	return files;
}

/* Makes a filter ready, or ends the program. */
static void
set_up_filter(struct sources *s, enum filter_kind kind)
{
	const struct filter *filter = filters[kind];
	struct filter_state *state = &s->filters[kind];
	struct texts files = files_of(s, filter);
	struct filter_config config = {
		.files = files.list,
		.file_count = files.count,
		.databases = s->databases,
		.database_count = s->options->database_count,
		.dns = !s->options->no_dns,
		.timeout = s->options->timeout,
	};
	unsigned *sources;

	if (!filter->open(&config, state))
		exit(2);
	texts_free(&files);
	sources = xcalloc(state->zone_count, sizeof(*sources));
	for (size_t i = 0; i < state->zone_count; i++)
		sources[i] = add_asked_zone(s, state->zones[i],
		    zone_is_public(state->zones[i]));
	add_viewer(s,
	    &(struct viewer){
		.view = filter->view,
		.self = state->self,
		.sources = sources,
		.timeout = state->timeout,
		.name = words_get(&filter_words, kind),
		.vocabulary = &state->vocabulary,
	    });
}

/* Files that are no filter's by their names would be left out silently. */
static void
check_names_of_files(const struct options *o)
{
	for (size_t i = 0; i < o->like_configs.count; i++) {
		bool owned = false;

		for (int kind = FILTER_NONE + 1; kind < FILTER_MAX; kind++)
			owned |= ends_with(o->like_configs.list[i],
			    filters[kind]->suffix);
		if (owned)
			continue;
		warn_line("--like-config: %s: with --compare the name of a "
			  "file tells whose it is: .cf, .ini or .conf",
		    o->like_configs.list[i]);
		exit(2);
	}
}

void
sources_open(struct sources *s, const struct options *o, bool question)
{
	s->question = question;
	sources_open_databases(s, o);
	set_up_zones(s);
	if (o->like != FILTER_NONE)
		set_up_filter(s, o->like);
	else
		set_up_native(s);
	if (!o->compare)
		return;
	check_names_of_files(o);
	for (int kind = FILTER_NONE + 1; kind < FILTER_MAX; kind++)
		set_up_filter(s, (enum filter_kind)kind);
}

void
sources_free(struct sources *s)
{
	zones_clear(&s->usual_zones);
	for (int kind = FILTER_NONE + 1; kind < FILTER_MAX; kind++)
		filters[kind]->free(s->filters[kind].self);
	for (size_t i = 0; i < s->viewer_count; i++)
		free((unsigned *)s->viewers[i].sources);
	free(s->native_sources);
	free(s->asked);
	texts_free(&s->zone_names);
	for (size_t i = 0; i < s->options->database_count; i++)
		db_release(s->databases[i]);
	free(s->databases);
	as_names_release(s->names);
}
