#ifndef ASNQ_READER_ZONE_H
#define ASNQ_READER_ZONE_H

#include "db/reader-form.h"

/* Forms of lines in the data of DNS servers, as reader.h shows them. */
form_read form_rbldnsd;
form_read form_zone_file;

#endif
