#include "config.h"

#include "io/output.h"

#include <sys/ioctl.h>
#include <sys/stat.h>

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "io/signals.h"
#include "io/warn.h"

#define ENOUGH 65536   /* bytes: the size of a Linux pipe */
#define WIDTH_USUAL 80 /* columns of a terminal that does not tell */

int
output_width(const struct output *o)
{
	struct winsize size;

	if (!isatty(o->fd))
		return 0;
	if (ioctl(o->fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return WIDTH_USUAL;
}

void
output_offer(struct output *o)
{
	if (o->buf.len >= ENOUGH)
		output_flush(o);
}

/* Returns whether the reader takes nothing, after a signal to stop. */
static bool
is_stuck(const struct output *o)
{
	struct pollfd p = { .fd = o->fd, .events = POLLOUT };

	return signals_stop() != 0 && poll(&p, 1, 0) <= 0;
}

/* Returns whether to try a write that failed again. */
static bool
may_go_on(struct output *o)
{
	struct pollfd p = { .fd = o->fd, .events = POLLOUT };

	if (errno == EINTR)
		return true;
	if (errno == EAGAIN || errno == EWOULDBLOCK) {
		/* Another process made the descriptor non-blocking. */
		poll(&p, 1, -1);
		return true;
	}
	if (errno == EPIPE)
		signals_die_by(SIGPIPE);
	warn_line("cannot write: %s", strerror(errno));
	return false;
}

/*
 * Truncates a regular file by what was written of the buffer, since the write
 * stopped within a record and the file should end with a whole one.
 */
static void
truncate_file(const struct output *o, size_t written)
{
	off_t end = lseek(o->fd, 0, SEEK_CUR);
	struct stat st;

	if (written == 0 || fstat(o->fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    end != st.st_size)
		return;
	if (ftruncate(o->fd, end - (off_t)written) != 0)
		warn_line("cannot write: %s", strerror(errno));
}

void
output_flush(struct output *o)
{
	size_t at = 0;

	while (!o->failed && at < o->buf.len) {
		size_t len = o->buf.len - at;
		ssize_t n;

		/* A write this small does not block if poll() allows it. */
		if (signals_stop() != 0 && len > PIPE_BUF)
			len = PIPE_BUF;
		if (is_stuck(o))
			break;
		n = write(o->fd, o->buf.data + at, len);
		if (n >= 0)
			at += (size_t)n;
		else
			o->failed = !may_go_on(o);
	}
	if (o->failed)
		truncate_file(o, at);
	buf_clear(&o->buf);
}
