/*
 * Measures libmaxminddb alone on a list of addresses: a loop that looks up
 * each address and reads its AS number and organisation, without I/O.  Prints
 * the seconds that it took.
 *
 * usage: bare-mmdb MMDB <ADDRESSES
 */
#include <arpa/inet.h>
#include <maxminddb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static size_t
read_addresses(struct sockaddr_in **list)
{
	size_t count = 0;
	size_t size = 0;
	char line[64];

	*list = NULL;
	while (fgets(line, sizeof(line), stdin) != NULL) {
		struct sockaddr_in a = { .sin_family = AF_INET };

		line[strcspn(line, "\n")] = '\0';
		if (inet_pton(AF_INET, line, &a.sin_addr) != 1)
			continue;
		if (count == size) {
			size = size > 0 ? 2 * size : 1024;
			*list = realloc(*list, size * sizeof(**list));
			if (*list == NULL)
				abort();
		}
		(*list)[count++] = a;
	}
	return count;
}

static unsigned long
look_up(MMDB_s *db, const struct sockaddr_in *a)
{
	MMDB_lookup_result_s r;
	MMDB_entry_data_s asn = { 0 };
	MMDB_entry_data_s name = { 0 };
	int error;

	r = MMDB_lookup_sockaddr(db, (const struct sockaddr *)a, &error);
	if (!r.found_entry)
		return 0;
	MMDB_get_value(&r.entry, &asn, "autonomous_system_number", NULL);
	MMDB_get_value(&r.entry, &name, "autonomous_system_organization", NULL);
	return asn.uint32 + name.data_size;
}

int
main(int argc, char **argv)
{
	struct sockaddr_in *list;
	unsigned long sum = 0;
	size_t count;
	double start;
	MMDB_s db;

	if (argc != 2 || MMDB_open(argv[1], MMDB_MODE_MMAP, &db) != 0)
		return 2;
	count = read_addresses(&list);
	for (size_t i = 0; i < count; i++)
		sum += look_up(&db, &list[i]); /* brings the file into memory */
	start = now();
	for (size_t i = 0; i < count; i++)
		sum += look_up(&db, &list[i]);
	printf("%.4f\n", now() - start);
	MMDB_close(&db);
	free(list);
	return sum == 0;
}
