#include "config.h"

#include "cli/sources.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/span.h"
#include "io/warn.h"

/* Defaults of the options. */
#define DEFAULT_TIMEOUT 4000000 /* microseconds */
#define DEFAULT_ZONES "routeviews,cymru"
#define PROVIDER_QPS 500 /* queries a second, to a public provider's zone */

#define DAYS_MAX 90 /* --verbose tells of an older database */

static struct query_source_config
query_source_of(const struct options *o, const char *zone, bool provider)
{
	bool mirrored = mirrors_find(&o->resolver.mirrors, zone) != NULL;
	struct query_source_config s = {
		.name = zone,
		.via = mirrored ? VIA_MIRRORS : VIA_RESOLVER,
		.qps = provider && !mirrored ? PROVIDER_QPS : 0,
	};

	if (o->qps >= 0) {
		s.qps = o->qps;
		s.mirror_qps = o->qps;
	}
	return s;
}

/* Returns whether some names below a zone, but not all, have mirrors. */
static bool
is_partly_mirrored(const struct mirrors *mirrors, const char *zone)
{
	if (mirrors_find(mirrors, zone) != NULL)
		return false;
	for (size_t i = 0; i < mirrors->count; i++)
		if (zone_holds(zone, mirrors->list[i].zone))
			return true;
	return false;
}

static struct native_source
native_source_of(const struct options *o, const struct zone *zone)
{
	struct native_source s = {
		.kind = &native_source_zone,
		.name = zone->name,
		.zone = zone,
		.local = mirrors_find(&o->resolver.mirrors, zone->name) != NULL,
		.grain = { 32, 64 },
		.mirror_grain = { 32, 128 },
	};

	if (is_partly_mirrored(&o->resolver.mirrors, zone->name))
		s.mirrors = &o->resolver.mirrors;
	if (s.local)
		memcpy(s.grain, s.mirror_grain, sizeof(s.grain));
	if (o->has_grain) {
		memcpy(s.grain, o->grain, sizeof(s.grain));
		memcpy(s.mirror_grain, o->grain, sizeof(s.mirror_grain));
	}
	return s;
}

/* Returns the zones of asnq's own view: those of the user, or the default. */
static const struct zones *
zones_of(struct sources *s)
{
	const struct options *o = s->options;

	if (o->no_dns || o->zones.count > 0 || o->database_count > 0)
		return &o->zones;
	free(zones_add(&s->default_zones, DEFAULT_ZONES));
	return &s->default_zones;
}

/* Returns whether records need AS names. */
static bool
wants_names(const struct sources *s)
{
	const struct options *o = s->options;

	if (o->check || o->names != CHOICE_AUTO)
		return !o->check && o->names == CHOICE_ON;
	return s->question || o->names_db != NULL ||
	    (o->select != NULL && select_needs_names(o->select));
}

bool
sources_open_databases(struct sources *s, const struct options *o)
{
	s->options = o;
	s->databases = xcalloc(o->database_count, sizeof(struct db *));
	for (size_t i = 0; i < o->database_count; i++) {
		s->databases[i] = db_open(o->databases[i].path, s->question);
		if (s->databases[i] == NULL)
			return false;
		if (o->verbose && db_age(s->databases[i]) > DAYS_MAX)
			warn_line("%s is %ld days old",
			    db_name(s->databases[i]), db_age(s->databases[i]));
	}
	if (o->names_db != NULL)
		s->names = as_names_open(o->names_db);
	return o->names_db == NULL || s->names != NULL;
}

/* Returns the number of a new source. */
static unsigned
add_source(struct sources *s, const struct query_source_config *source)
{
	s->queried = xrealloc(s->queried, (s->count + 1) * sizeof(*s->queried));
	s->queried[s->count] = *source;
	return (unsigned)s->count++;
}

/* Returns the number of a zone, which is added only once. */
static unsigned
add_queried_zone(struct sources *s, const char *zone, bool provider)
{
	struct query_source_config source =
	    query_source_of(s->options, zone, provider);

	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->queried[i].name, zone) == 0)
			return (unsigned)i;
	texts_add(&s->zone_names, zone);
	return add_source(s, &source);
}

static void
add_database(struct sources *s, struct db *db)
{
	struct query_source_config source = { .name = db_name(db) };

	s->native_sources[add_source(s, &source)] = (struct native_source){
		.kind = &native_source_database,
		.name = db_name(db),
		.local = true,
		.db = db,
	};
}

static void
add_zone(struct sources *s, const struct zone *zone)
{
	s->native_sources[add_queried_zone(s, zone->name, zone->provider)] =
	    native_source_of(s->options, zone);
}

static void
add_viewer(struct sources *s, const struct viewer *viewer)
{
	s->viewers[s->viewer_count++] = *viewer;
	if (viewer->timeout > s->timeout)
		s->timeout = viewer->timeout;
}

/* Adds databases and zones in the order of the options. */
static void
add_native_sources(struct sources *s, const struct zones *zones)
{
	const struct options *o = s->options;
	size_t most = zones->count + o->database_count;
	size_t next = 0;

	s->native_sources = xcalloc(most, sizeof(*s->native_sources));
	for (size_t i = 0; i <= zones->count; i++) {
		while (next < o->database_count &&
		    (o->databases[next].zones_before <= i || i == zones->count))
			add_database(s, s->databases[next++]);
		if (i < zones->count)
			add_zone(s, &zones->list[i]);
	}
}

/* Opens asnq's own view. The zone of AS names comes after the others. */
static void
open_native(struct sources *s)
{
	const struct options *o = s->options;
	const struct zones *zones = zones_of(s);
	int64_t timeout = o->timeout > 0 ? o->timeout : DEFAULT_TIMEOUT;
	struct names *names = &s->annotations.names;

	add_native_sources(s, zones);
	s->native = (struct native){
		.sources = s->native_sources,
		.source_count = s->count,
		.first = !o->check &&
		    (o->mode == MODE_FIRST ||
			(o->mode == MODE_AUTO && o->database_count > 0)),
		.ask_special = o->ask_special,
		.grace = o->check ? timeout : o->grace,
		.patience = timeout > 4 ? timeout / 4 : 1,
	};
	*names = (struct names){
		.file = s->names,
		.has_zone = !o->no_dns && zones->count > 0,
		.for_addresses = wants_names(s),
	};
	if (names->has_zone)
		names->zone = add_queried_zone(s, NAMES_ZONE, true);
	add_viewer(s,
	    &(struct viewer){
		.view = &view_native,
		.self = &s->native,
		.timeout = timeout,
		.name = "asnq",
		.annotations = &s->annotations,
	    });
}

/* Returns the files of --like-config that are the filter's; to be freed. */
static struct texts
files_of(const struct sources *s, const struct filter *filter)
{
	const struct texts *all = &s->options->like_configs;
	struct texts files = { .count = 0 };

	for (size_t i = 0; i < all->count; i++)
		if (!s->options->compare ||
		    filter_owns_file(filter, all->list[i]))
			texts_add(&files, all->list[i]);
	return files;
}

/* Adds the zones of a filter. Returns their numbers, which the caller frees. */
static unsigned *
add_filter_zones(struct sources *s, const struct filter_state *state)
{
	unsigned *numbers = xcalloc(state->zone_count, sizeof(*numbers));

	for (size_t i = 0; i < state->zone_count; i++)
		numbers[i] = add_queried_zone(s, state->zones[i],
		    zone_is_public(state->zones[i]));
	return numbers;
}

static bool
open_filter(struct sources *s, enum filter_kind kind)
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
	bool opened = filter->open(&config, state);

	texts_free(&files);
	if (!opened)
		return false;
	add_viewer(s,
	    &(struct viewer){
		.view = filter->view,
		.self = state->self,
		.sources = add_filter_zones(s, state),
		.timeout = state->timeout,
		.name = words_get(&filter_words, kind),
		.vocabulary = &state->vocabulary,
	    });
	return true;
}

/* Returns whether an address may have a country. A filter reads none. */
static bool
can_have_countries(const struct sources *s)
{
	for (size_t i = 0; i < s->native.source_count; i++) {
		const struct native_source *one = &s->native_sources[i];

		if (one->db != NULL ? db_has_countries(one->db)
				    : !one->zone->countryless)
			return true;
	}
	return false;
}

/* Says so if records are selected by what no source has. */
static void
warn_of_countries(const struct sources *s)
{
	const struct select *select = s->options->select;

	if (select != NULL && select_needs_countries(select) && s->count > 0 &&
	    !can_have_countries(s))
		warn_line("no source here has the countries of addresses: no "
			  "address is selected by country");
}

bool
sources_open(struct sources *s, const struct options *o, bool question)
{
	bool opened = true;

	s->question = question;
	if (!sources_open_databases(s, o))
		return false;
	if (o->like != FILTER_NONE)
		opened = open_filter(s, o->like);
	else
		open_native(s);
	if (opened)
		warn_of_countries(s);
	for (int kind = FILTER_NONE + 1; kind < FILTER_MAX; kind++)
		opened = opened &&
		    (!o->compare || open_filter(s, (enum filter_kind)kind));
	return opened;
}

bool
sources_failed(const struct sources *s)
{
	for (size_t i = 0; i < s->options->database_count; i++)
		if (db_failed(s->databases[i]))
			return true;
	return false;
}

void
sources_free(struct sources *s)
{
	zones_clear(&s->default_zones);
	for (int kind = FILTER_NONE + 1; kind < FILTER_MAX; kind++)
		filters[kind]->free(s->filters[kind].self);
	for (size_t i = 0; i < s->viewer_count; i++)
		free((unsigned *)s->viewers[i].sources);
	free(s->native_sources);
	free(s->queried);
	texts_free(&s->zone_names);
	for (size_t i = 0; i < s->options->database_count; i++)
		db_release(s->databases[i]);
	free(s->databases);
	as_names_release(s->names);
}
