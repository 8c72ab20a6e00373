#ifndef ASNQ_HARAKA_PRINT_H
#define ASNQ_HARAKA_PRINT_H

#include "mail/haraka-config.h"
#include "mail/haraka-results.h"
#include "record/field.h"

/* Prints the plugin's results as JSON. */
void haraka_print_json(const struct haraka_results *results,
    const struct record *r, struct writer *w);

/* Prints the lines that the plugin adds to a message; perhaps none. */
void haraka_print_header(const struct haraka_results *results,
    const struct haraka_config *config, struct writer *w);

/* Prints the value of the plugin's main header line, after a line of input. */
void haraka_print_added(const struct haraka_results *results, struct writer *w);

#endif
