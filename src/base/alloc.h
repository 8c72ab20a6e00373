#ifndef ASNQ_ALLOC_H
#define ASNQ_ALLOC_H

#include <stdarg.h>
#include <stddef.h>

#if defined(__GNUC__)
#define PRINTF_LIKE(format, first)                                             \
	__attribute__((__format__(__printf__, format, first)))
/* A function that is called seldom, and shall not weigh on its callers. */
#define SELDOM __attribute__((__cold__, __noinline__))
#else
#define PRINTF_LIKE(format, first)
#define SELDOM
#endif

#define CACHE_LINE 64 /* bytes, of most processors */

/*
 * Memory that must be there: these never return NULL. Without memory the
 * program says so and exits with status 2; there is no half-recovery.
 */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t size);
void *xreallocarray(void *old, size_t count, size_t size);

/* The same as xmalloc(), aligned to the lines of caches, or to huge pages. */
void *xmalloc_aligned(size_t size);

/*
 * The system may use huge pages for such memory from now on, where it has
 * them: addresses are found sooner in what is large and read here and there.
 */
void use_huge_pages(void *memory, size_t size);

/* Both. */
void *xmalloc_large(size_t size);

char *xmemdup(const void *bytes, size_t len); /* NUL-terminated copy */
char *xstrdup(const char *text);

/* Has what lies there brought nearer meanwhile: it will be looked at soon. */
static inline void
prefetch(const void *memory)
{
#if defined(__GNUC__)
	__builtin_prefetch(memory);
#else
	(void)memory;
#endif
}

/* A formatted text; the caller frees it. */
char *format_text(const char *format, ...) PRINTF_LIKE(1, 2);
char *vformat_text(const char *format, va_list list) PRINTF_LIKE(1, 0);

#endif
