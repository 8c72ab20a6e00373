#ifndef ASNQ_TALLY_H
#define ASNQ_TALLY_H

#include <stdint.h>

#include "record/status.h"

/* What is counted as records are written. */
struct tally {
	uint64_t records;
	uint64_t by_status[STATUS_MAX];
	uint64_t chosen;    /* printed, where not all are */
	uint64_t undecided; /* neither chosen nor not, since it failed */
	uint64_t passed;    /* lines to which nothing was added */
	uint64_t odd;	    /* rows of CSV of the wrong width */
	uint64_t repeated;  /* written again without a look-up */
};

#endif
