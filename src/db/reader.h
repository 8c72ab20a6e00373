#ifndef ASNQ_READER_H
#define ASNQ_READER_H

#include <stdbool.h>

#include "base/span.h"
#include "db/table.h"
#include "io/decompress.h"
#include "io/lines.h"

/*
 * Reads tables of prefixes as text, line by line. The form of a line is
 * recognized from the line itself, so that a file may mix them:
 *
 *	8.8.8.0/24<TAB>15169				pyasn
 *	8.8.8.0<TAB>24<TAB>15169_36040,13		CAIDA's pfx2as
 *	8.8.8.0<TAB>8.8.8.255<TAB>15169<TAB>US<TAB>GOOGLE	iptoasn
 *	8.8.8.8<TAB>8.8.8.8<TAB>ok<TAB>15169<TAB>8.8.8.0/24<TAB>US<TAB>\N
 *							asnq's own TSV
 *	*.8.8.8<TAB>IN TXT<TAB>"15169" "8.8.8.0" "24"	a zone file, whose
 *							owner names are ignored
 *	8.8.8.0/24 :127.0.0.2:15169 | 8.8.8.0/24 | US | arin |
 *							rbldnsd's ip4trie and
 *							ip6trie, with `:` for
 *							a default and `!` for
 *							an exclusion
 *
 * Texts of zones are read as origin_text_read() does; a prefix there replaces
 * that of the line. Comments, from ; or #, and directives, from $, are skipped.
 */
struct reader;

/* The table is borrowed. */
struct reader *reader_new(struct table *table);

/* Takes a line, without its end. The first one may have a byte-order mark. */
enum line_result reader_add(struct reader *r, struct span line);

/* Reads a file as lines_load() does. */
bool reader_load(struct reader *r, struct decompress *file);

/* Accepts NULL. */
void reader_free(struct reader *r);

#endif
