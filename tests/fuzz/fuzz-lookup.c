#include "config.h"

#include "fuzz.h"
#include "lookup/annotate.h"
#include "lookup/lookup-run.h"
#include "lookup/native.h"
#include "record/target.h"

/*
 * Runs a look-up on hostile answers: the record must not contain prefixes that
 * do not cover the target, nor an origin where there is none.
 */

static void
check_record(const struct record *r)
{
	const struct prefix *net = &r->target.net;

	HOLDS((r->status == STATUS_OK) == r->has_asn);
	for (size_t i = 0; i < r->origins.count; i++)
		HOLDS(prefix_covers(&r->origins.list[i].prefix, net));
	for (size_t i = 0; i < r->prefix_count; i++) {
		HOLDS(prefix_covers(&r->prefixes[i], net));
		HOLDS(i == 0 || r->prefixes[i].len < r->prefixes[i - 1].len);
	}
	for (size_t i = 1; i < r->asn_count; i++)
		HOLDS(r->asns[i - 1] < r->asns[i]);
	HOLDS(!r->has_asn || !asn_is_none(r->asn));
	HOLDS(!r->moas || r->asn_count > 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char name_one[] = "one.example";
	char name_two[] = "two.example";
	struct zone one = {
		.name = name_one,
		.serves = { true, true },
	};
	struct zone two = {
		.name = name_two,
		.serves = { true, true },
		.path = true,
	};
	const struct native_source sources[] = {
		{
		    .kind = &native_source_zone,
		    .name = name_one,
		    .zone = &one,
		    .grain = { 32, 64 },
		},
		{
		    .kind = &native_source_zone,
		    .name = name_two,
		    .zone = &two,
		    .local = true,
		    .grain = { 32, 128 },
		},
	};
	static const bool suspended[3];
	struct span in = { (const char *)data, size };
	uint8_t how = fuzz_byte(&in);
	struct span typed = fuzz_until(&in, '\n');
	struct native native = {
		.sources = sources,
		.source_count = LENGTH(sources),
		.first = (how & 2) != 0,
		.ask_special = (how & 4) != 0,
	};
	const struct annotations annotations = {
		.names = {
			.has_zone = true,
			.zone = LENGTH(sources),
			.for_addresses = (how & 1) != 0,
		},
	};
	const struct viewer viewer = {
		.view = &view_native,
		.self = &native,
		.annotations = &annotations,
	};
	struct lookup l = { .now = 1, .suspended = suspended };
	struct record r = { .source_count = 0 };

	target_parse(typed.text, typed.len, &l.target);
	fuzz_look_up(&viewer, &l, in);
	lookup_run_conclude(&l, &viewer, &r);
	if (l.target.kind == TARGET_NET)
		check_record(&r);
	record_free(&r);
	lookup_clear(&l);
	return 0;
}
