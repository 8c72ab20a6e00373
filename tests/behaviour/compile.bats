#!/usr/bin/env bats
# --compile writes databases as one MMDB, which other programs read.

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers

setup_file()
{
	cd "$BATS_FILE_TMPDIR" || return 1
	# prefixes inside prefixes, gaps, several origins, IPv4 and IPv6
	cat >table <<-'END'
		8.8.8.0	24	15169
		8.0.0.0	9	3356
		8.0.0.0	8	3356
		8.8.4.0	24	64512_15169
		8.8.5.0	24	0
		9.0.0.0	8	4200000001
		10.20.30.40	32	7
		192.0.2.0	25	64500
		192.0.2.128	25	64500
		2001:4860::	32	15169
		2001:4860:4860::	48	36040
		2a00::	12	3320
	END
	printf '15169\tGOOGLE, US\n3356\tLEVEL3, US\n3320\tDTAG \xc3\xbc, DE\n' >names
	cat >addresses <<-'END'
		8.8.8.8
		8.8.9.1
		8.128.0.1
		8.8.4.4
		8.8.5.5
		9.9.9.9
		10.20.30.40
		10.20.30.41
		11.1.1.1
		192.0.2.1
		192.0.2.200
		2001:4860::1
		2001:4860:4860::8888
		2a01::1
		2a10::1
		3fff::1
	END
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	TABLE=$BATS_FILE_TMPDIR/table
	NAMES=$BATS_FILE_TMPDIR/names
	ADDRESSES=$BATS_FILE_TMPDIR/addresses
	export SOURCE_DATE_EPOCH=1700000000
}

compile()
{
	asnq --no-config --compile=out.mmdb --db="$TABLE" "$@"
}

# asns ARG...: prints the AS numbers of the addresses, one a line, "-" for none.
asns()
{
	asnq --no-config --ask-special --no-names -o tsv -f asn "$@" <"$ADDRESSES" | sed 's/^\\N$/-/'
}

# Sets PYTHON to a python3 that has maxminddb, or skips the test.
maxmind_python()
{
	local python

	for python in python3 /usr/bin/python3; do
		"$python" -c 'import maxminddb' 2>/dev/null && PYTHON=$python && return
	done
	skip "python3-maxminddb is missing"
}

@test "a table and the MMDB compiled from it give the same AS numbers" {
	compile
	asns --db="$TABLE" >want
	asns --db=out.mmdb >got
	diff -u want got
	[ "$(grep -c '^[0-9]' got)" -ge 10 ]
	grep -q '^-$' got
}

@test "mmdblookup reads the MMDB" {
	need mmdblookup
	compile
	asns --db="$TABLE" >want
	while read -r address; do
		{ mmdblookup -f out.mmdb -i "$address" autonomous_system_number 2>/dev/null || true; } |
			sed -n 's/^ *\([0-9][0-9]*\) <uint32>$/\1/p' | grep . || echo -
	done <"$ADDRESSES" >got
	diff -u want got
}

@test "python3-maxminddb reads the MMDB, with its networks and metadata" {
	maxmind_python
	compile --names-db="$NAMES"
	asns --db="$TABLE" >want
	"$PYTHON" - out.mmdb >got <<-'END' 3<"$ADDRESSES"
		import maxminddb, sys
		database = maxminddb.open_database(sys.argv[1])
		for address in open(3):
		    entry = database.get(address.strip())
		    print(entry["autonomous_system_number"] if entry else "-")
		meta = database.metadata()
		assert meta.database_type == "GeoLite2-ASN", meta.database_type
		assert meta.build_epoch == 1700000000, meta.build_epoch
		assert meta.ip_version == 6 and meta.record_size == 24
		assert "from table" in meta.description["en"], meta.description
		get = database.get_with_prefix_len
		google = {"autonomous_system_number": 15169, "autonomous_system_organization": "GOOGLE, US"}
		assert get("8.8.8.8") == (google, 24), get("8.8.8.8")
		assert get("2002:808:808::1") == (google, 40), get("2002:808:808::1")
		assert get("192.0.2.1") == ({"autonomous_system_number": 64500}, 25), get("192.0.2.1")
		assert get("2a01::1")[0]["autonomous_system_organization"] == "DTAG ü, DE"
	END
	diff -u want got
}

@test "Perl's GeoIP2 reads the MMDB as GeoLite2-ASN" {
	need perl
	perl -MGeoIP2::Database::Reader -e 1 2>/dev/null || skip "libgeoip2-perl is missing"
	compile --names-db="$NAMES"
	run perl -MGeoIP2::Database::Reader -e '
		my $asn = GeoIP2::Database::Reader->new(file => "out.mmdb")->asn(ip => "8.8.8.8");
		print $asn->autonomous_system_number, " ", $asn->autonomous_system_organization, "\n"'
	assert_output_is "15169 GOOGLE, US"
}

@test "SpamAssassin's GeoDB reads the MMDB" {
	need perl
	perl -MMaxMind::DB::Reader -MMail::SpamAssassin::GeoDB -e 1 2>/dev/null || skip "SpamAssassin is missing"
	compile --names-db="$NAMES"
	mv out.mmdb GeoLite2-ASN.mmdb
	run perl -MMail::SpamAssassin::GeoDB -e '
		my $db = Mail::SpamAssassin::GeoDB->new({
			conf => { module => "geoip2", geodb_search_path => ["."] }, wanted => { asn => 1 } });
		my $asn = $db->get_asn("8.8.4.4");
		my $info = $db->get_asn_org("8.8.4.4");
		print "$asn $info\n"'
	assert_output_is "15169 GOOGLE, US"
}

@test "equal input gives equal bytes" {
	compile
	mv out.mmdb first.mmdb
	compile
	cmp first.mmdb out.mmdb
	SOURCE_DATE_EPOCH=1700000001 compile
	run ! cmp -s first.mmdb out.mmdb
}

@test "SOURCE_DATE_EPOCH must be a time" {
	SOURCE_DATE_EPOCH=yesterday run -2 compile
	assert_output_is "asnq: SOURCE_DATE_EPOCH: not a time: 'yesterday'"
	[ ! -e out.mmdb ]
}

@test "an MMDB built at time 0 is readable" {
	SOURCE_DATE_EPOCH=0 compile
	run -0 asnq --no-config --no-names --db=out.mmdb -f asn 8.8.8.8
	assert_output_is AS15169
}

@test "the MMDB has the country where the table has it" {
	need mmdblookup
	printf '1.0.0.0\t1.0.0.255\t13335\tUS\tCLOUDFLARENET\n' >iptoasn
	asnq --no-config --compile=c.mmdb --db=iptoasn
	mmdblookup -f c.mmdb -i 1.0.0.1 country iso_code | grep '"US"'
	mmdblookup -f c.mmdb -i 1.0.0.1 autonomous_system_organization | grep '"CLOUDFLARENET"'
}

@test "an MMDB can be compiled from an MMDB, with other AS names" {
	need mmdblookup
	compile
	asns --db=out.mmdb >want
	asnq --no-config --compile=again.mmdb --db=out.mmdb --names-db="$NAMES"
	asns --db=again.mmdb >got
	diff -u want got
	mmdblookup -f again.mmdb -i 8.8.8.8 autonomous_system_organization | grep '"GOOGLE, US"'
}

@test "later databases do not override earlier ones; with --mode=all, the longest prefix wins" {
	printf '1.0.0.0/8\t1\n2.2.0.0/16\t2\n' >a
	printf '1.1.0.0/16\t11\n2.0.0.0/8\t22\n3.0.0.0/8\t33\n1.0.0.0/8\t99\n' >b
	for mode in first all; do
		asnq --no-config --compile=m.mmdb --mode=$mode --db=a --db=b
		for address in 1.1.1.1 1.2.1.1 2.2.2.2 2.3.2.2 3.3.3.3; do
			asnq --no-config --no-names --db=m.mmdb -f asn $address
			asnq --no-config --no-names --mode=$mode --db=a --db=b -f asn $address >&3
		done >$mode 3>$mode.want
		diff -u $mode.want $mode
	done
	[ "$(paste -sd' ' first)" = "AS1 AS1 AS2 AS22 AS33" ]
	[ "$(paste -sd' ' all)" = "AS11 AS1 AS2 AS22 AS33" ]
}

@test "the file's mode follows the umask, and no temporary file remains" {
	(umask 027 && compile)
	[ "$(stat -c %a out.mmdb)" = 640 ]
	(umask 000 && compile)
	[ "$(stat -c %a out.mmdb)" = 644 ]
	[ "$(echo out*)" = out.mmdb ]
}

@test "a failure leaves the old file unchanged" {
	echo old >out.mmdb
	printf 'no table\n' >bad
	run -2 asnq --no-config --compile=out.mmdb --db=bad
	[ "$(cat out.mmdb)" = old ]
	for i in {0..255}; do
		printf '20.%d.0.0\t16\t%d\n' "$i" $((100 + i))
	done >large
	run -5 bash -c "ulimit -f 1; HOME=. '$ASNQ' --no-config --compile=out.mmdb --db=large"
	[[ $output == *"asnq: out.mmdb: File too large"* ]]
	[ "$(cat out.mmdb)" = old ]
	[ "$(echo out*)" = out.mmdb ]
}

@test "a file that cannot be written gives exit status 5 and a message" {
	run -5 asnq --no-config --compile=missing/out.mmdb --db="$TABLE"
	assert_output_is "asnq: missing/out.mmdb: No such file or directory"
	run -5 asnq --no-config --compile=/dev/null --db="$TABLE"
	assert_output_is "asnq: /dev/null: not a regular file"
	[ -c /dev/null ]
}

@test "tables without an origin give exit status 2 and no file" {
	printf '1.0.0.0/8\t0\n' >none
	run -2 asnq --no-config --compile=out.mmdb --db=none
	[ ! -e out.mmdb ]
}

@test "--compile is silent and does not read stdin; --verbose describes the file" {
	run -0 --separate-stderr compile <<<"8.8.8.8"
	[ -z "$output$stderr" ]
	{ compile && cat; } <<<"still here" | grep '^still here$'
	run -0 --separate-stderr compile --verbose
	[ -z "$output" ]
	[[ $stderr == "asnq: out.mmdb: 12 origins of prefixes, "*" bytes" ]]
}

@test "--compile refuses operands and contradicting options, and needs a --db" {
	run -2 asnq --no-config --compile=out.mmdb
	assert_output_is "asnq: --compile needs --db"
	run -2 compile 8.8.8.8
	assert_output_is "asnq: --compile takes no operands"
	run -2 compile -o json
	[[ $output == *"--output contradicts --compile"* || $output == *"--compile contradicts --output"* ]]
	[ ! -e out.mmdb ]
}
