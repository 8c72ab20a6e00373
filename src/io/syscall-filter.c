#include "config.h"

#include "io/syscall-filter.h"

#ifdef HAVE_SECCOMP

#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <asm/termbits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>

#include "base/array.h"

/*
 * How the kernel names this architecture. A program may also make calls by the
 * numbers of another one, as 32-bit code does on a 64-bit processor.
 */
#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__i386__)
#define ARCHITECTURE AUDIT_ARCH_I386
#elif defined(__aarch64__) && defined(__AARCH64EL__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__arm__) && defined(__ARMEL__)
#define ARCHITECTURE AUDIT_ARCH_ARM
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#elif defined(__riscv)
#define ARCHITECTURE AUDIT_ARCH_RISCV32
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
#define ARCHITECTURE AUDIT_ARCH_PPC64LE
#elif defined(__powerpc64__)
#define ARCHITECTURE AUDIT_ARCH_PPC64
#elif defined(__s390x__)
#define ARCHITECTURE AUDIT_ARCH_S390X
#elif defined(__mips64) && defined(__MIPSEL__) && _MIPS_SIM == _ABI64
#define ARCHITECTURE AUDIT_ARCH_MIPSEL64
#elif defined(__mips__) && defined(__MIPSEL__) && _MIPS_SIM == _ABIO32
#define ARCHITECTURE AUDIT_ARCH_MIPSEL
#elif defined(__loongarch_lp64)
#define ARCHITECTURE (EM_LOONGARCH | __AUDIT_ARCH_64BIT | __AUDIT_ARCH_LE)
#endif

#endif

#ifdef ARCHITECTURE

enum test {
	IS,
	IS_AT_MOST,
	MASKED /* only the bits of `mask` are compared */
};

/*
 * A check of an argument. It looks at the lower 32 bits: the kernel uses no
 * more of any argument that is checked here.
 */
struct check {
	enum test test;
	uint8_t argument; /* its number, from 0 */
	uint32_t value;
	uint32_t mask;
};

#define CHECKS_MAX 3
#define PLAIN_MAX 8 /* calls that are compared one after the other */

/*
 * A system call with arguments that pass all checks. Of several rules for one
 * call, the first one that matches counts; if none does, the program is killed.
 */
struct rule {
	uint32_t call;
	uint16_t error; /* errno that the call fails with; 0: it is permitted */
	uint8_t count;	/* of the checks */
	struct check checks[CHECKS_MAX];
};

#define PERMIT(name)                                                           \
	{                                                                      \
		.call = __NR_##name                                            \
	}
#define PERMIT_IF(name, number, ...)                                           \
	{                                                                      \
		.call = __NR_##name, .count = (number), .checks = {            \
			__VA_ARGS__                                            \
		}                                                              \
	}
#define WITHOUT(argument, bits)                                                \
	{                                                                      \
		MASKED, argument, 0, bits                                      \
	}

#define CHANGING (O_ACCMODE | O_CREAT | O_TRUNC)

#define FAULTS_OF_MEMORY 100 /* MADV_HWPOISON, the first of such advice */

/* Memory never becomes code, no file is changed, no terminal gets input. */
static const struct rule rules[] = {
	/* memory */
	PERMIT(brk),
	PERMIT_IF(madvise, 1, { IS_AT_MOST, 2, FAULTS_OF_MEMORY - 1, 0 }),
#ifdef __NR_mmap
	PERMIT_IF(mmap, 1, WITHOUT(2, PROT_EXEC)),
#endif
#ifdef __NR_mmap2
	PERMIT_IF(mmap2, 1, WITHOUT(2, PROT_EXEC)),
#endif
	PERMIT_IF(mprotect, 1, WITHOUT(2, PROT_EXEC)),
	PERMIT(mremap),
	PERMIT(munmap),

/* open files */
#ifdef __NR__llseek
	PERMIT(_llseek),
#endif
	PERMIT(close),
/* F_DUPFD, F_GETFD, F_SETFD, F_GETFL */
#ifdef __NR_fcntl
	PERMIT_IF(fcntl, 1, { IS_AT_MOST, 1, F_GETFL, 0 }),
	PERMIT_IF(fcntl, 2, { IS, 1, F_SETFL, 0 }, WITHOUT(2, O_ASYNC)),
#endif
#ifdef __NR_fcntl64
	PERMIT_IF(fcntl64, 1, { IS_AT_MOST, 1, F_GETFL, 0 }),
	PERMIT_IF(fcntl64, 2, { IS, 1, F_SETFL, 0 }, WITHOUT(2, O_ASYNC)),
#endif
#ifdef __NR_fstat
	PERMIT(fstat),
#endif
#ifdef __NR_fstat64
	PERMIT(fstat64),
#endif
#ifdef __NR_ftruncate
	PERMIT(ftruncate),
#endif
#ifdef __NR_ftruncate64
	PERMIT(ftruncate64),
#endif
	PERMIT_IF(ioctl, 1, { IS, 1, TCGETS, 0 }),
#ifdef TCGETS2
	PERMIT_IF(ioctl, 1, { IS, 1, TCGETS2, 0 }),
#endif
	PERMIT_IF(ioctl, 1, { IS, 1, TIOCGWINSZ, 0 }),
#ifdef __NR_lseek
	PERMIT(lseek),
#endif
	PERMIT(pread64),
	PERMIT(read),
	PERMIT(readv),
	PERMIT(write),
	PERMIT(writev),

/* files by their paths */
#ifdef __NR_access
	PERMIT(access),
#endif
	PERMIT(faccessat),
#ifdef __NR_faccessat2
	PERMIT(faccessat2),
#endif
#ifdef __NR_fstatat64
	PERMIT(fstatat64),
#endif
#ifdef __NR_lstat
	PERMIT(lstat),
#endif
#ifdef __NR_newfstatat
	PERMIT(newfstatat),
#endif
#ifdef __NR_open
	PERMIT_IF(open, 1, WITHOUT(1, CHANGING)),
#endif
	PERMIT_IF(openat, 1, WITHOUT(2, CHANGING)),
#ifdef __NR_stat
	PERMIT(stat),
#endif
#ifdef __NR_statx
	PERMIT(statx),
#endif

	/* waiting */
	PERMIT(epoll_ctl),
	PERMIT(epoll_pwait),
#ifdef __NR_epoll_pwait2
	PERMIT(epoll_pwait2),
#endif
#ifdef __NR_epoll_wait
	PERMIT(epoll_wait),
#endif
#ifdef __NR_futex
	PERMIT(futex),
#endif
#ifdef __NR_futex_time64
	PERMIT(futex_time64),
#endif
#ifdef __NR_poll
	PERMIT(poll),
#endif
#ifdef __NR_ppoll
	PERMIT(ppoll),
#endif
#ifdef __NR_ppoll_time64
	PERMIT(ppoll_time64),
#endif
	PERMIT(restart_syscall),
	PERMIT(sched_yield),

/* time, random numbers, our own ids */
#ifdef __NR_clock_gettime
	PERMIT(clock_gettime),
#endif
#ifdef __NR_clock_gettime64
	PERMIT(clock_gettime64),
#endif
	PERMIT(getpid),
	PERMIT(getrandom),
	PERMIT(gettid),
#ifdef __NR_gettimeofday
	PERMIT(gettimeofday),
#endif
	PERMIT(sysinfo), /* the C library's qsort() */
#ifdef __NR_time
	PERMIT(time),
#endif

	/* signals and exit */
	PERMIT(exit),
	PERMIT(exit_group),
	PERMIT(rt_sigaction),
	PERMIT(rt_sigprocmask),
	PERMIT(rt_sigreturn),
#ifdef __NR_sigreturn
	PERMIT(sigreturn),
#endif
};

/* AF_INET and AF_INET6 differ in one bit. */
#define INTERNET                                                               \
	{                                                                      \
		MASKED, 0, AF_INET, (uint32_t) ~(AF_INET ^ AF_INET6)           \
	}
static_assert((AF_INET ^ AF_INET6) == 8 && (AF_INET & 8) == 0, "one bit");

/* The type of a socket; the other bits are flags. */
#define TYPE(type)                                                             \
	{                                                                      \
		MASKED, 1, type, 0xf                                           \
	}

#define PROTOCOL(protocol)                                                     \
	{                                                                      \
		IS, 2, protocol, 0                                             \
	}

#define OPTION(level, option)                                                  \
	PERMIT_IF(setsockopt, 2, { IS, 1, level, 0 }, { IS, 2, option, 0 })

/* A call that sends by TCP Fast Open connects, past Landlock's rules. */
#define PERMIT_SENDING(name, flags)                                            \
	{ .call = __NR_##name,                                                 \
		.error = EOPNOTSUPP,                                           \
		.count = 1,                                                    \
		.checks = { { MASKED, flags, MSG_FASTOPEN, MSG_FASTOPEN } } }, \
	    PERMIT(name)

/* The same, if the program may use the network. */
static const struct rule network_rules[] = {
#ifdef __NR_socketcall
	/* Its arguments are in memory, which a filter cannot read. */
	PERMIT_IF(socketcall, 1, { IS_AT_MOST, 0, 3, 0 }), /* to connect */
	PERMIT_IF(socketcall, 1, { MASKED, 0, 6, ~1U }),   /* get...name */
	PERMIT_IF(socketcall, 1, { IS, 0, 9, 0 }),	   /* send */
	PERMIT_IF(socketcall, 1, { MASKED, 0, 10, ~1U }),  /* recv, sendto */
	PERMIT_IF(socketcall, 1, { MASKED, 0, 12, ~3U }),  /* to getsockopt */
	PERMIT_IF(socketcall, 1, { MASKED, 0, 16, ~1U }),  /* ...msg */
#endif
	PERMIT(bind),
	PERMIT(connect),
	PERMIT(getpeername),
	PERMIT(getsockname),
	PERMIT(getsockopt),
#ifdef __NR_recv
	PERMIT(recv),
#endif
	PERMIT(recvfrom),
	PERMIT(recvmsg),
#ifdef __NR_send
	PERMIT(send),
#endif
	PERMIT_SENDING(sendmsg, 2),
	PERMIT_SENDING(sendto, 3),
	/* Those that libunbound sets; without another one it can work. */
	OPTION(SOL_SOCKET, SO_REUSEADDR),
	OPTION(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT),
	OPTION(IPPROTO_IP, IP_MTU_DISCOVER),
	OPTION(IPPROTO_IPV6, IPV6_MTU),
	OPTION(IPPROTO_IPV6, IPV6_MTU_DISCOVER),
	OPTION(IPPROTO_IPV6, IPV6_V6ONLY),
	OPTION(IPPROTO_TCP, TCP_NODELAY),
	{ .call = __NR_setsockopt, .error = ENOPROTOOPT },
	PERMIT(shutdown),
	PERMIT_IF(socket, 3, INTERNET, TYPE(SOCK_DGRAM), PROTOCOL(0)),
	PERMIT_IF(socket, 3, INTERNET, TYPE(SOCK_DGRAM), PROTOCOL(IPPROTO_UDP)),
	PERMIT_IF(socket, 3, INTERNET, TYPE(SOCK_STREAM), PROTOCOL(0)),
	PERMIT_IF(socket, 3, INTERNET, TYPE(SOCK_STREAM),
	    PROTOCOL(IPPROTO_TCP)),
	/*
	 * if_nametoindex(), by which libunbound reads the zone of an IPv6
	 * address; if that fails, libunbound reads it as a number.
	 */
	{
	    .call = __NR_ioctl,
	    .error = EACCES,
	    .count = 1,
	    .checks = { { IS, 1, SIOCGIFINDEX, 0 } },
	},
	{
	    .call = __NR_socket,
	    .error = EACCES,
	    .count = 2,
	    .checks = { { IS, 0, AF_UNIX, 0 }, TYPE(SOCK_DGRAM) },
	},
};

#define RULES_MAX (LENGTH(rules) + LENGTH(network_rules) + 2)

/* Instructions of a rule: to load, mask and compare, and for the result. */
#define RULE_MAX (3 * CHECKS_MAX + 1)
/* Instructions of a call besides its rules. */
#define CALL_MAX 4 /* two to go left or right, its number, "kill" */
#define PROGRAM_MAX (RULES_MAX * (RULE_MAX + CALL_MAX) + 4)

/* A program for the kernel's packet filter, which runs at each system call. */
struct program {
	struct rule rules[RULES_MAX]; /* those of a call are together */
	size_t rule_count;
	struct sock_filter code[PROGRAM_MAX];
	unsigned short len;
};

static void
add_rules(struct program *p, const struct rule *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		p->rules[p->rule_count++] = list[i];
}

/* Sorts by the call, and leaves rules of one call in their order. */
static void
sort_rules(struct program *p)
{
	for (size_t i = 1; i < p->rule_count; i++) {
		struct rule rule = p->rules[i];
		size_t at = i;

		for (; at > 0 && p->rules[at - 1].call > rule.call; at--)
			p->rules[at] = p->rules[at - 1];
		p->rules[at] = rule;
	}
}

static void
add(struct program *p, struct sock_filter instruction)
{
	assert(p->len < PROGRAM_MAX);
	p->code[p->len++] = instruction;
}

static void
add_load(struct program *p, size_t offset)
{
	add(p,
	    (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		(uint32_t)offset));
}

static void
add_result(struct program *p, uint32_t result)
{
	add(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, result));
}

static void
add_kill(struct program *p)
{
	add_result(p, SECCOMP_RET_KILL_PROCESS);
}

/* Skips `yes` or `no` instructions, by the result of a comparison. */
static void
add_jump(struct program *p, unsigned comparison, uint32_t value, size_t yes,
    size_t no)
{
	assert(yes <= UINT8_MAX && no <= UINT8_MAX);
	add(p,
	    (struct sock_filter)BPF_JUMP((uint16_t)(BPF_JMP | BPF_K |
					     comparison),
		value, (uint8_t)yes, (uint8_t)no));
}

static size_t
check_length(const struct check *c)
{
	return c->test == MASKED ? 3 : 2;
}

static size_t
rule_length(const struct rule *r)
{
	size_t len = 1;

	for (size_t i = 0; i < r->count; i++)
		len += check_length(&r->checks[i]);
	return len;
}

/* Adds a check that skips `failed` instructions if it fails. */
static void
add_check(struct program *p, const struct check *c, size_t failed)
{
	size_t lower = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0;

	add_load(p,
	    offsetof(struct seccomp_data, args) +
		sizeof(uint64_t) * c->argument + lower);
	if (c->test == MASKED)
		add(p,
		    (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K,
			c->mask));
	if (c->test == IS_AT_MOST)
		add_jump(p, BPF_JGT, c->value, failed, 0);
	else
		add_jump(p, BPF_JEQ, c->value, 0, failed);
}

static void
add_rule(struct program *p, const struct rule *r)
{
	size_t left = rule_length(r);

	for (size_t i = 0; i < r->count; i++) {
		left -= check_length(&r->checks[i]);
		add_check(p, &r->checks[i], left);
	}
	add_result(p,
	    r->error > 0 ? SECCOMP_RET_ERRNO | r->error : SECCOMP_RET_ALLOW);
}

/* Returns the first rule for the call of rule `i`. */
static size_t
start_of_call(const struct program *p, size_t i)
{
	while (i > 0 && p->rules[i - 1].call == p->rules[i].call)
		i--;
	return i;
}

/* Returns the rule after those for the call of rule `i`. */
static size_t
end_of_call(const struct program *p, size_t i)
{
	uint32_t call = p->rules[i].call;

	while (i < p->rule_count && p->rules[i].call == call)
		i++;
	return i;
}

/* Adds the rules `from` to `to`, which are all of one call. */
static void
add_call(struct program *p, size_t from, size_t to)
{
	size_t len = 0;

	for (size_t i = from; i < to; i++)
		len += rule_length(&p->rules[i]);
	add_jump(p, BPF_JEQ, p->rules[from].call, 0, len);
	for (size_t i = from; i < to; i++)
		add_rule(p, &p->rules[i]);
	add_kill(p);
}

/* Returns whether the rules `from` to `to` are few and have no checks. */
static bool
are_plain(const struct program *p, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (p->rules[i].count > 0 || p->rules[i].error > 0)
			return false;
	return to - from <= PLAIN_MAX;
}

/* Adds such rules one after the other, which takes fewer instructions. */
static void
add_plain(struct program *p, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		add_jump(p, BPF_JEQ, p->rules[i].call, to - i, 0);
	add_kill(p);
	add_result(p, SECCOMP_RET_ALLOW);
}

/*
 * Adds the rules `from` to `to` as a tree over the numbers of calls: the kernel
 * runs the program for each number when it takes it, and afterwards only at
 * calls whose arguments matter.
 */
static void
add_tree(struct program *p, size_t from, size_t to)
{
	size_t middle = start_of_call(p, from + (to - from) / 2);
	size_t jump;

	if (are_plain(p, from, to)) {
		add_plain(p, from, to);
		return;
	}
	if (middle == from)
		middle = end_of_call(p, from);
	if (middle == to) {
		add_call(p, from, to);
		return;
	}
	add_jump(p, BPF_JGE, p->rules[middle].call, 0, 1);
	jump = p->len;
	add(p, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, 0));
	add_tree(p, from, middle);
	p->code[jump].k = (uint32_t)(p->len - jump - 1);
	add_tree(p, middle, to);
}

/* Writes a program that kills at calls by another architecture's numbers. */
static void
write_program(struct program *p, bool network)
{
	/* raise() and abort(): signals to this process only */
	const struct rule raising[] = {
		PERMIT_IF(tgkill, 1, { IS, 0, (uint32_t)getpid(), 0 }),
		PERMIT_IF(tkill, 1, { IS, 0, (uint32_t)getpid(), 0 }),
	};

	add_rules(p, rules, LENGTH(rules));
	add_rules(p, raising, LENGTH(raising));
	if (network)
		add_rules(p, network_rules, LENGTH(network_rules));
	sort_rules(p);
	add_load(p, offsetof(struct seccomp_data, arch));
	add_jump(p, BPF_JEQ, ARCHITECTURE, 1, 0);
	add_kill(p);
	add_load(p, offsetof(struct seccomp_data, nr));
	add_tree(p, 0, p->rule_count);
}

/*
 * Leaves speculative execution on, which older kernels restrict for filtered
 * programs at a cost of speed; kernels before 4.17 do not know this flag.
 */
bool
syscall_filter_enter(bool network)
{
	static const unsigned long flags[] = {
#ifdef SECCOMP_FILTER_FLAG_SPEC_ALLOW
		SECCOMP_FILTER_FLAG_SPEC_ALLOW,
#endif
		0,
	};
	struct program p = { .len = 0 };
	struct sock_fprog program = { .filter = p.code };
	long result = -1;

	write_program(&p, network);
	program.len = p.len;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return false;
	for (size_t i = 0; result != 0 && i < LENGTH(flags); i++)
		result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags[i],
		    &program);
	return result == 0;
}

#else

bool
syscall_filter_enter(bool network)
{
	(void)network;
	return false;
}

#endif
