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

/* Reading and binding are refused by Landlock, which does not kill. */
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
