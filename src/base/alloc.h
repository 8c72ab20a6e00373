#ifndef ASNQ_ALLOC_H
#define ASNQ_ALLOC_H

#include <stdarg.h>
#include <stddef.h>

#if defined(__GNUC__)
#define PRINTF_LIKE(format, first)                                             \
	__attribute__((__format__(__printf__, format, first)))
/* A function that is rarely called: kept out of line and out of the way. */
#define SELDOM __attribute__((__cold__, __noinline__))
#else
#define PRINTF_LIKE(format, first)
#define SELDOM
#endif

#define CACHE_LINE 64 /* bytes, on most processors */

/*
 * Allocate as malloc() and its kin do, but never return NULL: without memory
 * the program says so and exits with status 2. xreallocarray() refuses a
 * product that overflows in the same way. The caller frees the result.
 */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t size);
void *xreallocarray(void *old, size_t count, size_t size);

/*
 * Allocates as xmalloc() does, aligned to a cache line, or to a huge page
 * when the size is that of one or more.
 */
void *xmalloc_aligned(size_t size);

/*
 * Lets the system use huge pages for this memory, where it has them: random
 * reads of large memory then miss the TLB less often.
 */
void use_huge_pages(void *memory, size_t size);

/* Does both. */
void *xmalloc_large(size_t size);

/*
 * Has malloc() keep up to 16 MiB of freed memory, where it can be told so. For
 * libunbound, which takes and frees blocks of 8 and 16 kB for each query: else
 * the system takes them away and clears them again.
 */
void keep_freed_memory(void);

/* Return a copy with a NUL at its end, which the caller frees. */
char *xmemdup(const void *bytes, size_t len);
char *xstrdup(const char *text);

/* Prefetches this address into the processor's cache. */
static inline void
prefetch(const void *memory)
{
#if defined(__GNUC__)
	__builtin_prefetch(memory);
#else
	(void)memory;
#endif
}

/* Return a formatted text, which the caller frees. */
char *format_text(const char *format, ...) PRINTF_LIKE(1, 2);
char *vformat_text(const char *format, va_list list) PRINTF_LIKE(1, 0);

#endif
