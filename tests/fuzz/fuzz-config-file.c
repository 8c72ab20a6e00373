#include "config.h"

#include "cli/config-file.h"
#include "cli/option-table.h"
#include "fuzz.h"

/* The settings that were read, as lines that can be read again. */
struct lines {
	struct buf text;
	size_t count;
};

static char *
note(void *arg, const char *name, const char *value)
{
	struct lines *lines = arg;

	HOLDS(name[0] != '#' && strpbrk(name, " \t=") == NULL);
	lines->count++;
	buf_puts(&lines->text, name);
	if (value != NULL)
		buf_printf(&lines->text, " = %s", value);
	buf_putc(&lines->text, '\n');
	return NULL;
}

/* Sets an option as the command line's reader does for a configuration file. */
static char *
set(void *arg, const char *name, const char *value)
{
	struct options *o = arg;
	const struct option_row *row = option_find(name);
	char *kept;

	if (row == NULL || row->config == NEVER || row->set == NULL ||
	    (row->argument == NEEDED) != (value != NULL))
		return xstrdup("no");
	if (value == NULL)
		return row->set(o, row, NULL);
	kept = xstrdup(value);
	texts_add(&o->owned, kept);
	return row->set(o, row, kept);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { (const char *)data, size };
	struct span again;
	struct lines once = { .count = 0 };
	struct lines twice = { .count = 0 };
	struct options o;
	bool good;

	good = config_file_read(fuzz_file(in), note, &once);
	/* A NUL ends the reading; what was read before it is kept. */
	HOLDS(good == (size == 0 || memchr(data, '\0', size) == NULL));
	again = (struct span){ once.text.data, once.text.len };
	HOLDS(config_file_read(fuzz_file(again), note, &twice));
	HOLDS(once.count == twice.count);
	HOLDS(fuzz_same(once.text.data, once.text.len, twice.text.data,
	    twice.text.len));
	options_init(&o);
	config_file_read(fuzz_file(in), set, &o);
	options_free(&o);
	buf_free(&once.text);
	buf_free(&twice.text);
	return 0;
}
