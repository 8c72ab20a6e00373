#include "config.h"

#include "base/regex.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/library.h"

#ifdef HAVE_PCRE2

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define FUNCTIONS(F)                                                           \
	F(pcre2_code_free_8)                                                   \
	F(pcre2_compile_8)                                                     \
	F(pcre2_config_8)                                                      \
	F(pcre2_get_error_message_8)                                           \
	F(pcre2_jit_compile_8)                                                 \
	F(pcre2_match_8)                                                       \
	F(pcre2_match_data_create_from_pattern_8)                              \
	F(pcre2_match_data_free_8)

struct library {
	FUNCTIONS(LIBRARY_MEMBER)
};

#ifdef PCRE2_FILE
LIBRARY_LOADED(FUNCTIONS, PCRE2_FILE)
#else
LIBRARY_LINKED(FUNCTIONS)
#endif

#define MESSAGE_MAX 256 /* longer than any message of PCRE2 */
#define VERSION_MAX 64	/* longer than its version */

struct regex {
	struct library lib;
	pcre2_code *code;
	pcre2_match_data *match;
};

/* Returns an empty one, or NULL with *why set. */
static struct regex *
begin(char **why)
{
	struct regex *r = xcalloc(1, sizeof(*r));

	*why = load(&r->lib);
	if (*why == NULL)
		return r;
	free(r);
	return NULL;
}

/* Compiles a pattern; *at is where it is wrong. Returns false with *why set. */
static bool
compile(struct regex *r, const char *pattern, char **why, size_t *at)
{
	PCRE2_UCHAR message[MESSAGE_MAX];
	int error;

	r->code = r->lib.pcre2_compile_8((PCRE2_SPTR)pattern,
	    PCRE2_ZERO_TERMINATED, 0, &error, at, NULL);
	if (r->code == NULL) {
		r->lib.pcre2_get_error_message_8(error, message,
		    sizeof(message));
		*why = xstrdup((const char *)message);
		return false;
	}
	/* Without a JIT for this machine, PCRE2 interprets. */
	r->lib.pcre2_jit_compile_8(r->code, PCRE2_JIT_COMPLETE);
	r->match = r->lib.pcre2_match_data_create_from_pattern_8(r->code, NULL);
	if (r->match == NULL)
		*why = xstrdup("out of memory");
	return r->match != NULL;
}

struct regex *
regex_new_at(const char *pattern, char **why, size_t *at)
{
	struct regex *r = begin(why);

	*at = 0;
	if (r == NULL || compile(r, pattern, why, at))
		return r;
	regex_free(r);
	return NULL;
}

struct regex *
regex_new(const char *pattern, char **why)
{
	size_t at;
	char *message;
	struct regex *r = begin(why);

	if (r == NULL || compile(r, pattern, &message, &at))
		return r;
	*why = format_text("%s, at character %zu of '%s'", message, at + 1,
	    pattern);
	free(message);
	regex_free(r);
	return NULL;
}

enum regex_result
regex_match(const struct regex *r, const char *text, size_t len)
{
	int found = r->lib.pcre2_match_8(r->code,
	    (PCRE2_SPTR)(len > 0 ? text : ""), len, 0, 0, r->match, NULL);

	if (found >= 0)
		return REGEX_MATCHES;
	return found == PCRE2_ERROR_NOMATCH ? REGEX_DIFFERS : REGEX_UNKNOWN;
}

void
regex_free(struct regex *r)
{
	if (r == NULL)
		return;
	r->lib.pcre2_match_data_free_8(r->match);
	r->lib.pcre2_code_free_8(r->code);
	free(r);
}

char *
regex_version(void)
{
	char version[VERSION_MAX];
	struct library lib;
	char *why = load(&lib);

	if (why != NULL) {
		free(why);
		return xstrdup("missing");
	}
	lib.pcre2_config_8(PCRE2_CONFIG_VERSION, version);
	return xstrdup(version);
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
