#ifndef ASNQ_HARAKA_CONFIG_H
#define ASNQ_HARAKA_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

/* The plugin's asn.ini. haraka_config_clear() frees it. */
struct haraka_config {
	char *providers; /* zones, separated as the plugin splits them */
	char *test_ip;
	int64_t timeout; /* microseconds */
	bool dns;
	bool geoip;
	bool header_asn;
	bool header_provider;
};

/* Sets the plugin's defaults. */
void haraka_config_init(struct haraka_config *c);

/*
 * Reads a file, whose settings replace earlier ones. Returns false after a
 * message on stderr if it cannot be read or is no .ini file.
 */
bool haraka_config_read(struct haraka_config *c, const char *path);

/* Frees what the configuration holds; it is all zero then. */
void haraka_config_clear(struct haraka_config *c);

#endif
