#include "config.h"

#include <fcntl.h>
#include <unistd.h>

#include "cli/command-line.h"
#include "cli/options.h"
#include "io/signals.h"
#include "run.h"

/*
 * Opens standard descriptors that are closed, or the next file would get their
 * numbers. Reading stdin and writing to the others still fails.
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
	signals_note_reports();
	options_init(&options);
	command_line_read(&options, argc, argv);
	status = run(&options);
	options_free(&options);
	return status;
}
