#include "config.h"

#include "base/number.h"

#include <stdlib.h>

#include "../tap.h"
#include "base/array.h"

static void
test_numbers(void)
{
	static const struct {
		const char *text;
		uint64_t max;
		int64_t value; /* -1: none */
	} cases[] = {
		{ "0", 0, 0 },
		{ "0", 10, 0 },
		{ "10", 10, 10 },
		{ "11", 10, -1 },
		{ "9", 5, -1 },
		{ "1", 0, -1 },
		{ "007", 10, 7 },
		{ "65535", 65535, 65535 },
		{ "65536", 65535, -1 },
		{ "655350", 65535, -1 },
		{ "9223372036854775807", INT64_MAX, INT64_MAX },
		{ "9223372036854775808", INT64_MAX, -1 },
		{ "18446744073709551616", UINT64_MAX, -1 },
		{ "18446744073709551620", UINT64_MAX, -1 },
		{ "99999999999999999999", UINT64_MAX, -1 },
		{ "", 10, -1 },
		{ " 1", 10, -1 },
		{ "1 ", 10, -1 },
		{ "+1", 10, -1 },
		{ "-1", 10, -1 },
		{ "-0", 10, -1 },
		{ "1.0", 10, -1 },
		{ "0x1", 10, -1 },
		{ "1e1", 10, -1 },
		{ "/", 10, -1 },
		{ ":", 10, -1 },
		{ "\xb2", 10, -1 },
	};
	uint64_t value;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		bool good;

		value = 4711;
		good = number_parse(cases[i].text, strlen(cases[i].text),
		    cases[i].max, &value);
		is_int(good ? (int64_t)value : -1, cases[i].value,
		    "number '%s'", cases[i].text);
		ok(good || value == 4711,
		    "no value is written for an invalid number");
	}
	ok(number_parse("18446744073709551615", 20, UINT64_MAX, &value) &&
		value == UINT64_MAX,
	    "the largest number is parsed");
	ok(!number_parse("1\0", 2, 10, &value), "a NUL in a number is refused");
	ok(number_parse("123", 2, 100, &value) && value == 12,
	    "only `len` bytes count");
}

static void
test_seconds(void)
{
	static const struct {
		const char *text;
		int64_t usec; /* -1: none */
	} cases[] = {
		{ "1", 1000000 },
		{ "4", 4000000 },
		{ "0.25", 250000 },
		{ ".5", 500000 },
		{ "1.", 1000000 },
		{ "0.000001", 1 },
		{ "0.0000019", 1 },
		{ "1.0000001", 1000000 },
		{ "2.50", 2500000 },
		{ "3600", INT64_C(3600000000) },
		{ "3600.0", INT64_C(3600000000) },
		{ "3599.999999", INT64_C(3599999999) },
		{ "3600.000001", -1 },
		{ "3601", -1 },
		{ "99999999999999999999", -1 },
		{ "0", -1 },
		{ "0.0", -1 },
		{ "0.0000009", -1 },
		{ "", -1 },
		{ ".", -1 },
		{ "-1", -1 },
		{ "+1", -1 },
		{ "1s", -1 },
		{ "1e3", -1 },
		{ "1.2.3", -1 },
		{ "1..2", -1 },
		{ "1.2s", -1 },
		{ "1.0000000x", -1 },
		{ " 1", -1 },
		{ "1,5", -1 },
		{ "inf", -1 },
		{ "nan", -1 },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		int64_t usec;
		bool good = number_parse_seconds(cases[i].text, 3600, &usec);

		is_int(good ? usec : -1, cases[i].usec, "seconds '%s'",
		    cases[i].text);
	}
}

static void
test_sizes(void)
{
	static const struct {
		const char *text;
		int64_t bytes; /* -1: none */
	} cases[] = {
		{ "0", 0 },
		{ "1", 1 },
		{ "500K", 512000 },
		{ "64M", INT64_C(64) << 20 },
		{ "1G", INT64_C(1) << 30 },
		{ "1024G", INT64_C(1) << 40 },
		{ "1099511627776", INT64_C(1) << 40 },
		{ "1099511627777", -1 },
		{ "1025G", -1 },
		{ "18014398509481985K", -1 },
		{ "", -1 },
		{ "K", -1 },
		{ "1KK", -1 },
		{ "1k", -1 },
		{ "1T", -1 },
		{ "1KB", -1 },
		{ "1 K", -1 },
		{ "-1K", -1 },
		{ "1.5G", -1 },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		uint64_t bytes;
		bool good =
		    number_parse_size(cases[i].text, UINT64_C(1) << 40, &bytes);

		is_int(good ? (int64_t)bytes : -1, cases[i].bytes, "bytes '%s'",
		    cases[i].text);
	}
}

int
main(void)
{
	test_numbers();
	test_seconds();
	test_sizes();
	return tap_done();
}
