#include "config.h"

#include <ctype.h>

#include "fuzz.h"
#include "record/origin-text.h"

static void
check_text(struct span s)
{
	HOLDS(s.text == NULL || s.len > 0);
	HOLDS(s.text == NULL ||
	    fuzz_same(s.text, s.len, span_trim(s).text, span_trim(s).len));
}

static void
check_registration(const struct registration *reg)
{
	size_t letters = strlen(reg->country);

	HOLDS(letters == 0 || letters == 2);
	for (size_t i = 0; i < letters; i++)
		HOLDS(isupper((unsigned char)reg->country[i]));
	check_text(reg->registry);
	check_text(reg->allocated);
	check_text(reg->name);
}

/* Checks that an origin is the same after it is written and read again. */
static void
check_again(const struct origin *o, struct arena *arena)
{
	struct origins again = { .count = 0 };
	struct origin_reader reader = { .arena = arena, .out = &again };
	struct buf text = { 0 };
	struct buf rdata = { 0 };
	char prefix[PREFIX_TEXT_MAX];
	size_t len = prefix_print(&o->prefix, prefix);

	buf_printf(&text, "%u | %.*s | %s |  | ", (unsigned)o->asn, (int)len,
	    prefix, o->reg.country);
	fuzz_rdata((struct span){ text.data, text.len }, &rdata);
	HOLDS(origin_text_read(&reader, (const uint8_t *)rdata.data,
		  rdata.len) == STATUS_OK);
	HOLDS(again.count == 1 && again.list[0].asn == o->asn);
	HOLDS(prefix_equal(&again.list[0].prefix, &o->prefix));
	HOLDS(strcmp(again.list[0].reg.country, o->reg.country) == 0);
	free(again.list);
	buf_free(&text);
	buf_free(&rdata);
}

static void
check_origins(const struct buf *rdata, bool path, struct arena *arena)
{
	struct origins out = { .count = 0 };
	struct origin_reader reader = {
		.path = path,
		.source = 7,
		.arena = arena,
		.out = &out,
	};
	enum status status =
	    origin_text_read(&reader, (const uint8_t *)rdata->data, rdata->len);

	HOLDS((status == STATUS_OK) == (out.count > 0));
	HOLDS(status == STATUS_OK || status == STATUS_UNANNOUNCED ||
	    status == STATUS_MALFORMED);
	for (size_t i = 0; i < out.count; i++) {
		const struct origin *o = &out.list[i];
		struct prefix cut = prefix_of(&o->prefix.addr, o->prefix.len);

		HOLDS(o->source == 7 && !asn_is_none(o->asn));
		HOLDS(o->prefix.len > 0 && prefix_equal(&cut, &o->prefix));
		check_registration(&o->reg);
		check_again(o, arena);
	}
	free(out.list);
}

static void
check_name(const struct buf *rdata, uint32_t asn, struct arena *arena)
{
	struct registration reg = { .country = "" };

	if (origin_text_read_name((const uint8_t *)rdata->data, rdata->len, asn,
		arena, &reg) == STATUS_OK)
		check_registration(&reg);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { (const char *)data, size };
	struct arena arena = { .used = 0 };
	struct buf rdata = { 0 };
	uint8_t how = fuzz_byte(&in);

	/* Bit 0: the text is an AS path; bit 1: raw RDATA. */
	if ((how & 2) != 0)
		buf_put(&rdata, in.text, in.len);
	else
		fuzz_rdata(in, &rdata);
	check_origins(&rdata, (how & 1) != 0, &arena);
	check_name(&rdata, 15169, &arena);
	buf_free(&rdata);
	arena_free(&arena);
	return 0;
}
