#include "config.h"

#include "record/field.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/escape.h"
#include "base/span.h"
#include "record/target.h"

static void
write_null(struct writer *w)
{
	if (w->style->json)
		json_null(&w->json, w->name);
	else
		buf_puts(w->out, w->style->null);
}

static void
write_text(struct writer *w, const char *text, size_t len)
{
	if (text == NULL || len == 0)
		write_null(w);
	else if (w->style->json)
		json_string(&w->json, w->name, text, len);
	else
		escape_flat(w->out, text, len);
}

/* Writes a text that needs no escaping. */
static void
write_word(struct writer *w, const char *text, size_t len)
{
	if (w->style->json || len == 0)
		write_text(w, text, len);
	else
		buf_put(w->out, text, len);
}

static void
write_asn(struct writer *w, uint32_t asn)
{
	if (w->style->json) {
		json_number(&w->json, w->name, asn);
	} else {
		buf_puts(w->out, w->style->asn_prefix);
		buf_put_number(w->out, asn);
	}
}

static void
write_bool(struct writer *w, bool value)
{
	if (w->style->json)
		json_bool(&w->json, w->name, value);
	else
		buf_puts(w->out, value ? "true" : "false");
}

static void
write_prefix(struct writer *w, const struct prefix *p)
{
	char text[PREFIX_TEXT_MAX];

	if (w->style->json)
		json_string(&w->json, w->name, text, prefix_print(p, text));
	else
		w->out->len +=
		    prefix_print(p, buf_reserve(w->out, PREFIX_TEXT_MAX));
}

/* Begins a list, whose elements are separated by blanks unless in JSON. */
static void
begin_list(struct writer *w, size_t count)
{
	if (w->style->json)
		json_array(&w->json, w->name);
	else if (count == 0)
		buf_puts(w->out, w->style->null);
	w->name = NULL;
}

static void
next_element(struct writer *w, size_t index)
{
	if (!w->style->json && index > 0)
		buf_putc(w->out, ' ');
}

static void
end_list(struct writer *w)
{
	if (w->style->json)
		json_array_end(&w->json);
}

static void
write_input(struct writer *w, const struct record *r)
{
	(void)r;
	if (w->style->json)
		json_string(&w->json, w->name, "", 0);
	if (w->input.text != NULL) {
		if (w->style->json)
			w->out->len--;
		field_write_input(w->style, w->out, w->input.text,
		    w->input.len);
		if (w->style->json)
			buf_putc(w->out, '"');
	} else {
		assert(w->hole != NULL);
		w->hole(w->hole_arg, w->out->len - w->style->json);
	}
}

static void
write_ip(struct writer *w, const struct record *r)
{
	const struct addr *a = &r->target.net.addr;
	char text[PREFIX_TEXT_MAX];

	if (r->target.kind != TARGET_NET)
		write_null(w);
	else if (w->style->json)
		json_string(&w->json, w->name, text, addr_print(a, text));
	else
		w->out->len +=
		    addr_print(a, buf_reserve(w->out, PREFIX_TEXT_MAX));
}

static void
write_status(struct writer *w, const struct record *r)
{
	const char *word = status_word(r->status);

	write_word(w, word, strlen(word));
}

static void
write_the_asn(struct writer *w, const struct record *r)
{
	if (r->has_asn)
		write_asn(w, r->asn);
	else
		write_null(w);
}

static void
write_asn_list(struct writer *w, const uint32_t *list, size_t count)
{
	begin_list(w, count);
	for (size_t i = 0; i < count; i++) {
		next_element(w, i);
		write_asn(w, list[i]);
	}
	end_list(w);
}

static void
write_asns(struct writer *w, const struct record *r)
{
	write_asn_list(w, r->asns, r->asn_count);
}

static void
write_all_asns(struct writer *w, const struct record *r)
{
	write_asn_list(w, r->all_asns, r->all_asn_count);
}

static void
write_the_prefix(struct writer *w, const struct record *r)
{
	if (r->prefix_count > 0)
		write_prefix(w, &r->prefixes[0]);
	else
		write_null(w);
}

static void
write_prefixes(struct writer *w, const struct record *r)
{
	begin_list(w, r->prefix_count);
	for (size_t i = 0; i < r->prefix_count; i++) {
		next_element(w, i);
		write_prefix(w, &r->prefixes[i]);
	}
	end_list(w);
}

static void
write_country(struct writer *w, const struct record *r)
{
	write_word(w, r->reg.country, strlen(r->reg.country));
}

static void
write_registry(struct writer *w, const struct record *r)
{
	write_text(w, r->reg.registry.text, r->reg.registry.len);
}

static void
write_allocated(struct writer *w, const struct record *r)
{
	write_text(w, r->reg.allocated.text, r->reg.allocated.len);
}

static void
write_name(struct writer *w, const struct record *r)
{
	write_text(w, r->reg.name.text, r->reg.name.len);
}

static void
write_moas(struct writer *w, const struct record *r)
{
	write_bool(w, r->moas);
}

static void
write_conflict(struct writer *w, const struct record *r)
{
	write_bool(w, r->conflict);
}

static void
write_origin_object(struct writer *w, const struct origin *o,
    const char *source)
{
	struct json *j = &w->json;
	char text[PREFIX_TEXT_MAX];

	json_object(j, NULL);
	json_number(j, "asn", o->asn);
	json_string(j, "prefix", text, prefix_print(&o->prefix, text));
	json_string(j, "country",
	    o->reg.country[0] != '\0' ? o->reg.country : NULL, 2);
	json_string(j, "registry", o->reg.registry.text, o->reg.registry.len);
	json_string(j, "allocated", o->reg.allocated.text,
	    o->reg.allocated.len);
	json_string(j, "name", o->reg.name.text, o->reg.name.len);
	json_string(j, "source", source, strlen(source));
	json_object_end(j);
}

/* Writes PREFIX=ASN@SOURCE in formats without objects. */
static void
write_origins(struct writer *w, const struct record *r)
{
	begin_list(w, r->origins.count);
	for (size_t i = 0; i < r->origins.count; i++) {
		const struct origin *o = &r->origins.list[i];
		const char *source = r->sources[o->source].name;

		next_element(w, i);
		if (w->style->json) {
			write_origin_object(w, o, source);
			continue;
		}
		write_prefix(w, &o->prefix);
		buf_putc(w->out, '=');
		write_asn(w, o->asn);
		buf_putc(w->out, '@');
		buf_puts(w->out, source);
	}
	end_list(w);
}

static const char *const dnssec_states[] = {
	[DNSSEC_UNCHECKED] = NULL,
	[DNSSEC_INSECURE] = "insecure",
	[DNSSEC_SECURE] = "secure",
};

_Static_assert(LENGTH(dnssec_states) == DNSSEC_MAX,
    "every state of DNSSEC has its word");

static void
write_source_object(struct writer *w, const struct source_result *s)
{
	struct json *j = &w->json;
	const char *status = status_word(s->status);
	const char *dnssec = dnssec_states[s->dnssec];

	json_object(j, NULL);
	json_string(j, "source", s->name, strlen(s->name));
	json_string(j, "status", status, strlen(status));
	if (s->has_ttl)
		json_number(j, "ttl", s->ttl);
	else
		json_null(j, "ttl");
	json_string(j, "dnssec", dnssec, dnssec != NULL ? strlen(dnssec) : 0);
	if (s->truncated)
		json_bool(j, "truncated", true);
	json_object_end(j);
}

/* Writes SOURCE=STATUS, or SOURCE=STATUS,truncated, without objects. */
static void
write_sources(struct writer *w, const struct record *r)
{
	begin_list(w, r->source_count);
	for (size_t i = 0; i < r->source_count; i++) {
		const struct source_result *s = &r->sources[i];

		next_element(w, i);
		if (w->style->json)
			write_source_object(w, s);
		else
			buf_printf(w->out, "%s=%s%s", s->name,
			    status_word(s->status),
			    s->truncated ? ",truncated" : "");
	}
	end_list(w);
}

static void
write_special(struct writer *w, const struct record *r)
{
	struct buf text = { 0 };

	if (r->special != NULL)
		buf_printf(&text, "%s (%s)", r->special->name, r->special->rfc);
	write_text(w, text.data, text.len);
	buf_free(&text);
}

void
field_write_info(struct buf *out, const struct record *r)
{
	if (r->status == STATUS_OK)
		buf_put(out, r->reg.name.text, r->reg.name.len);
	else if (r->status == STATUS_SPECIAL)
		buf_printf(out, "%s (%s)", r->special->name, r->special->rfc);
	else
		buf_puts(out,
		    r->why != NULL ? r->why : status_phrase(r->status));
}

static void
write_info(struct writer *w, const struct record *r)
{
	struct buf text = { 0 };

	if (r->status == STATUS_OK) {
		write_name(w, r);
		return;
	}
	field_write_info(&text, r);
	write_text(w, text.data, text.len);
	buf_free(&text);
}

static const struct field fields[] = {
	{ "input", "input", write_input, 24, false },
	{ "ip", "ip", write_ip, 20, false },
	{ "status", "status", write_status, 11, false },
	{ "asn", "asn", write_the_asn, 8, false },
	{ "asns", "asns", write_asns, 17, false },
	{ "prefix", "prefix", write_the_prefix, 19, false },
	{ "prefixes", "prefixes", write_prefixes, 37, false },
	{ "country", "cc", write_country, 2, false },
	{ "registry", "registry", write_registry, 8, false },
	{ "allocated", "allocated", write_allocated, 10, false },
	{ "name", "name", write_name, 24, true },
	{ "moas", "moas", write_moas, 5, false },
	{ "conflict", "conflict", write_conflict, 8, false },
	{ "origins", "origins", write_origins, 40, false },
	{ "sources", "sources", write_sources, 40, false },
	{ "special", "special", write_special, 30, false },
	{ "info", "info", write_info, 24, true },
};

const struct words field_words = WORDS_OF(fields, name);

/* SpamAssassin's names; where a field has the same one, this is the tag. */
static const struct field spamassassin[] = {
	{ "asn", NULL, write_all_asns, 0, false },
	{ "asncidr", NULL, write_prefixes, 0, false },
	{ "asncountry", NULL, write_country, 0, false },
	{ "asnname", NULL, write_name, 0, true },
};

const struct words field_tag_words = WORDS_OF(spamassassin, name);

static const struct field *
find(const struct field *list, size_t count, const char *name, size_t len)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(list[i].name) == len &&
		    memcmp(list[i].name, name, len) == 0)
			return &list[i];
	return NULL;
}

const struct field *
field_find(const char *name, size_t len)
{
	return find(fields, LENGTH(fields), name, len);
}

static void
list_field(struct field_list *list, const struct field *f)
{
	list->fields = array_grow(list->fields, &list->size, list->count,
	    sizeof(*list->fields));
	list->fields[list->count++] = f;
}

void
field_list_add_all(struct field_list *out)
{
	for (size_t i = 0; i < LENGTH(fields); i++)
		if (fields[i].write != write_info)
			list_field(out, &fields[i]);
}

char *
field_list_parse(const char *names, struct field_list *out)
{
	char *why = NULL;

	while (why == NULL) {
		size_t len = strcspn(names, ",");
		const struct field *f = field_find(names, len);

		if (f == NULL) {
			char *name = xmemdup(names, len);

			why = words_unknown(&field_words, "field", name);
			free(name);
			break;
		}
		for (size_t i = 0; i < out->count; i++)
			if (out->fields[i] == f)
				return format_text("field '%s' is named twice",
				    f->name);
		list_field(out, f);
		if (names[len] == '\0')
			break;
		names += len + 1;
	}
	return why;
}

void
field_list_clear(struct field_list *list)
{
	free(list->fields);
	*list = (struct field_list){ .count = 0 };
}

const struct field *
field_find_tag(const char *tag, size_t len)
{
	const struct field *f;
	char *name = xmemdup(tag, len);

	for (size_t i = 0; i < len; i++)
		name[i] = (char)tolower((unsigned char)name[i]);
	f = find(spamassassin, LENGTH(spamassassin), name, len);
	if (f == NULL)
		f = field_find(name, len);
	free(name);
	return f;
}

void
text_write(struct writer *w, struct span text)
{
	size_t from = w->out->len;

	write_text(w, text.text, text.len);
	if (w->style->csv)
		escape_csv(w->out, from);
}

const struct field *
field_for_first_column(const struct field *f, const struct record *r)
{
	const struct prefix *net = &r->target.net;

	if (f->write == write_ip &&
	    (r->target.kind != TARGET_NET ||
		net->len < family_bits((enum family)net->addr.family)))
		return field_find("input", 5);
	return f;
}

void
field_write(const struct field *f, struct writer *w, const struct record *r)
{
	size_t from = w->out->len;

	w->name = f->name;
	f->write(w, r);
	if (w->style->csv && f->write != write_input)
		escape_csv(w->out, from);
}

void
field_write_named(const char *name, struct writer *w, const struct record *r)
{
	const struct field *f = field_find(name, strlen(name));

	assert(f != NULL);
	field_write(f, w, r);
}

void
field_write_input(const struct style *style, struct buf *out, const char *input,
    size_t len)
{
	size_t from = out->len;

	if (style->json) {
		escape_json(out, input, len);
		return;
	}
	escape_flat(out, input, len);
	if (style->csv)
		escape_csv(out, from);
}
