#include "config.h"

#include "db/reader-form.h"

#include <stdbool.h>
#include <stddef.h>

#include "record/addr.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct span
form_take_word(struct span *line)
{
	struct span word = { line->text, 0 };
	size_t at;

	while (word.len < line->len && !is_blank(line->text[word.len]))
		word.len++;
	at = word.len;
	while (at < line->len && is_blank(line->text[at]))
		at++;
	*line = (struct span){ line->text + at, line->len - at };
	return word;
}

static bool
is_between_asns(char c)
{
	return c == ' ' || c == ',' || c == '_' || c == '{' || c == '}';
}

enum line_result
form_add_origins(struct form_reader *r, const struct origin *o,
    struct span asns)
{
	size_t first = r->origins.count;

	while (asns.len > 0) {
		struct span word = { asns.text, 0 };
		uint32_t asn;

		while (word.len < asns.len &&
		    !is_between_asns(word.text[word.len]))
			word.len++;
		if (word.len > 0) {
			struct origin *added;

			if (!asn_parse(word.text, word.len, &asn))
				return LINE_BAD;
			added = origins_add(&r->origins);
			*added = *o;
			added->asn = asn;
		}
		word.len += word.len < asns.len;
		asns.text += word.len;
		asns.len -= word.len;
	}
	return r->origins.count > first ? LINE_GOOD : LINE_BAD;
}
