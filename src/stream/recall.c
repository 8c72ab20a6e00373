#include "config.h"

#include "stream/recall.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"

/* Longer than any address in its usual forms. */
#define TEXT_MAX 64

/*
 * Caching pays when one look-up in USE is a hit: about there, a hit saves what
 * the misses cost. The rate is judged every SPELL look-ups, after which the
 * addresses of a log have begun to come again.
 */
#define USE 16
#define SPELL 16384

/* When hits are rare, one text in so many is cached. */
#define SAMPLE 8

#define UNIT CACHE_LINE
#define WAYS 8		     /* texts of a bucket, which fills a cache line */
#define BUCKETS 64	     /* at first, a power of two */
#define UNITS_MAX (1U << 26) /* 4 GiB, since lengths have 32 bits */
#define END_MAX (1U << 31)   /* positions are reset after it */

/* A cached rendering. Its holes, the text and the bytes come after it. */
struct cached {
	int64_t until; /* when it expires */
	uint32_t len;  /* of the bytes */
	uint8_t text_len;
	uint8_t hole_count;
	uint8_t status;
	uint8_t selection;
	size_t holes[];
};

/* Where some texts are cached, by parts of their hashes, no two alike. */
struct bucket {
	uint32_t tags[WAYS];
	uint32_t positions[WAYS]; /* 0: never used */
};

static_assert(sizeof(struct bucket) == CACHE_LINE, "one line is fetched");

/*
 * Renderings are written one after another to an endless tape of units, of
 * which a ring buffer holds the last. A rendering that was overwritten is told
 * by its position on the tape, so nothing has to be removed from the index.
 */
struct recall {
	struct hash_key key;
	struct bucket *buckets;
	size_t bucket_count;
	char *ring;
	uint32_t max;	   /* units of the ring, a power of two */
	uint32_t limit;	   /* of these in use, a power of two */
	uint32_t end;	   /* of the tape; always more than the limit */
	unsigned look_ups; /* since the rate of hits was judged */
	unsigned hits;	   /* of these; each of a sample counts SAMPLE */
	bool samples;	   /* hits are rare */
};

static struct bucket *
new_buckets(size_t count)
{
	size_t size = count * sizeof(struct bucket);

	return memset(xmalloc_large(size), 0, size);
}

/* Returns the largest power of two up to a number, or 0. */
static uint32_t
round_down(size_t units)
{
	uint32_t power = UNITS_MAX;

	while (power > units)
		power /= 2;
	return power;
}

struct recall *
recall_new(size_t max)
{
	struct recall *r = xcalloc(1, sizeof(*r));

	hash_key_init(&r->key);
	r->max = round_down(max / UNIT);
	r->bucket_count = BUCKETS;
	while (r->bucket_count > 1 && WAYS * r->bucket_count > r->max)
		r->bucket_count /= 2;
	r->buckets = new_buckets(r->bucket_count);
	r->limit = r->max;
	r->end = r->max + 1;
	r->ring = xmalloc_aligned((size_t)r->max * UNIT);
	return r;
}

/*
 * Returns whether a text is in the sample. The upper bits of its hash decide,
 * since the lower ones are its bucket and tag.
 */
static bool
is_in_sample(const struct recall *r, uint64_t hash)
{
	return !r->samples || (hash >> 32) % SAMPLE == 0;
}

/* Returns whether a text is cached at all. */
static bool
is_cacheable(const struct recall *r, struct span text, uint64_t hash)
{
	return text.len > 0 && text.len <= TEXT_MAX && is_in_sample(r, hash);
}

static struct bucket *
bucket_of(const struct recall *r, uint32_t tag)
{
	return &r->buckets[tag & (r->bucket_count - 1)];
}

/*
 * Returns the position for a tag, or 0. It has no branch, since the processor
 * could predict none.
 */
static uint32_t
position_of(const struct recall *r, uint32_t tag)
{
	const struct bucket *b = bucket_of(r, tag);
	uint32_t position = 0;

	for (int i = 0; i < WAYS; i++)
		position |= b->positions[i] & -(uint32_t)(b->tags[i] == tag);
	return position;
}

/* Returns whether a rendering is at a position, not overwritten since. */
static bool
is_alive(const struct recall *r, uint32_t position)
{
	return r->end - position <= r->limit;
}

/* Returns the rendering at a position. */
static struct cached *
cached_at(const struct recall *r, uint32_t position)
{
	size_t unit = position & (r->limit - 1);

	return (struct cached *)(void *)(r->ring + unit * UNIT);
}

uint64_t
recall_prefetch(const struct recall *r, struct span text)
{
	uint64_t hash;

	if (text.len > TEXT_MAX)
		return 0;
	hash = hash_bytes(&r->key, text.text, text.len);
	if (is_cacheable(r, text, hash))
		prefetch(bucket_of(r, (uint32_t)hash));
	return hash;
}

bool
recall_prefetch_more(const struct recall *r, uint64_t hash)
{
	uint32_t position;

	if (!is_in_sample(r, hash))
		return false;
	position = position_of(r, (uint32_t)hash);
	if (!is_alive(r, position))
		return false;
	prefetch(cached_at(r, position));
	return true;
}

/* Drops all renderings: the tape goes on beyond them. */
static void
drop_all(struct recall *r)
{
	r->end += r->max;
}

/*
 * Decides whether to cache a sample or all texts. A sample uses a like part of
 * the ring, in which its rate of hits is what that of all would be in all.
 */
static void
judge(struct recall *r)
{
	bool samples = r->hits < SPELL / USE;

	r->look_ups = 0;
	r->hits = 0;
	if (samples == r->samples)
		return;
	drop_all(r);
	r->samples = samples;
	r->limit = samples ? r->max / SAMPLE : r->max;
}

/* Returns the text that a rendering is cached for. */
static const char *
text_of(const struct cached *c)
{
	return (const char *)(c->holes + c->hole_count);
}

bool
recall_find(struct recall *r, struct span text, uint64_t hash, int64_t now,
    struct rendering *out)
{
	const struct cached *c;
	uint32_t position;

	if (++r->look_ups == SPELL)
		judge(r);
	if (!is_cacheable(r, text, hash))
		return false;
	position = position_of(r, (uint32_t)hash);
	if (!is_alive(r, position))
		return false;
	c = cached_at(r, position);
	if (c->until <= now || c->text_len != text.len ||
	    memcmp(text_of(c), text.text, text.len) != 0)
		return false;
	r->hits += r->samples ? SAMPLE : 1;
	*out = (struct rendering){
		.status = (enum status)c->status,
		.selection = (enum selection)c->selection,
		.bytes = { text_of(c) + c->text_len, c->len },
		.holes = c->holes,
		.hole_count = c->hole_count,
	};
	return true;
}

/*
 * Returns the way that has a tag, or else the one to replace: the oldest. One
 * never used is older than any.
 */
static int
way_of(const struct recall *r, const struct bucket *b, uint32_t tag)
{
	int way = 0;

	for (int i = 1; i < WAYS && b->tags[way] != tag; i++)
		if (b->tags[i] == tag ||
		    r->end - b->positions[i] > r->end - b->positions[way])
			way = i;
	return way;
}

/* Adds a position to the index. */
static void
put(struct recall *r, uint32_t tag, uint32_t position)
{
	struct bucket *b = bucket_of(r, tag);
	int way = way_of(r, b, tag);

	b->tags[way] = tag;
	b->positions[way] = position;
}

/* Doubles the buckets. The texts of one always fit in the two it becomes. */
static void
grow(struct recall *r)
{
	struct bucket *old = r->buckets;
	size_t old_count = r->bucket_count;

	/* Only now: a few texts should not cost a huge page. */
	use_huge_pages(r->ring, (size_t)r->max * UNIT);
	r->bucket_count *= 2;
	r->buckets = new_buckets(r->bucket_count);
	for (size_t i = 0; i < old_count; i++)
		for (int way = 0; way < WAYS; way++)
			if (is_alive(r, old[i].positions[way]))
				put(r, old[i].tags[way], old[i].positions[way]);
	free(old);
}

/* Returns whether a text with a tag would replace another one. */
static bool
is_crowded(const struct recall *r, uint32_t tag)
{
	const struct bucket *b = bucket_of(r, tag);
	int way = way_of(r, b, tag);

	return b->tags[way] != tag && is_alive(r, b->positions[way]);
}

/* Returns the position of new units, which the end of the ring does not part. */
static uint32_t
make_room(struct recall *r, uint32_t units)
{
	uint32_t left;

	if (r->end > END_MAX) {
		memset(r->buckets, 0, r->bucket_count * sizeof(*r->buckets));
		r->end = r->max + 1;
	}
	left = r->limit - (r->end & (r->limit - 1));
	if (left < units)
		r->end += left;
	r->end += units;
	return r->end - units;
}

/* Copies bytes to *at, and moves it past them. */
static void
append(char **at, const void *bytes, size_t len)
{
	if (len > 0)
		memcpy(*at, bytes, len);
	*at += len;
}

void
recall_keep(struct recall *r, struct span text, uint64_t hash, int64_t until,
    const struct rendering *rendering)
{
	size_t holes = rendering->hole_count * sizeof(*rendering->holes);
	size_t size =
	    sizeof(struct cached) + holes + text.len + rendering->bytes.len;
	size_t units = (size + UNIT - 1) / UNIT;
	uint32_t position;
	struct cached *c;
	char *at;

	if (!is_cacheable(r, text, hash) || units > r->limit ||
	    rendering->hole_count > UINT8_MAX)
		return;
	position = make_room(r, (uint32_t)units);
	c = cached_at(r, position);
	*c = (struct cached){
		.until = until,
		.len = (uint32_t)rendering->bytes.len,
		.text_len = (uint8_t)text.len,
		.hole_count = (uint8_t)rendering->hole_count,
		.status = (uint8_t)rendering->status,
		.selection = (uint8_t)rendering->selection,
	};
	at = (char *)c->holes;
	append(&at, rendering->holes, holes);
	append(&at, text.text, text.len);
	append(&at, rendering->bytes.text, rendering->bytes.len);
	while (is_crowded(r, (uint32_t)hash) && WAYS * r->bucket_count < r->max)
		grow(r);
	put(r, (uint32_t)hash, position);
}

void
recall_free(struct recall *r)
{
	if (r == NULL)
		return;
	free(r->buckets);
	free(r->ring);
	free(r);
}
