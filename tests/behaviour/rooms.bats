#!/usr/bin/env bats
# tests/tools/check-rooms finds each kind of error. Each test changes a copy of the sources.

load ../lib/common

setup()
{
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	cp -R "$TOP/src" "$BATS_TEST_TMPDIR/src"
	chmod -R u+w "$BATS_TEST_TMPDIR/src"
}

# Runs check-rooms on the copy.
rooms()
{
	run sh "$TOP/tests/tools/check-rooms" "$BATS_TEST_TMPDIR"
}

# spoil FILE INCLUDE: adds an include to FILE.
spoil()
{
	sed -i "0,/^#include \"config.h\"/s,,&\n#include $2," "$BATS_TEST_TMPDIR/src/$1"
}

@test "the sources are in order" {
	rooms
	[[ $status == 0 && $output == '' ]]
}

@test "an include of a room above is found" {
	spoil base/buf.c '"record/addr.h"'
	rooms
	[[ $status != 0 && $output == 'src/base/buf.c:2: includes record/addr.h, which is not below'* ]]
}

@test "an include of another room on the same level is found" {
	spoil dns/zone.c '"db/db.h"'
	rooms
	[[ $status != 0 && $output == *'includes db/db.h, which is not below'* ]]
}

@test "an include without a room is found" {
	spoil db/db.c '"table.h"'
	rooms
	[[ $status != 0 && $output == *'includes table.h'* ]]
}

@test "a file in no room is found" {
	touch "$BATS_TEST_TMPDIR/src/stray.c" "$BATS_TEST_TMPDIR/src/base/stray.c"
	echo '#include "config.h"' >"$BATS_TEST_TMPDIR/src/stray.c"
	rooms
	[[ $status != 0 && $output == *'src/stray.c:1: is in no room'* ]]
	[[ $output != *base/stray.c* ]]
}

@test "a library's header included by a second file is found" {
	spoil io/input.c '<event2/event.h>'
	rooms
	[[ $status != 0 && $output == *'includes event2/event.h, as '*' does'* ]]
}

@test "a header of the C library may be in any file" {
	spoil io/input.c '<string.h>'
	spoil io/output.c '<string.h>'
	rooms
	[[ $status == 0 ]]
}

@test "modules that include each other are found" {
	spoil base/alloc.c '"base/buf.h"'
	rooms
	[[ $status != 0 && $output == *'include each other in a circle'*base/alloc* ]]
}
