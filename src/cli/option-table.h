#ifndef ASNQ_OPTION_TABLE_H
#define ASNQ_OPTION_TABLE_H

#include <getopt.h>

#include "cli/options.h"

enum group {
	SOURCES,
	RESOLVER,
	INPUT,
	OUTPUT,
	CHOOSING,
	SEEING,
	FILTERS,
	BEHAVIOUR,
	GROUP_MAX
};

struct row;

/*
 * A setter takes the option's argument and returns NULL, or what is wrong
 * with it in words, which the caller frees.
 */
typedef char *setter(struct options *o, const struct row *row, const char *arg);

enum argument {
	NONE = no_argument,
	NEEDED = required_argument,
	OPTIONAL = optional_argument
};

/* Whether the configuration file may have it. */
enum configurable {
	NEVER,
	CONFIG
};

struct row {
	enum group group;
	char letter; /* or 0 */
	const char *name;
	enum argument argument;
	const char *metavar; /* for set_word its words, too */
	enum configurable config;
	setter *set; /* NULL: what it does ends the program */
	size_t at;   /* where in the options, for most */
	const char *help;
};

/* The only list of options; a row without a name ends it. */
extern const struct row option_rows[];

/* NULL where there is no such option. */
const struct row *option_find(const char *name);

/* How many there are. */
size_t option_count(void);
#endif
