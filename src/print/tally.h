#ifndef ASNQ_TALLY_H
#define ASNQ_TALLY_H

#include <stdint.h>

#include "record/status.h"

/* Counts of records that were written. */
struct tally {
	uint64_t records;
	uint64_t by_status[STATUS_MAX]; /* with --check, of sources instead */
	uint64_t selected;		/* matched what selects records */
	uint64_t undecided;		/* not known whether they match */
	uint64_t passed;		/* lines to which nothing was added */
	uint64_t odd;	   /* CSV records wider or narrower than the first */
	uint64_t too_long; /* longer than --max-record */
	uint64_t repeated; /* written again without a look-up */
};

#endif
