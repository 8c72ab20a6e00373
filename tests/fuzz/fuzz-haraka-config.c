#include "config.h"

#include "fuzz.h"
#include "mail/haraka-config.h"
#include "mail/ini-file.h"

/* The settings that were read, as lines that can be read again. */
struct lines {
	struct buf text;
	bool goes_on; /* a value ends as if the next line continued it */
};

static void
note(void *arg, const char *section, const char *name, const char *value)
{
	struct lines *lines = arg;
	size_t len = value != NULL ? strlen(value) : 0;

	buf_printf(&lines->text, "[%s]\n%s%s%s\n", section, name,
	    value != NULL ? "=" : "", value != NULL ? value : "");
	lines->goes_on |= len > 0 && value[len - 1] == '\\';
}

static void
check_config(struct span in)
{
	struct haraka_config c;

	haraka_config_init(&c);
	haraka_config_read(&c, fuzz_file(in));
	HOLDS(c.test_ip != NULL);
	HOLDS(
	    haraka_config_check(&c) == (c.providers != NULL && c.timeout >= 0));
	HOLDS(c.timeout == -1 ||
	    (c.timeout >= 1000 && c.timeout <= INT64_C(2147483647000)));
	haraka_config_clear(&c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { (const char *)data, size };
	struct lines once = { .goes_on = false };
	struct lines twice = { .goes_on = false };

	ini_file_read(fuzz_file(in), note, &once);
	if (!once.goes_on) {
		in = (struct span){ once.text.data, once.text.len };
		HOLDS(ini_file_read(fuzz_file(in), note, &twice));
		HOLDS(fuzz_same(once.text.data, once.text.len, twice.text.data,
		    twice.text.len));
	}
	check_config((struct span){ (const char *)data, size });
	buf_free(&once.text);
	buf_free(&twice.text);
	return 0;
}
