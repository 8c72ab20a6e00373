#ifndef ASNQ_HARAKA_CONFIG_H
#define ASNQ_HARAKA_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

/* The plugin's asn.ini. haraka_config_clear() frees it. */
struct haraka_config {
	char *providers; /* zones, separated as the plugin splits them; NULL */
			 /* if the plugin fails on the setting */
	char *test_ip;	 /* perhaps no address */
	char *dbdir;	 /* NULL: not set */
	int64_t timeout; /* microseconds; -1: a list, which is not supported */
	bool dns;
	bool geoip;
	bool header_asn;
	bool header_provider;
};

/* Sets the plugin's defaults. */
void haraka_config_init(struct haraka_config *c);

/*
 * Reads a file, or asn.ini of a directory or its config/, whose settings replace
 * earlier ones. Returns false after a message on stderr if it cannot be read.
 */
bool haraka_config_read(struct haraka_config *c, const char *path);

/*
 * Returns whether the plugin works with the settings; says on stderr why it
 * does not.
 */
bool haraka_config_check(const struct haraka_config *c);

/* Frees what the configuration holds; it is all zero then. */
void haraka_config_clear(struct haraka_config *c);

#endif
