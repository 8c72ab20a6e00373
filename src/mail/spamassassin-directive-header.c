#include "config.h"

#include "mail/spamassassin-directive-header.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "mail/text.h"

/* Sets which messages get a header; returns false if the word is unknown. */
static bool
read_messages(struct span word, struct sa_header *h)
{
	h->ham = span_is_exactly(word, "ham") || span_is_exactly(word, "all");
	h->spam = span_is_exactly(word, "spam") || span_is_exactly(word, "all");
	return h->ham || h->spam;
}

static bool
is_header_name(struct span word)
{
	for (size_t i = 0; i < word.len; i++)
		if (!isalnum((unsigned char)word.text[i]) &&
		    word.text[i] != '_' && word.text[i] != '-')
			return false;
	return word.len > 0;
}

/* Takes the headers of this name (NULL: all) off ham, spam or both. */
static void
drop_header(struct sa_reader *r, const char *name, bool ham, bool spam)
{
	struct sa_header **link = &r->config->headers;

	while (*link != NULL) {
		struct sa_header *h = *link;

		if (name == NULL || strcasecmp(h->name, name) == 0) {
			h->ham = h->ham && !ham;
			h->spam = h->spam && !spam;
		}
		if (h->ham || h->spam)
			link = &h->next;
		else
			*link = h->next;
	}
}

/*
 * Returns a copy of a template: \t is a TAB, \n a newline, and \\ or a last
 * backslash one backslash; any other backslash goes with its letter.
 */
static struct span
read_template(struct sa_reader *r, struct span text)
{
	char *to = sa_reader_keep(r, text);
	struct span out = { to, 0 };

	for (size_t i = 0; i < text.len; i++) {
		if (text.text[i] != '\\') {
			to[out.len++] = text.text[i];
			continue;
		}
		if (++i == text.len || text.text[i] == '\\')
			to[out.len++] = '\\';
		else if (text.text[i] == 't')
			to[out.len++] = '\t';
		else if (text.text[i] == 'n')
			to[out.len++] = '\n';
	}
	return out;
}

/* Appends a header, which replaces those of its name. */
static void
append_header(struct sa_reader *r, const struct sa_header *header)
{
	struct sa_header *h = arena_alloc(&r->config->arena, sizeof(*h));
	struct sa_header **end = &r->config->headers;

	drop_header(r, header->name, header->ham, header->spam);
	while (*end != NULL)
		end = &(*end)->next;
	*h = *header;
	*end = h;
}

enum sa_problem
sa_add_header(struct sa_reader *r, const char *value)
{
	struct span messages = text_next_word(&value);
	struct span name = text_next_word(&value);
	struct span template = { value, strlen(value) };
	struct sa_header h = { .next = NULL };

	if (!read_messages(messages, &h) || !is_header_name(name) ||
	    template.len == 0)
		return SA_INVALID;
	if (template.len >= 2 && value[0] == '"' &&
	    value[template.len - 1] == '"')
		template = (struct span){ value + 1, template.len - 2 };
	h.name = sa_reader_keep(r, name);
	h.template = read_template(r, template);
	append_header(r, &h);
	return SA_FINE;
}

enum sa_problem
sa_remove_header(struct sa_reader *r, const char *value)
{
	struct span messages = text_next_word(&value);
	struct span name = text_next_word(&value);
	struct sa_header which;

	if (!read_messages(messages, &which) || !is_header_name(name) ||
	    *value != '\0')
		return SA_INVALID;
	if (!span_is_exactly(name, "Checker-Version"))
		drop_header(r, sa_reader_keep(r, name), which.ham, which.spam);
	return SA_FINE;
}

enum sa_problem
sa_clear_headers(struct sa_reader *r, const char *value)
{
	if (*value != '\0')
		return SA_INVALID;
	drop_header(r, NULL, true, true);
	return SA_FINE;
}
