#include "config.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

#include "map.h"
#include "mem.h"

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

/* What is known of a text; holes, bytes and the text stand behind it. */
struct entry {
	struct map_node node; /* the first: a node is its entry */
	int64_t until;
	uint64_t hash;
	uint32_t size; /* of all that */
	uint32_t len;  /* of the bytes */
	uint32_t hole_count;
	uint8_t status;
	uint8_t choice;
	size_t holes[];
};

/*
 * Entries stand one behind the other, in the order of their age, from `first`
 * to `end`; where new ones began again at the start, up to `wrap` and on from
 * there.
 */
struct memory {
	struct map map;
	size_t max;
	size_t limit; /* of the moment, in the ring */
	char *ring;
	size_t first;
	size_t end;
	size_t wrap;	 /* 0: they did not begin again */
	unsigned looked; /* so often since the use was judged */
	unsigned found;	 /* of these; a sample stands for all */
	bool sparse;
};

struct memory *
memory_new(size_t max)
{
	struct memory *m = xcalloc(1, sizeof(*m));

	map_init(&m->map);
	m->max = max / sizeof(max_align_t) * sizeof(max_align_t);
	m->limit = m->max;
	m->ring = xmalloc(m->max + 1);
	return m;
}

/* The upper bits: the lower ones are a text's place in the map. */
static bool
is_in_sample(const struct memory *m, uint64_t hash)
{
	return !m->sparse || (hash >> 32) % SAMPLE == 0;
}

static bool
remembers(const struct memory *m, struct span text, uint64_t hash)
{
	return text.len > 0 && text.len <= TEXT_MAX && is_in_sample(m, hash);
}

uint64_t
memory_expect(const struct memory *m, struct span text)
{
	uint64_t hash;

	if (text.len > TEXT_MAX)
		return 0;
	hash = map_hash(&m->map, text.text, text.len);
	if (remembers(m, text, hash))
		map_expect(&m->map, hash);
	return hash;
}

bool
memory_expect_more(const struct memory *m, uint64_t hash)
{
	return is_in_sample(m, hash) && map_expect_node(&m->map, hash);
}

/* An entry that was replaced is in the ring still, but no more in the map. */
static void
forget_first(struct memory *m)
{
	struct entry *e = (struct entry *)(void *)(m->ring + m->first);

	if (e->node.key != NULL)
		map_remove_hashed(&m->map, e->hash, &e->node);
	m->first += e->size;
	if (m->first == m->wrap)
		m->first = m->wrap = 0;
}

/*
 * A sample of the texts in a like part of the room finds as large a share of
 * what is looked for as all would in all of it.
 */
static void
judge(struct memory *m)
{
	bool sparse = m->found < SPELL / USE;

	m->looked = 0;
	m->found = 0;
	if (sparse == m->sparse)
		return;
	while (m->first != m->end || m->wrap > 0)
		forget_first(m);
	m->first = m->end = 0;
	m->sparse = sparse;
	m->limit = sparse ? m->max / SAMPLE : m->max;
}

bool
memory_find(struct memory *m, struct span text, uint64_t hash, int64_t now,
    struct known *out)
{
	const struct entry *e;

	if (++m->looked == SPELL)
		judge(m);
	if (!remembers(m, text, hash))
		return false;
	e = (struct entry *)map_find_hashed(&m->map, hash, text.text, text.len);
	if (e == NULL || e->until <= now)
		return false;
	m->found += m->sparse ? SAMPLE : 1;
	*out = (struct known){
		.status = (enum status)e->status,
		.choice = (enum choice_of)e->choice,
		.bytes = { (const char *)(e->holes + e->hole_count), e->len },
		.holes = e->holes,
		.hole_count = e->hole_count,
	};
	return true;
}

/* Room for an entry, behind the newest; the oldest ones make way. */
static struct entry *
make_room(struct memory *m, size_t size)
{
	for (;;) {
		size_t room =
		    m->wrap > 0 ? m->first - m->end : m->limit - m->end;

		if (room >= size)
			break;
		if (m->wrap > 0) {
			forget_first(m);
		} else if (m->end > 0) {
			m->wrap = m->end;
			m->end = 0;
		}
	}
	m->end += size;
	return (struct entry *)(void *)(m->ring + m->end - size);
}

/* Rounded up, so that the next one is aligned. */
static size_t
size_of(const struct known *k, struct span text)
{
	size_t unit = sizeof(max_align_t);
	size_t size = sizeof(struct entry) + k->hole_count * sizeof(*k->holes) +
	    k->bytes.len + text.len;

	return (size + unit - 1) / unit * unit;
}

/* Copies bytes to *at, which moves behind them. */
static void *
put(char **at, const void *bytes, size_t len)
{
	char *copy = *at;

	if (len > 0)
		memcpy(copy, bytes, len);
	*at += len;
	return copy;
}

void
memory_keep(struct memory *m, struct span text, uint64_t hash, int64_t until,
    const struct known *k)
{
	size_t size = size_of(k, text);
	struct entry *e;
	char *at;

	if (!remembers(m, text, hash) || size > m->limit || size > UINT32_MAX)
		return;
	e = (struct entry *)map_find_hashed(&m->map, hash, text.text, text.len);
	if (e != NULL) {
		map_remove_hashed(&m->map, hash, &e->node);
		e->node.key = NULL;
	}
	e = make_room(m, size);
	*e = (struct entry){
		.until = until,
		.hash = hash,
		.size = (uint32_t)size,
		.len = (uint32_t)k->bytes.len,
		.hole_count = (uint32_t)k->hole_count,
		.status = (uint8_t)k->status,
		.choice = (uint8_t)k->choice,
	};
	at = (char *)e->holes;
	put(&at, k->holes, k->hole_count * sizeof(*k->holes));
	put(&at, k->bytes.text, k->bytes.len);
	e->node.key = put(&at, text.text, text.len);
	e->node.key_len = text.len;
	map_insert_hashed(&m->map, hash, &e->node);
}

void
memory_free(struct memory *m)
{
	if (m == NULL)
		return;
	map_free(&m->map);
	free(m->ring);
	free(m);
}
