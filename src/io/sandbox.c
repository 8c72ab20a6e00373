#include "config.h"

#include "io/sandbox.h"

#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef HAVE_LANDLOCK
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#ifdef HAVE_SECCOMP
#include <asm/termbits.h>
#include <seccomp.h>
#endif

#include "base/alloc.h"
#include "base/array.h"
#include "base/buf.h"

#if defined(HAVE_SECCOMP) || defined(HAVE_LANDLOCK) || defined(HAVE_PLEDGE)
#define IS_BUILT_IN true
#else
#define IS_BUILT_IN false
#endif

#ifdef HAVE_LANDLOCK

/*
 * The rights that each version of Landlock can restrict: to files and folders,
 * to TCP ports, and to affect other processes. Each number is a count of bits
 * from the lowest. A later version is used as the last one here.
 */
static const struct {
	unsigned files;
	unsigned ports;
	unsigned scopes;
} rights[] = {
	{ 0, 0, 0 }, { 13, 0, 0 }, /* Linux 5.13 */
	{ 14, 0, 0 },		   /* 5.19: links to other folders */
	{ 15, 0, 0 },		   /* 6.2: truncation */
	{ 15, 2, 0 },		   /* 6.7: bind() and connect() */
	{ 16, 2, 0 },		   /* 6.10: ioctl() of devices */
	{ 16, 2, 2 },		   /* 6.12: abstract sockets, signals */
};

#define BIND UINT64_C(1)		 /* the lowest right to ports */
#define IOCTL_DEVICE (UINT64_C(1) << 15) /* the highest right to files */

/* As in <linux/landlock.h>, which may be too old to have all of it. */
struct ruleset {
	uint64_t files;
	uint64_t ports;
	uint64_t scopes;
};

static uint64_t
lowest(unsigned count)
{
	return (UINT64_C(1) << count) - 1;
}

/*
 * Permits reading a file. A folder may be opened, so that the error is that it
 * is a folder, but nothing in it.
 */
static void
permit_file(int ruleset, uint64_t handled, const char *path)
{
	struct landlock_path_beneath_attr rule = {
		.parent_fd = open(path, O_PATH | O_CLOEXEC),
	};
	struct stat st;

	if (rule.parent_fd < 0)
		return;
	if (fstat(rule.parent_fd, &st) == 0) {
		rule.allowed_access = S_ISDIR(st.st_mode)
		    ? LANDLOCK_ACCESS_FS_READ_DIR
		    : LANDLOCK_ACCESS_FS_READ_FILE | (handled & IOCTL_DEVICE);
		/* This fails for pipes, which need no rule. */
		syscall(SYS_landlock_add_rule, ruleset,
		    LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	}
	close(rule.parent_fd);
}

static struct ruleset
make_ruleset(size_t version, bool network)
{
	size_t row = version < LENGTH(rights) ? version : LENGTH(rights) - 1;
	struct ruleset r = {
		.files = lowest(rights[row].files),
		.ports = lowest(rights[row].ports),
		.scopes = lowest(rights[row].scopes),
	};

	if (network)
		r.ports &= BIND;
	return r;
}

/* Returns the version that is in effect, or 0. */
static int
enter_landlock(const struct sandbox_config *config)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	struct ruleset r;
	int fd;

	if (version <= 0)
		return 0;
	/* Old versions accept a larger struct if the rest is zero. */
	r = make_ruleset((size_t)version, config->network);
	fd = (int)syscall(SYS_landlock_create_ruleset, &r, sizeof(r), 0);
	if (fd < 0)
		return 0;
	for (size_t i = 0; i < config->file_count; i++)
		permit_file(fd, r.files, config->files[i]);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    syscall(SYS_landlock_restrict_self, fd, 0) != 0)
		version = 0;
	close(fd);
	return (int)version;
}

#else

static int
enter_landlock(const struct sandbox_config *config)
{
	(void)config;
	return 0;
}

#endif

#ifdef HAVE_SECCOMP

/* System calls that are permitted with any arguments. */
static const int calls[] = {
	/* memory */
	SCMP_SYS(brk),
	SCMP_SYS(madvise),
	SCMP_SYS(mremap),
	SCMP_SYS(munmap),
	/* open files */
	SCMP_SYS(_llseek),
	SCMP_SYS(close),
	SCMP_SYS(fstat),
	SCMP_SYS(fstat64),
	SCMP_SYS(ftruncate),
	SCMP_SYS(ftruncate64),
	SCMP_SYS(lseek),
	SCMP_SYS(pread64),
	SCMP_SYS(read),
	SCMP_SYS(readv),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	/* whether files exist */
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(fstatat64),
	SCMP_SYS(newfstatat),
	SCMP_SYS(statx),
	/* waiting */
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(epoll_pwait2),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(futex),
	SCMP_SYS(futex_time64),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(ppoll_time64),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(sched_yield),
	/* time, random numbers, our own ids */
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_gettime64),
	SCMP_SYS(getpid),
	SCMP_SYS(getrandom),
	SCMP_SYS(gettid),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(sysinfo), /* the C library's qsort() */
	SCMP_SYS(time),
	/* signals and exit */
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigreturn),
};

/* The same, if the program may use the network. */
static const int network_calls[] = {
	SCMP_SYS(bind),
	SCMP_SYS(connect),
	SCMP_SYS(getpeername),
	SCMP_SYS(getsockname),
	SCMP_SYS(getsockopt),
	SCMP_SYS(recv),
	SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),
	SCMP_SYS(send),
	SCMP_SYS(sendmsg),
	SCMP_SYS(sendto),
	SCMP_SYS(setsockopt),
	SCMP_SYS(shutdown),
};

/* A system call that is permitted if its arguments pass `count` checks. */
struct call {
	int number;
	unsigned count;
	struct scmp_arg_cmp arguments[2];
};

#define IS(argument, value)                                                    \
	{                                                                      \
		argument, SCMP_CMP_EQ, value, 0                                \
	}
#define IS_AT_MOST(argument, value)                                            \
	{                                                                      \
		argument, SCMP_CMP_LE, value, 0                                \
	}
#define MASKED(argument, mask, value)                                          \
	{                                                                      \
		argument, SCMP_CMP_MASKED_EQ, mask, value                      \
	}
#define WITHOUT(argument, bits) MASKED(argument, bits, 0)

#define CHANGING (O_ACCMODE | O_CREAT | O_TRUNC)

/* Memory never becomes code, no file is changed, no terminal gets input. */
static const struct call checked_calls[] = {
	{ SCMP_SYS(mmap), 1, { WITHOUT(2, PROT_EXEC) } },
	{ SCMP_SYS(mmap2), 1, { WITHOUT(2, PROT_EXEC) } },
	{ SCMP_SYS(mprotect), 1, { WITHOUT(2, PROT_EXEC) } },
	{ SCMP_SYS(open), 1, { WITHOUT(1, CHANGING) } },
	{ SCMP_SYS(openat), 1, { WITHOUT(2, CHANGING) } },
	/* F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL */
	{ SCMP_SYS(fcntl), 1, { IS_AT_MOST(1, F_SETFL) } },
	{ SCMP_SYS(fcntl64), 1, { IS_AT_MOST(1, F_SETFL) } },
	{ SCMP_SYS(ioctl), 1, { IS(1, TCGETS) } },
#ifdef TCGETS2
	{ SCMP_SYS(ioctl), 1, { IS(1, TCGETS2) } },
#endif
	{ SCMP_SYS(ioctl), 1, { IS(1, TIOCGWINSZ) } },
};

/* All bits except the one in which AF_INET and AF_INET6 differ. */
#define FAMILY ((uint32_t) ~(AF_INET ^ AF_INET6))
static_assert((AF_INET ^ AF_INET6) == 8, "one bit");

#define KIND 0xf /* the type of a socket; the other bits are flags */

static const struct call checked_network_calls[] = {
	{ SCMP_SYS(socket), 2,
	    { MASKED(0, FAMILY, AF_INET &FAMILY),
		MASKED(1, KIND, SOCK_DGRAM) } },
	{ SCMP_SYS(socket), 2,
	    { MASKED(0, FAMILY, AF_INET &FAMILY),
		MASKED(1, KIND, SOCK_STREAM) } },
};

static bool
permit(scmp_filter_ctx filter, const int *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, list[i], 0) != 0)
			return false;
	return true;
}

static bool
permit_checked(scmp_filter_ctx filter, const struct call *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (seccomp_rule_add_array(filter, SCMP_ACT_ALLOW,
			list[i].number, list[i].count, list[i].arguments) != 0)
			return false;
	return true;
}

/* Permits raise() and abort(): signals to this process only. */
static bool
permit_raise(scmp_filter_ctx filter)
{
	struct call call = { SCMP_SYS(tgkill), 1,
		{ IS(0, (scmp_datum_t)getpid()) } };

	return permit_checked(filter, &call, 1);
}

/*
 * Has the filter apply to all threads, be searched as a tree, which is faster,
 * and leave speculative execution on, which older kernels restrict for filtered
 * programs at a cost of speed.
 */
static bool
set_attributes(scmp_filter_ctx filter)
{
	return seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 &&
	    seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0 &&
	    seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1) == 0;
}

static bool
enter_filter(const struct sandbox_config *config)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	bool entered;

	if (filter == NULL)
		return false;
	entered = permit(filter, calls, LENGTH(calls)) &&
	    permit_checked(filter, checked_calls, LENGTH(checked_calls)) &&
	    permit_raise(filter) &&
	    (!config->network ||
		(permit(filter, network_calls, LENGTH(network_calls)) &&
		    permit_checked(filter, checked_network_calls,
			LENGTH(checked_network_calls)))) &&
	    set_attributes(filter) && seccomp_load(filter) == 0;
	seccomp_release(filter);
	return entered;
}

#else

static bool
enter_filter(const struct sandbox_config *config)
{
	(void)config;
	return false;
}

#endif

#ifdef HAVE_PLEDGE

static bool
enter_pledge(const struct sandbox_config *config)
{
	for (size_t i = 0; i < config->file_count; i++)
		(void)unveil(config->files[i], "r");
	return unveil(NULL, NULL) == 0 &&
	    pledge(config->network ? "stdio rpath tty inet" : "stdio rpath tty",
		NULL) == 0;
}

#else

static bool
enter_pledge(const struct sandbox_config *config)
{
	(void)config;
	return false;
}

#endif

/* The filter comes last, since it forbids further confinement. */
struct sandbox
sandbox_enter(const struct sandbox_config *config)
{
	struct sandbox s = { .landlock = enter_landlock(config) };

	s.pledged = enter_pledge(config);
	s.filter = enter_filter(config);
	return s;
}

char *
sandbox_describe(const struct sandbox *s)
{
	struct buf text = { 0 };

	if (s->pledged)
		buf_puts(&text, "pledge, unveil");
	if (s->filter)
		buf_puts(&text, "seccomp");
	if (s->landlock > 0)
		buf_printf(&text, "%sLandlock %d", text.len > 0 ? ", " : "",
		    s->landlock);
	if (text.len == 0)
		buf_puts(&text,
		    IS_BUILT_IN ? "none (the system refuses it)"
				: "none (not built in)");
	buf_putc(&text, '\0');
	return text.data;
}
