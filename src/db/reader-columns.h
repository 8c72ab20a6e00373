#ifndef ASNQ_READER_COLUMNS_H
#define ASNQ_READER_COLUMNS_H

#include "db/reader-form.h"

/* Forms of lines with columns, as reader.h shows them. */
form_read form_pyasn;
form_read form_pfx2as;
form_read form_iptoasn;
form_read form_asnq_tsv;

#endif
