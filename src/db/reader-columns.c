#include "config.h"

#include "db/reader-columns.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/escape.h"
#include "base/number.h"
#include "record/addr.h"
#include "record/status.h"

#define CELLS_MAX 8 /* no form has more */

/* Cuts a line at its TABs. Returns the number of cells, at most CELLS_MAX. */
static size_t
cut(struct span line, struct span cells[CELLS_MAX])
{
	const char *end = line.text + line.len;
	const char *from = line.text;
	size_t count = 0;

	while (count < CELLS_MAX) {
		const char *tab = memchr(from, '\t', (size_t)(end - from));
		const char *to = tab != NULL ? tab : end;

		cells[count++] = (struct span){ from, (size_t)(to - from) };
		if (tab == NULL)
			break;
		from = tab + 1;
	}
	return count;
}

enum line_result
form_pyasn(struct form_reader *r, struct span line)
{
	struct origin o = { .asn = 0 };
	struct span word = form_take_word(&line);

	if (!prefix_parse(word.text, word.len, &o.prefix))
		return LINE_BAD;
	return form_add_origins(r, &o, line);
}

enum line_result
form_pfx2as(struct form_reader *r, struct span line)
{
	struct origin o = { .asn = 0 };
	struct span net = form_take_word(&line);
	struct span len = form_take_word(&line);
	struct addr a;
	uint64_t bits;

	if (!addr_parse(net.text, net.len, &a) ||
	    !number_parse(len.text, len.len, family_bits(a.family), &bits))
		return LINE_BAD;
	o.prefix = prefix_of(&a, (uint8_t)bits);
	return form_add_origins(r, &o, line);
}

enum line_result
form_iptoasn(struct form_reader *r, struct span line)
{
	struct origin o = { .asn = 0 };
	struct span cells[CELLS_MAX];
	size_t count = cut(line, cells);
	struct addr first;
	struct addr last;

	if (count < 3 || !addr_parse(cells[0].text, cells[0].len, &first) ||
	    !addr_parse(cells[1].text, cells[1].len, &last) ||
	    !asn_parse(cells[2].text, cells[2].len, &o.asn) ||
	    !addr_is_range(&first, &last))
		return LINE_BAD;
	if (asn_is_none(o.asn))
		return LINE_SKIPPED;
	if (count >= 5) {
		country_read(cells[3], (struct span){ NULL, 0 }, o.reg.country);
		o.reg.name = cells[4];
	}
	do {
		o.prefix = prefix_of_range(&first, &last);
		*origins_add(&r->origins) = o;
	} while (addr_step(&first, &o.prefix) && addr_is_range(&first, &last));
	return LINE_GOOD;
}

/* Returns the value of a cell of TSV; \N is no value. */
static struct span
read_cell(struct form_reader *r, struct span cell)
{
	char *out;

	if (span_is_exactly(cell, "\\N"))
		return (struct span){ NULL, 0 };
	out = arena_alloc(&r->texts, cell.len);
	return (struct span){ out, unescape(cell.text, cell.len, out) };
}

enum line_result
form_asnq_tsv(struct form_reader *r, struct span line)
{
	struct origin o = { .asn = 0 };
	struct span cells[CELLS_MAX];

	if (cut(line, cells) != 7 || !status_is_word(cells[2]))
		return LINE_BAD;
	if (!span_is_exactly(cells[2], status_word(STATUS_OK)) ||
	    span_is_exactly(cells[4], "\\N"))
		return LINE_SKIPPED;
	if (!prefix_parse(cells[4].text, cells[4].len, &o.prefix))
		return LINE_BAD;
	country_read(cells[5], (struct span){ NULL, 0 }, o.reg.country);
	o.reg.name = read_cell(r, cells[6]);
	return form_add_origins(r, &o, cells[3]);
}
