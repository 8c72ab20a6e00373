#ifndef ASNQ_SETUP_H
#define ASNQ_SETUP_H

#include <stdbool.h>

#include "cli/options.h"
#include "cli/sources.h"
#include "dns/queries.h"
#include "dns/resolver.h"
#include "io/input.h"
#include "io/loop.h"
#include "io/output.h"
#include "print/compare.h"
#include "print/render.h"
#include "print/summary.h"
#include "print/tally.h"
#include "print/terminal.h"
#include "stream/locate.h"
#include "stream/report.h"
#include "stream/window.h"

/* Everything that lives while records flow, from the input to the output. */
struct program {
	const struct options *options;
	bool question; /* every record is an operand */
	struct sources sources;
	struct compare compare;
	struct resolver_config resolver_config;

	struct loop *loop;
	struct resolver *resolver;
	struct queries *queries;
	struct input *input;
	struct output output;
	struct render *render;	   /* how records are printed */
	struct terminal *terminal; /* NULL: not aligned for a person */
	struct summary *summary;   /* NULL: records are printed */
	struct locator *locator;   /* NULL: a record is an address */
	struct window *window;
	struct tally tally;
	struct report *report;
};

/*
 * Opens everything that the options ask for, in an all-zero program, and
 * enters the sandbox. The options must outlive the program. On an error it
 * prints one line to stderr and exits: with status 2, or with 4 if there can
 * be no event loop.
 */
void program_open(struct program *p, const struct options *o);

/* Frees what program_open() opened. */
void program_free(struct program *p);

#endif
