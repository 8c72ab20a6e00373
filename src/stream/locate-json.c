#include "config.h"

#include "stream/locate-json.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "stream/json-path.h"

struct json_locator {
	struct json_path *path;
	const char *member;
	bool has_key;
	enum located_choice choice;
	bool near;  /* the member goes into the object that holds the key */
	bool reply; /* see struct locator_config */
	bool begun; /* the first record of the file has been read */
};

static void *
json_new(const struct locator_config *config, const struct locator_key *key,
    char **why)
{
	struct json_locator *j = xcalloc(1, sizeof(*j));

	j->has_key = key->field != NULL;
	j->choice = key->choice;
	j->path = json_path_new(j->has_key ? key->field : "", why);
	j->member = config->member;
	j->near = config->elastic && j->has_key;
	j->reply = config->reply;
	return j;
}

static enum located_kind
json_find(void *self, struct span record, struct located_list *out)
{
	struct json_locator *j = self;
	struct json_place found;
	struct located *key;
	struct span object = j->begun ? record : span_without_mark(record);

	j->begun = true;
	if (!json_path_find(j->path, object, j->near, j->member, &found))
		return LOCATED_NOTHING;
	key = located_add(out, (size_t)(object.text - record.text) + found.end);
	key->needs_comma = !found.empty;
	key->has_member = found.has_member && !j->reply;
	if (!j->has_key)
		located_set_line(key, record, j->choice);
	else if (found.value.text != NULL)
		located_set_field(key, found.value, j->choice);
	return LOCATED_RECORD;
}

static void
json_begin_file(void *self)
{
	struct json_locator *j = self;

	j->begun = false;
}

static void
json_skip(void *self)
{
	struct json_locator *j = self;

	j->begun = true;
}

static void
json_free(void *self)
{
	struct json_locator *j = self;

	json_path_free(j->path);
	free(j);
}

const struct locate_method locate_json = {
	.new = json_new,
	.begin_file = json_begin_file,
	.skip = json_skip,
	.find = json_find,
	.free = json_free,
};
