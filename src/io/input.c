#include "config.h"

#include "io/input.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/number.h"
#include "base/span.h"
#include "io/framing.h"
#include "io/warn.h"

#define CHUNK 65536 /* bytes read at once, and between turns of the loop */

struct source {
	const char *text;
	bool file;
};

struct input {
	struct loop *loop;
	struct framing framing;
	struct source *sources;
	size_t count;
	size_t next; /* source to be opened */

	int fd; /* of the open one; -1: none */
	const char *path;
	struct loop_watch *watch; /* NULL: a read never blocks for long */
	bool ready;		  /* a read will not block */
	bool done;		  /* its end was read */
	bool begun;		  /* a record of it was handed out */
	bool paused;		  /* who was given records has been told to */
				  /* settle them */
	struct buf bytes;
	struct framing_state scan; /* of them */
	uint64_t block; /* records of a block that are still to come */

	uint64_t taken; /* records that were handed out */
	uint64_t read;
	uint64_t size;
	bool failed;
};

struct input *
input_new(struct loop *loop, const struct framing *framing)
{
	struct input *in = xcalloc(1, sizeof(*in));

	in->loop = loop;
	in->framing = *framing;
	in->fd = -1;
	return in;
}

static void
add(struct input *in, const char *text, bool file)
{
	in->sources =
	    xrealloc(in->sources, (in->count + 1) * sizeof(*in->sources));
	in->sources[in->count++] = (struct source){ text, file };
}

void
input_add_operand(struct input *in, const char *text)
{
	add(in, text, false);
}

void
input_add_file(struct input *in, const char *path)
{
	struct stat st;
	int found =
	    strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &st) : stat(path, &st);

	add(in, path, true);
	if (found == 0 && S_ISREG(st.st_mode))
		in->size += (uint64_t)st.st_size;
}

static void
set_ready(void *arg)
{
	struct input *in = arg;

	in->ready = true;
}

static void
fail(struct input *in)
{
	warn_line("%s: %s", in->path, strerror(errno));
	in->failed = true;
}

/* Files and devices, which epoll refuses, do not make us wait for long. */
static void
watch(struct input *in)
{
	struct stat st;

	if (fstat(in->fd, &st) != 0 ||
	    (!S_ISFIFO(st.st_mode) && !S_ISSOCK(st.st_mode) && !isatty(in->fd)))
		return;
	in->watch = loop_watch(in->loop, in->fd, set_ready, in);
}

static void
open_file(struct input *in, const char *path)
{
	bool standard = strcmp(path, "-") == 0;

	in->path = standard ? "stdin" : path;
	in->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0) {
		fail(in);
		return;
	}
	in->done = false;
	in->begun = false;
	in->ready = false;
	watch(in);
}

static void
close_file(struct input *in)
{
	loop_unwatch(in->watch);
	in->watch = NULL;
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	in->fd = -1;
	in->scan = (struct framing_state){ .at = 0 };
	buf_clear(&in->bytes);
}

/* Reads what one call gives; a failure ends the file as its end does. */
static void
fill(struct input *in)
{
	ssize_t n;

	buf_consume(&in->bytes, in->scan.at);
	framing_drop(&in->scan, in->scan.at);
	n = read(in->fd, buf_reserve(&in->bytes, CHUNK), CHUNK);
	if (n > 0) {
		in->bytes.len += (size_t)n;
		in->read += (uint64_t)n;
	} else if (n == 0) {
		in->done = true;
	} else if (errno != EINTR && errno != EAGAIN) {
		fail(in);
		in->done = true;
	}
	in->ready = false;
	if (in->watch != NULL && !in->done)
		loop_watch_again(in->watch);
}

/* Whether a line is a record; it may be the head of a block. */
static bool
is_record(struct input *in, const struct line *line)
{
	if (!in->framing.blocks)
		return true;
	if (in->block > 0) {
		in->block--;
		return true;
	}
	if (!number_parse(line->text.text, line->text.len, UINT64_MAX,
		&in->block)) {
		warn_line("%s: expected the count of a block's records, not "
			  "'%.*s'",
		    in->path, (int)line->text.len, line->text.text);
		in->failed = true;
		in->next = in->count;
		close_file(in);
	}
	return false;
}

enum input_state
input_next(struct input *in, struct line *line)
{
	for (;;) {
		const struct source *s;

		if (in->fd >= 0) {
			if (framing_cut(&in->scan, &in->framing, in->bytes.data,
				in->bytes.len, in->done, line)) {
				if (!is_record(in, line))
					continue;
				line->first = !in->begun;
				in->begun = true;
				in->taken++;
				return INPUT_RECORD;
			}
			if (!in->paused) {
				in->paused = true;
				return INPUT_PAUSE;
			}
			if (in->done) {
				close_file(in);
				continue;
			}
			if (in->watch != NULL && !in->ready)
				return INPUT_WAIT;
			fill(in);
			in->paused = false;
			continue;
		}
		if (in->next == in->count)
			return INPUT_END;
		s = &in->sources[in->next++];
		if (s->file) {
			open_file(in, s->text);
			continue;
		}
		*line = (struct line){ .text = { s->text, strlen(s->text) } };
		in->taken++;
		return INPUT_RECORD;
	}
}

bool
input_is_at_end(const struct input *in)
{
	return in->fd < 0 && in->next == in->count;
}

bool
input_failed(const struct input *in)
{
	return in->failed;
}

uint64_t
input_read(const struct input *in)
{
	return in->read;
}

uint64_t
input_size(const struct input *in)
{
	return in->size;
}

uint64_t
input_taken(const struct input *in)
{
	return in->taken;
}

void
input_free(struct input *in)
{
	if (in == NULL)
		return;
	close_file(in);
	buf_free(&in->bytes);
	free(in->sources);
	free(in);
}
