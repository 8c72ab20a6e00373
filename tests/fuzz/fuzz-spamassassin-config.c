#include "config.h"

#include "fuzz.h"
#include "mail/filters.h"
#include "mail/spamassassin-file.h"

/*
 * Checks that the settings of a .cf file are the same after they are written
 * and read again.
 */

/* Appends a value with # escaped, which would begin a comment. */
static void
put_value(struct buf *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '#')
			buf_putc(out, '\\');
		buf_putc(out, text[i]);
	}
}

static void
put_word(struct buf *out, const char *word, const char *after)
{
	put_value(out, word, strlen(word));
	buf_puts(out, after);
}

static void
put_template(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.text[i] == '\\')
			buf_puts(out, "\\\\");
		else if (s.text[i] == '\n')
			buf_puts(out, "\\n");
		else
			put_value(out, s.text + i, 1);
	}
}

static void
put_lists(const struct sa_config *c, struct buf *out)
{
	for (const struct sa_lookup *l = c->lookups; l != NULL; l = l->next) {
		HOLDS(c->has_list[l->family]);
		buf_puts(out,
		    l->family == FAMILY_IPV4 ? "asn_lookup "
					     : "asn_lookup_ipv6 ");
		put_word(out, l->zone, ". _");
		put_word(out, l->asn_tag, "_ _");
		put_word(out, l->route_tag, "_\n");
	}
	for (const struct sa_header *h = c->headers; h != NULL; h = h->next) {
		HOLDS(h->ham || h->spam);
		buf_printf(out, "add_header %s %s \"",
		    !h->ham	  ? "spam"
			: h->spam ? "all"
				  : "ham",
		    h->name);
		put_template(out, h->template);
		buf_puts(out, "\"\n");
	}
	for (const struct sa_rule *r = c->rules; r != NULL; r = r->next) {
		buf_puts(out, r->header ? "header " : "body ");
		put_word(out, r->name, " eval:");
		put_word(out, r->function, "\n");
	}
}

/* Appends a list whose first element is the newest, oldest first. */
static void
put_restrictions(const struct sa_restriction *x, struct buf *out)
{
	if (x == NULL)
		return;
	put_restrictions(x->next, out);
	buf_puts(out, "dns_query_restriction ");
	buf_puts(out, x->denied ? "deny " : "allow ");
	buf_putc(out, '.');
	put_word(out, x->domain, "\n");
}

static void
put_scores(const struct sa_score *s, struct buf *out)
{
	if (s == NULL)
		return;
	put_scores(s->next, out);
	buf_puts(out, "score ");
	put_word(out, s->rule, "");
	buf_printf(out, " %.17g\n", s->score);
}

static void
put_config(const struct sa_config *c, struct buf *out)
{
	buf_puts(out, "asn_prefix \"");
	put_value(out, c->asn_prefix.text, c->asn_prefix.len);
	buf_printf(out,
	    "\"\nasn_use_geodb %d\nasn_prefer_geodb %d\nasn_use_dns %d\n"
	    "fold_headers %d\n",
	    c->use_geodb, c->prefer_geodb, c->use_dns, c->fold);
	put_lists(c, out);
	put_restrictions(c->restrictions, out);
	put_scores(c->scores, out);
}

static bool
read_config(struct span text, struct buf *out)
{
	const char *path = fuzz_file(text);
	struct sa_config c;
	bool good = sa_file_read(&c, &path, 1);

	put_config(&c, out);
	sa_config_clear(&c);
	return good;
}

/* Checks that the filter opens, or refuses the file. */
static void
check_filter(struct span text)
{
	const struct filter *f = filters[FILTER_SPAMASSASSIN];
	const char *path = fuzz_file(text);
	const struct filter_config config = {
		.files = &path,
		.file_count = 1,
		.dns = true,
	};
	struct filter_state state;

	if (!f->open(&config, &state))
		return;
	HOLDS(state.vocabulary.count >= 2);
	f->free(state.self);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xmemdup(data, size);
	struct buf once = { 0 };
	struct buf twice = { 0 };

	/* Prevents reads of other files. */
	for (char *c = text; *c != '\0'; c++)
		if (*c == '/' && strstr(text, "nclude") != NULL)
			*c = '.';
	read_config((struct span){ text, strlen(text) }, &once);
	HOLDS(read_config((struct span){ once.data, once.len }, &twice));
	HOLDS(fuzz_same(once.data, once.len, twice.data, twice.len));
	check_filter((struct span){ text, strlen(text) });
	buf_free(&once);
	buf_free(&twice);
	free(text);
	return 0;
}
