#include "config.h"

#include <fcntl.h>
#include <unistd.h>

#include "cli/command-line.h"
#include "cli/options.h"
#include "run.h"

/*
 * A standard descriptor that is closed would be given to the next thing that
 * is opened. In its place goes one that cannot be used in its direction.
 */
static void
fill_standard_descriptors(void)
{
	static const int useless[] = { O_WRONLY, O_RDONLY, O_RDONLY };

	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)open("/dev/null", useless[fd]);
}

int
main(int argc, char **argv)
{
	struct options options;
	int status;

	fill_standard_descriptors();
	options_init(&options);
	command_line_read(&options, argc, argv);
	status = run(&options);
	options_free(&options);
	return status;
}
