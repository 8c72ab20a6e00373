#include "config.h"

#include "io/input.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/buf.h"
#include "io/warn.h"

/* Bytes of one read, after which others may work. */
#define CHUNK 65536

#define QUOTED_MAX 60 /* bytes of broken input that a message shows */

/* An operand or a file. */
struct source {
	const char *text; /* the operand, or the file's path */
	bool is_file;
	uint64_t expected; /* bytes of the file, if it is a regular one */
};

struct input {
	struct loop *loop;
	enum framing framing;
	struct source *sources;
	size_t source_count;
	size_t source_size; /* the room in `sources` */
	size_t next;	    /* the source to open next */

	/* The open file. */
	int fd;			  /* -1: none is open */
	const char *name;	  /* for messages */
	struct loop_watch *watch; /* NULL: a read never blocks for long */
	bool ready;		  /* a read will not block */
	bool at_end;		  /* its end was read */
	bool begun;		  /* a record of it was handed out */
	bool paused;		  /* INPUT_PAUSE came after the last read */
	struct buf bytes;	  /* those read and not yet dropped */
	struct framing_state cut; /* how far `bytes` are handed out */
	char separator;		  /* of CSV: as a file begins */

	uint64_t record_count;
	uint64_t bytes_read;
	uint64_t bytes_total;
	bool failed;
};

struct input *
input_new(struct loop *loop, enum framing framing)
{
	struct input *in = xcalloc(1, sizeof(*in));

	in->loop = loop;
	in->framing = framing;
	in->fd = -1;
	return in;
}

void
input_set_max_record(struct input *in, size_t bytes)
{
	in->cut.max = bytes;
}

void
input_set_separator(struct input *in, char separator)
{
	in->separator = separator;
}

static void
add_source(struct input *in, const char *text, bool is_file)
{
	in->sources = array_grow(in->sources, &in->source_size,
	    in->source_count, sizeof(*in->sources));
	in->sources[in->source_count++] = (struct source){
		.text = text,
		.is_file = is_file,
	};
}

void
input_add_operand(struct input *in, const char *text)
{
	add_source(in, text, false);
}

static uint64_t
size_of(const struct stat *st)
{
	return S_ISREG(st->st_mode) ? (uint64_t)st->st_size : 0;
}

/* The size is a guess, for the progress, until the file is opened. */
void
input_add_file(struct input *in, const char *path)
{
	struct stat st;
	int found =
	    strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &st) : stat(path, &st);

	add_source(in, path, true);
	if (found != 0)
		return;
	in->sources[in->source_count - 1].expected = size_of(&st);
	in->bytes_total += size_of(&st);
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
	warn_line("%s: %s", in->name, strerror(errno));
	in->failed = true;
}

/*
 * Watches the open file if a read of it may block for long. Regular files and
 * devices do not, and epoll refuses them.
 */
static void
watch(struct input *in, const struct stat *st)
{
	if (S_ISFIFO(st->st_mode) || S_ISSOCK(st->st_mode) || isatty(in->fd))
		in->watch = loop_watch(in->loop, in->fd, set_ready, in);
}

/*
 * Opens without waiting: for another process to open the FIFO, for the carrier
 * of a terminal. A lease of a regular file (fcntl(2)) is waited for, though:
 * its holder must give it up soon.
 */
static int
open_at_once(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 && errno == EWOULDBLOCK)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd;
}

/* Has reads wait again, where no watch says when there is something to read. */
static void
set_blocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags >= 0 && (flags & O_NONBLOCK) != 0)
		fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
}

static void
open_file(struct input *in, const struct source *s)
{
	bool standard = strcmp(s->text, "-") == 0;
	struct stat st;

	in->name = standard ? "stdin" : s->text;
	in->fd = standard ? STDIN_FILENO : open_at_once(s->text);
	if (in->fd < 0) {
		fail(in);
		return;
	}
	if (fstat(in->fd, &st) != 0)
		st = (struct stat){ .st_size = 0 };
	in->bytes_total += size_of(&st) - s->expected;
	in->at_end = false;
	in->begun = false;
	in->ready = false;
	watch(in, &st);
	if (!standard && in->watch == NULL)
		set_blocking(in->fd);
}

static void
close_file(struct input *in)
{
	loop_unwatch(in->watch);
	in->watch = NULL;
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	in->fd = -1;
	in->cut = (struct framing_state){
		.max = in->cut.max,
		.separator = in->separator,
	};
	buf_clear(&in->bytes);
}

/* Reads once. A failure ends the file as its end does. */
static void
fill(struct input *in)
{
	ssize_t n;

	buf_consume(&in->bytes, in->cut.at);
	framing_drop(&in->cut, in->cut.at);
	n = read(in->fd, buf_reserve(&in->bytes, CHUNK), CHUNK);
	if (n > 0) {
		in->bytes.len += (size_t)n;
		in->bytes_read += (uint64_t)n;
	} else if (n == 0) {
		in->at_end = true;
	} else if (errno != EINTR && errno != EAGAIN) {
		fail(in);
		in->at_end = true;
	}
	in->ready = false;
	in->paused = false;
	if (in->watch != NULL && !in->at_end)
		loop_watch_again(in->watch);
}

/* Ends the whole input, since the bytes after these could mean anything. */
static void
give_up(struct input *in, struct span bytes)
{
	bool cut = bytes.len > QUOTED_MAX;
	struct buf line = { 0 };

	buf_printf(&line, "%s: expected %s, not '", in->name,
	    framing_expected(in->framing));
	buf_put(&line, bytes.text, cut ? QUOTED_MAX : bytes.len);
	buf_puts(&line, cut ? "...'" : "'");
	warn_bytes(line.data, line.len);
	buf_free(&line);
	in->failed = true;
	in->next = in->source_count;
	close_file(in);
}

/* Stores the next record of the open file, if all of it was read. */
static bool
cut_record(struct input *in, struct line *line)
{
	enum cut cut;

	do
		cut = framing_cut(&in->cut, in->framing, in->bytes.data,
		    in->bytes.len, in->at_end, line);
	while (cut == CUT_BETWEEN);
	if (cut == CUT_BROKEN)
		give_up(in, line->text);
	if (cut != CUT_RECORD)
		return false;
	line->first = !in->begun;
	in->begun = true;
	return true;
}

/* Opens the next source if it is a file; stores it if it is a record. */
static bool
open_source(struct input *in, struct line *line)
{
	const struct source *s = &in->sources[in->next++];

	if (s->is_file)
		open_file(in, s);
	else
		*line = (struct line){
			.text = { s->text, strlen(s->text) },
			.typed = true,
		};
	return !s->is_file;
}

enum input_state
input_next(struct input *in, struct line *line)
{
	for (;;) {
		bool found;

		if (in->fd >= 0)
			found = cut_record(in, line);
		else if (in->next < in->source_count)
			found = open_source(in, line);
		else
			return INPUT_END;
		if (found) {
			in->record_count += line->part <= LINE_START;
			return INPUT_RECORD;
		}
		if (in->fd < 0)
			continue;
		if (!in->paused) {
			in->paused = true;
			return INPUT_PAUSE;
		}
		if (in->at_end)
			close_file(in);
		else if (in->watch != NULL && !in->ready)
			return INPUT_WAIT;
		else
			fill(in);
	}
}

bool
input_is_at_end(const struct input *in)
{
	return in->fd < 0 && in->next == in->source_count;
}

bool
input_failed(const struct input *in)
{
	return in->failed;
}

uint64_t
input_bytes_read(const struct input *in)
{
	return in->bytes_read;
}

uint64_t
input_bytes_total(const struct input *in)
{
	return in->bytes_total;
}

uint64_t
input_record_count(const struct input *in)
{
	return in->record_count;
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
