#include "config.h"

#include "spamassassin-config.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "mem.h"
#include "say.h"
#include "spamassassin-if.h"

#define INCLUDES_MAX 50 /* deep; a file that includes itself ends there */
#define NESTED_MAX 1000 /* conditions */
#define BLANKS " \t\r\n\f\v"

static bool
is_blank(char c)
{
	return c != '\0' && strchr(BLANKS, c) != NULL;
}

/* An open condition. */
struct condition {
	const char *keyword;
	unsigned long line;
	bool skipped_before;
	struct condition *outer;
};

/* A file that is being read. */
struct reading {
	struct sa_config *config;
	const char *path;
	unsigned long line;
	unsigned depth;		 /* of includes */
	struct condition *inner; /* NULL: no condition is open */
	unsigned nested;
	bool skip;
	struct sa_if facts;
	bool good;
	struct arena arena; /* of conditions */
};

/* A line in two parts, both NUL-terminated and trimmed. */
struct directive {
	char *key; /* in lower case, with underscores */
	char *value;
	const char *line;
};

/* What a directive may have against its value; NULL: nothing. */
typedef const char *directive_reader(struct reading *r, char *value);

static const char invalid[] = "config: invalid '%s' value";
static const char missing[] = "config: missing '%s' value";

static void PRINTF_LIKE(2, 3)
    complain(struct reading *r, const char *format, ...)
{
	va_list list;
	char *text;

	va_start(list, format);
	text = vformat_text(format, list);
	va_end(list);
	warn_line("%s:%lu: %s", r->path, r->line, text);
	free(text);
	r->good = false;
}

static char *
keep(struct reading *r, const char *text, size_t len)
{
	return arena_copy(&r->config->arena, text, len);
}

/* The word at *at, which is moved behind it and the blanks there. */
static struct span
next_word(const char **at)
{
	struct span word = { *at, strcspn(*at, BLANKS) };

	*at += word.len;
	*at += strspn(*at, BLANKS);
	return word;
}

/* _TAG_ without its underscores; NULL: it is none. */
static const char *
read_tag(struct reading *r, struct span word)
{
	if (word.len < 3 || word.text[0] != '_' ||
	    word.text[word.len - 1] != '_')
		return NULL;
	return keep(r, word.text + 1, word.len - 2);
}

static const char *
add_lookup(struct reading *r, char *value, enum family family)
{
	const char *at = value;
	struct span zone = next_word(&at);
	struct sa_lookup *l = arena_alloc(&r->config->arena, sizeof(*l));
	struct sa_lookup **end = &r->config->lookups;

	if (zone.len == 0)
		return missing;
	*l = (struct sa_lookup){ NULL, "ASN", "ASNCIDR", family, NULL };
	if (*at != '\0') {
		l->asn_tag = read_tag(r, next_word(&at));
		l->route_tag = read_tag(r, next_word(&at));
		if (l->asn_tag == NULL || l->route_tag == NULL || *at != '\0')
			return invalid;
	}
	if (zone.len > 1 && zone.text[zone.len - 1] == '.')
		zone.len--;
	l->zone = keep(r, zone.text, zone.len);
	while (*end != NULL)
		end = &(*end)->next;
	*end = l;
	r->config->has_list[family] = true;
	return NULL;
}

static const char *
add_lookup_ipv4(struct reading *r, char *value)
{
	return add_lookup(r, value, FAMILY_IPV4);
}

static const char *
add_lookup_ipv6(struct reading *r, char *value)
{
	return add_lookup(r, value, FAMILY_IPV6);
}

static const char *
clear_lookups(struct reading *r, char *value)
{
	if (*value != '\0')
		return invalid;
	r->config->lookups = NULL;
	r->config->has_list[FAMILY_IPV4] = false;
	r->config->has_list[FAMILY_IPV6] = false;
	return NULL;
}

static const char *
set_prefix(struct reading *r, char *value)
{
	size_t len = strlen(value);

	if (len >= 2 && (value[0] == '\'' || value[0] == '"') &&
	    value[len - 1] == value[0]) {
		value++;
		len -= 2;
	}
	r->config->asn_prefix = (struct span){ keep(r, value, len), len };
	return NULL;
}

static const char *
set_bool(const char *value, bool *out)
{
	bool yes = strcmp(value, "1") == 0 || strcasecmp(value, "yes") == 0;

	if (*value == '\0')
		return missing;
	if (!yes && strcmp(value, "0") != 0 && strcasecmp(value, "no") != 0)
		return invalid;
	*out = yes;
	return NULL;
}

static const char *
set_use_geodb(struct reading *r, char *value)
{
	return set_bool(value, &r->config->use_geodb);
}

static const char *
set_prefer_geodb(struct reading *r, char *value)
{
	return set_bool(value, &r->config->prefer_geodb);
}

static const char *
set_use_dns(struct reading *r, char *value)
{
	return set_bool(value, &r->config->use_dns);
}

static const char *
set_fold(struct reading *r, char *value)
{
	return set_bool(value, &r->config->fold);
}

/* Which messages a header is for; false: the word says nothing of it. */
static bool
read_messages(struct span word, struct sa_header *h)
{
	h->ham = span_is_exactly(word, "ham") || span_is_exactly(word, "all");
	h->spam = span_is_exactly(word, "spam") || span_is_exactly(word, "all");
	return h->ham || h->spam;
}

static bool
is_header_name(struct span word)
{
	for (size_t i = 0; i < word.len; i++)
		if (!isalnum((unsigned char)word.text[i]) &&
		    word.text[i] != '_' && word.text[i] != '-')
			return false;
	return word.len > 0;
}

/* Takes a header of that name away from those messages. */
static void
drop_header(struct reading *r, const char *name, bool ham, bool spam)
{
	struct sa_header **link = &r->config->headers;

	while (*link != NULL) {
		struct sa_header *h = *link;

		if (name == NULL || strcasecmp(h->name, name) == 0) {
			h->ham = h->ham && !ham;
			h->spam = h->spam && !spam;
		}
		if (h->ham || h->spam)
			link = &h->next;
		else
			*link = h->next;
	}
}

/* Backslash with t or n, or twice; any other one goes with its letter. */
static struct span
read_template(struct reading *r, const char *text, size_t len)
{
	struct span out = { NULL, 0 };
	char *to = keep(r, text, len);

	out.text = to;
	for (size_t i = 0; i < len; i++) {
		if (text[i] != '\\') {
			to[out.len++] = text[i];
			continue;
		}
		if (++i == len)
			break;
		if (text[i] == '\\')
			to[out.len++] = '\\';
		else if (text[i] == 't')
			to[out.len++] = '\t';
		else if (text[i] == 'n')
			to[out.len++] = '\n';
	}
	return out;
}

static const char *
add_header(struct reading *r, char *value)
{
	struct sa_header *h = arena_alloc(&r->config->arena, sizeof(*h));
	struct sa_header **end = &r->config->headers;
	const char *at = value;
	struct span messages = next_word(&at);
	struct span name = next_word(&at);
	size_t len = strlen(at);

	*h = (struct sa_header){ .next = NULL };
	if (!read_messages(messages, h) || !is_header_name(name) || len == 0)
		return invalid;
	if (len >= 2 && at[0] == '"' && at[len - 1] == '"') {
		at++;
		len -= 2;
	}
	h->name = keep(r, name.text, name.len);
	h->template = read_template(r, at, len);
	drop_header(r, h->name, h->ham, h->spam);
	while (*end != NULL)
		end = &(*end)->next;
	*end = h;
	return NULL;
}

static const char *
remove_header(struct reading *r, char *value)
{
	const char *at = value;
	struct span messages = next_word(&at);
	struct span name = next_word(&at);
	struct sa_header which;

	if (!read_messages(messages, &which) || !is_header_name(name) ||
	    *at != '\0')
		return invalid;
	if (!span_is_exactly(name, "Checker-Version"))
		drop_header(r, keep(r, name.text, name.len), which.ham,
		    which.spam);
	return NULL;
}

static const char *
clear_headers(struct reading *r, char *value)
{
	if (*value != '\0')
		return invalid;
	drop_header(r, NULL, true, true);
	return NULL;
}

/* Whether a text is a function with its arguments: NAME(...). */
static bool
is_call(const char *text)
{
	size_t name = 0;
	size_t len = strlen(text);

	while (isalnum((unsigned char)text[name]) || text[name] == '_')
		name++;
	return name > 0 && text[name] == '(' && text[len - 1] == ')';
}

/* A rule of that name is none of ours any more. */
static void
drop_rule(struct reading *r, const char *name)
{
	struct sa_rule **link = &r->config->rules;

	while (*link != NULL)
		if (strcmp((*link)->name, name) == 0)
			*link = (*link)->next;
		else
			link = &(*link)->next;
}

/* The name of a rule, as rules and scores begin with it; NULL: none. */
static const char *
read_rule_name(struct reading *r, const char **at)
{
	struct span word = next_word(at);

	return word.len > 0 ? keep(r, word.text, word.len) : NULL;
}

static const char *
add_rule(struct reading *r, char *value)
{
	struct sa_rule *rule = arena_alloc(&r->config->arena, sizeof(*rule));
	struct sa_rule **end = &r->config->rules;
	const char *at = value;
	const char *name = read_rule_name(r, &at);

	if (name == NULL || *at == '\0')
		return invalid;
	drop_rule(r, name);
	if (strncmp(at, "eval:", 5) != 0)
		return NULL;
	at += 5;
	if (!is_call(at))
		return invalid;
	if (strncmp(at, "check_asn(", 10) != 0)
		return NULL;
	*rule = (struct sa_rule){
		.name = name,
		.function = keep(r, at, strlen(at)),
		.file = keep(r, r->path, strlen(r->path)),
		.line = r->line,
	};
	while (*end != NULL)
		end = &(*end)->next;
	*end = rule;
	return NULL;
}

/* Another kind of rule: it takes the place of one of ours. */
static const char *
replace_rule(struct reading *r, char *value)
{
	const char *at = value;
	const char *name = read_rule_name(r, &at);

	if (name != NULL)
		drop_rule(r, name);
	return NULL;
}

/* Of four scores the second is for those who ask the DNS without Bayes. */
static const char *
set_score(struct reading *r, char *value)
{
	const char *at = value;
	const char *name = read_rule_name(r, &at);
	struct span scores[4];
	size_t count = 0;
	struct span score;

	while (*at != '\0' && count < 4)
		scores[count++] = next_word(&at);
	if (name == NULL || count == 0)
		return NULL;
	score = scores[count == 4 ? 1 : 0];
	for (struct sa_rule *rule = r->config->rules; rule != NULL;
	     rule = rule->next)
		if (strcmp(rule->name, name) == 0)
			rule->off = strtod(score.text, NULL) == 0;
	return NULL;
}

static const char *
load_plugin(struct reading *r, char *value)
{
	const char *at = value;

	sa_if_add_plugin(&r->facts, next_word(&at));
	return NULL;
}

static const struct {
	const char *key;
	directive_reader *read;
} directives[] = {
	{ "asn_lookup", add_lookup_ipv4 },
	{ "asn_lookup_ipv6", add_lookup_ipv6 },
	{ "clear_asn_lookups", clear_lookups },
	{ "asn_prefix", set_prefix },
	{ "asn_use_geodb", set_use_geodb },
	{ "asn_prefer_geodb", set_prefer_geodb },
	{ "asn_use_dns", set_use_dns },
	{ "add_header", add_header },
	{ "remove_header", remove_header },
	{ "clear_headers", clear_headers },
	{ "fold_headers", set_fold },
	{ "header", add_rule },
	{ "body", replace_rule },
	{ "rawbody", replace_rule },
	{ "full", replace_rule },
	{ "uri", replace_rule },
	{ "meta", replace_rule },
	{ "score", set_score },
	{ "loadplugin", load_plugin },
	{ "tryplugin", load_plugin },
};

/* Says what is wrong with a line, as SpamAssassin does. */
static void
refuse(struct reading *r, const struct directive *d, const char *format)
{
	char *what;

	/* One of the formats above: the directive is all they take. */
	what = format == invalid ? format_text(invalid, d->key)
	    : format == missing	 ? format_text(missing, d->key)
				 : xstrdup(format);
	complain(r, "%s in %s (line %lu): %s", what, r->path, r->line, d->line);
	free(what);
}

/* Without a condition of its own, the file cannot go on as it was. */
static void
begin_if(struct reading *r, const struct directive *d, const char *expression)
{
	struct condition *c;
	bool holds;
	char *why = NULL;

	if (r->nested == NESTED_MAX) {
		complain(r, "too many conditions in each other");
		return;
	}
	holds = sa_if_holds(&r->facts, expression, &why);
	if (why != NULL) {
		complain(r, "config: %s in %s (line %lu)", why, r->path,
		    r->line);
		free(why);
		return;
	}
	c = arena_alloc(&r->arena, sizeof(*c));
	*c = (struct condition){ arena_copy(&r->arena, d->key, strlen(d->key)),
		r->line, r->skip, r->inner };
	r->inner = c;
	r->nested++;
	r->skip |= !holds;
}

static void
read_if(struct reading *r, const struct directive *d)
{
	char *expression;

	if (*d->value == '\0') {
		refuse(r, d,
		    d->key[2] == '\0' ? "config: missing 'if' condition"
				      : "config: missing 'ifplugin' condition");
		return;
	}
	if (d->key[2] == '\0') {
		begin_if(r, d, d->value);
		return;
	}
	expression = format_text("plugin (%s)", d->value);
	begin_if(r, d, expression);
	free(expression);
}

static void
read_else(struct reading *r, const struct directive *d)
{
	bool blocked = false;

	if (*d->value != '\0') {
		refuse(r, d, "config: 'else' must be standalone");
		return;
	}
	if (r->inner == NULL) {
		refuse(r, d, "config: 'else' missing starting if");
		return;
	}
	for (const struct condition *c = r->inner; c != NULL; c = c->outer)
		blocked |= c->skipped_before;
	r->skip = blocked || !r->skip;
}

static void
read_endif(struct reading *r, const struct directive *d)
{
	if (*d->value != '\0') {
		refuse(r, d, "config: 'endif' must be standalone");
	} else if (r->inner == NULL) {
		refuse(r, d, "config: missing starting 'if' for 'endif'");
	} else {
		r->skip = r->inner->skipped_before;
		r->inner = r->inner->outer;
		r->nested--;
	}
}

/* At the end of a file, and where it includes another, conditions end. */
static void
end_conditions(struct reading *r)
{
	for (const struct condition *c = r->inner; c != NULL; c = c->outer)
		complain(r, "config: unclosed '%s' found in %s (line %lu)",
		    c->keyword, r->path, c->line);
	r->inner = NULL;
	r->nested = 0;
	r->skip = false;
}

static bool read_file(struct reading *r, const char *path);

static void
read_include(struct reading *r, const struct directive *d)
{
	const char *path = r->path;
	const char *slash = strrchr(path, '/');
	unsigned long line = r->line;
	char *full;

	if (*d->value == '\0') {
		refuse(r, d, missing);
		return;
	}
	if (r->depth == INCLUDES_MAX) {
		complain(r, "too many files that include each other");
		return;
	}
	end_conditions(r);
	full = d->value[0] == '/' || slash == NULL
	    ? xstrdup(d->value)
	    : format_text("%.*s/%s", (int)(slash - path), path, d->value);
	r->depth++;
	if (!read_file(r, full))
		r->good = false;
	r->depth--;
	free(full);
	r->path = path;
	r->line = line;
}

static void
read_directive(struct reading *r, const struct directive *d)
{
	const char *problem;

	if (strcmp(d->key, "if") == 0 || strcmp(d->key, "ifplugin") == 0)
		read_if(r, d);
	else if (strcmp(d->key, "else") == 0)
		read_else(r, d);
	else if (strcmp(d->key, "endif") == 0)
		read_endif(r, d);
	else if (strcmp(d->key, "include") == 0)
		read_include(r, d);
	if (r->skip)
		return;
	if (strcmp(d->key, "require_version") == 0 &&
	    strcmp(d->value, SA_VERSION) != 0 &&
	    strcmp(d->value, "@@VERSION@@") != 0)
		r->skip = true;
	for (size_t i = 0; i < sizeof(directives) / sizeof(directives[0]);
	     i++) {
		if (strcmp(directives[i].key, d->key) != 0)
			continue;
		problem = directives[i].read(r, d->value);
		if (problem != NULL)
			refuse(r, d, problem);
	}
}

/* Cuts a comment off: what stands behind a # that no backslash precedes. */
static void
cut_comment(char *line)
{
	char *to = line;

	for (char *at = line; *at != '\0'; at++) {
		if (*at == '#' && (at == line || at[-1] != '\\'))
			break;
		if (*at == '\\' && at[1] == '#')
			continue;
		*to++ = *at;
	}
	*to = '\0';
}

/* A line in another language than English is not for us. */
static char *
skip_language(char *line)
{
	char *at = line + 4;

	if (strncmp(line, "lang", 4) != 0 || !is_blank(*at))
		return line;
	at += strspn(at, BLANKS);
	if (strncasecmp(at, "en", 2) != 0)
		return NULL;
	at += strcspn(at, BLANKS);
	return at + strspn(at, BLANKS);
}

static void
read_line(struct reading *r, char *line)
{
	struct directive d;
	size_t len;

	r->line++;
	cut_comment(line);
	line += strspn(line, BLANKS);
	len = strlen(line);
	while (len > 0 && is_blank(line[len - 1]))
		line[--len] = '\0';
	if (len == 0 || strcmp(line, "0") == 0)
		return;
	line = skip_language(line);
	if (line == NULL)
		return;
	d.line = line;
	len = strcspn(line, BLANKS);
	d.value = line + len + strspn(line + len, BLANKS);
	d.key = xmemdup(line, len);
	for (char *c = d.key; *c != '\0'; c++)
		*c = *c == '-' ? '_' : (char)tolower((unsigned char)*c);
	read_directive(r, &d);
	free(d.key);
}

static bool
read_file(struct reading *r, const char *path)
{
	FILE *in = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;
	bool good;

	r->path = path;
	r->line = 0;
	if (in == NULL) {
		warn_line("%s: %s", path, strerror(errno));
		return false;
	}
	while (getline(&line, &size, in) >= 0)
		read_line(r, line);
	good = !ferror(in);
	if (!good)
		warn_line("%s: %s", path, strerror(errno));
	end_conditions(r);
	free(line);
	fclose(in);
	return good;
}

static void
set_usual(struct sa_config *c)
{
	*c = (struct sa_config){
		.asn_prefix = { "AS", 2 },
		.use_geodb = true,
		.prefer_geodb = true,
		.use_dns = true,
		.fold = true,
	};
}

void
sa_config_usual(struct sa_config *c)
{
	static const char *const lines[] = {
		"asn_lookup asn.routeviews.org _ASN_ _ASNCIDR_",
		"asn_lookup_ipv6 origin6.asn.cymru.com _ASN_ _ASNCIDR_",
		"add_header all ASN _ASN_ _ASNCIDR_",
	};
	struct reading r = { .config = c, .path = "", .good = true };

	set_usual(c);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char *line = xstrdup(lines[i]);

		read_line(&r, line);
		free(line);
	}
}

bool
sa_config_read(struct sa_config *c, const char *const *files, size_t count)
{
	struct reading r = { .config = c, .good = true };

	set_usual(c);
	for (size_t i = 0; i < count; i++)
		if (!read_file(&r, files[i]))
			r.good = false;
	sa_if_clear(&r.facts);
	arena_free(&r.arena);
	return r.good;
}

void
sa_config_clear(struct sa_config *c)
{
	arena_free(&c->arena);
	*c = (struct sa_config){ .lookups = NULL };
}
