#include "config.h"

#include "stream/locate-csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "io/framing.h"

#define DESCRIPTION_MAX 500 /* bytes of the names in a message, about */

struct csv {
	bool quotes;	    /* CSV, not TSV */
	char given;	    /* the separator; 0: the first record shows it */
	char separator;	    /* of the file; 0: not yet known */
	struct cells cells; /* how they are added to the file's records */
	bool w3c;	    /* a W3C extended log */
	bool has_header;    /* in any case; a name as key needs one anyway */
	const struct locator_key *key;
	bool named;    /* the header says which column is the key's */
	size_t column; /* of the key, from 1; 0: none, or not yet known */
	enum located_choice choice;
	bool past_header; /* the file's header was read, or it has none */
	size_t width;	  /* cells of the file's first record; 0: none yet */
	char *error;
};

static void *
csv_new(const struct locator_config *config, const struct locator_key *key,
    char **why)
{
	struct csv *c = xcalloc(1, sizeof(*c));

	(void)why;
	c->quotes = config->format == ENRICH_CSV;
	c->w3c = config->format == ENRICH_W3C;
	c->given = c->quotes ? config->separator : '\0';
	c->has_header = c->quotes && config->header;
	c->key = key;
	c->named = key->field != NULL && key->column <= 0;
	c->column = c->named ? 0 : (size_t)key->column;
	c->choice = key->choice;
	return c;
}

static void
csv_begin_file(void *self)
{
	struct csv *c = self;

	c->past_header = !c->named && !c->has_header;
	c->width = 0;
	c->separator = c->given;
	c->cells = (struct cells){ .form = CELLS_RENDERED };
	if (c->w3c)
		c->cells = (struct cells){ CELLS_W3C, ' ', '-' };
	if (c->given != '\0' && c->given != ',')
		c->cells = (struct cells){ CELLS_CSV, c->given, '\0' };
	if (c->key->column <= 0)
		c->column = 0;
}

/*
 * Stores the cell at *at, and moves *at past it and its separator. Returns
 * false if there is none left.
 */
static bool
next_cell(const struct csv *c, struct span record, size_t *at,
    struct span *cell)
{
	char separator = c->separator;
	size_t i = *at;
	bool quoted = false;

	if (i > record.len)
		return false;
	while (i < record.len && (quoted || record.text[i] != separator)) {
		if (c->quotes && record.text[i] == '"' &&
		    (quoted ||
			framing_opens_quote(record.text, record.text + i,
			    separator)))
			quoted = !quoted;
		i++;
	}
	*cell = (struct span){ record.text + *at, i - *at };
	*at = i + 1;
	return true;
}

/* Returns a cell, by its number from 1. */
static struct span
find_cell(const struct csv *c, struct span record, size_t column)
{
	struct span cell = { NULL, 0 };
	size_t at = 0;

	while (column-- > 0)
		if (!next_cell(c, record, &at, &cell))
			return (struct span){ NULL, 0 };
	return cell;
}

/*
 * Returns whether a record ends within a quoted cell, and has a newline: the
 * end of its file cuts it off.
 */
static bool
is_cut_off(const struct csv *c, struct span record)
{
	struct framing_state state = { .separator = c->separator };
	struct line whole;

	return memchr(record.text, '\n', record.len) != NULL &&
	    framing_cut(&state, FRAMING_CSV, record.text, record.len, false,
		&whole) == CUT_MORE &&
	    state.quoted;
}

/* Returns whether a cell, as RFC 4180 reads it, is a name. */
static bool
cell_is(struct span cell, const char *name)
{
	bool quoted = cell.len >= 2 && cell.text[0] == '"';
	size_t i = quoted;
	size_t end = cell.len - quoted;

	for (; i < end && *name != '\0'; i++, name++) {
		if (cell.text[i] != *name)
			return false;
		i += quoted && cell.text[i] == '"';
	}
	return i == end && *name == '\0';
}

/* Returns the number of the column with a name, or 0. */
static size_t
find_column(const struct csv *c, struct span header, const char *name)
{
	struct span cell;
	size_t at = 0;

	for (size_t column = 1; next_cell(c, header, &at, &cell); column++)
		if (cell_is(cell, name))
			return column;
	return 0;
}

/*
 * Returns an error that names the columns that there are, or the first of them.
 * The caller frees it.
 */
static char *
describe_columns(const struct csv *c, struct span header)
{
	struct buf text = { 0 };
	struct span cell;
	size_t at = 0;

	buf_printf(&text, "no column '%s' in the header, which has ",
	    c->key->field);
	for (size_t n = 0; next_cell(c, header, &at, &cell); n++) {
		if (text.len + cell.len > DESCRIPTION_MAX) {
			buf_puts(&text, n > 0 ? ", ..." : "...");
			break;
		}
		buf_puts(&text, n > 0 ? ", " : "");
		for (size_t i = 0; i < cell.len; i++)
			if (cell.text[i] != '\0')
				buf_putc(&text, cell.text[i]);
	}
	buf_putc(&text, '\0');
	return text.data;
}

/*
 * Finds the column that has the key's name, if it has one. A column whose name
 * is all of the key comes first.
 */
static void
read_header(struct csv *c, struct span header)
{
	const struct locator_key *k = c->key;

	header = span_without_mark(header);
	c->past_header = true;

	if (k->name == NULL || k->column > 0)
		return;
	c->choice = LOCATED_FIRST;
	c->column = find_column(c, header, k->name);
	if (c->column > 0)
		return;
	c->choice = k->choice;
	if (!c->named)
		return;
	c->column = find_column(c, header, k->field);
	if (c->column == 0)
		c->error = describe_columns(c, header);
}

/* Returns whether a record is as wide as the first one of its file. */
static bool
has_width(struct csv *c, struct span record)
{
	struct span cell;
	size_t width = 0;
	size_t at = 0;

	while (next_cell(c, record, &at, &cell))
		width++;
	if (c->width == 0)
		c->width = width;
	return width == c->width;
}

/* Lines of a Zeek log before its records. */
#define ZEEK_SEPARATOR "#separator "
#define ZEEK_FIELDS "#fields"
#define ZEEK_TYPES "#types"
#define ZEEK_UNSET "#unset_field"

/* The line of a W3C extended log that names its columns. */
#define W3C_FIELDS "#Fields:"

/* Removes a word from the start of a line. Returns whether it was there. */
static bool
take_word(struct span *line, const char *word)
{
	size_t len = strlen(word);

	if (line->len < len || memcmp(line->text, word, len) != 0)
		return false;
	*line = (struct span){ line->text + len, line->len - len };
	return true;
}

/* The same for a word that the file's separator ends. */
static bool
take_cell(const struct csv *c, struct span *line, const char *word)
{
	struct span rest = *line;

	if (!take_word(&rest, word) || rest.len == 0 ||
	    rest.text[0] != c->separator)
		return false;
	*line = (struct span){ rest.text + 1, rest.len - 1 };
	return true;
}

/* Reads the separator of a Zeek log, as "\\x09" or one byte. Returns 0 if bad. */
static char
zeek_separator(struct span text)
{
	static const char digits[] = "0123456789abcdef";
	const char *high;
	const char *low;

	if (text.len == 1)
		return text.text[0];
	if (text.len != 4 || !take_word(&text, "\\x"))
		return '\0';
	high = memchr(digits, text.text[0] | 0x20, sizeof(digits) - 1);
	low = memchr(digits, text.text[1] | 0x20, sizeof(digits) - 1);
	if (high == NULL || low == NULL)
		return '\0';
	return (char)((high - digits) << 4 | (low - digits));
}

/* Begins a Zeek log, if this line does. */
static bool
begin_zeek(struct csv *c, struct span line)
{
	char separator;

	if (!take_word(&line, ZEEK_SEPARATOR))
		return false;
	separator = zeek_separator(line);
	if (separator == '\0' || separator == '\n' || separator == '\r')
		return false;
	c->separator = separator;
	c->cells = (struct cells){ CELLS_ZEEK, separator, '-' };
	return true;
}

/* A W3C log has blanks between values, or, as that of CloudFront, TABs. */
static void
find_w3c_separator(struct csv *c, struct span record)
{
	bool tabs = memchr(record.text, '\t', record.len) != NULL;

	c->separator = tabs ? '\t' : ' ';
	c->cells.separator = c->separator;
}

/* Finds what separates the cells of a file in its first record. */
static SELDOM void
find_separator(struct csv *c, struct span record)
{
	if (c->w3c)
		find_w3c_separator(c, record);
	else if (c->quotes)
		c->separator = framing_find_separator(record);
	else if (!begin_zeek(c, record))
		c->separator = '\t';
	if (c->quotes && c->separator != ',')
		c->cells = (struct cells){ CELLS_CSV, c->separator, '\0' };
}

static bool
is_comment(const struct csv *c, struct span record)
{
	return c->cells.form >= CELLS_ZEEK && record.len > 0 &&
	    record.text[0] == '#';
}

/*
 * Reads a line of a W3C log that is no record. The names of #Fields may have
 * another separator than the records after them.
 */
static enum located_kind
read_directive(struct csv *c, struct span line, struct located_list *out)
{
	bool names = take_word(&line, W3C_FIELDS);

	line = span_trim(line);
	find_w3c_separator(c, line);
	out->cells = c->cells;
	if (names)
		read_header(c, line);
	c->separator = '\0';
	if (c->error != NULL)
		return LOCATED_ERROR;
	return names ? LOCATED_HEADER : LOCATED_COMMENT;
}

/* Reads a line of a log that is no record. */
static SELDOM enum located_kind
read_comment(struct csv *c, struct span line, struct located_list *out)
{
	if (c->w3c)
		return read_directive(c, line, out);
	if (take_cell(c, &line, ZEEK_FIELDS)) {
		read_header(c, line);
		return c->error == NULL ? LOCATED_HEADER : LOCATED_ERROR;
	}
	if (take_cell(c, &line, ZEEK_TYPES))
		return LOCATED_TYPES;
	if (take_cell(c, &line, ZEEK_UNSET) && line.len == 1)
		c->cells.unset = line.text[0];
	else
		begin_zeek(c, line);
	out->cells = c->cells;
	return LOCATED_COMMENT;
}

static enum located_kind
csv_find(void *self, struct span record, struct located_list *out)
{
	struct csv *c = self;
	struct span cell;
	struct located *key;
	bool odd;

	if (c->error != NULL)
		return LOCATED_ERROR;
	if (c->separator == '\0')
		find_separator(c, record);
	if (c->quotes && record.len > 0 && is_cut_off(c, record))
		return LOCATED_NOTHING;
	if (c->cells.form != CELLS_RENDERED) {
		out->cells = c->cells;
		if (is_comment(c, record))
			return read_comment(c, record, out);
	}
	odd = c->quotes && !has_width(c, record);
	if (!c->past_header) {
		if (c->cells.form >= CELLS_ZEEK)
			c->error = format_text("a record comes before %s",
			    c->w3c ? W3C_FIELDS : ZEEK_FIELDS);
		else
			read_header(c, record);
		return c->error == NULL ? LOCATED_HEADER : LOCATED_ERROR;
	}
	key = located_add(out, record.len);
	if (odd)
		return LOCATED_ODD;
	if (c->column == 0) {
		located_set_line(key, record, c->choice);
		return LOCATED_RECORD;
	}
	cell = find_cell(c, record, c->column);
	if (cell.text != NULL)
		located_set_field(key, cell, c->choice);
	return LOCATED_RECORD;
}

static void
csv_skip(void *self)
{
	struct csv *c = self;

	if (!c->past_header && c->error == NULL)
		c->error = xstrdup("the header is longer than --max-record");
}

static const char *
csv_error(const void *self)
{
	const struct csv *c = self;

	return c->error;
}

static void
csv_free(void *self)
{
	struct csv *c = self;

	free(c->error);
	free(c);
}

const struct locate_method locate_csv = {
	.new = csv_new,
	.find = csv_find,
	.begin_file = csv_begin_file,
	.skip = csv_skip,
	.error = csv_error,
	.free = csv_free,
};
