#include "config.h"

#include "base/regex.h"

#include <stdlib.h>

#include "base/alloc.h"

#ifdef HAVE_PCRE2

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define MESSAGE_MAX 256 /* longer than any message of PCRE2 */
#define VERSION_MAX 64	/* longer than its version */

struct regex {
	pcre2_code *code;
	pcre2_match_data *match;
};

struct regex *
regex_new_at(const char *pattern, char **why, size_t *at)
{
	struct regex *r = xcalloc(1, sizeof(*r));
	PCRE2_UCHAR message[MESSAGE_MAX];
	int error;

	*at = 0;
	r->code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, 0,
	    &error, at, NULL);
	if (r->code == NULL) {
		pcre2_get_error_message(error, message, sizeof(message));
		*why = xstrdup((const char *)message);
		free(r);
		return NULL;
	}
	/* Without a JIT for this machine, PCRE2 interprets. */
	pcre2_jit_compile(r->code, PCRE2_JIT_COMPLETE);
	r->match = pcre2_match_data_create_from_pattern(r->code, NULL);
	if (r->match == NULL) {
		*why = xstrdup("out of memory");
		regex_free(r);
		return NULL;
	}
	return r;
}

enum regex_result
regex_match(const struct regex *r, const char *text, size_t len)
{
	int found = pcre2_match(r->code, (PCRE2_SPTR)(len > 0 ? text : ""), len,
	    0, 0, r->match, NULL);

	if (found >= 0)
		return REGEX_MATCHES;
	return found == PCRE2_ERROR_NOMATCH ? REGEX_DIFFERS : REGEX_UNKNOWN;
}

void
regex_free(struct regex *r)
{
	if (r == NULL)
		return;
	pcre2_match_data_free(r->match);
	pcre2_code_free(r->code);
	free(r);
}

char *
regex_version(void)
{
	char version[VERSION_MAX];

	pcre2_config(PCRE2_CONFIG_VERSION, version);
	return xstrdup(version);
}

struct regex *
regex_new(const char *pattern, char **why)
{
	size_t at;
	char *message;
	struct regex *r = regex_new_at(pattern, &message, &at);

	if (r != NULL)
		return r;
	*why = format_text("%s, at character %zu of '%s'", message, at + 1,
	    pattern);
	free(message);
	return NULL;
}

#else

struct regex {
	char none;
};

struct regex *
regex_new_at(const char *pattern, char **why, size_t *at)
{
	(void)pattern;
	*at = 0;
	*why = xstrdup("this asnq was built without PCRE2");
	return NULL;
}

struct regex *
regex_new(const char *pattern, char **why)
{
	size_t at;

	return regex_new_at(pattern, why, &at);
}

enum regex_result
regex_match(const struct regex *r, const char *text, size_t len)
{
	(void)r;
	(void)text;
	(void)len;
	return REGEX_UNKNOWN;
}

void
regex_free(struct regex *r)
{
	free(r);
}

char *
regex_version(void)
{
	return xstrdup("none");
}

#endif
