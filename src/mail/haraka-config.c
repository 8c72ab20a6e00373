#include "config.h"

#include "mail/haraka-config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/span.h"
#include "mail/ini-file.h"

#define TEST_USUAL "66.128.51.163"
#define TIMEOUT_USUAL 4000000 /* us */
#define AT_ONCE 1000	      /* us: what a timer makes of nonsense */
#define TIMER_MAX 2147483647  /* ms: what a timer can hold */

void
haraka_config_init(struct haraka_config *c)
{
	*c = (struct haraka_config){
		.providers = xstrdup("origin.asn.cymru.com,asn.routeviews.org,"
				     "asn.rspamd.com"),
		.test_ip = xstrdup(TEST_USUAL),
		.timeout = TIMEOUT_USUAL,
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

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(value, words[i]) == 0)
			return true;
	return false;
}

/* Seconds as a number of JavaScript; what is none is no time at all. */
static int64_t
timeout_of(const char *value)
{
	size_t len = strspn(value, "0123456789.+-eE");
	char *end;
	double ms = strtod(value, &end) * 1000;

	if (value[0] == '\0')
		return TIMEOUT_USUAL;
	if (*end != '\0' || value[len] != '\0' || isnan(ms))
		return AT_ONCE;
	if (ms == 0)
		return TIMEOUT_USUAL;
	return ms < 1 || ms > TIMER_MAX ? AT_ONCE : (int64_t)ms * 1000;
}

static const char *
set(void *arg, const char *section, const char *name, const char *value)
{
	struct haraka_config *c = arg;
	const struct {
		const char *section;
		const char *name;
		bool *flag;
	} flags[] = {
		{ "protocols", "dns", &c->dns },
		{ "protocols", "geoip", &c->geoip },
		{ "header", "asn", &c->header_asn },
		{ "header", "provider", &c->header_provider },
	};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (strcmp(section, flags[i].section) == 0 &&
		    strcmp(name, flags[i].name) == 0)
			*flags[i].flag = is_true(value);
	if (strcmp(section, "main") != 0)
		return NULL;
	if (strcmp(name, "providers") == 0)
		set_text(&c->providers, value);
	else if (strcmp(name, "test_ip") == 0)
		set_text(&c->test_ip, value[0] != '\0' ? value : TEST_USUAL);
	else if (strcmp(name, "timeout") == 0)
		c->timeout = timeout_of(value);
	return NULL;
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
