#include "config.h"

#include "mail/haraka-config.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/span.h"
#include "io/warn.h"
#include "mail/folder.h"
#include "mail/ini-file.h"

/* The plugin's defaults. */
#define DEFAULT_PROVIDERS                                                      \
	"origin.asn.cymru.com,asn.routeviews.org,asn.rspamd.com"
#define DEFAULT_TEST_IP "66.128.51.163"
#define DEFAULT_TIMEOUT 4000000 /* microseconds */

/* Timers of Node.js: beyond its range a time is the shortest one. */
#define TIMER_MIN 1000	     /* microseconds */
#define TIMER_MAX 2147483647 /* milliseconds */

void
haraka_config_init(struct haraka_config *c)
{
	*c = (struct haraka_config){
		.providers = xstrdup(DEFAULT_PROVIDERS),
		.test_ip = xstrdup(DEFAULT_TEST_IP),
		.timeout = DEFAULT_TIMEOUT,
		.dns = true,
		.geoip = true,
		.header_asn = true,
	};
}

static void
set_text(char **to, const char *value)
{
	free(*to);
	*to = xstrdup(value);
}

static bool
is_true(const char *value)
{
	static const char *const words[] = { "true", "yes", "ok", "enabled",
		"on", "1" };

	for (size_t i = 0; i < LENGTH(words); i++)
		if (strcasecmp(value, words[i]) == 0)
			return true;
	return false;
}

/*
 * Returns the microseconds that the plugin makes of a text of seconds: 0 and ""
 * are the default, and a text that is not a number is the shortest time.
 */
static int64_t
timeout_of(const char *value)
{
	size_t len = strspn(value, "0123456789.+-eE");
	char *end;
	double ms = strtod(value, &end) * 1000;

	if (value[0] == '\0')
		return DEFAULT_TIMEOUT;
	if (*end != '\0' || value[len] != '\0' || isnan(ms))
		return TIMER_MIN;
	if (ms == 0)
		return DEFAULT_TIMEOUT;
	return ms < 1 || ms > TIMER_MAX ? TIMER_MIN : (int64_t)ms * 1000;
}

/* Returns whether Haraka takes a text for a number: -12 or 1.5. */
static bool
is_number(const char *value)
{
	static const char digits[] = "0123456789";
	size_t whole;

	value += *value == '-';
	whole = strspn(value, digits);
	value += whole;
	if (*value == '.' && strspn(value + 1, digits) > 0)
		value += 1 + strspn(value + 1, digits);
	return whole > 0 && *value == '\0';
}

/* Sets the providers; NULL if the plugin fails on them. */
static void
set_providers(struct haraka_config *c, const char *value, bool list)
{
	if (value == NULL)
		value = DEFAULT_PROVIDERS;
	free(c->providers);
	c->providers = list || is_number(value) ? NULL : xstrdup(value);
}

/* A list is no address, so that every provider fails the test. */
static void
set_test_ip(struct haraka_config *c, const char *value, bool list)
{
	if (list)
		value = "[]";
	else if (value == NULL || value[0] == '\0' ||
	    (is_number(value) && strtod(value, NULL) == 0))
		value = DEFAULT_TEST_IP;
	set_text(&c->test_ip, value);
}

static void
set_timeout(struct haraka_config *c, const char *value, bool list)
{
	c->timeout = list   ? -1
	    : value != NULL ? timeout_of(value)
			    : DEFAULT_TIMEOUT;
}

static void
set_dbdir(struct haraka_config *c, const char *value, bool list)
{
	free(c->dbdir);
	c->dbdir =
	    !list && value != NULL && value[0] != '\0' ? xstrdup(value) : NULL;
}

/* The settings of the section [main]. A list has "[]" after the name. */
static const struct {
	const char *name;
	void (*set)(struct haraka_config *c, const char *value, bool list);
} settings[] = {
	{ "providers", set_providers },
	{ "test_ip", set_test_ip },
	{ "timeout", set_timeout },
	{ "dbdir", set_dbdir },
};

/* Settings that switch something on or off. */
static const struct {
	const char *section;
	const char *name;
	size_t offset; /* of a bool in struct haraka_config */
} flags[] = {
	{ "protocols", "dns", offsetof(struct haraka_config, dns) },
	{ "protocols", "geoip", offsetof(struct haraka_config, geoip) },
	{ "header", "asn", offsetof(struct haraka_config, header_asn) },
	{ "header", "provider",
	    offsetof(struct haraka_config, header_provider) },
};

/* Takes a setting. A switch without a value is off, and a list is on. */
static void
set(void *arg, const char *section, const char *name, const char *value)
{
	struct span key = { name, strlen(name) };
	bool list = key.len > 2 && strcmp(name + key.len - 2, "[]") == 0;

	key.len -= list ? 2 : 0;
	for (size_t i = 0; i < LENGTH(settings); i++)
		if (strcmp(section, "main") == 0 &&
		    span_is_exactly(key, settings[i].name))
			settings[i].set(arg, value, list);
	for (size_t i = 0; i < LENGTH(flags); i++)
		if (strcmp(section, flags[i].section) == 0 &&
		    span_is_exactly(key, flags[i].name))
			*(bool *)((char *)arg + flags[i].offset) =
			    list || (value != NULL && is_true(value));
}

bool
haraka_config_check(const struct haraka_config *c)
{
	if (c->providers == NULL)
		warn_line("Haraka: the plugin fails if 'providers' is a list "
			  "or a number: write 'providers = ZONE, ZONE'");
	if (c->timeout < 0)
		warn_line("Haraka: 'timeout' cannot be a list");
	return c->providers != NULL && c->timeout >= 0;
}

bool
haraka_config_read(struct haraka_config *c, const char *path)
{
	static const char *const places[] = { "asn.ini", "config/asn.ini" };
	bool good = false;
	char *file;

	if (!folder_is(path))
		return ini_file_read(path, set, c);
	for (size_t i = 0; i < LENGTH(places); i++) {
		bool found;

		file = format_text("%s/%s", path, places[i]);
		found = access(file, F_OK) == 0;
		good = found && ini_file_read(file, set, c);
		free(file);
		if (found)
			return good;
	}
	warn_line("%s: there is no asn.ini in this directory", path);
	return false;
}

void
haraka_config_clear(struct haraka_config *c)
{
	free(c->providers);
	free(c->test_ip);
	free(c->dbdir);
	*c = (struct haraka_config){ .providers = NULL };
}
