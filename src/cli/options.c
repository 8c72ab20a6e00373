#include "config.h"

#include "cli/options.h"

#include <stdlib.h>

void
options_init(struct options *o)
{
	*o = (struct options){
		.grace = 1000000,
		.in_flight = 256,
		.qps = -1,
		.cache_size = 64 << 20,
		.max_record = 16 << 20,
		.member = "as",
		.render = { .asn_prefix = "AS", .header = true },
	};
}

void
options_free(struct options *o)
{
	select_free(o->select);
	zones_clear(&o->zones);
	servers_clear(&o->resolver.servers);
	mirrors_clear(&o->resolver.mirrors);
	for (size_t i = 0; i < o->owned.count; i++)
		free((char *)o->owned.list[i]);
	texts_free(&o->owned);
	free(o->databases);
	texts_free(&o->inputs);
	texts_free(&o->like_configs);
	texts_free(&o->operands);
}
