#ifndef ASNQ_SIGNALS_H
#define ASNQ_SIGNALS_H

#include <stdbool.h>

#include "io/loop.h"

/*
 * SIGINT and SIGTERM ask the program to stop once it has written what is
 * ready; a second one ends it at once. SIGUSR1 asks for a report. SIGPIPE is
 * ignored, since libunbound writes to TCP connections that may be gone.
 * What the caller of the program ignores stays ignored.
 */

/*
 * Catches them; each one ends a wait of the loop. Where that cannot be, for
 * want of memory or descriptors, they do what they do by default.
 */
void signals_catch(struct loop *loop);

/* The signal that asked to stop, or 0. */
int signals_stop(void);

/* Whether a report was asked for since the last call. */
bool signals_report(void);

/* Ends the program by a signal, as if it had not been caught. */
void signals_die_by(int signal);

/* Lets go of the loop. */
void signals_release(void);

#endif
