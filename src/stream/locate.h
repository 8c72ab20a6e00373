#ifndef ASNQ_LOCATE_H
#define ASNQ_LOCATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "stream/locate-method.h"

/*
 * Finds the addresses in records to which something is added, and where that
 * goes. It looks nothing up and prints nothing. Each enrich_format has its
 * method, a row of the table in locate.c.
 */
struct locator;

/*
 * Returns a locator. If the key or the member is bad, returns NULL and sets
 * *why to the reason, which the caller frees. The texts of the configuration
 * must outlive the locator.
 */
struct locator *locator_new(const struct locator_config *config, char **why);

/* Forgets the header and the width of the last file: a new one begins. */
void locator_begin_file(struct locator *l);

/*
 * Finds the keys of a record, which comes without its ending, and replaces
 * what *out holds with them, in the order of `insert_at`. They borrow the
 * record.
 */
enum located_kind locator_find(struct locator *l, struct span record,
    struct located_list *out);

/*
 * Finds the next keys of a record, of which *out has some and is not at the
 * last, and replaces them. There may be none.
 */
void locator_continue(struct locator *l, struct span record,
    struct located_list *out);

/*
 * Passes over a record that is too long to be read. The locator cannot go on if
 * that is the header.
 */
void locator_skip(struct locator *l);

/* Returns why the locator cannot go on, in words, or NULL. It is borrowed. */
const char *locator_error(const struct locator *l);

/* Frees a locator. Accepts NULL. */
void locator_free(struct locator *l);

#endif
