#include "config.h"

#include "db/mmdb-file.h"

#include <sys/stat.h>

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "db/mmdb-data.h"

#define METADATA_MAX ((size_t)128 << 10) /* bytes, by the specification */

bool
mmdb_file_read(int fd, void *out, size_t len, size_t at)
{
	char *bytes = out;

	while (len > 0) {
		ssize_t got = pread(fd, bytes, len, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		bytes += got;
		at += (size_t)got;
		len -= (size_t)got;
	}
	return true;
}

/* Returns the end of the last marker in the bytes, or NULL. */
static const char *
find_marker(const char *bytes, size_t len)
{
	const size_t marker = strlen(MMDB_MARKER);

	for (size_t i = len; i >= marker; i--)
		if (memcmp(bytes + i - marker, MMDB_MARKER, marker) == 0)
			return bytes + i;
	return NULL;
}

bool
mmdb_file_metadata(int fd, struct buf *out, size_t *size)
{
	struct stat st;
	const char *metadata;
	size_t len;

	assert(out->len == 0);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size <= 0)
		return false;
	*size = (size_t)st.st_size;
	len = *size < METADATA_MAX ? *size : METADATA_MAX;
	if (!mmdb_file_read(fd, buf_reserve(out, len), len, *size - len))
		return false;
	out->len = len;
	metadata = find_marker(out->data, len);
	if (metadata == NULL)
		return false;
	buf_consume(out, (size_t)(metadata - out->data));
	return true;
}

bool
mmdb_file_recognize(int fd)
{
	struct buf metadata = { 0 };
	size_t size;
	bool recognized = mmdb_file_metadata(fd, &metadata, &size);

	buf_free(&metadata);
	return recognized;
}

bool
mmdb_file_is_sound(struct span metadata, size_t size)
{
	static const char *const count[] = { "node_count", NULL };
	static const char *const bits[] = { "record_size", NULL };
	struct mmdb_value nodes;
	struct mmdb_value record;

	return size <= UINT32_MAX && mmdb_data_is_sound(metadata, 0) &&
	    mmdb_data_find(metadata, 0, count, &nodes) == MMDB_FOUND &&
	    mmdb_data_find(metadata, 0, bits, &record) == MMDB_FOUND &&
	    nodes.number <= UINT32_MAX && record.number <= 32 &&
	    nodes.number * record.number / 4 + MMDB_SEPARATOR <= size;
}
