#include "config.h"

#include "print/render.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/span.h"

/* The parts of a format. It has fields, or else a template. */
struct layout {
	struct style style;
	const char *fields; /* NULL: all, unless there is a template */
	const char *template;
	const char *separator;
	const char *before;
	const char *after; /* NULL: the end of a record */
};

/* A style without a prefix for AS numbers takes that of the user. */
static const struct layout layouts[] = {
	[FORMAT_TEXT] = { { .null = "-" }, TEXT_FIELDS, NULL, "\t", "", NULL },
	[FORMAT_JSON] = { { .json = true }, NULL, NULL, NULL, "", NULL },
	[FORMAT_CSV] = { { .null = "", .asn_prefix = "", .csv = true },
	    "input,ip,status,asn,prefix,country,name", NULL, ",", "", NULL },
	[FORMAT_TSV] = { { .null = "\\N", .asn_prefix = "" },
	    "input,ip,status,asn,prefix,country,name", NULL, "\t", "", NULL },
	[FORMAT_TAGS] = { { .null = "" }, NULL,
	    "\\_IP\\_=_IP_\\t\\_STATUS\\_=_STATUS_\\t\\_ASN\\_=_ASN_\\t"
	    "\\_ASNCIDR\\_=_ASNCIDR_\\t\\_ASNCOUNTRY\\_=_ASNCOUNTRY_",
	    NULL, "", NULL },
	[FORMAT_HEADER] = { { .null = "" }, NULL, "X-Spam-ASN: _ASN_ _ASNCIDR_",
	    NULL, "", NULL },
};

_Static_assert(LENGTH(layouts) == FORMAT_MAX, "every format has its layout");

#define ADDED_FIELDS "asn,prefix,country"

/* A reply to rsyslog's mmexternal: the properties that change. */
static const struct layout reply = { { .json = true }, "status," ADDED_FIELDS,
	NULL, NULL, "{\"$!\":{", "}}\n" };

/* What is added to a line. */
static const struct layout additions[] = {
	[ENRICH_TEXT] = { { .null = "-" }, ADDED_FIELDS, NULL, "\t", "\t", "" },
	[ENRICH_INLINE] = { { .null = "-" }, ADDED_FIELDS, NULL, " ", " [",
	    "]" },
	[ENRICH_CSV] = { { .null = "", .asn_prefix = "", .csv = true },
	    ADDED_FIELDS, NULL, ",", ",", "" },
	[ENRICH_TSV] = { { .null = "\\N", .asn_prefix = "" }, ADDED_FIELDS,
	    NULL, "\t", "\t", "" },
	[ENRICH_JSON] = { { .json = true }, "status," ADDED_FIELDS, NULL, NULL,
	    "", "" },
	[ENRICH_W3C] = { { .null = "\\N", .asn_prefix = "" }, ADDED_FIELDS,
	    NULL, "\t", "\t", "" },
};

_Static_assert(LENGTH(additions) == ENRICH_MAX,
    "every format of lines has its layout");

/* A literal text, and after it the value of a tag. */
struct part {
	char *text;
	size_t len;
	struct tag tag; /* empty: there is only the text */
	bool elastic;	/* write the object "as" in its place */
};

struct render {
	struct render_config config;
	struct style style;
	struct style empty; /* for a line without an address */
	struct span before;
	struct span after;
	struct part *parts;
	size_t count;
	char end;
};

static bool
has_tag(const struct part *p)
{
	return p->tag.field != NULL || p->tag.value != NULL;
}

/* Returns the last part, or a new one where that has a tag already. */
static struct part *
open_part(struct render *r)
{
	if (r->count == 0 || has_tag(&r->parts[r->count - 1])) {
		r->parts =
		    xrealloc(r->parts, (r->count + 1) * sizeof(*r->parts));
		r->parts[r->count++] = (struct part){ .text = NULL };
	}
	return &r->parts[r->count - 1];
}

static void
add_literal(struct render *r, const char *text, size_t len)
{
	struct part *p = open_part(r);

	p->text = xrealloc(p->text, p->len + len);
	memcpy(p->text + p->len, text, len);
	p->len += len;
}

/* Returns whether the Elastic Common Schema has the field in "as". */
static bool
is_elastic(const struct field *f)
{
	return strcmp(f->name, "asn") == 0 || strcmp(f->name, "name") == 0;
}

static bool
has_elastic(const struct render *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->parts[i].elastic)
			return true;
	return false;
}

/* Compiles the named fields, or, with NULL, every field of a record. */
static char *
compile_fields(struct render *r, const char *names, const char *separator)
{
	struct field_list list = { .count = 0 };
	char *why = NULL;

	if (names != NULL)
		why = field_list_parse(names, &list);
	else
		field_list_add_all(&list);
	for (size_t i = 0; i < list.count; i++) {
		const struct field *f = list.fields[i];
		bool elastic = r->config.elastic && is_elastic(f);
		struct part *p;

		if (elastic && has_elastic(r))
			continue;
		if (i > 0 && separator != NULL)
			add_literal(r, separator, strlen(separator));
		p = open_part(r);
		p->tag.field = f;
		p->elastic = elastic;
	}
	field_list_clear(&list);
	return why;
}

/* Compiles every value of a filter, in the filter's order. */
static void
compile_values(struct render *r, const char *separator)
{
	const struct vocabulary *v = r->config.filter->vocabulary;

	for (size_t i = 0; i < v->count; i++) {
		if (i > 0)
			add_literal(r, separator, strlen(separator));
		open_part(r)->tag.value = v->names[i];
	}
}

static size_t
word_length(const char *text)
{
	return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
}

/*
 * Returns the length of the tag that the text begins with, underscores
 * included, or 0: a capital letter, then capitals and digits in groups with
 * single underscores between.
 */
static size_t
tag_length(const char *text)
{
	size_t len = 1 + word_length(text + (text[0] == '_'));
	size_t more;

	if (text[0] != '_' || !isupper((unsigned char)text[1]) ||
	    text[len] != '_')
		return 0;
	while ((more = word_length(text + len + 1)) > 0 &&
	    text[len + 1 + more] == '_')
		len += 1 + more;
	return len + 1;
}

static bool
compile_escape(struct render *r, char letter)
{
	static const char *const escapes[] = { "t\t", "n\n", "\\\\", "__" };

	for (size_t i = 0; i < LENGTH(escapes); i++)
		if (escapes[i][0] == letter) {
			add_literal(r, &escapes[i][1], 1);
			return true;
		}
	return false;
}

static char *
compile_template(struct render *r, const char *template)
{
	const struct vocabulary *v =
	    r->config.filter != NULL ? r->config.filter->vocabulary : NULL;

	for (const char *at = template; *at != '\0';) {
		size_t len = tag_length(at);

		if (*at == '\\') {
			if (!compile_escape(r, at[1]))
				return format_text("'%s': expected \\t, \\n, "
						   "\\\\ or \\_",
				    at);
			len = 2;
		} else if (len > 0) {
			struct tag tag;

			if (!tag_find(v, at + 1, len - 2, &tag))
				return tag_unknown(v, at + 1, len - 2);
			open_part(r)->tag = tag;
		} else {
			len = strcspn(at + 1, "_\\") + 1;
			add_literal(r, at, len);
		}
		at += len;
	}
	return NULL;
}

/* A template replaces all of a format but the TAB before what is added. */
static const struct layout *
layout_of(const struct render_config *config)
{
	static const struct layout by_template[] = {
		[ENRICH_NONE] = { { .null = "" }, NULL, NULL, NULL, "", NULL },
		[ENRICH_TEXT] = { { .null = "" }, NULL, NULL, NULL, "\t", "" },
		[ENRICH_INLINE] = { { .null = "" }, NULL, NULL, NULL, "", "" },
	};

	if (config->reply)
		return &reply;
	if (config->template != NULL) {
		assert(config->enrich < LENGTH(by_template));
		return &by_template[config->enrich];
	}
	if (config->enrich != ENRICH_NONE)
		return &additions[config->enrich];
	return &layouts[config->format];
}

/* Returns whether a filter prints records itself: there are no parts. */
static bool
filter_prints(const struct render_config *config)
{
	return config->filter != NULL && config->template == NULL &&
	    config->enrich != ENRICH_CSV && config->enrich != ENRICH_TSV &&
	    config->enrich != ENRICH_W3C;
}

struct render *
render_new(const struct render_config *config, char **why)
{
	const struct layout *layout = layout_of(config);
	struct render *r = xcalloc(1, sizeof(*r));
	const char *template = config->template;

	if (template == NULL && config->filter == NULL)
		template = layout->template;
	r->config = *config;
	r->style = layout->style;
	if (r->style.asn_prefix == NULL)
		r->style.asn_prefix = config->asn_prefix;
	r->empty = r->style;
	if (config->enrich == ENRICH_TEXT)
		r->empty.null = "";
	r->end = config->null ? '\0' : '\n';
	r->before = (struct span){ layout->before, strlen(layout->before) };
	r->after = layout->after != NULL
	    ? (struct span){ layout->after, strlen(layout->after) }
	    : (struct span){ &r->end, 1 };
	*why = NULL;
	if (template != NULL)
		*why = compile_template(r, template);
	else if (config->filter == NULL)
		*why = compile_fields(r,
		    config->fields != NULL ? config->fields : layout->fields,
		    layout->separator);
	else if (!filter_prints(config))
		compile_values(r, layout->separator);
	if (*why != NULL) {
		render_free(r);
		return NULL;
	}
	return r;
}

static bool
is_text(const struct render *r)
{
	return r->config.format == FORMAT_TEXT && r->config.template == NULL &&
	    r->config.enrich == ENRICH_NONE;
}

static void
put_name(const struct part *p, struct buf *out)
{
	const char *value = p->tag.value != NULL ? p->tag.value : "";

	buf_put(out, p->text, p->len);
	if (p->tag.field != NULL)
		buf_puts(out, p->tag.field->name);
	for (const char *c = value; *c != '\0'; c++)
		buf_putc(out, (char)tolower((unsigned char)*c));
}

void
render_names(const struct render *r, struct buf *out)
{
	buf_put(out, r->before.text, r->before.len);
	for (size_t i = 0; i < r->count; i++)
		put_name(&r->parts[i], out);
}

void
render_head(const struct render *r, struct buf *out)
{
	if (!r->style.csv || !r->config.header ||
	    r->config.enrich != ENRICH_NONE)
		return;
	render_names(r, out);
	buf_putc(out, r->end);
}

static void
add_hole(void *arg, size_t at)
{
	struct render_output *out = arg;

	if (out->count == out->size) {
		out->size = out->size > 0 ? 2 * out->size : 2;
		out->holes =
		    xrealloc(out->holes, out->size * sizeof(*out->holes));
	}
	out->holes[out->count++] = at;
}

/* Writes the AS as the Elastic Common Schema has it. */
static void
write_elastic(struct writer *w, const struct record *record, const char *name)
{
	struct json *j = &w->json;

	json_object(j, name);
	if (record->has_asn)
		json_number(j, "number", record->asn);
	else
		json_null(j, "number");
	json_object(j, "organization");
	json_string(j, "name", record->reg.name.text, record->reg.name.len);
	json_object_end(j);
	json_object_end(j);
}

static void
write_part(const struct render *r, size_t i, const struct record *record,
    struct writer *w)
{
	const struct part *p = &r->parts[i];

	buf_put(w->out, p->text, p->len);
	if (p->elastic)
		write_elastic(w, record, "as");
	else if (i == 0 && is_text(r))
		field_write(field_for_first_column(p->tag.field, record), w,
		    record);
	else if (has_tag(p))
		tag_write(&p->tag, w, record);
}

static void
write_by_filter(const struct render *r, const struct record *record,
    struct writer *w)
{
	const struct viewer *filter = r->config.filter;
	enum format format = r->config.format;

	if (r->config.enrich == ENRICH_TEXT ||
	    r->config.enrich == ENRICH_INLINE) {
		filter->view->print_added(filter->self, record, w);
		return;
	}
	if (r->config.enrich == ENRICH_JSON) {
		format = FORMAT_JSON;
		w->name = r->config.member;
	}
	filter->view->print(filter->self, record, format, w);
}

static void
write_parts(const struct render *r, const struct record *record,
    struct writer *w)
{
	struct json *j = &w->json;
	bool json = r->style.json;
	bool added = r->config.enrich == ENRICH_JSON;

	if (filter_prints(&r->config)) {
		write_by_filter(r, record, w);
		return;
	}
	if (added && r->config.elastic) {
		write_elastic(w, record, r->config.member);
		return;
	}
	if (json)
		json_object(j, added ? r->config.member : NULL);
	for (size_t i = 0; i < r->count; i++)
		write_part(r, i, record, w);
	if (json)
		json_object_end(j);
}

void
render_record(const struct render *r, const struct record *record,
    struct render_output *out)
{
	bool blank = record->status == STATUS_NOADDRESS;
	struct writer w = {
		.out = &out->bytes,
		.style = blank ? &r->empty : &r->style,
		.json = { .out = &out->bytes },
		.hole = add_hole,
		.hole_arg = out,
	};

	buf_clear(&out->bytes);
	out->count = 0;
	if (blank && r->config.reply) {
		buf_puts(&out->bytes, "{}\n");
		return;
	}
	buf_put(&out->bytes, r->before.text, r->before.len);
	if (!blank || !is_text(r))
		write_parts(r, record, &w);
	buf_put(&out->bytes, r->after.text, r->after.len);
}

void
render_fill(const struct render *r, const char *bytes, size_t len,
    const size_t *holes, size_t count, struct span input, struct buf *out)
{
	size_t from = 0;

	for (size_t i = 0; i < count; i++) {
		assert(holes[i] >= from && holes[i] <= len);
		buf_put(out, bytes + from, holes[i] - from);
		field_write_input(&r->style, out, input.text, input.len);
		from = holes[i];
	}
	buf_put(out, bytes + from, len - from);
}

void
render_output_free(struct render_output *r)
{
	buf_free(&r->bytes);
	free(r->holes);
	*r = (struct render_output){ .count = 0 };
}

void
render_free(struct render *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->count; i++)
		free(r->parts[i].text);
	free(r->parts);
	free(r);
}
