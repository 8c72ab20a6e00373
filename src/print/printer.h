#ifndef ASNQ_PRINTER_H
#define ASNQ_PRINTER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"
#include "lookup/lookup.h"
#include "print/compare.h"
#include "print/render.h"
#include "print/rendering.h"
#include "print/select.h"
#include "print/summary.h"
#include "print/tally.h"
#include "print/terminal.h"

/* Makes of a finished look-up what is printed for it. */
struct printer;

struct printer_config {
	const struct compare *compare; /* NULL: there is one viewer only */
	const struct render *render;
	const struct terminal *terminal; /* NULL: print renderings */
	bool block; /* on the terminal, print a labelled block */
	bool check; /* print and count sources instead of records */
	const struct select *select; /* NULL: every record is printed */
	const char *asn_prefix;	     /* for tags that select records */
	struct summary *summary;     /* NULL: records are printed */
	bool quiet;		     /* print nothing */
	bool explain;		     /* explain each answer below its record */
	bool bugs; /* print to stderr what bugs of filters changed */
};

/* Borrows everything but the configuration itself. */
struct printer *printer_new(const struct printer_config *config,
    struct tally *tally);

/*
 * Appends what comes before the first record: names of columns, where the
 * format has them.
 */
void printer_head(const struct printer_config *config, struct buf *out);

/* Returns whether a rendering may be printed again for the same input. */
bool printer_repeats(const struct printer *p);

/*
 * Concludes the finished look-up of an input and renders its record. The
 * result is valid until the next conclusion.
 */
struct rendering printer_conclude(struct printer *p, const struct viewer *v,
    struct lookup *l, struct span input);

/* Renders, likewise, the record of a line without an address. */
struct rendering printer_conclude_none(struct printer *p,
    const struct viewer *v);

/*
 * Appends the last conclusion, whose rendering this must be: a terminal shows
 * the record itself.
 */
void printer_print(struct printer *p, const struct rendering *r,
    struct span input, struct buf *out);

/* Appends an earlier rendering, if printer_repeats(). */
void printer_print_again(const struct printer *p, const struct rendering *r,
    struct span input, struct buf *out);

/* Accepts NULL. */
void printer_free(struct printer *p);

#endif
