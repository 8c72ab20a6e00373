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

/*
 * From a look-up that has all that it needs to what is printed for it.
 */
struct printer;

struct printer_config {
	const struct compare *compare; /* NULL: nothing is compared */
	const struct render *render;
	const struct terminal *terminal; /* NULL: bytes for a program */
	bool block; /* on the terminal: a labelled block each */
	bool check; /* print sources instead of records, and count them */
	const struct select *select; /* NULL: all records are printed */
	const char *asn_prefix;	     /* for what is chosen by a tag */
	struct summary *summary;     /* NULL: records are printed */
	bool quiet;		     /* print nothing */
	bool explain;		     /* below each record, how it came about */
	bool bugs; /* say on stderr what bugs of filters changed */
};

/* All is borrowed but the configuration. */
struct printer *printer_new(const struct printer_config *config,
    struct tally *tally);

/*
 * Appends what comes before the first record: names of columns, where the
 * format has them.
 */
void printer_head(const struct printer_config *config, struct buf *out);

/* Whether what is printed for a text will do when it comes again. */
bool printer_repeats(const struct printer *p);

/*
 * Concludes the look-up of an input, which is finished. What it returns holds
 * until the next call.
 */
struct rendering printer_conclude(struct printer *p, const struct viewer *v,
    struct lookup *l, struct span input);

/* The same for a line that has no address. */
struct rendering printer_conclude_none(struct printer *p,
    const struct viewer *v);

/* Appends what was concluded last; on a terminal that is the record itself. */
void printer_print(struct printer *p, const struct rendering *k,
    struct span input, struct buf *out);

/* Appends what was concluded before, where that repeats. */
void printer_print_again(const struct printer *p, const struct rendering *k,
    struct span input, struct buf *out);

/* Accepts NULL. */
void printer_free(struct printer *p);

#endif
