#include "config.h"

#include "command-line.h"
#include "options.h"
#include "run.h"

int
main(int argc, char **argv)
{
	struct options options;
	int status;

	options_init(&options);
	command_line_read(&options, argc, argv);
	status = run(&options);
	options_free(&options);
	return status;
}
