#include "config.h"

#include "filter.h"

const struct filter filters[FILTER_MAX] = {
	[FILTER_NONE] = { .name = NULL },
};
