#include "config.h"

#include "mem.h"

#include <sys/mman.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HUGE_PAGE ((size_t)2 << 20) /* of x86-64 and most others */

static void *
need(void *memory)
{
	if (memory == NULL) {
		fputs("asnq: out of memory\n", stderr);
		exit(2);
	}
	return memory;
}

void *
xmalloc(size_t size)
{
	return need(malloc(size > 0 ? size : 1));
}

void *
xcalloc(size_t count, size_t size)
{
	return need(calloc(count > 0 ? count : 1, size));
}

void *
xrealloc(void *old, size_t size)
{
	return need(realloc(old, size > 0 ? size : 1));
}

void *
xmalloc_large(size_t size)
{
#ifdef MADV_HUGEPAGE
	if (size >= HUGE_PAGE && size <= SIZE_MAX - HUGE_PAGE) {
		size_t whole = (size + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
		void *memory = need(aligned_alloc(HUGE_PAGE, whole));

		/* Without them it is only slower. */
		madvise(memory, whole, MADV_HUGEPAGE);
		return memory;
	}
#endif
	return xmalloc(size);
}

char *
xmemdup(const void *bytes, size_t len)
{
	char *copy = xmalloc(len + 1);

	if (len > 0)
		memcpy(copy, bytes, len);
	copy[len] = '\0';
	return copy;
}

char *
xstrdup(const char *text)
{
	return xmemdup(text, strlen(text));
}

char *
vformat_text(const char *format, va_list list)
{
	va_list again;
	char *text;
	int len;

	va_copy(again, list);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len < 0)
		return xstrdup(format);
	text = xmalloc((size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, format, list);
	return text;
}

char *
format_text(const char *format, ...)
{
	va_list list;
	char *text;

	va_start(list, format);
	text = vformat_text(format, list);
	va_end(list);
	return text;
}
