#ifndef ASNQ_OPTION_TABLE_H
#define ASNQ_OPTION_TABLE_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/words.h"
#include "cli/options.h"

enum option_group {
	SOURCES,
	RESOLVER,
	INPUT,
	OUTPUT,
	SELECTING,
	SEEING,
	FILTERS,
	BEHAVIOUR,
	GROUP_MAX
};

/* The titles of the groups, by enum option_group. */
extern const struct words option_groups;

/* The words of --engine, by enum engine. */
extern const struct words engine_words;

enum option_argument {
	NONE = no_argument,
	NEEDED = required_argument,
	OPTIONAL = optional_argument
};

/* Whether an option may be in the configuration file. */
enum option_config {
	NEVER,
	CONFIG
};

struct option_row;

/*
 * Sets an option to its argument, NULL for none. Returns NULL, or a message
 * about what is wrong with it, which the caller frees.
 */
typedef char *option_setter(struct options *o, const struct option_row *row,
    const char *arg);

/* An option. */
struct option_row {
	enum option_group group;
	char letter; /* or 0 */
	const char *name;
	enum option_argument argument;
	const char *metavar; /* NULL: its words, if it takes any */
	enum option_config config;
	option_setter *set; /* NULL: it only prints something */
	size_t at;	    /* offset into struct options, for most setters */
	const char *help;   /* "%s" is replaced by its words */
	const struct words *words; /* by the values of the enum that it sets */
};

/* All options, in the order of --help. */
extern const struct option_row option_rows[];

/* Their names, in the same order. */
extern const struct words option_words;

/* Returns how many options there are. */
size_t option_count(void);

/* Returns the option with this name, or NULL. */
const struct option_row *option_find(const char *name);

/*
 * Returns whether an option that exists is among those that are set in
 * `given`, which is in the order of the options.
 */
bool option_is_given(const bool *given, const char *name);

/* Return what --help says of an option and of its argument; to be freed. */
char *option_help(const struct option_row *row);
char *option_metavar(const struct option_row *row);

#endif
