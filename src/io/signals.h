#ifndef ASNQ_SIGNALS_H
#define ASNQ_SIGNALS_H

#include <stdbool.h>

#include "io/loop.h"

/*
 * SIGINT and SIGTERM ask the program to write what is ready and stop; a second
 * one ends it at once. SIGUSR1 asks for a report. SIGPIPE is ignored, since
 * libunbound writes to TCP connections that may be closed. A signal that was
 * ignored when the program started stays ignored.
 */

/*
 * Notes SIGUSR1 from now on, which would end the program, until
 * signals_catch() is called: databases take a while to load.
 */
void signals_note_reports(void);

/*
 * Catches the signals, so that each of them ends a wait of the loop. If that
 * takes more memory or descriptors than there are, SIGINT, SIGTERM and SIGUSR1
 * keep their default effects. The loop is borrowed until signals_release().
 */
void signals_catch(struct loop *loop);

/* Returns the signal that asked the program to stop, or 0. */
int signals_stop(void);

/* Returns whether a report was asked for since the last call. */
bool signals_report(void);

/* Ends the program by a signal, as if it had not been caught. */
void signals_die_by(int signal);

/* Releases the loop. Signals are still caught. */
void signals_release(void);

#endif
