#include "config.h"

#include "mail/spamassassin-print.h"

#include <string.h>

#include "base/buf.h"
#include "base/escape.h"
#include "mail/spamassassin-header.h"

void
sa_print_added(const struct sa_setup *sa, const struct record *r,
    struct writer *w)
{
	for (size_t i = 0; i < sa->named_count; i++) {
		const struct value *v = &r->values[i];

		buf_printf(w->out, "%s_", i > 0 ? "\t" : "");
		escape_flat(w->out, v->name, strlen(v->name));
		buf_puts(w->out, "_=");
		escape_flat(w->out, v->text.text, v->text.len);
	}
}

void
sa_print_tags(const struct sa_setup *sa, const struct record *r,
    struct writer *w)
{
	buf_puts(w->out, "_IP_=");
	if (r->target.kind == TARGET_NET)
		field_write_named("ip", w, r);
	buf_putc(w->out, '\t');
	sa_print_added(sa, r, w);
}

static struct span
tag_value(void *arg, struct span tag)
{
	const struct record *r = arg;
	struct span text = { NULL, 0 };

	for (size_t i = 0; i < r->value_count && text.text == NULL; i++)
		if (span_is_exactly(tag, r->values[i].name))
			text = r->values[i].text;
	return text;
}

void
sa_print_headers(const struct sa_setup *sa, const struct record *r,
    struct writer *w)
{
	if (r->target.kind != TARGET_NET)
		return;
	for (int spam = 0; spam < 2; spam++)
		for (const struct sa_header *h = sa->config.headers; h != NULL;
		     h = h->next)
			if (h->ham != spam)
				sa_header_write(w->out, h->name, h->template,
				    sa->config.fold, tag_value, (void *)r);
}

void
sa_print_json(const struct sa_setup *sa, const bool *hits,
    const struct record *r, struct writer *w)
{
	struct json *j = &w->json;

	json_object(j, w->name);
	field_write_named("ip", w, r);
	field_write_named("status", w, r);
	json_object(j, "tags");
	for (size_t i = 0; i < sa->named_count; i++)
		json_string(j, r->values[i].name, r->values[i].text.text,
		    r->values[i].text.len);
	json_object_end(j);
	json_object(j, "rules");
	for (size_t i = 0; i < sa->check_count; i++)
		json_bool(j, sa->checks[i].name, hits[i]);
	json_object_end(j);
	json_object_end(j);
}
