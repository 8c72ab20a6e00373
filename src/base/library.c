#include "config.h"

#include "base/library.h"

#include <dlfcn.h>
#include <string.h>

#include "base/alloc.h"

char *
library_load(const char *file, const struct library_function *functions,
    size_t count, void *table)
{
	void *handle = dlopen(file, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);

	if (handle == NULL)
		return xstrdup(dlerror());
	for (size_t i = 0; i < count; i++) {
		void *address = dlsym(handle, functions[i].name);

		if (address == NULL)
			return xstrdup(dlerror());
		memcpy((char *)table + functions[i].at, &address,
		    sizeof(address));
	}
	return NULL;
}
