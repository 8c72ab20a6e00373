#include "config.h"

#include "io/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

/* The only global state that changes: a handler can reach nothing else. */
static volatile sig_atomic_t stop;
static volatile sig_atomic_t report;
static int wake[2] = { -1, -1 };
static struct loop_watch *watch;

/* Notes a signal, and ends a wait of the loop by a byte in the pipe. */
static void
handle(int signal)
{
	int saved = errno;

	if (signal == SIGUSR1)
		report = 1;
	else
		stop = signal;
	(void)!write(wake[1], "", 1);
	errno = saved;
}

static void
drain(void *arg)
{
	char bytes[16];

	(void)arg;
	while (read(wake[0], bytes, sizeof(bytes)) > 0)
		continue;
	loop_watch_again(watch);
}

/* Catches a signal. Without SA_RESTART, it also ends a write that blocks. */
static void
catch_signal(int signal, int flags)
{
	struct sigaction old;
	struct sigaction new = { .sa_handler = handle, .sa_flags = flags };

	sigemptyset(&new.sa_mask);
	if (sigaction(signal, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
		sigaction(signal, &new, NULL);
}

void
signals_note_reports(void)
{
	catch_signal(SIGUSR1, (int)SA_RESTART);
}

void
signals_catch(struct loop *loop)
{
	signal(SIGPIPE, SIG_IGN);
	if (pipe(wake) != 0)
		return;
	for (int i = 0; i < 2; i++) {
		fcntl(wake[i], F_SETFD, FD_CLOEXEC);
		fcntl(wake[i], F_SETFL, O_NONBLOCK);
	}
	watch = loop_watch(loop, wake[0], drain, NULL);
	if (watch == NULL)
		return;
	catch_signal(SIGINT, (int)SA_RESETHAND);
	catch_signal(SIGTERM, (int)SA_RESETHAND);
	catch_signal(SIGUSR1, 0);
}

int
signals_stop(void)
{
	return stop;
}

bool
signals_report(void)
{
	bool asked = report != 0;

	report = 0;
	return asked;
}

void
signals_die_by(int number)
{
	signal(number, SIG_DFL);
	raise(number);
}

void
signals_release(void)
{
	loop_unwatch(watch);
	watch = NULL;
}
