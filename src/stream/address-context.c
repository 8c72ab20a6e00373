#include "config.h"

#include "stream/address-context.h"

#include <assert.h>
#include <string.h>

#include "base/array.h"

#define WORD_MAX 64	/* bytes of a product's name that are looked at */
#define QUOTED_MAX 1024 /* bytes before a number that may be in its quotes */
#define COLOR_MAX 24	/* bytes of a terminal's escape sequence */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
is_small(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_of_word(char c)
{
	return is_digit(c) || is_capital(c) || is_small(c) || c == '_';
}

/* Returns the value of a digit, or 16 if it is none. */
static unsigned
value_of(char c)
{
	char small = (char)(c | 0x20);

	if (is_digit(c))
		return (unsigned)(c - '0');
	return small >= 'a' && small <= 'f' ? (unsigned)(small - 'a') + 10 : 16;
}

/* --- what is before a run ------------------------------------------------ */

/*
 * Escapes of one byte that loggers write: URLs, JSON and C, nginx, JavaScript,
 * C's and syslog's octal ones, whose first digit is 0.
 */
static const struct escape {
	const char *lead;
	unsigned char digits;
	unsigned char base;
} escapes[] = {
	{ "%", 2, 16 },
	{ "\\u", 4, 16 },
	{ "\\x", 2, 16 },
	{ "%u", 4, 16 },
	{ "\\", 3, 8 },
	{ "#", 3, 8 },
};

/* Returns whether a text ends, before `at`, in a lead. */
static bool
has_before(struct span text, const char *at, const char *lead)
{
	size_t len = strlen(lead);

	assert(text.text != NULL && at != NULL);
	return (size_t)(at - text.text) >= len &&
	    memcmp(at - len, lead, len) == 0;
}

/* Reads the digits of an escape. Returns false if they are not all there. */
static bool
read_digits(const struct escape *e, const char *at, const char *stop,
    unsigned *code)
{
	*code = 0;
	if (stop - at < e->digits || (e->base == 8 && *at != '0'))
		return false;
	for (unsigned i = 0; i < e->digits; i++) {
		unsigned digit = value_of(at[i]);

		if (digit >= e->base)
			return false;
		*code = *code * e->base + digit;
	}
	return true;
}

/*
 * Returns what follows an escape whose digits begin the run, and stores the
 * code of its character; or NULL if there is none. A percent sign may be
 * escaped itself, as in %2520.
 */
static const char *
after_escape(struct span text, const char *run, const char *stop,
    unsigned *code)
{
	for (size_t i = 0; i < LENGTH(escapes); i++) {
		const struct escape *e = &escapes[i];
		const char *at = run;

		if (!has_before(text, run, e->lead) ||
		    !read_digits(e, at, stop, code))
			continue;
		do
			at += e->digits;
		while (*code == '%' && read_digits(e, at, stop, code));
		return at;
	}
	return NULL;
}

/* Returns what is left of a run after an escape such as \b, or NULL. */
static const char *
after_letter(struct span text, const char *run, const char *stop)
{
	return run < stop && has_before(text, run, "\\") &&
		memchr("abef0", *run, 5) != NULL
	    ? run + 1
	    : NULL;
}

/* Returns whether a byte ends a terminal's escape sequence, as \033[1;31m. */
static bool
ends_color(struct span text, const char *at)
{
	static const char *const leads[] = { "\033[", "\\x1b[", "\\x1B[",
		"\\033[", "\\u001b[", "\\u001B[", "\\e[", "#033[", "^[[",
		"%1B[", "%1b[" };
	const char *from = at;

	if (*at != 'm' && *at != 'K')
		return false;
	while (from > text.text && at - from < COLOR_MAX &&
	    (is_digit(from[-1]) || from[-1] == ';'))
		from--;
	for (size_t i = 0; i < LENGTH(leads); i++)
		if (has_before(text, from, leads[i]))
			return true;
	return false;
}

/* Returns whether a run continues a word. Escapes as \n, \r, \t are none. */
static bool
follows_word(struct span text, const char *run)
{
	if (run == text.text || !is_of_word(run[-1]))
		return false;
	if (run - text.text >= 2 && run[-2] == '\\' &&
	    memchr("nrtv", run[-1], 4) != NULL)
		return false;
	return !ends_color(text, run - 1);
}

static struct starts
start_at(const char *first, const char *second)
{
	struct starts s = { .count = 0 };

	if (first != NULL)
		s.at[s.count++] = first;
	if (second != NULL)
		s.at[s.count++] = second;
	return s;
}

/* Returns what follows "name:", which begins the run, or none. */
static struct starts
after_name(const char *run, const char *stop)
{
	const char *colon = memchr(run, ':', (size_t)(stop - run));

	return start_at(colon != NULL ? colon + 1 : NULL, NULL);
}

/*
 * Returns whether a character separates words. The escape of another is either
 * a part of a word or no escape.
 */
static bool
separates(unsigned code)
{
	return (code >= ' ' && code < 0x7f && code != '.') || code == '\t' ||
	    code == '\n' || code == '\r' || code == '\0' || code == 0x1b;
}

struct starts
context_starts(struct span text, const char *run, const char *stop)
{
	unsigned code = 0;
	const char *after;

	assert(text.text != NULL && run != NULL);
	after = after_escape(text, run, stop, &code);
	if (after != NULL && code < 0x80 && is_of_word((char)code))
		return after_name(after, stop);
	if (after != NULL && separates(code))
		return start_at(after, NULL);
	if (after == NULL && follows_word(text, run))
		return after_name(run, stop);
	if (after == NULL)
		after = after_letter(text, run, stop);
	return start_at(run, after);
}

/* --- what is after a run ------------------------------------------------- */

/* Names of ports that tcpdump and netstat write after an address and a dot. */
static const char *const services[] = { "bgp", "bootpc", "bootps", "domain",
	"domain-s", "echo", "epmap", "finger", "ftp", "ftp-data", "gopher",
	"http", "http-alt", "https", "imap", "imap2", "imaps", "ipp",
	"ipsec-nat-t", "irc", "isakmp", "kerberos", "l2tp", "ldap", "ldaps",
	"mdns", "microsoft-ds", "ms-sql-s", "ms-wbt-server", "mysql",
	"netbios-dgm", "netbios-ns", "netbios-ssn", "nfs", "nntp", "ntp",
	"openvpn", "pop3", "pop3s", "postgresql", "radius", "rsync", "rtsp",
	"sip", "sips", "smtp", "snmp", "snmptrap", "socks", "ssdp", "ssh",
	"submission", "submissions", "sunrpc", "syslog", "telnet", "tftp",
	"vxlan", "webcache", "whois", "x11", "xmpp-client" };

static bool
is_of_service(char c)
{
	return is_small(c) || is_digit(c) || c == '-';
}

/* Returns whether a whole word at `at` is the name of a service. */
static bool
is_service(const char *at, const char *end)
{
	const char *stop = at;

	while (stop < end && stop - at < WORD_MAX && is_of_service(*stop))
		stop++;
	if (stop < end && (is_of_word(*stop) || *stop == '.'))
		return false;
	for (size_t i = 0; i < LENGTH(services); i++)
		if (span_is_exactly((struct span){ at, (size_t)(stop - at) },
			services[i]))
			return true;
	return false;
}

const char *
context_stop(struct span text, const char *run, const char *stop)
{
	const char *end = text.text + text.len;

	if (stop == end)
		return stop;
	if (*stop == '-' && stop + 1 < end && is_of_word(stop[1]) &&
	    !is_digit(stop[1]) &&
	    !(stop > run && stop[-1] == '.' && is_service(stop, end)))
		return NULL;
	if (!is_of_word(*stop))
		return stop;
	while (stop > run && stop[-1] != ':' && stop[-1] != '.')
		stop--;
	if (stop == run)
		return NULL;
	if (stop[-1] == '.')
		return is_service(stop, end) ? stop : NULL;
	return memchr(run, '.', (size_t)(stop - run)) != NULL ? stop : NULL;
}

/* --- versions of products ------------------------------------------------ */

static bool
is_of_product(char c)
{
	return is_of_word(c) || c == '-' || c == '.' || c == '+' || c == '!';
}

/* Returns the first byte of the product's name that ends before a slash. */
static const char *
product_before(struct span text, const char *slash)
{
	const char *from = slash;

	while (from > text.text && slash - from < WORD_MAX &&
	    is_of_product(from[-1]) && from[-1] != '+')
		from--;
	/* The name may follow a blank that is written as %20. */
	if (has_before(text, from, "%") && slash - from > 2 &&
	    value_of(from[0]) < 16 && value_of(from[1]) < 16)
		from += 2;
	return from;
}

/* Returns whether a name is one of the hierarchy codes of Squid. */
static bool
is_squid(struct span name)
{
	static const char *const others[] = { "CARP", "DIRECT", "PINNED" };
	bool joined = false;

	for (size_t i = 0; i < LENGTH(others); i++)
		if (span_is_exactly(name, others[i]))
			return true;
	for (size_t i = 0; i < name.len; i++) {
		if (!is_capital(name.text[i]) && name.text[i] != '_')
			return false;
		joined |= name.text[i] == '_';
	}
	return joined;
}

/* Returns whether a quote, which is before something, opens what it quotes. */
static bool
opens(struct span text, const char *quote, const char *end)
{
	const char *before = quote;

	while (before > text.text && before[-1] == '\\')
		before--;
	return (before == text.text ||
		   strchr(" \t=,:;([{<|", before[-1]) != NULL) &&
	    quote + 1 < end && strchr(" \t,:;}])", quote[1]) == NULL;
}

/* Returns the first byte in the quotes around `at`, or NULL. */
static const char *
quoted_from(struct span text, const char *at, char quote)
{
	size_t before = (size_t)(at - text.text);
	const char *from;
	const char *q;

	from = before > QUOTED_MAX ? at - QUOTED_MAX : text.text;
	q = memrchr(from, quote, (size_t)(at - from));
	return q != NULL && opens(text, q, text.text + text.len) ? q + 1 : NULL;
}

/* Returns whether a quoted text, up to `at`, is one name and a blank. */
static bool
is_name_and_blank(const char *from, const char *at)
{
	bool small = false;

	if (at - from < 3 || at[-1] != ' ' || !is_capital(*from))
		return false;
	for (const char *c = from; c < at - 1; c++) {
		if (!is_of_product(*c))
			return false;
		small |= is_small(*c);
	}
	return small;
}

/*
 * Returns whether a quoted text is a browser's, as Mozilla/5.0 ... or
 * Dalvik/2.1.0 (...): all dotted numbers in it are versions, but for those in
 * brackets and URLs.
 */
static bool
is_browser(const char *from, const char *at)
{
	static const char mozilla[] = "Mozilla/";
	const char *c = from;

	if ((size_t)(at - from) > strlen(mozilla) &&
	    memcmp(from, mozilla, strlen(mozilla)) == 0)
		return true;
	if (!is_capital(*from))
		return false;
	while (c < at && is_of_word(*c))
		c++;
	if (c == at || *c++ != '/')
		return false;
	while (c < at && (is_digit(*c) || *c == '.'))
		c++;
	return at - c > 2 && c[-1] != '/' && c[0] == ' ' && c[1] == '(';
}

/* Returns whether a port follows: "(443)", ":443" or "/443". */
static bool
has_port_after(struct span text, const char *stop)
{
	const char *end = text.text + text.len;

	return end - stop >= 2 && strchr("(:/", *stop) != NULL &&
	    *stop != '\0' && is_digit(stop[1]);
}

bool
context_is_version(struct span text, struct span number, bool more)
{
	const char *at = number.text;
	const char *name;
	const char *quoted;

	if (at == text.text || strchr("/ :-", at[-1]) == NULL ||
	    has_port_after(text, at + number.len))
		return false;
	if (at[-1] != '/') {
		quoted = quoted_from(text, at, '"');
		return quoted != NULL &&
		    (is_browser(quoted, at) ||
			(more && is_name_and_blank(quoted, at)));
	}
	name = product_before(text, at - 1);
	if (name == at - 1 || has_before(text, name, "/") ||
	    is_squid((struct span){ name, (size_t)(at - 1 - name) }))
		return false;
	return is_capital(*name) || quoted_from(text, at, '"') != NULL ||
	    quoted_from(text, at, '\'') != NULL;
}
