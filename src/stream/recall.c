#include "config.h"

#include "stream/recall.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"

/* Longer texts than any address has in its usual forms are not remembered. */
#define TEXT_MAX 64

/*
 * It is of use where one look-up in USE finds something: about there, what it
 * costs to remember is what it saves. That is judged after so many look-ups as
 * a log has lines before its addresses begin to come again.
 */
#define USE 16
#define SPELL 16384
#define SAMPLE 8 /* of so many texts one is remembered where it is of none */

#define UNIT CACHE_LINE
#define WAYS 8		     /* so many texts share a bucket: a line as well */
#define BUCKETS 64	     /* to begin with, a power of two */
#define UNITS_MAX (1U << 26) /* 4 GiB, since lengths have 32 bits */
#define END_MAX (1U << 31)   /* of places: they begin anew behind it */

/* What is known of a text; holes, the text and the bytes stand behind it. */
struct entry {
	int64_t until;
	uint32_t len; /* of the bytes */
	uint8_t text_len;
	uint8_t hole_count;
	uint8_t status;
	uint8_t choice;
	size_t holes[];
};

/* The places of some texts, and parts of their hashes, no two alike. */
struct bucket {
	uint32_t tags[WAYS];
	uint32_t places[WAYS]; /* 0: never used */
};

static_assert(sizeof(struct bucket) == CACHE_LINE, "one line is fetched");

/*
 * Entries stand one behind the other in an endless row of units, of which a
 * ring keeps the last ones: an entry that has been overwritten is known by its
 * place, and needs no care.
 */
struct recall {
	struct hash_key key;
	struct bucket *buckets;
	size_t bucket_count;
	char *ring;
	uint32_t max;	 /* units of the ring, a power of two */
	uint32_t limit;	 /* of these at the moment, a power of two */
	uint32_t end;	 /* of the row; farther from 0 than the limit */
	unsigned looked; /* so often since the use was judged */
	unsigned found;	 /* of these; a sample stands for all */
	bool sparse;
};

static struct bucket *
new_buckets(size_t count)
{
	size_t size = count * sizeof(struct bucket);

	return memset(xmalloc_large(size), 0, size);
}

/* The largest power of two that is not above. */
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
	struct recall *m = xcalloc(1, sizeof(*m));

	hash_key_init(&m->key);
	m->max = round_down(max / UNIT);
	m->bucket_count = BUCKETS;
	while (m->bucket_count > 1 && WAYS * m->bucket_count > m->max)
		m->bucket_count /= 2;
	m->buckets = new_buckets(m->bucket_count);
	m->limit = m->max;
	m->end = m->max + 1;
	m->ring = xmalloc_aligned((size_t)m->max * UNIT);
	return m;
}

/* The upper bits: the lower ones are a text's bucket and tag. */
static bool
is_in_sample(const struct recall *m, uint64_t hash)
{
	return !m->sparse || (hash >> 32) % SAMPLE == 0;
}

static bool
remembers(const struct recall *m, struct span text, uint64_t hash)
{
	return text.len > 0 && text.len <= TEXT_MAX && is_in_sample(m, hash);
}

static struct bucket *
bucket_of(const struct recall *m, uint32_t tag)
{
	return &m->buckets[tag & (m->bucket_count - 1)];
}

/* Of the text that has the tag, or 0. No branch: none could be foreseen. */
static uint32_t
place_of(const struct recall *m, uint32_t tag)
{
	const struct bucket *b = bucket_of(m, tag);
	uint32_t place = 0;

	for (int i = 0; i < WAYS; i++)
		place |= b->places[i] & -(uint32_t)(b->tags[i] == tag);
	return place;
}

/* Whether the place was used, and not for something else since. */
static bool
is_alive(const struct recall *m, uint32_t place)
{
	return m->end - place <= m->limit;
}

static struct entry *
entry_at(const struct recall *m, uint32_t place)
{
	size_t unit = place & (m->limit - 1);

	return (struct entry *)(void *)(m->ring + unit * UNIT);
}

uint64_t
recall_prefetch(const struct recall *m, struct span text)
{
	uint64_t hash;

	if (text.len > TEXT_MAX)
		return 0;
	hash = hash_bytes(&m->key, text.text, text.len);
	if (remembers(m, text, hash))
		prefetch(bucket_of(m, (uint32_t)hash));
	return hash;
}

bool
recall_prefetch_more(const struct recall *m, uint64_t hash)
{
	uint32_t place;

	if (!is_in_sample(m, hash))
		return false;
	place = place_of(m, (uint32_t)hash);
	if (!is_alive(m, place))
		return false;
	prefetch(entry_at(m, place));
	return true;
}

/* All that is remembered comes to lie beyond the limit. */
static void
forget(struct recall *m)
{
	m->end += m->max;
}

/*
 * A sample of the texts in a like part of the room finds as large a share of
 * what is looked for as all would in all of it.
 */
static void
judge(struct recall *m)
{
	bool sparse = m->found < SPELL / USE;

	m->looked = 0;
	m->found = 0;
	if (sparse == m->sparse)
		return;
	forget(m);
	m->sparse = sparse;
	m->limit = sparse ? m->max / SAMPLE : m->max;
}

static const char *
text_of(const struct entry *e)
{
	return (const char *)(e->holes + e->hole_count);
}

bool
recall_find(struct recall *m, struct span text, uint64_t hash, int64_t now,
    struct rendering *out)
{
	const struct entry *e;
	uint32_t place;

	if (++m->looked == SPELL)
		judge(m);
	if (!remembers(m, text, hash))
		return false;
	place = place_of(m, (uint32_t)hash);
	if (!is_alive(m, place))
		return false;
	e = entry_at(m, place);
	if (e->until <= now || e->text_len != text.len ||
	    memcmp(text_of(e), text.text, text.len) != 0)
		return false;
	m->found += m->sparse ? SAMPLE : 1;
	*out = (struct rendering){
		.status = (enum status)e->status,
		.selection = (enum selection)e->choice,
		.bytes = { text_of(e) + e->text_len, e->len },
		.holes = e->holes,
		.hole_count = e->hole_count,
	};
	return true;
}

/*
 * The way of what has the tag, or else of the oldest; what was never used is
 * the oldest of all.
 */
static int
way_of(const struct recall *m, const struct bucket *b, uint32_t tag)
{
	int way = 0;

	for (int i = 1; i < WAYS && b->tags[way] != tag; i++)
		if (b->tags[i] == tag ||
		    m->end - b->places[i] > m->end - b->places[way])
			way = i;
	return way;
}

static void
put(struct recall *m, uint32_t tag, uint32_t place)
{
	struct bucket *b = bucket_of(m, tag);
	int way = way_of(m, b, tag);

	b->tags[way] = tag;
	b->places[way] = place;
}

/* All of a bucket find room in the two that it becomes. */
static void
grow(struct recall *m)
{
	struct bucket *old = m->buckets;
	size_t old_count = m->bucket_count;

	/* Not sooner: a few texts shall not cost a huge page. */
	use_huge_pages(m->ring, (size_t)m->max * UNIT);
	m->bucket_count *= 2;
	m->buckets = new_buckets(m->bucket_count);
	for (size_t i = 0; i < old_count; i++)
		for (int way = 0; way < WAYS; way++)
			if (is_alive(m, old[i].places[way]))
				put(m, old[i].tags[way], old[i].places[way]);
	free(old);
}

/* Whether something that is remembered would have to make way for a text. */
static bool
is_crowded(const struct recall *m, uint32_t tag)
{
	const struct bucket *b = bucket_of(m, tag);
	int way = way_of(m, b, tag);

	return b->tags[way] != tag && is_alive(m, b->places[way]);
}

/* The place of a new entry, which is not parted by the end of the ring. */
static uint32_t
make_room(struct recall *m, uint32_t units)
{
	uint32_t left;

	if (m->end > END_MAX) {
		memset(m->buckets, 0, m->bucket_count * sizeof(*m->buckets));
		m->end = m->max + 1;
	}
	left = m->limit - (m->end & (m->limit - 1));
	if (left < units)
		m->end += left;
	m->end += units;
	return m->end - units;
}

/* Copies bytes to *at, which moves behind them. */
static void
append(char **at, const void *bytes, size_t len)
{
	if (len > 0)
		memcpy(*at, bytes, len);
	*at += len;
}

void
recall_keep(struct recall *m, struct span text, uint64_t hash, int64_t until,
    const struct rendering *k)
{
	size_t holes = k->hole_count * sizeof(*k->holes);
	size_t size = sizeof(struct entry) + holes + text.len + k->bytes.len;
	size_t units = (size + UNIT - 1) / UNIT;
	uint32_t place;
	struct entry *e;
	char *at;

	if (!remembers(m, text, hash) || units > m->limit ||
	    k->hole_count > UINT8_MAX)
		return;
	place = make_room(m, (uint32_t)units);
	e = entry_at(m, place);
	*e = (struct entry){
		.until = until,
		.len = (uint32_t)k->bytes.len,
		.text_len = (uint8_t)text.len,
		.hole_count = (uint8_t)k->hole_count,
		.status = (uint8_t)k->status,
		.choice = (uint8_t)k->selection,
	};
	at = (char *)e->holes;
	append(&at, k->holes, holes);
	append(&at, text.text, text.len);
	append(&at, k->bytes.text, k->bytes.len);
	while (is_crowded(m, (uint32_t)hash) && WAYS * m->bucket_count < m->max)
		grow(m);
	put(m, (uint32_t)hash, place);
}

void
recall_free(struct recall *m)
{
	if (m == NULL)
		return;
	free(m->buckets);
	free(m->ring);
	free(m);
}
