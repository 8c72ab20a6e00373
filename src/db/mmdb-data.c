#include "config.h"

#include "db/mmdb-data.h"

#include <string.h>

#define DEPTH_MAX 32	 /* GeoIP2-City nests 4 deep */
#define VALUES_MAX 16384 /* in one entry: GeoIP2-City has 150 */

struct cursor {
	const uint8_t *data;
	size_t size;
	size_t at;
	unsigned left; /* values that may still be read */
	bool pointers; /* what they point to is looked at as well */
};

static struct cursor
cursor_at(struct span data, size_t at, bool pointers)
{
	return (struct cursor){
		.data = (const uint8_t *)data.text,
		.size = data.len,
		.at = at,
		.left = VALUES_MAX,
		.pointers = pointers,
	};
}

/* A big-endian number of `len` bytes, eight at most. */
static bool
read_number(struct cursor *c, size_t len, uint64_t *out)
{
	uint64_t number = 0;

	if (c->at > c->size || len > c->size - c->at)
		return false;
	for (size_t i = 0; i < len; i++)
		number = number << 8 | c->data[c->at++];
	*out = number;
	return true;
}

/* Whether a value of the type may have so many bytes. */
static bool
fits(enum mmdb_type type, uint64_t len)
{
	static const struct {
		uint8_t least;
		uint8_t most;
	} sizes[MMDB_TYPE_MAX] = {
		[MMDB_TYPE_DOUBLE] = { 8, 8 },
		[MMDB_TYPE_UINT16] = { 0, 2 },
		[MMDB_TYPE_UINT32] = { 0, 4 },
		[MMDB_TYPE_INT32] = { 0, 4 },
		[MMDB_TYPE_UINT64] = { 0, 8 },
		[MMDB_TYPE_UINT128] = { 0, 16 },
		[MMDB_TYPE_BOOLEAN] = { 0, 1 },
		[MMDB_TYPE_FLOAT] = { 4, 4 },
	};

	if (type == MMDB_TYPE_CONTAINER || type == MMDB_TYPE_END)
		return false; /* a data section has none */
	return sizes[type].most == 0 ||
	    (len >= sizes[type].least && len <= sizes[type].most);
}

/* A pointer: its control byte tells its size and its highest bits. */
static bool
read_pointer(struct cursor *c, uint64_t control, struct mmdb_value *v)
{
	static const uint32_t base[] = { 0, 2048, 526336, 0 };
	unsigned size = control >> 3 & 3;
	uint64_t rest;

	if (!read_number(c, size + 1, &rest))
		return false;
	if (size < 3)
		rest |= (control & 7) << 8 * (size + 1);
	v->number = base[size] + rest;
	return true;
}

/* The size that a control byte tells, or bytes behind it. */
static bool
read_size(struct cursor *c, uint64_t control, uint64_t *size)
{
	static const uint32_t base[] = { 29, 285, 65821 };
	unsigned more;

	*size = control & 31;
	if (*size < 29)
		return true;
	more = (unsigned)*size - 29;
	if (!read_number(c, more + 1, size))
		return false;
	*size += base[more];
	return true;
}

static bool
is_integer(enum mmdb_type type)
{
	return type == MMDB_TYPE_UINT16 || type == MMDB_TYPE_UINT32 ||
	    type == MMDB_TYPE_UINT64;
}

/* The bytes of a value that is neither pointer, nor map, nor array. */
static bool
read_bytes(struct cursor *c, uint64_t size, struct mmdb_value *v)
{
	if (size > c->size - c->at)
		return false;
	v->bytes = (struct span){
		(const char *)c->data + c->at,
		(size_t)size,
	};
	if (is_integer(v->type))
		return read_number(c, (size_t)size, &v->number);
	c->at += (size_t)size;
	return true;
}

/* One value; of a map or an array only its head. */
static bool
read_value(struct cursor *c, struct mmdb_value *v)
{
	uint64_t control;
	uint64_t type;
	uint64_t size;

	*v = (struct mmdb_value){ 0 };
	if (c->left-- == 0 || !read_number(c, 1, &control))
		return false;
	type = control >> 5;
	if (type == MMDB_TYPE_POINTER) {
		v->type = MMDB_TYPE_POINTER;
		return read_pointer(c, control, v);
	}
	if (type == 0) {
		if (!read_number(c, 1, &type))
			return false;
		type += 7;
		if (type <= MMDB_TYPE_MAP)
			return false;
	}
	if (type >= MMDB_TYPE_MAX || !read_size(c, control, &size))
		return false;
	v->type = (enum mmdb_type)type;
	if (!fits(v->type, size))
		return false;
	if (v->type == MMDB_TYPE_BOOLEAN)
		return true;
	if (v->type != MMDB_TYPE_MAP && v->type != MMDB_TYPE_ARRAY)
		return read_bytes(c, size, v);
	v->count = (uint32_t)size;
	return true;
}

/* Goes past a value and all that is inside of it. */
static bool
pass(struct cursor *c, unsigned depth)
{
	struct mmdb_value v;
	uint64_t inside;

	if (depth > DEPTH_MAX || !read_value(c, &v))
		return false;
	if (v.type == MMDB_TYPE_POINTER && c->pointers) {
		size_t behind = c->at;

		c->at = (size_t)v.number;
		if (!pass(c, depth + 1))
			return false;
		c->at = behind;
	}
	inside = (uint64_t)v.count * (v.type == MMDB_TYPE_MAP ? 2 : 1);
	while (inside-- > 0)
		if (!pass(c, depth + 1))
			return false;
	return true;
}

/* Goes to what a pointer points to, which is no pointer. */
static bool
follow(struct cursor *c, struct mmdb_value *v)
{
	if (v->type != MMDB_TYPE_POINTER)
		return true;
	c->at = (size_t)v->number;
	return read_value(c, v) && v->type != MMDB_TYPE_POINTER;
}

/* A key of a map; its value is next. */
static bool
read_key(struct cursor *c, struct span *key)
{
	struct mmdb_value v;
	bool pointed;
	size_t behind;

	if (!read_value(c, &v))
		return false;
	pointed = v.type == MMDB_TYPE_POINTER;
	behind = c->at;
	if (!follow(c, &v) || v.type != MMDB_TYPE_STRING)
		return false;
	*key = v.bytes;
	if (pointed)
		c->at = behind;
	return true;
}

/* Goes to the value of a key of a map whose head was just read. */
static enum mmdb_found
enter(struct cursor *c, const char *key, struct mmdb_value *v)
{
	uint32_t count = v->count;

	if (v->type != MMDB_TYPE_MAP)
		return MMDB_ABSENT;
	for (; count > 0; count--) {
		struct span found;

		if (!read_key(c, &found))
			return MMDB_CORRUPT;
		if (span_is_exactly(found, key))
			return read_value(c, v) && follow(c, v) ? MMDB_FOUND
								: MMDB_CORRUPT;
		if (!pass(c, 0))
			return MMDB_CORRUPT;
	}
	return MMDB_ABSENT;
}

enum mmdb_found
mmdb_data_find(struct span data, size_t at, const char *const *path,
    struct mmdb_value *out)
{
	struct cursor c = cursor_at(data, at, false);
	enum mmdb_found found = MMDB_FOUND;

	if (!read_value(&c, out) || !follow(&c, out))
		return MMDB_CORRUPT;
	for (; *path != NULL && found == MMDB_FOUND; path++)
		found = enter(&c, *path, out);
	return found;
}

bool
mmdb_data_is_sound(struct span data, size_t at)
{
	struct cursor c = cursor_at(data, at, true);

	return pass(&c, 0);
}
