#include "config.h"

#include "base/alloc.h"

#include <sys/mman.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_MALLOPT
#include <malloc.h>
#endif

#define HUGE_PAGE ((size_t)2 << 20) /* of x86-64 and most others */
#define TOP_PAD (1 << 20)	    /* bytes that are requested at once */
#define TRIM_THRESHOLD (16 << 20)   /* free bytes that are kept */

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
xreallocarray(void *old, size_t count, size_t size)
{
	if (size > 0 && count > SIZE_MAX / size)
		need(NULL);
	return xrealloc(old, count * size);
}

void *
xmalloc_aligned(size_t size)
{
	size_t unit = size >= HUGE_PAGE ? HUGE_PAGE : CACHE_LINE;

	if (size > SIZE_MAX - unit)
		return need(NULL);
	size = (size + unit - 1) / unit * unit;
	return need(aligned_alloc(unit, size > 0 ? size : unit));
}

void
use_huge_pages(void *memory, size_t size)
{
#ifdef MADV_HUGEPAGE
	/* A failure only makes the program slower. */
	if (size >= HUGE_PAGE)
		madvise(memory, size, MADV_HUGEPAGE);
#else
	(void)memory;
	(void)size;
#endif
}

void
keep_freed_memory(void)
{
#if defined(M_TOP_PAD) && defined(M_TRIM_THRESHOLD)
	/* Failures only make the program slower. */
	mallopt(M_TOP_PAD, TOP_PAD);
	mallopt(M_TRIM_THRESHOLD, TRIM_THRESHOLD);
#endif
}

void *
xmalloc_large(size_t size)
{
	void *memory = xmalloc_aligned(size);

	use_huge_pages(memory, size);
	return memory;
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
