#include "config.h"

#include "cli/config-file.h"

#include <sys/stat.h>

#include <stdlib.h>
#include <unistd.h>

#include "../tap.h"
#include "base/alloc.h"
#include "base/array.h"
#include "base/buf.h"

/* Appends an option as NAME=<VALUE>, with a blank before all but the first. */
static char *
set(void *arg, const char *name, const char *value)
{
	struct buf *out = arg;

	if (strcmp(name, "bad") == 0)
		return xstrdup("no good");
	buf_puts(out, out->len > 0 ? " " : "");
	buf_puts(out, name);
	if (value != NULL)
		buf_printf(out, "=<%s>", value);
	return NULL;
}

static const struct {
	const char *text;
	const char *options;
	const char *message; /* after the path; NULL if none */
} cases[] = {
	{ "", "", NULL },
	{ "\n\n", "", NULL },
	{ "# no-dns\n", "", NULL },
	{ "  \t# no-dns\n", "", NULL },
	{ "no-dns\n", "no-dns", NULL },
	{ "no-dns", "no-dns", NULL },
	{ "\t no-dns \t\r\n", "no-dns", NULL },
	{ "timeout=2\n", "timeout=<2>", NULL },
	{ "timeout 2\n", "timeout=<2>", NULL },
	{ "timeout\t2\n", "timeout=<2>", NULL },
	{ "timeout = 2\n", "timeout=<2>", NULL },
	{ "timeout= 2 \r\n", "timeout=<2>", NULL },
	{ "timeout=\n", "timeout=<>", NULL },
	{ "zone a.example, b.example\n", "zone=<a.example, b.example>", NULL },
	{ "mirror a.example=127.0.0.1\n", "mirror=<a.example=127.0.0.1>",
	    NULL },
	{ "mirror=a.example=127.0.0.1\n", "mirror=<a.example=127.0.0.1>",
	    NULL },
	{ "resolver 9.9.9.9#dns.quad9.net\n",
	    "resolver=<9.9.9.9#dns.quad9.net>", NULL },
	{ "zone = cymru\nno-dns\n\n# x\ngrace 2",
	    "zone=<cymru> no-dns "
	    "grace=<2>",
	    NULL },
	{ "one\nbad\nthree\n", "one", ":2: no good\n" },
	{ "\n#\n\nbad x\n", "", ":4: no good\n" },
	{ "=x\n", NULL, NULL },
};

static char dir[] = "/tmp/asnq-unit-XXXXXX";

static char *
make_path(const char *name)
{
	return format_text("%s/%s", dir, name);
}

static void
write_file(const char *path, const char *text, size_t len)
{
	FILE *out = fopen(path, "w");

	if (out == NULL || fwrite(text, 1, len, out) != len || fclose(out) != 0)
		ok(false, "%s can be written", path);
}

/*
 * Reads a file with stderr redirected, and returns what was printed as message.
 */
static bool
read_quietly(const char *path, struct buf *options, char message[500])
{
	char *log = make_path("stderr");
	int saved = dup(STDERR_FILENO);
	FILE *in;
	size_t len = 0;
	bool good;

	fflush(stderr);
	if (freopen(log, "w", stderr) == NULL)
		ok(false, "%s can be written", log);
	good = config_file_read(path, set, options);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	in = fopen(log, "r");
	if (in != NULL) {
		len = fread(message, 1, 499, in);
		fclose(in);
	}
	message[len] = '\0';
	unlink(log);
	free(log);
	return good;
}

static void
test_files(void)
{
	char *path = make_path("config");
	char message[500];

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct buf options = { 0 };
		char *want = xstrdup("");
		bool good;

		buf_reserve(&options, 1);
		write_file(path, cases[i].text, strlen(cases[i].text));
		good = read_quietly(path, &options, message);
		if (cases[i].message != NULL) {
			free(want);
			want =
			    format_text("asnq: %s%s", path, cases[i].message);
		}
		if (cases[i].options != NULL) {
			is_bytes(options.data, options.len, cases[i].options,
			    "the options of '%s'", cases[i].text);
			is_text(message, want, "the message about it");
			is_int(good, cases[i].message == NULL,
			    "whether it is valid");
		}
		free(want);
		buf_free(&options);
	}
	unlink(path);
	free(path);
}

static void
test_unreadable(void)
{
	struct buf options = { 0 };
	char *path = make_path("none");
	char message[500];

	ok(!read_quietly(path, &options, message),
	    "a missing file is a failure");
	ok(strstr(message, path) != NULL &&
		strchr(message, '\n') == message + strlen(message) - 1,
	    "a missing file is reported in one line");
	ok(!read_quietly(dir, &options, message), "a directory is a failure");
	ok(strstr(message, dir) != NULL, "a directory is reported");
	is_int((intmax_t)options.len, 0,
	    "a file that cannot be read gives no options");
	free(path);
	buf_free(&options);
}

/* Tests a line that is longer than any buffer, and one with odd bytes. */
static void
test_odd(void)
{
	struct buf options = { 0 };
	struct buf text = { 0 };
	char *path = make_path("config");
	char message[500];

	buf_puts(&text, "zone ");
	for (int i = 0; i < 200000; i++)
		buf_putc(&text, 'a');
	buf_puts(&text, "\nbad\x1b[31m\n");
	write_file(path, text.data, text.len);
	ok(read_quietly(path, &options, message),
	    "a file with a long line is read");
	ok(options.len > 200000 && options.data[options.len - 1] == 'm',
	    "the lines after a long one are read");
	buf_clear(&text);
	buf_puts(&text, "bad\n");
	write_file(path, text.data, text.len);
	unlink(path);
	free(path);
	path = make_path("a\x1b]0;x\x07");
	write_file(path, text.data, text.len);
	ok(!read_quietly(path, &options, message),
	    "a bad line in a path with escape sequences is a failure");
	ok(strchr(message, '\x1b') == NULL && strchr(message, '\x07') == NULL,
	    "escape sequences are not printed");
	unlink(path);
	free(path);
	buf_free(&text);
	buf_free(&options);
}

static void
test_paths(void)
{
	struct buf options = { 0 };
	char *home = make_path("home");
	char *hidden = make_path("home/.config");
	char *below = make_path("home/.config/asnq");
	char *file = make_path("home/.config/asnq/config");
	char message[500];

	mkdir(home, 0700);
	mkdir(hidden, 0700);
	mkdir(below, 0700);
	write_file(file, "from-file\n", 10);
	setenv("HOME", home, 1);
	unsetenv("XDG_CONFIG_HOME");
	ok(read_quietly(NULL, &options, message),
	    "the file below HOME is read");
	is_bytes(options.data, options.len, "from-file",
	    "the options below HOME");
	buf_clear(&options);
	setenv("XDG_CONFIG_HOME", "home/.config", 1);
	read_quietly(NULL, &options, message);
	is_bytes(options.data, options.len, "from-file",
	    "a relative XDG_CONFIG_HOME is ignored");
	buf_clear(&options);
	setenv("XDG_CONFIG_HOME", hidden, 1);
	setenv("HOME", "/nonexistent", 1);
	read_quietly(NULL, &options, message);
	is_bytes(options.data, options.len, "from-file",
	    "the options below XDG_CONFIG_HOME");
	unlink(file);
	rmdir(below);
	rmdir(hidden);
	rmdir(home);
	free(home);
	free(hidden);
	free(below);
	free(file);
	buf_free(&options);
}

int
main(void)
{
	if (mkdtemp(dir) == NULL) {
		printf("1..0 # SKIP no temporary directory\n");
		return 0;
	}
	test_files();
	test_unreadable();
	test_odd();
	test_paths();
	rmdir(dir);
	return tap_done();
}
