#ifndef ASNQ_RENDERING_H
#define ASNQ_RENDERING_H

#include <stddef.h>

#include "base/span.h"
#include "print/select.h"
#include "record/status.h"

/*
 * What is printed for a target, without the text of the input: each hole is
 * an offset into the bytes at which that belongs, in ascending order. Bytes
 * and holes are borrowed.
 */
struct rendering {
	enum status status;
	enum selection selection;
	struct span bytes;
	const size_t *holes;
	size_t hole_count;
};

#endif
