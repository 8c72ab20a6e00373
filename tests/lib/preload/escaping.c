/*
 * To be preloaded.  When the program first writes to stdout, long after it was
 * confined, tries what $ESCAPE names, and prints the result to stderr.
 * LACKING=landlock makes Landlock unavailable, LACKING=all every means of
 * confinement.
 */
#define _GNU_SOURCE

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long
try_exec(void)
{
	char *argv[] = { (char *)"echo", (char *)"exec: done", NULL };

	dup2(2, 1);
	return execv("/bin/echo", argv);
}

static long
try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid < 0 ? -1 : waitpid(pid, NULL, 0);
}

static long
try_thread(void)
{
	static char stack[65536];
	int flags = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD;

	return clone((int (*)(void *))pause, stack + sizeof(stack), flags,
	    NULL);
}

static long
try_ptrace(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static long
try_write_file(void)
{
	return open("in", O_WRONLY);
}

static long
try_append(void)
{
	return open("in", O_RDWR | O_APPEND);
}

static long
try_create(void)
{
	return open("new", O_RDONLY | O_CREAT, 0600);
}

static long
try_truncate(void)
{
	return open("spare", O_RDONLY | O_TRUNC);
}

static long
try_unlink(void)
{
	return unlink("spare");
}

static long
try_rename(void)
{
	return rename("spare", "other");
}

static long
try_folder(void)
{
	return mkdir("folder", 0700);
}

static long
try_mode(void)
{
	return chmod("in", 0600);
}

static long
try_code(void)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return at == MAP_FAILED ? -1 : 0;
}

static long
try_code_later(void)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(at, 4096, PROT_READ | PROT_EXEC);
}

static long
try_signal(void)
{
	return kill(getppid(), 0);
}

static long
try_unix(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

static long
try_netlink(void)
{
	return socket(AF_NETLINK, SOCK_RAW, 0);
}

static long
try_inet(void)
{
	return socket(AF_INET, SOCK_DGRAM, 0);
}

static long
try_listen(void)
{
	return listen(socket(AF_INET, SOCK_STREAM, 0), 1);
}

/* By numbers, since headers may lack the names. */
static long
try_mptcp(void)
{
	return socket(AF_INET, SOCK_STREAM, 262);
}

static long
try_sctp(void)
{
	return socket(AF_INET6, SOCK_STREAM, 132);
}

static long
try_udplite(void)
{
	return socket(AF_INET6, SOCK_DGRAM, 136);
}

static long
try_icmp(void)
{
	return socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
}

/* TCP as a datagram, UDP as a stream. */
static long
try_mixed(void)
{
	return socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP);
}

static long
try_mixed_too(void)
{
	return socket(AF_INET, SOCK_STREAM, IPPROTO_UDP);
}

/* To be killed before it asks for what would break memory. */
static long
try_poison(void)
{
	return madvise(NULL, 0, 100);
}

static long
try_async(void)
{
	return fcntl(2, F_SETFL, fcntl(2, F_GETFL) | O_ASYNC);
}

/* Succeeds if it can set an option that libunbound does not. */
static long
try_options(void)
{
	static const int options[][2] = {
		{ SOL_SOCKET, SO_MARK },
		{ SOL_SOCKET, SO_BINDTODEVICE },
		{ SOL_SOCKET, SO_ATTACH_FILTER },
		{ SOL_SOCKET, SO_BROADCAST },
		{ IPPROTO_IP, IP_TRANSPARENT },
		{ IPPROTO_IP, IP_ADD_MEMBERSHIP },
		{ IPPROTO_IP, 64 },   /* IPT_SO_SET_REPLACE */
		{ IPPROTO_IPV6, 64 }, /* IP6T_SO_SET_REPLACE */
		{ IPPROTO_TCP, 31 },  /* TCP_ULP */
		{ IPPROTO_TCP, 33 },  /* TCP_FASTOPEN_KEY */
		{ IPPROTO_RAW, SO_REUSEADDR },
	};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	int on = 1;

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (setsockopt(fd, options[i][0], options[i][1], &on,
			sizeof(on)) == 0 ||
		    errno != ENOPROTOOPT)
			return 0;
	return -1;
}

/* What follows is refused, which does not kill. */
static struct sockaddr_in
local(int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

static long
try_connect(void)
{
	struct sockaddr_in to = local(9);

	return connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&to,
	    sizeof(to));
}

static long
try_fast_open(void)
{
	struct sockaddr_in to = local(9);

	return sendto(socket(AF_INET, SOCK_STREAM, 0), "x", 1, MSG_FASTOPEN,
	    (struct sockaddr *)&to, sizeof(to));
}

static long
try_fast_open_too(void)
{
	struct sockaddr_in to = local(9);
	struct iovec part = { (char *)"x", 1 };
	struct msghdr message = {
		.msg_name = &to,
		.msg_namelen = sizeof(to),
		.msg_iov = &part,
		.msg_iovlen = 1,
	};

	return sendmsg(socket(AF_INET, SOCK_STREAM, 0), &message, MSG_FASTOPEN);
}

static long
try_read(void)
{
	return open("spare", O_RDONLY);
}

static long
try_read_listed(void)
{
	return open("in", O_RDONLY);
}

static long
try_bind(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET };

	return bind(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&any,
	    sizeof(any));
}

static const struct attempt {
	const char *name;
	long (*try)(void);
} attempts[] = {
	{ "exec", try_exec },
	{ "fork", try_fork },
	{ "thread", try_thread },
	{ "ptrace", try_ptrace },
	{ "write-file", try_write_file },
	{ "append", try_append },
	{ "create", try_create },
	{ "truncate", try_truncate },
	{ "unlink", try_unlink },
	{ "rename", try_rename },
	{ "folder", try_folder },
	{ "mode", try_mode },
	{ "code", try_code },
	{ "code-later", try_code_later },
	{ "signal", try_signal },
	{ "unix", try_unix },
	{ "netlink", try_netlink },
	{ "inet", try_inet },
	{ "listen", try_listen },
	{ "read", try_read },
	{ "read-listed", try_read_listed },
	{ "bind", try_bind },
	{ "mptcp", try_mptcp },
	{ "sctp", try_sctp },
	{ "udplite", try_udplite },
	{ "icmp", try_icmp },
	{ "mixed", try_mixed },
	{ "mixed-too", try_mixed_too },
	{ "poison", try_poison },
	{ "async", try_async },
	{ "options", try_options },
	{ "connect", try_connect },
	{ "fast-open", try_fast_open },
	{ "fast-open-too", try_fast_open_too },
};

static void
escape(const char *name)
{
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++)
		if (strcmp(attempts[i].name, name) == 0) {
			long result = attempts[i].try();

			dprintf(2, "%s: %s\n", name,
			    result < 0 ? strerror(errno) : "done");
		}
}

ssize_t
write(int fd, const void *bytes, size_t len)
{
	static int tried;
	const char *name = getenv("ESCAPE");

	if (fd == 1 && name != NULL && !tried) {
		tried = 1;
		escape(name);
	}
	return syscall(SYS_write, fd, bytes, len);
}

static int
is_lacking(const char *what)
{
	const char *lacking = getenv("LACKING");

	return lacking != NULL &&
	    (strcmp(lacking, what) == 0 || strcmp(lacking, "all") == 0);
}

long
syscall(long number, ...)
{
	static long (*real)(long, ...);
	long a[6];
	va_list list;

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);
	if ((number == SYS_landlock_create_ruleset && is_lacking("landlock")) ||
	    (number == SYS_seccomp && is_lacking("seccomp"))) {
		errno = ENOSYS;
		return -1;
	}
	if (real == NULL)
		real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

int
prctl(int option, ...)
{
	unsigned long a[4];
	va_list list;

	va_start(list, option);
	for (int i = 0; i < 4; i++)
		a[i] = va_arg(list, unsigned long);
	va_end(list);
	if (option == PR_SET_SECCOMP && is_lacking("seccomp")) {
		errno = EINVAL;
		return -1;
	}
	return (int)syscall(SYS_prctl, option, a[0], a[1], a[2], a[3]);
}
