#ifndef ASNQ_SPAMASSASSIN_DIRECTIVE_HEADER_H
#define ASNQ_SPAMASSASSIN_DIRECTIVE_HEADER_H

#include "mail/spamassassin-reader.h"

/* The directives add_header, remove_header and clear_headers. */
sa_directive sa_add_header;
sa_directive sa_remove_header;
sa_directive sa_clear_headers;

#endif
