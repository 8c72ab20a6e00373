#include "config.h"

#include "db/mmdb-data.h"

#include <stdint.h>

#include "base/cursor.h"

#define DEPTH_MAX 32	 /* GeoIP2-City nests 4 deep */
#define VALUES_MAX 16384 /* in one entry: GeoIP2-City has 150 */

/* A position among values that are read one after the other. */
struct values {
	struct cursor cursor;
	unsigned left;	       /* values that may still be read */
	bool follows_pointers; /* checks what they point to as well */
};

static struct values
values_at(struct span data, size_t at, bool follows_pointers)
{
	struct values v = {
		.cursor = cursor_of(data),
		.left = VALUES_MAX,
		.follows_pointers = follows_pointers,
	};

	cursor_seek(&v.cursor, at);
	return v;
}

/* Whether a value of a type may have `size` bytes. */
static bool
is_size_of(enum mmdb_type type, uint64_t size)
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

	/* A data section has no containers and no end markers. */
	if (type == MMDB_TYPE_CONTAINER || type == MMDB_TYPE_END ||
	    type == MMDB_TYPE_MAX)
		return false;
	return sizes[type].most == 0 ||
	    (size >= sizes[type].least && size <= sizes[type].most);
}

/*
 * Reads the rest of a pointer, whose size and highest bits are in its control
 * byte.
 */
static void
read_pointer(struct cursor *c, unsigned control, struct mmdb_value *out)
{
	static const uint32_t base[] = { 0, 2048, 526336, 0 };
	unsigned size = control >> 3 & 3;
	uint64_t rest = cursor_number(c, size + 1);

	if (size < 3)
		rest |= (uint64_t)(control & 7) << 8 * (size + 1);
	out->number = base[size] + rest;
}

/* Returns the size that a control byte gives, with the bytes after it. */
static uint64_t
read_size(struct cursor *c, unsigned control)
{
	static const uint32_t base[] = { 29, 285, 65821 };
	unsigned size = control & 31;

	if (size < 29)
		return size;
	return base[size - 29] + cursor_number(c, size - 28);
}

/* Returns the type that a control byte gives, or MMDB_TYPE_MAX for none. */
static enum mmdb_type
read_type(struct cursor *c, unsigned control)
{
	unsigned type = control >> 5;

	if (type != 0)
		return (enum mmdb_type)type;
	type = 7U + cursor_u8(c);
	return type > MMDB_TYPE_MAP && type < MMDB_TYPE_MAX
	    ? (enum mmdb_type)type
	    : MMDB_TYPE_MAX;
}

static bool
is_integer(enum mmdb_type type)
{
	return type == MMDB_TYPE_UINT16 || type == MMDB_TYPE_UINT32 ||
	    type == MMDB_TYPE_UINT64;
}

/* Reads a value other than a pointer, a map or an array. */
static void
read_bytes(struct cursor *c, uint64_t size, struct mmdb_value *out)
{
	struct cursor number = *c;

	out->bytes = cursor_bytes(c, (size_t)size);
	if (is_integer(out->type))
		out->number = cursor_number(&number, (size_t)size);
}

/* Reads a value, but of a map or an array only its head. */
static bool
read_value(struct values *v, struct mmdb_value *out)
{
	struct cursor *c = &v->cursor;
	unsigned control;
	uint64_t size;

	*out = (struct mmdb_value){ 0 };
	if (v->left-- == 0)
		return false;
	control = cursor_u8(c);
	out->type = read_type(c, control);
	if (out->type == MMDB_TYPE_POINTER) {
		read_pointer(c, control, out);
		return !c->failed;
	}
	size = read_size(c, control);
	if (c->failed || !is_size_of(out->type, size))
		return false;
	if (out->type == MMDB_TYPE_MAP || out->type == MMDB_TYPE_ARRAY)
		out->count = (uint32_t)size;
	else if (out->type != MMDB_TYPE_BOOLEAN)
		read_bytes(c, size, out);
	return !c->failed;
}

/* Skips a value and everything inside of it. */
static bool
skip_value(struct values *v, unsigned depth)
{
	struct mmdb_value value;
	uint64_t inside;

	if (depth > DEPTH_MAX || !read_value(v, &value))
		return false;
	if (value.type == MMDB_TYPE_POINTER && v->follows_pointers) {
		size_t after = v->cursor.at;

		cursor_seek(&v->cursor, (size_t)value.number);
		if (!skip_value(v, depth + 1))
			return false;
		cursor_seek(&v->cursor, after);
	}
	inside = (uint64_t)value.count * (value.type == MMDB_TYPE_MAP ? 2 : 1);
	while (inside-- > 0)
		if (!skip_value(v, depth + 1))
			return false;
	return true;
}

/* Reads the value that a pointer leads to, which must not be a pointer. */
static bool
follow(struct values *v, struct mmdb_value *value)
{
	if (value->type != MMDB_TYPE_POINTER)
		return true;
	cursor_seek(&v->cursor, (size_t)value->number);
	return read_value(v, value) && value->type != MMDB_TYPE_POINTER;
}

/* Reads a key of a map; its value is next. */
static bool
read_key(struct values *v, struct span *key)
{
	struct mmdb_value value;
	bool pointed;
	size_t after;

	if (!read_value(v, &value))
		return false;
	pointed = value.type == MMDB_TYPE_POINTER;
	after = v->cursor.at;
	if (!follow(v, &value) || value.type != MMDB_TYPE_STRING)
		return false;
	*key = value.bytes;
	if (pointed)
		cursor_seek(&v->cursor, after);
	return true;
}

/* Replaces a map, whose head was just read, by its value for a key. */
static enum mmdb_found
enter(struct values *v, const char *key, struct mmdb_value *value)
{
	uint32_t count = value->count;

	if (value->type != MMDB_TYPE_MAP)
		return MMDB_ABSENT;
	for (; count > 0; count--) {
		struct span found;

		if (!read_key(v, &found))
			return MMDB_CORRUPT;
		if (span_is_exactly(found, key))
			return read_value(v, value) && follow(v, value)
			    ? MMDB_FOUND
			    : MMDB_CORRUPT;
		if (!skip_value(v, 0))
			return MMDB_CORRUPT;
	}
	return MMDB_ABSENT;
}

enum mmdb_found
mmdb_data_find(struct span data, size_t at, const char *const *path,
    struct mmdb_value *out)
{
	struct values v = values_at(data, at, false);
	enum mmdb_found found = MMDB_FOUND;

	if (!read_value(&v, out) || !follow(&v, out))
		return MMDB_CORRUPT;
	for (; *path != NULL && found == MMDB_FOUND; path++)
		found = enter(&v, *path, out);
	return found;
}

bool
mmdb_data_is_sound(struct span data, size_t at)
{
	struct values v = values_at(data, at, true);

	return skip_value(&v, 0);
}
