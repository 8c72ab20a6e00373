#ifndef ASNQ_HARAKA_CONFIG_H
#define ASNQ_HARAKA_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

/* asn.ini, and what holds without it. */
struct haraka_config {
	char *providers; /* zones with blanks, commas, semicolons between */
	char *test_ip;
	int64_t timeout; /* microseconds */
	bool dns;
	bool geoip;
	bool header_asn;
	bool header_provider;
};

/* All as it is without a file. */
void haraka_config_init(struct haraka_config *c);

/*
 * Reads a file on top. False, after a message on stderr, when it cannot be
 * read or used.
 */
bool haraka_config_read(struct haraka_config *c, const char *path);

void haraka_config_clear(struct haraka_config *c);

#endif
