#include "config.h"

#include "mail/rspamd-condition.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/array.h"
#include "mail/text.h"

#define DEPTH_MAX 100 /* of parentheses and negations */
#define LIMIT_MAX 1000000
#define NONE SIZE_MAX /* no term: after an error */

/* What a term is made of. */
enum operation {
	SYMBOL,
	NUMBER,
	NOT,
	PLUS,
	MORE,
	NOT_LESS,
	LESS,
	NOT_MORE,
	AND,
	OR
};

struct term {
	enum operation operation;
	struct span symbol;
	long number;
	size_t left; /* the numbers of terms */
	size_t right;
};

struct rspamd_condition {
	char *text; /* holds the symbols */
	struct term *terms;
	size_t count;
	size_t size; /* the room in `terms` */
	size_t top;
};

/* A text that is being read. */
struct reading {
	struct rspamd_condition *condition;
	const char *at;
	const char *why; /* NULL: nothing is wrong so far */
	unsigned depth;
};

/* The operators; of two that begin alike the longer one comes first. */
static const struct {
	const char *text;
	enum operation operation;
	size_t after; /* characters that follow a word, first a blank; or 0 */
} operators[] = {
	{ "&&", AND, 0 },
	{ "&", AND, 0 },
	{ "*", AND, 0 },
	{ "and", AND, 3 },
	{ "||", OR, 0 },
	{ "|", OR, 0 },
	{ "or", OR, 3 },
	{ "!", NOT, 0 },
	{ "not", NOT, 3 },
	{ "+", PLUS, 0 },
	{ ">=", NOT_LESS, 0 },
	{ ">", MORE, 0 },
	{ "<=", NOT_MORE, 0 },
	{ "<", LESS, 0 },
};

/* The binary operators of each level, those that bind least first. */
static const struct {
	enum operation first;
	enum operation last;
	bool once; /* not one after another */
} levels[] = {
	{ OR, OR, false },
	{ AND, AND, false },
	{ MORE, NOT_MORE, true },
	{ PLUS, PLUS, false },
};

static size_t read_level(struct reading *r, size_t level);

static size_t
fail(struct reading *r, const char *why)
{
	if (r->why == NULL)
		r->why = why;
	return NONE;
}

static size_t
add(struct reading *r, const struct term *term)
{
	struct rspamd_condition *c = r->condition;

	c->terms = array_grow(c->terms, &c->size, c->count, sizeof(*c->terms));
	c->terms[c->count] = *term;
	return c->count++;
}

static void
skip_blanks(struct reading *r)
{
	while (text_is_white(*r->at))
		r->at++;
}

/* Moves past an operator from `first` to `last`, if one is there. */
static bool
take(struct reading *r, enum operation first, enum operation last,
    enum operation *out)
{
	skip_blanks(r);
	for (size_t i = 0; i < LENGTH(operators); i++) {
		size_t len = strlen(operators[i].text);

		if (strncasecmp(r->at, operators[i].text, len) != 0 ||
		    (operators[i].after > 0 &&
			(!text_is_white(r->at[len]) ||
			    strlen(r->at + len) < operators[i].after)))
			continue;
		*out = operators[i].operation;
		if (*out < first || *out > last)
			return false;
		r->at += len;
		return true;
	}
	return false;
}

/* Reads a number, which is compared with, or a symbol. */
static size_t
read_name(struct reading *r)
{
	struct term term = { .operation = SYMBOL };
	size_t digits = strspn(r->at, "0123456789");
	size_t len = strcspn(r->at, ", \t()><+!|&\n\v\f\r");

	if (len == 0)
		return fail(r, "a symbol is missing");
	term.symbol = (struct span){ r->at, len };
	if (digits == len) {
		term.operation = NUMBER;
		term.number = strtol(r->at, NULL, 10);
		if (digits > 6 || term.number > LIMIT_MAX)
			return fail(r, "a number is too large");
	}
	r->at += len;
	return add(r, &term);
}

static size_t
read_parentheses(struct reading *r)
{
	size_t inside;

	r->at++;
	inside = read_level(r, 0);
	skip_blanks(r);
	if (inside != NONE && *r->at != ')')
		return fail(r, "a closing parenthesis is missing");
	r->at += inside != NONE;
	return inside;
}

/* Reads a symbol, a negation, or what is in parentheses. */
static size_t
read_factor(struct reading *r)
{
	struct term term = { .operation = NOT };
	enum operation operation;
	size_t factor;

	if (++r->depth > DEPTH_MAX)
		return fail(r, "it is nested too deeply");
	if (take(r, NOT, NOT, &operation)) {
		term.left = read_factor(r);
		factor = term.left != NONE ? add(r, &term) : NONE;
	} else if (*r->at == '(') {
		factor = read_parentheses(r);
	} else {
		factor = read_name(r);
	}
	r->depth--;
	return factor;
}

/*
 * Returns whether a term has no number on its left, and has one on its right
 * only if it compares, and always then.
 */
static bool
fits(const struct reading *r, const struct term *term)
{
	const struct term *terms = r->condition->terms;
	bool compares = term->operation >= MORE && term->operation <= NOT_MORE;

	return terms[term->left].operation != NUMBER &&
	    (terms[term->right].operation == NUMBER) == compares;
}

static size_t
read_level(struct reading *r, size_t level)
{
	struct term term = { .operation = SYMBOL };
	size_t left;

	if (level == LENGTH(levels))
		return read_factor(r);
	left = read_level(r, level + 1);
	while (left != NONE &&
	    take(r, levels[level].first, levels[level].last, &term.operation)) {
		term.left = left;
		term.right = read_level(r, level + 1);
		if (term.right == NONE)
			return NONE;
		if (!fits(r, &term))
			return fail(r, "a number must follow >, >=, < or <=");
		left = add(r, &term);
		if (levels[level].once)
			break;
	}
	return left;
}

struct rspamd_condition *
rspamd_condition_new(const char *text, const char **why)
{
	struct rspamd_condition *c = xcalloc(1, sizeof(*c));
	struct reading r = { .condition = c };

	c->text = xstrdup(text);
	r.at = c->text;
	c->top = read_level(&r, 0);
	skip_blanks(&r);
	if (r.why == NULL && *r.at != '\0')
		fail(&r, "an operator is missing");
	if (r.why == NULL && c->terms[c->top].operation == NUMBER)
		fail(&r, "a symbol is missing");
	if (r.why == NULL)
		return c;
	*why = r.why;
	rspamd_condition_free(c);
	return NULL;
}

struct span
rspamd_condition_symbol(const struct rspamd_condition *c, size_t number)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->terms[i].operation == SYMBOL && number-- == 0)
			return c->terms[i].symbol;
	return (struct span){ NULL, 0 };
}

/* Returns what an operation makes of two numbers. */
static long
combine(enum operation operation, long left, long right)
{
	switch (operation) {
	case NOT:
		return left == 0;
	case PLUS:
		return left + right;
	case MORE:
		return left > right;
	case NOT_LESS:
		return left >= right;
	case LESS:
		return left < right;
	case NOT_MORE:
		return left <= right;
	case AND:
		return left != 0 && right != 0;
	case OR:
		return left != 0 || right != 0;
	case SYMBOL:
	case NUMBER:
		break;
	}
	return 0;
}

bool
rspamd_condition_holds(const struct rspamd_condition *c,
    bool (*has)(const void *arg, struct span symbol), const void *arg)
{
	long *values = xcalloc(c->count, sizeof(*values));
	bool holds;

	/* A term comes after its parts. */
	for (size_t i = 0; i < c->count; i++) {
		const struct term *t = &c->terms[i];

		assert(t->left <= i && t->right <= i);
		if (t->operation == SYMBOL)
			values[i] = has(arg, t->symbol);
		else if (t->operation == NUMBER)
			values[i] = t->number;
		else
			values[i] = combine(t->operation, values[t->left],
			    values[t->right]);
	}
	holds = values[c->top] != 0;
	free(values);
	return holds;
}

void
rspamd_condition_free(struct rspamd_condition *c)
{
	if (c == NULL)
		return;
	free(c->text);
	free(c->terms);
	free(c);
}
