#include "config.h"

#include "dns/answer-cache.h"

#include <stdbool.h>

#include "dns/packet.h"

#define SECOND INT64_C(1000000)

#define FAILURE_MIN SECOND	  /* RFC 9520 3.2 */
#define FAILURE_MAX (30 * SECOND) /* asks for no more than 5 minutes */

/* What lies in the cache under a key. */
struct cached_answer {
	struct answer *answer;
	int64_t backoff; /* how long a failure was cached; 0: it is none */
};

static void
drop(void *value)
{
	struct cached_answer *cached = value;

	answer_release(cached->answer);
}

struct cache *
answer_cache_new(size_t max)
{
	return cache_new(max, drop);
}

static bool
is_failure(const struct answer *answer)
{
	return answer->kind != ANSWER_TEXT && answer->kind != ANSWER_NONE;
}

static int64_t
clamp(int64_t value, int64_t low, int64_t high)
{
	return value < low ? low : value > high ? high : value;
}

struct answer *
answer_cache_find(struct cache *c, const void *key, size_t key_len, int64_t now)
{
	int64_t expires;
	struct cached_answer *cached = cache_get(c, key, key_len, &expires);

	if (cached == NULL || expires <= now)
		return NULL;
	return answer_hold(cached->answer);
}

void
answer_cache_put(struct cache *c, const void *key, size_t key_len,
    struct answer *answer, int64_t now)
{
	int64_t most = answer->kind == ANSWER_NONE ? TTL_NONE_MAX : TTL_MAX;
	int64_t keep = clamp(answer->ttl, TTL_MIN, most) * SECOND;
	int64_t backoff = 0;
	struct cached_answer *cached;

	if (is_failure(answer)) {
		cached = cache_get(c, key, key_len, NULL);
		backoff = clamp(cached != NULL ? 2 * cached->backoff : 0,
		    FAILURE_MIN, FAILURE_MAX);
		keep = backoff;
	}
	answer->expires = now + keep;
	cached = cache_put(c, key, key_len, sizeof(*cached),
	    sizeof(*answer) + answer->size, answer->expires);
	cached->answer = answer_hold(answer);
	cached->backoff = backoff;
}
