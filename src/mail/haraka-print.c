#include "config.h"

#include "mail/haraka-print.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/escape.h"
#include "mail/haraka-header.h"

static void
print_text(struct json *j, const char *name, struct span latin1)
{
	struct buf utf8 = { 0 };

	if (latin1.text == NULL) /* undefined: JSON leaves it out */
		return;
	buf_reserve(&utf8, 1);
	haraka_header_put_utf8(&utf8, latin1);
	json_string(j, name, utf8.data, utf8.len);
	buf_free(&utf8);
}

static void
print_asn(const struct haraka_results *results, struct json *j)
{
	if (results->is_number)
		json_number(j, "asn", strtoul(results->asn.text, NULL, 10));
	else
		print_text(j, "asn", results->asn);
}

static void
print_provider(const struct haraka_results *results, unsigned provider,
    struct json *j)
{
	const struct haraka_provider_info *info = &haraka_providers[provider];

	json_object(j, info->key);
	for (size_t i = 0; i < info->field_count; i++)
		print_text(j, info->fields[i],
		    results->answers[provider].values[i]);
	json_object_end(j);
}

static void
print_member(const struct haraka_results *results, unsigned member,
    struct json *j)
{
	if (member >= HARAKA_MEMBER_PROVIDERS)
		print_provider(results, member - HARAKA_MEMBER_PROVIDERS, j);
	else if (member == HARAKA_MEMBER_ASN)
		print_asn(results, j);
	else if (member == HARAKA_MEMBER_NET)
		print_text(j, "net", results->net);
	else
		json_string(j, "org", results->org.text, results->org.len);
}

void
haraka_print_json(const struct haraka_results *results, const struct record *r,
    struct writer *w)
{
	struct json *j = &w->json;

	json_object(j, w->name);
	if (w->name == NULL)
		field_write_named("ip", w, r);
	for (size_t i = 0; i < results->count; i++)
		print_member(results, results->order[i], j);
	json_object_end(j);
}

/* --- headers ------------------------------------------------------------- */

/* Prints X-Haraka-ASN with a suffix to its name, which may be empty. */
static void
print_line(const char *suffix, struct span value, struct buf *out)
{
	struct buf line = { 0 };

	buf_printf(out, "X-Haraka-ASN%s%s: ", suffix[0] != '\0' ? "-" : "",
	    suffix);
	haraka_header_put(&line, value);
	escape_flat(out, line.data, line.len);
	buf_free(&line);
	buf_putc(out, '\n');
}

/* Appends the value of X-Haraka-ASN: the AS and its network. */
static void
put_main_value(const struct haraka_results *results, struct buf *out)
{
	haraka_header_put_utf8(out, results->asn);
	if (results->net.len > 0) {
		buf_putc(out, ' ');
		haraka_header_put_utf8(out, results->net);
	}
}

static void
print_main(const struct haraka_results *results, struct buf *out)
{
	struct buf value = { 0 };

	put_main_value(results, &value);
	print_line("", (struct span){ value.data, value.len }, out);
	buf_free(&value);
	if (results->org.len > 0)
		print_line("Org", results->org, out);
}

static void
print_provider_line(const struct haraka_results *results, unsigned provider,
    struct buf *out)
{
	const struct haraka_provider_info *info = &haraka_providers[provider];
	const struct span *values = results->answers[provider].values;
	struct buf line = { 0 };

	if (values[HARAKA_ASN].len == 0)
		return;
	for (size_t i = 0; i < info->field_count; i++) {
		buf_printf(&line, "%s%s=", i > 0 ? " " : "", info->fields[i]);
		if (values[i].text == NULL)
			buf_puts(&line, "undefined");
		haraka_header_put_utf8(&line, values[i]);
	}
	print_line(info->header, (struct span){ line.data, line.len }, out);
	buf_free(&line);
}

void
haraka_print_header(const struct haraka_results *results,
    const struct haraka_config *config, struct writer *w)
{
	if (results->asn.len == 0)
		return;
	if (config->header_asn)
		print_main(results, w->out);
	for (size_t i = 0; config->header_provider && i < results->count; i++)
		if (results->order[i] >= HARAKA_MEMBER_PROVIDERS)
			print_provider_line(results,
			    results->order[i] - HARAKA_MEMBER_PROVIDERS,
			    w->out);
}

void
haraka_print_added(const struct haraka_results *results, struct writer *w)
{
	struct buf value = { 0 };

	if (results->asn.len > 0)
		put_main_value(results, &value);
	escape_flat(w->out, value.data, value.len);
	buf_free(&value);
}
