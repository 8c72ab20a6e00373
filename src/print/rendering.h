#ifndef ASNQ_RENDERING_H
#define ASNQ_RENDERING_H

#include <stddef.h>

#include "base/span.h"
#include "print/select.h"
#include "record/status.h"

/* What is printed for an address, and where its text goes in. */
struct rendering {
	enum status status;
	enum selection choice;
	struct span bytes;
	const size_t *holes; /* ascending offsets in them */
	size_t hole_count;
};

#endif
