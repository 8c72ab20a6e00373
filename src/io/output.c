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

#define ENOUGH 65536   /* bytes; what a Linux pipe holds */
#define WIDTH_USUAL 80 /* columns, of a terminal that does not tell */

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

/* The reader takes nothing, and we were asked to stop. */
static bool
is_stuck(const struct output *o)
{
	struct pollfd p = { .fd = o->fd, .events = POLLOUT };

	return signals_stop() != 0 && poll(&p, 1, 0) <= 0;
}

/* Whether another try makes sense after a write that failed. */
static bool
may_go_on(struct output *o)
{
	struct pollfd p = { .fd = o->fd, .events = POLLOUT };

	if (errno == EINTR)
		return true;
	if (errno == EAGAIN || errno == EWOULDBLOCK) {
		/* Somebody else made the descriptor so. */
		poll(&p, 1, -1);
		return true;
	}
	if (errno == EPIPE)
		signals_die_by(SIGPIPE);
	warn_line("cannot write: %s", strerror(errno));
	return false;
}

/* A write stopped inside of a record: a file shall end in a whole one. */
static void
take_back(const struct output *o, size_t written)
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

		/* So much never blocks where the pipe has room. */
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
		take_back(o, at);
	buf_clear(&o->buf);
}
