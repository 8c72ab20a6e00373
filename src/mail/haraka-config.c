#include "config.h"

#include "mail/haraka-config.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/array.h"
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

static void
set_providers(struct haraka_config *c, const char *value)
{
	set_text(&c->providers, value);
}

static void
set_test_ip(struct haraka_config *c, const char *value)
{
	set_text(&c->test_ip, value[0] != '\0' ? value : DEFAULT_TEST_IP);
}

static void
set_timeout(struct haraka_config *c, const char *value)
{
	c->timeout = timeout_of(value);
}

/* The settings of the section [main]. */
static const struct {
	const char *name;
	void (*set)(struct haraka_config *c, const char *value);
} settings[] = {
	{ "providers", set_providers },
	{ "test_ip", set_test_ip },
	{ "timeout", set_timeout },
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

static void
set(void *arg, const char *section, const char *name, const char *value)
{
	for (size_t i = 0; i < LENGTH(settings); i++)
		if (strcmp(section, "main") == 0 &&
		    strcmp(name, settings[i].name) == 0)
			settings[i].set(arg, value);
	for (size_t i = 0; i < LENGTH(flags); i++)
		if (strcmp(section, flags[i].section) == 0 &&
		    strcmp(name, flags[i].name) == 0)
			*(bool *)((char *)arg + flags[i].offset) =
			    is_true(value);
}

bool
haraka_config_read(struct haraka_config *c, const char *path)
{
	return ini_file_read(path, set, c);
}

void
haraka_config_clear(struct haraka_config *c)
{
	free(c->providers);
	free(c->test_ip);
	*c = (struct haraka_config){ .providers = NULL };
}
