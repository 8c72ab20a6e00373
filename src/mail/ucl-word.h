#ifndef ASNQ_UCL_WORD_H
#define ASNQ_UCL_WORD_H

#include "base/buf.h"
#include "mail/ucl-value.h"

/*
 * Sets a value from a text without quotes: null, a truth (true, yes, on), a
 * number, perhaps with a suffix (10k = 10,000, 10kb = 10,240, 10min = 600), or a
 * string, whose backslashes and variables are replaced. Returns NULL, or what
 * is wrong with it, a static text.
 */
const char *ucl_word_read(struct ucl_value *v, struct arena *arena,
    struct span word);

/*
 * Appends the text between single quotes. Returns NULL, or what is wrong, a
 * static text. Between double quotes, unescape_json() does.
 */
const char *ucl_word_unescape_single(struct buf *out, struct span text);

/*
 * Replaces the variables of rspamd in a text, with the paths of Debian; others
 * stay as they are. Returns NULL, or what is wrong, a static text.
 */
const char *ucl_word_expand(struct buf *text);

/*
 * Sets the name and value of a variable, by its number; value NULL: not known
 * here. Returns false after the last.
 */
bool ucl_word_variable(size_t number, const char **name, const char **value);

#endif
