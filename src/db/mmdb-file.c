#include "config.h"

#include "db/mmdb-file.h"

#include <sys/stat.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "db/mmdb-data.h"

#define METADATA_MAX ((size_t)128 << 10) /* bytes, by the specification */
#define METADATA_USUAL ((size_t)4 << 10) /* bytes that most take */

#define FORMAT_VERSION 2 /* the major number */

static bool
read_at(int fd, char *out, size_t len, size_t at)
{
	while (len > 0) {
		ssize_t got = pread(fd, out, len, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		out += got;
		at += (size_t)got;
		len -= (size_t)got;
	}
	return true;
}

/* Returns the end of the last marker in the bytes, or NULL. */
static const char *
find_marker(struct span bytes)
{
	const size_t marker = strlen(MMDB_MARKER);

	for (size_t i = bytes.len; i >= marker; i--)
		if (memcmp(bytes.text + i - marker, MMDB_MARKER, marker) == 0)
			return bytes.text + i;
	return NULL;
}

/* Returns whether the last `len` bytes of a file of `size` have the marker. */
static bool
has_marker(int fd, size_t size, size_t len)
{
	struct buf end = { 0 };
	bool has;

	if (len > size)
		len = size;
	has = read_at(fd, buf_reserve(&end, len), len, size - len) &&
	    find_marker((struct span){ end.data, len }) != NULL;
	buf_free(&end);
	return has;
}

bool
mmdb_file_recognize(int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size <= 0)
		return false;
	return has_marker(fd, (size_t)st.st_size, METADATA_USUAL) ||
	    has_marker(fd, (size_t)st.st_size, METADATA_MAX);
}

/* Finds the metadata. False: there is no marker of them. */
static bool
find_metadata(struct span file, struct span *out)
{
	size_t len = file.len < METADATA_MAX ? file.len : METADATA_MAX;
	const char *end = file.text + file.len;
	const char *metadata = find_marker((struct span){ end - len, len });

	if (metadata == NULL)
		return false;
	*out = (struct span){ metadata, (size_t)(end - metadata) };
	return true;
}

/* Returns a number of the metadata, or 0. */
static uint64_t
number_of(struct span metadata, const char *key)
{
	const char *const path[] = { key, NULL };
	struct mmdb_value value;

	return mmdb_data_find(metadata, 0, path, &value) == MMDB_FOUND
	    ? value.number
	    : 0;
}

/* Returns a text of the metadata, or an empty one. */
static struct span
text_of(struct span metadata, const char *const *path)
{
	struct mmdb_value value;

	return mmdb_data_find(metadata, 0, path, &value) == MMDB_FOUND &&
		value.type == MMDB_TYPE_STRING
	    ? value.bytes
	    : (struct span){ "", 0 };
}

const char *
mmdb_file_read(struct span file, struct mmdb_about_file *out)
{
	static const char *const type[] = { "database_type", NULL };
	static const char *const text[] = { "description", "en", NULL };
	struct span metadata;
	uint64_t nodes;
	uint64_t bits;
	uint64_t ip;

	if (!find_metadata(file, &metadata))
		return "it is not an MMDB";
	if (file.len > UINT32_MAX || !mmdb_data_is_sound(metadata, 0))
		return "its metadata is corrupt";
	nodes = number_of(metadata, "node_count");
	bits = number_of(metadata, "record_size");
	ip = number_of(metadata, "ip_version");
	if (number_of(metadata, "binary_format_major_version") !=
		FORMAT_VERSION ||
	    (bits != 24 && bits != 28 && bits != 32))
		return "its version or record size is unknown";
	if (nodes == 0 || nodes > UINT32_MAX ||
	    nodes * bits / 4 + MMDB_SEPARATOR > file.len ||
	    (ip != 4 && ip != 6))
		return "its metadata is corrupt";
	*out = (struct mmdb_about_file){
		.nodes = (uint32_t)nodes,
		.bits = (unsigned)bits,
		.depth = ip == 4 ? 32 : 128,
		.data = (size_t)(nodes * bits / 4) + MMDB_SEPARATOR,
		.type = text_of(metadata, type),
		.description = text_of(metadata, text),
		.built = number_of(metadata, "build_epoch"),
	};
	return NULL;
}
