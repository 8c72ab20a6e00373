#include "config.h"

#include "stream/find-address.h"

#include "../tap.h"
#include "base/array.h"
#include "base/buf.h"

static void
describe(struct span record, struct buf *out)
{
	buf_putc(out, '<');
	for (size_t i = 0; i < record.len; i++)
		if (record.text[i] == '\0')
			buf_puts(out, "\\0");
		else
			buf_putc(out, record.text[i]);
	buf_putc(out, '>');
}

static void
test_addresses(void)
{
	static const struct {
		const char *text;
		const char *addresses;
	} rows[] = {
		{ "8.8.8.8", "<8.8.8.8>" },
		{ "from 8.8.8.8: ok", "<8.8.8.8>" },
		{ "8.8.8.8.", "<8.8.8.8>" },
		{ "x=8.8.8.8,y=1.1.1.1;", "<8.8.8.8><1.1.1.1>" },
		{ "\"8.8.8.8\" '::1'", "<8.8.8.8><::1>" },
		{ "[2001:db8::1]:443 1.2.3.4:80", "<2001:db8::1><1.2.3.4>" },
		{ "fe80::1%eth0 8.8.8.0/24", "<fe80::1><8.8.8.0>" },
		{ "::ffff:1.2.3.4", "<::ffff:1.2.3.4>" },
		{ "2001:DB8::A.", "<2001:DB8::A>" },
		{ "1.2.3.4-5.6.7.8", "<1.2.3.4><5.6.7.8>" },
		{ "ho3:::x 3..1.1::: a1:::", "" },
		{ "1.2.3.4.5 v1.2.3.4-rc 1.2.3.4-rc 01.2.3.4 1.2.3", "" },
		{ "12:34:56 12:34:56.789 00:11:22:33:44:55", "" },
		{ "4.3.2.1.in-addr.arpa host1.2.3.4 1.2.3.4x _1.2.3.4", "" },
		{ "std::vector a::b :: . : ... 256.1.1.1", "" },
		{ "", "" },
	};

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct span text = { rows[i].text, strlen(rows[i].text) };
		struct buf out = { 0 };
		struct span found;
		struct addr a;
		size_t at = 0;

		buf_reserve(&out, 1);
		while (find_address(text, &at, &found, &a))
			describe(found, &out);
		is_bytes(out.data, out.len, rows[i].addresses,
		    "the addresses in '%s'", rows[i].text);
		buf_free(&out);
	}
}

int
main(void)
{
	test_addresses();
	return tap_done();
}
