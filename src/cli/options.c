#include "config.h"

#include "cli/options.h"

#include <stdlib.h>

#include "base/alloc.h"

void
texts_add(struct texts *texts, const char *text)
{
	texts->list =
	    xrealloc(texts->list, (texts->count + 1) * sizeof(*texts->list));
	texts->list[texts->count++] = text;
}

void
options_init(struct options *o)
{
	*o = (struct options){
		.grace = 1000000,
		.in_flight = 256,
		.qps = -1,
		.cache_size = 64 << 20,
		.member = "as",
		.render = { .asn_prefix = "AS", .header = true },
	};
}

void
options_free(struct options *o)
{
	choose_free(o->choose);
	zones_clear(&o->zones);
	servers_clear(&o->resolver.servers);
	mirrors_clear(&o->resolver.mirrors);
	for (size_t i = 0; i < o->owned.count; i++)
		free((char *)o->owned.list[i]);
	free(o->owned.list);
	free(o->databases);
	free(o->inputs.list);
	free(o->like_configs.list);
	free(o->operands.list);
}
