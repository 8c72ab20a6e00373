#include "config.h"

#include "io/sandbox.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_LANDLOCK
#include <linux/landlock.h>
#include <sys/prctl.h>
#endif

#if defined(HAVE_SECCOMP) || defined(HAVE_LANDLOCK)
#include <linux/capability.h>
#include <sys/syscall.h>
#endif

#include "base/array.h"
#include "base/buf.h"
#include "io/syscall-filter.h"

#if defined(HAVE_SECCOMP) || defined(HAVE_LANDLOCK) || defined(HAVE_PLEDGE)
#define IS_BUILT_IN true
#else
#define IS_BUILT_IN false
#endif

#ifdef HAVE_LANDLOCK

/*
 * The rights that each version of Landlock can restrict: to files and folders,
 * to TCP ports, and to affect other processes. Each number is a count of bits
 * from the lowest. A later version is used as the last one here.
 */
static const struct {
	unsigned files;
	unsigned ports;
	unsigned scopes;
} rights[] = {
	{ 0, 0, 0 }, { 13, 0, 0 }, /* Linux 5.13 */
	{ 14, 0, 0 },		   /* 5.19: links to other folders */
	{ 15, 0, 0 },		   /* 6.2: truncation */
	{ 15, 2, 0 },		   /* 6.7: bind() and connect() */
	{ 16, 2, 0 },		   /* 6.10: ioctl() of devices */
	{ 16, 2, 2 },		   /* 6.12: abstract sockets, signals */
};

#define CONNECT UINT64_C(2)		 /* a right to ports */
#define IOCTL_DEVICE (UINT64_C(1) << 15) /* the highest right to files */

/* These are as in <linux/landlock.h>, which may be too old to have them. */
struct ruleset {
	uint64_t files;
	uint64_t ports;
	uint64_t scopes;
};

struct port_rule {
	uint64_t rights;
	uint64_t port;
};

#define RULE_PORT 2

static uint64_t
lowest(unsigned count)
{
	return (UINT64_C(1) << count) - 1;
}

/*
 * Permits reading a file. A folder may be opened, so that the error is that it
 * is a folder, but nothing in it.
 */
static void
permit_file(int ruleset, uint64_t handled, const char *path)
{
	struct landlock_path_beneath_attr rule = {
		.parent_fd = open(path, O_PATH | O_CLOEXEC),
	};
	struct stat st;

	if (rule.parent_fd < 0)
		return;
	if (fstat(rule.parent_fd, &st) == 0) {
		rule.allowed_access = S_ISDIR(st.st_mode)
		    ? LANDLOCK_ACCESS_FS_READ_DIR
		    : LANDLOCK_ACCESS_FS_READ_FILE | (handled & IOCTL_DEVICE);
		/* This fails for pipes, which need no rule. */
		syscall(SYS_landlock_add_rule, ruleset,
		    LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	}
	close(rule.parent_fd);
}

/* Permits connecting to a TCP port. */
static void
permit_port(int ruleset, uint16_t port)
{
	struct port_rule rule = { .rights = CONNECT, .port = port };

	syscall(SYS_landlock_add_rule, ruleset, RULE_PORT, &rule, 0);
}

static struct ruleset
make_ruleset(size_t version)
{
	size_t row = version < LENGTH(rights) ? version : LENGTH(rights) - 1;

	return (struct ruleset){
		.files = lowest(rights[row].files),
		.ports = lowest(rights[row].ports),
		.scopes = lowest(rights[row].scopes),
	};
}

/* Returns the version that is in effect, or 0. */
static int
enter_landlock(const struct sandbox_config *config)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	struct ruleset r;
	int fd;

	if (version <= 0)
		return 0;
	/* Old versions accept a larger struct if the rest is zero. */
	r = make_ruleset((size_t)version);
	fd = (int)syscall(SYS_landlock_create_ruleset, &r, sizeof(r), 0);
	if (fd < 0)
		return 0;
	for (size_t i = 0; i < config->file_count; i++)
		permit_file(fd, r.files, config->files[i]);
	for (size_t i = 0; r.ports != 0 && i < config->port_count; i++)
		permit_port(fd, config->ports[i]);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    syscall(SYS_landlock_restrict_self, fd, 0) != 0)
		version = 0;
	close(fd);
	return (int)version;
}

#else

static int
enter_landlock(const struct sandbox_config *config)
{
	(void)config;
	return 0;
}

#endif

#if defined(HAVE_SECCOMP) || defined(HAVE_LANDLOCK)

/* Each of two words has 32 capabilities. */
#define WORDS _LINUX_CAPABILITY_U32S_3
#define BIT(capability) (UINT32_C(1) << (capability))

/*
 * Drops all capabilities, but for one that reads files of others where files
 * are still to be opened: that is all that the superuser may need here.
 */
static void
drop_capabilities(bool opens_files)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct sets[WORDS];
	uint32_t kept = 0;

	memset(sets, 0, sizeof(sets));
	if (syscall(SYS_capget, &header, sets) != 0)
		return;
	if (opens_files) {
		kept = sets[0].effective & BIT(CAP_DAC_READ_SEARCH);
		if (kept == 0)
			kept = sets[0].effective & BIT(CAP_DAC_OVERRIDE);
	}
	memset(sets, 0, sizeof(sets));
	sets[0].effective = kept;
	sets[0].permitted = kept;
	syscall(SYS_capset, &header, sets);
}

#else

static void
drop_capabilities(bool opens_files)
{
	(void)opens_files;
}

#endif

#ifdef HAVE_PLEDGE

static bool
enter_pledge(const struct sandbox_config *config)
{
	for (size_t i = 0; i < config->file_count; i++)
		(void)unveil(config->files[i], "r");
	return unveil(NULL, NULL) == 0 &&
	    pledge(config->network ? "stdio rpath tty inet" : "stdio rpath tty",
		NULL) == 0;
}

#else

static bool
enter_pledge(const struct sandbox_config *config)
{
	(void)config;
	return false;
}

#endif

/* The filter comes last, since it forbids further confinement. */
struct sandbox
sandbox_enter(const struct sandbox_config *config)
{
	struct sandbox s = { .landlock = enter_landlock(config) };

	s.pledged = enter_pledge(config);
	drop_capabilities(config->file_count > 0);
	s.filter = syscall_filter_enter(config->network);
	return s;
}

char *
sandbox_describe(const struct sandbox *s)
{
	struct buf text = { 0 };

	if (s->pledged)
		buf_puts(&text, "pledge, unveil");
	if (s->filter)
		buf_puts(&text, "seccomp");
	if (s->landlock > 0)
		buf_printf(&text, "%sLandlock %d", text.len > 0 ? ", " : "",
		    s->landlock);
	if (text.len == 0)
		buf_puts(&text,
		    IS_BUILT_IN ? "none (the system refuses it)"
				: "none (not built in)");
	buf_putc(&text, '\0');
	return text.data;
}
