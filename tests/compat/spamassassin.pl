#!/usr/bin/perl
# Prints SpamAssassin's results for addresses, in asnq's format.
#
#	spamassassin.pl tags|header|rules PORT CONFIG [TIMEOUT] <ADDRESSES
#
# Each line of stdin is the address from which a message came. CONFIG is a .cf file; the DNS server
# is 127.0.0.1:PORT, and TIMEOUT is rbl_timeout. For each address, the output has:
#
#	tags	each tag that CONFIG names, like `asnq -o tags` after _IP_
#	header	the headers that would be added, and an empty line, like `asnq -o header`
#	rules	the address, and each rule of CONFIG with 1 if it hits, else 0
#
# With --lint as the first argument, prints only SpamAssassin's messages about CONFIG.

use strict;
use warnings;

use File::Spec;
use File::Temp qw(tempdir);
use Mail::SpamAssassin;

my ($what, $port, $config, $timeout) = @ARGV;
die "usage: spamassassin.pl tags|header|rules|--lint PORT CONFIG [TIMEOUT]\n" unless defined $config;
$timeout = 3 unless defined $timeout;

my $glue = <<"END";
loadplugin Mail::SpamAssassin::Plugin::ASN
loadplugin Mail::SpamAssassin::Plugin::Check
dns_available yes
dns_server [127.0.0.1]:$port
rbl_timeout $timeout 0
use_bayes 0
END

my $home = tempdir(CLEANUP => 1);
my $sa = Mail::SpamAssassin->new({
	config_text => $glue . "include " . File::Spec->rel2abs($config) . "\n",
	userstate_dir => $home,
	dont_copy_prefs => 1,
	home_dir_for_helpers => $home,
	local_tests_only => 0,
});

if ($what eq '--lint') {
	$sa->{lint_callback} = sub {
		my %problem = @_;
		print $problem{msg}, "\n";
	};
	$sa->init(0);
	exit 0;
}

$sa->init(0);

# Escapes control characters and invalid UTF-8 as asnq does.
sub escape {
	my ($text) = @_;
	my %short = ("\t" => '\t', "\n" => '\n', "\r" => '\r', '\\' => '\\\\');
	my $utf8 = qr/[\xc2-\xdf][\x80-\xbf]
		| \xe0[\xa0-\xbf][\x80-\xbf] | [\xe1-\xec\xee\xef][\x80-\xbf]{2}
		| \xed[\x80-\x9f][\x80-\xbf]
		| \xf0[\x90-\xbf][\x80-\xbf]{2} | [\xf1-\xf3][\x80-\xbf]{3}
		| \xf4[\x80-\x8f][\x80-\xbf]{2}/x;

	$text =~ s{([\x20-\x5b\x5d-\x7e]+) | (\xc2[\x80-\x9f]) | ($utf8) | (.)}{
		defined $1 ? $1
		    : defined $3 ? $3
		    : join '', map { $short{$_} // sprintf '\x%02x', ord } split //, $2 // $4
	}gexs;
	return $text;
}

# the tags that CONFIG names, without repetitions
my $conf = $sa->{conf};
my (@tags, %seen);
for my $lookup (@{$conf->{asnlookups} || []}, @{$conf->{asnlookups_ipv6} || []}) {
	push @tags, grep { !$seen{$_}++ } map { uc } @{$lookup}{qw(asn_tag route_tag)};
}
my @rules;
if ($what eq 'rules') {
	open my $file, '<', $config or die "$config: $!\n";
	while (<$file>) {
		push @rules, grep { !$seen{"rule $_"}++ } /^\s*header\s+(\S+)\s+(?:rbl)?eval:check_asn/;
	}
}

$| = 1;
while (my $address = <STDIN>) {
	chomp $address;
	my $shown = $address =~ /:/ ? "IPv6:$address" : $address;
	my $mail = $sa->parse(<<"END", 1);
Received: from client.example (client.example [$shown])
	by mx.example (Postfix) with ESMTP id 12345
	for <user\@mx.example>; Mon, 1 Jan 2024 00:00:00 +0000
From: sender\@client.example
To: user\@mx.example
Subject: test
Date: Mon, 1 Jan 2024 00:00:00 +0000
Message-ID: <1\@client.example>

text
END
	my $status = $sa->check($mail);
	if ($what eq 'tags') {
		print join("\t",
		    map { "_" . escape($_) . "_=" . escape($status->get_tag($_) // '') } @tags), "\n";
	} elsif ($what eq 'header') {
		my $text = $status->_get_added_headers('headers_ham');
		$text =~ s/^X-Spam-Checker-Version:.*\n(?:\t.*\n)*//m;
		print $text, "\n";
	} else {
		my %hit = map { $_ => 1 } @{$status->{test_names_hit} || []};
		print join(" ", $address, map { "$_=" . ($hit{$_} ? 1 : 0) } @rules), "\n";
	}
	$status->finish;
	$mail->finish;
}
