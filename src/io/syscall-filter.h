#ifndef ASNQ_SYSCALL_FILTER_H
#define ASNQ_SYSCALL_FILTER_H

#include <stdbool.h>

/*
 * Has the kernel kill the program at every system call that it does not need,
 * for good. It may speak UDP and TCP if `network`. Returns false, without any
 * effect, on a system that has no such filter: seccomp(2) of Linux.
 */
bool syscall_filter_enter(bool network);

#endif
