#include "config.h"

#include "io/mapping.h"

#include <sys/mman.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <unistd.h>

/*
 * The views, for the handler of SIGBUS, which can get them by no other way.
 * They change while no byte of a view is read, and so never under the handler.
 */
static struct mapping *views;

static bool
is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_size == b->st_size &&
	    a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	    a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	    a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	    a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* Sets *st to the state of a file that can be mapped. */
static bool
check(int fd, struct stat *st)
{
	return fstat(fd, st) == 0 && S_ISREG(st->st_mode) && st->st_size > 0 &&
	    (uintmax_t)st->st_size <= SIZE_MAX / 2;
}

static bool
read_all(int fd, char *out, size_t len)
{
	size_t at = 0;

	while (at < len) {
		ssize_t got = pread(fd, out + at, len - at, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += (size_t)got;
	}
	return true;
}

bool
mapping_copy(struct mapping *m, int fd)
{
	struct stat before;
	struct stat after;
	size_t len;
	char *bytes;

	*m = (struct mapping){ .fd = -1 };
	if (!check(fd, &before))
		return false;
	len = (size_t)before.st_size;
	bytes = mmap(NULL, len, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (bytes == MAP_FAILED)
		return false;
	m->bytes = (struct span){ bytes, len };
	if (read_all(fd, bytes, len) && fstat(fd, &after) == 0 &&
	    is_same_file(&before, &after) &&
	    mprotect(bytes, len, PROT_READ) == 0)
		return true;
	mapping_free(m);
	return false;
}

/* Puts a page of zeros where a view has no file any more. */
static bool
patch(char *at)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	const struct mapping *m = views;

	while (m != NULL &&
	    (at < m->bytes.text || at >= m->bytes.text + m->bytes.len))
		m = m->next;
	return m != NULL &&
	    mmap(at - (uintptr_t)at % page, page, PROT_READ,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
}

/* Ends the program, as without a handler, for what is no view's. */
static void
catch_bus_error(int number, siginfo_t *info, void *context)
{
	(void)context;
	if (info->si_code > 0 && patch(info->si_addr))
		return;
	signal(number, SIG_DFL);
	raise(number);
}

bool
mapping_view(struct mapping *m, int fd)
{
	struct sigaction action = {
		.sa_sigaction = catch_bus_error,
		.sa_flags = SA_SIGINFO,
	};
	char *bytes;

	*m = (struct mapping){ .fd = -1 };
	if (!check(fd, &m->was) || sigaction(SIGBUS, &action, NULL) != 0)
		return false;
	bytes =
	    mmap(NULL, (size_t)m->was.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return false;
	m->bytes = (struct span){ bytes, (size_t)m->was.st_size };
	m->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (m->fd < 0) {
		mapping_free(m);
		return false;
	}
	m->next = views;
	views = m;
	return true;
}

bool
mapping_is_intact(const struct mapping *m)
{
	struct stat is;

	return m->fd < 0 ||
	    (fstat(m->fd, &is) == 0 && is_same_file(&m->was, &is));
}

void
mapping_free(struct mapping *m)
{
	struct mapping **link = &views;

	while (*link != NULL && *link != m)
		link = &(*link)->next;
	if (*link == m)
		*link = m->next;
	if (m->bytes.len > 0)
		munmap((void *)m->bytes.text, m->bytes.len);
	if (m->fd >= 0)
		close(m->fd);
	*m = (struct mapping){ .fd = -1 };
}
