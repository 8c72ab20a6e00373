#!/usr/bin/env python3
"""A DNS server that misbehaves on request, for tests on loopback.

    badserver.py [--port N] [--any] [--log FILE] [--counts FILE] RULES

Speaks UDP and TCP on 127.0.0.1, or with --any on all addresses of both families. With --port 0 (the default) it picks a port that is free for both.
The first line on stdout is the port. SIGTERM and SIGINT end it. SIGUSR1 makes it dead (it still
logs, but answers nothing) and alive again, and prints "dead" or "alive" on stdout.

RULES has one rule a line: PATTERN BEHAVIOUR. PATTERN is a shell glob for the query's name in lower
case, without the final dot. The first rule that matches is used; a name that no rule matches gets
NXDOMAIN. A line that begins with # is a comment. Words are separated by blanks; a "string" may hold
\\n \\r \\t \\\\ \\" and \\xHH. These are the behaviours; B is another behaviour:

  txt [ttl=N] "s" ["s"...] [+ "s"...]...   TXT records, + begins the next; the default TTL is 300
  origin [ttl=N] [form=F]  an answer computed from the name, see below
  asname [ttl=N]           for AS<N>.zone: "<N> | US | arin | 2001-01-01 | NAME-<N>, US"
  records N [form=F]       N TXT records, all for one prefix, see below
  big N                    one TXT record with N bytes of text, in strings of 255
  nxdomain [soa=N]         N is the negative TTL (default 60); soa=none leaves out the SOA
  nodata [soa=N]
  referral                 to the root: an NS of it, no SOA, and neither AA nor RA set
  servfail  refused  formerr  notimp
  cname TARGET [ttl=N]     a CNAME, and the answer of the rule for TARGET, if one matches
  cnameloop                NAME is an alias of loop.NAME, which is an alias of NAME
  silent                   no answer
  delay SECONDS B          B, later
  truncate B               UDP: empty with TC set; TCP: B
  truncate-only            UDP: empty with TC set; TCP: the connection is closed
  wrongid [B]              the answer B (default origin) with another ID
  wrongquestion [B]        the answer B (default origin) to another question
  garbage                  the right ID followed by random bytes (always the same for a name)
  pointerloop              the answer's owner is a label and a pointer back to that label
  otherport [B]            UDP: the answer B (default origin) from another port; TCP: B
  empty                    a datagram of no bytes; TCP: a message of length 0
  drop PERCENT B           the first query for PERCENT of the names gets no answer
  slow PERCENT SECONDS B   every query for PERCENT of the names is answered SECONDS later
  once B / B               the first query for a name gets the first, later ones the second
  turns B / B              the queries for a name get the two alternately
  outage SECONDS B / B     the first, for so long after the rule's first query; then the second
  tcpclose N [B]           B (default origin); TCP: closed after N answers of such rules
  tcpreset [B]             B (default origin); TCP: half of it, then the connection is reset
  count NAME B             B, counted under NAME

A hash of the name decides whether `drop` and `slow` apply to it: the same in every run.

origin: a name D.C.B.A.zone spells the address a.b.c.d (missing labels are zero), and gets
ASN = 200000 + 256 * b + c and prefix = a.b.c.0/24. A name of 32 or fewer nibbles gets
ASN = 300000 + third group of 16 bits, and prefix = the /48. A name that spells no address gets
NXDOMAIN. F is cymru (default: "ASN | prefix | US | arin | 2001-01-01"), rspamd
("ASN|prefix|US|arin|"), bare ("ASN|prefix") or routeviews (three strings). `records` gives the same
with ASN + 0, ASN + 1, ..., or "record 1", ... for a name that spells no address; `big` begins with
the same text, or with "big".

A query for a type other than TXT and ANY gets NODATA where the rule would give TXT records.
Truncation follows the sender's EDNS size (512 without EDNS), up to 1232.

--counts FILE: at the end, a line for each NAME of `count`: NAME <TAB> number. Queries that arrive
while it is dead are counted under "dead".

--log FILE: a line for each query, flushed: TIME udp|tcp NAME TYPE SENDER. TIME is the monotonic
clock in seconds; SENDER is the source port for UDP, and c1, c2, ... for TCP connections.
"""

import argparse
import asyncio
import collections
import fnmatch
import functools
import ipaddress
import os
import random
import re
import signal
import socket
import struct
import sys
import time
import zlib

TYPES = {1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 16: "TXT", 28: "AAAA",
         43: "DS", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY", 255: "ANY"}
NS, CNAME, SOA, TXT, OPT, ANY = 2, 5, 6, 16, 41, 255
RCODES = {"formerr": 1, "servfail": 2, "nxdomain": 3, "notimp": 4, "refused": 5}
QR, AA, TC, RD, RA = 0x8000, 0x0400, 0x0200, 0x0100, 0x0080
UDP_LIMIT = 1232                # the most that today's servers send
PROBE = "ready.kit.invalid"     # always answered, never logged


class RuleError(Exception):
    """An invalid line of the rules file."""


# --- names and wire ------------------------------------------------------------------------

def name_to_wire(name):
    """Returns a name uncompressed. Escapes are not understood: rules need none."""
    wire = b""
    for label in name.rstrip(".").encode("latin-1").split(b"."):
        if not 0 < len(label) < 64:
            raise RuleError(f"bad name {name!r}")
        wire += bytes([len(label)]) + label
    return wire + b"\0"


def read_name(wire, at):
    """Returns the name at an offset, in lower case, odd bytes as \\DDD, and the offset after it."""
    labels = []
    while True:
        length = wire[at]
        if length == 0:
            return ".".join(labels), at + 1
        if length > 63:
            raise ValueError("compressed or extended label in a question")
        label = wire[at + 1:at + 1 + length]
        if len(label) < length:
            raise ValueError("short label")
        labels.append("".join(chr(c) if 33 <= c <= 126 and c not in b".\\" else f"\\{c:03d}"
                              for c in label.lower()))
        at += 1 + length


class Query:
    """A query: its question, and who sent it."""

    def __init__(self, wire, transport, sender):
        self.id, self.flags, questions, _, _, additional = struct.unpack_from("!6H", wire)
        if self.flags & QR or questions != 1:
            raise ValueError("not a query")
        self.name, at = read_name(wire, 12)
        self.type, _ = struct.unpack_from("!2H", wire, at)
        self.question = wire[12:at + 4]         # byte for byte, so that the case of letters is kept
        self.transport, self.sender = transport, sender
        self.edns = None
        # The OPT record is the only additional record that resolvers send.
        if additional and wire[at + 4:at + 7] == b"\0\0\x29":
            self.edns = max(512, struct.unpack_from("!H", wire, at + 7)[0])


class Reply:
    """An answer that behaviours fill in."""

    def __init__(self, owner):
        self.owner = owner      # the name that the next records belong to
        self.rcode = 0
        self.records = []       # (owner, type, ttl, rdata)
        self.soa = None         # negative TTL
        self.refers = False     # to the root
        self.delay = 0.0
        self.silent = False
        self.truncate = None    # None, "answer" (TCP has it) or "close" (TCP is closed)
        self.mangle = None      # None, or the behaviour that damages it
        self.other_port = False
        self.tcp_answers = None
        self.tcp_reset = False

    def txt(self, query, strings, ttl):
        if query.type in (TXT, ANY):
            self.add_txt(strings, ttl)
        else:
            self.soa = 60

    def add_txt(self, strings, ttl):
        rdata = b"".join(bytes([len(s)]) + s for s in strings)
        self.records.append((self.owner, TXT, ttl, rdata))


def render(query, reply, limit):
    """Returns the reply as bytes; if longer than the limit, empty with TC set."""
    if reply.mangle == "empty":
        return b""
    if reply.mangle == "garbage":
        noise = random.Random(query.name)
        return struct.pack("!H", query.id) + noise.randbytes(noise.randrange(4, 80))
    question = query.question
    if reply.mangle == "wrongquestion":
        question = name_to_wire("another." + query.name) + question[-4:]
    parts, size = [], 0             # joined at the end: there may be thousands
    if reply.mangle == "pointerloop":
        loop = b"\1a" + struct.pack("!H", 0xC000 | 12 + len(question))
        parts.append(loop + struct.pack("!2HIH", TXT, 1, 300, 2) + b"\1x")
    for owner, rtype, ttl, rdata in reply.records:
        # 0xC00C points at the question's name.
        wire = b"\xc0\x0c" if owner == query.name else name_to_wire(owner)
        parts.append(wire + struct.pack("!2HIH", rtype, 1, ttl, len(rdata)) + rdata)
        size += len(parts[-1])
        if query.transport == "udp" and (size > limit or reply.truncate):
            break                   # it will be truncated
    answer = b"".join(parts)
    authority = b""
    if reply.soa is not None:
        # The zone is assumed to be the name without its first label.
        zone = name_to_wire(reply.owner.partition(".")[2] or "invalid")
        rdata = b"\0\0" + struct.pack("!5I", 1, 600, 300, 86400, reply.soa)
        authority = zone + struct.pack("!2HIH", SOA, 1, reply.soa, len(rdata)) + rdata
    if reply.refers:
        server = name_to_wire("a.root-servers.net")
        authority = b"\0" + struct.pack("!2HIH", NS, 1, 3600, len(server)) + server
    opt = b"" if query.edns is None else struct.pack("!BHHIH", 0, OPT, UDP_LIMIT, 0, 0)

    flags = QR | (query.flags & (RD | 0x7800)) | reply.rcode
    if not reply.refers:
        flags |= RA
        if reply.rcode in (0, RCODES["nxdomain"]):
            flags |= AA
    records = len(reply.records) + (reply.mangle == "pointerloop")
    counts = [1, records, 1 if authority else 0, 1 if opt else 0]
    if query.transport == "udp" and (
            reply.truncate or 12 + len(question + answer + authority + opt) > limit):
        flags, counts, answer, authority = flags | TC, [1, 0, 0, counts[3]], b"", b""
    ident = query.id ^ 0xFFFF if reply.mangle == "wrongid" else query.id
    return struct.pack("!6H", ident, flags, *counts) + question + answer + authority + opt


# --- computed answers ----------------------------------------------------------------------

def address_of(name):
    """Returns the address that a reversed name begins with, or None."""
    labels = name.split(".")
    count = 0
    while count < min(4, len(labels)) and re.fullmatch(r"\d{1,3}", labels[count]):
        count += 1
    nibbles = 0
    while nibbles < min(32, len(labels)) and re.fullmatch(r"[0-9a-f]", labels[nibbles]):
        nibbles += 1
    if nibbles > 4:     # five or more one-character labels cannot be IPv4
        digits = "".join(reversed(labels[:nibbles])).ljust(32, "0")
        return ipaddress.IPv6Address(int(digits, 16))
    octets = [int(label) for label in reversed(labels[:count])]
    if not octets or max(octets) > 255:
        return None
    return ipaddress.IPv4Address(bytes(octets + [0] * (4 - count)))


def origin_of(name):
    """Returns the ASN and prefix that `origin` computes for a name, or None."""
    address = address_of(name)
    if address is None:
        return None
    packed = address.packed
    if address.version == 4:
        asn = 200000 + 256 * packed[1] + packed[2]
        return asn, ipaddress.ip_network((address, 24), strict=False)
    asn = 300000 + 256 * packed[4] + packed[5]
    return asn, ipaddress.ip_network((address, 48), strict=False)


class Prefix:
    """A network, formatted once: thousands of records may contain it."""

    def __init__(self, network):
        self.text = str(network)
        self.network_address = str(network.network_address)
        self.prefixlen = network.prefixlen

    def __str__(self):
        return self.text


def origin_strings(asn, prefix, form="cymru"):
    if form == "routeviews":
        return [str(asn).encode(), str(prefix.network_address).encode(),
                str(prefix.prefixlen).encode()]
    if form == "rspamd":
        return [f"{asn}|{prefix}|US|arin|".encode()]
    if form == "bare":
        return [f"{asn}|{prefix}".encode()]
    return [f"{asn} | {prefix} | US | arin | 2001-01-01".encode()]


# --- rules ---------------------------------------------------------------------------------

TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s"]+)')


def unescape(text):
    """Returns the bytes of a quoted string."""
    simple = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"0": b"\0"}

    def one(match):
        code = match.group(1)
        if len(code) == 3:
            return bytes([int(code[1:], 16)])
        return simple.get(code, code)
    return re.sub(rb"\\(x[0-9A-Fa-f]{2}|.)", one, text.encode(), flags=re.S)


def tokenize(line):
    """Returns the words of a line as str, its quoted strings as bytes."""
    tokens, at = [], 0
    line = line.strip()
    while at < len(line):
        match = TOKEN.match(line, at)
        if not match:
            raise RuleError("unclosed string")
        word, at = match.group(2), match.end()
        tokens.append(unescape(match.group(1)) if word is None else word)
        while at < len(line) and line[at].isspace():
            at += 1
    return tokens


class Parser:
    """Turns the words of a behaviour into a function of (query, reply)."""

    def __init__(self, tokens, server):
        self.tokens, self.server = tokens, server

    def next(self, what):
        if not self.tokens:
            raise RuleError(f"{what} is missing")
        return self.tokens.pop(0)

    def number(self, what, kind=int, low=0, high=1 << 31):
        word = self.next(what)
        try:
            value = kind(word)
        except ValueError:
            raise RuleError(f"{what}: {word!r} is not a number") from None
        if not low <= value <= high:
            raise RuleError(f"{what}: {word} is out of range")
        return value

    def option(self, name, default, kind=int):
        """Takes the next word if it is `name=value`, and returns its value."""
        if self.tokens and isinstance(self.tokens[0], str) \
                and self.tokens[0].startswith(name + "="):
            return kind(self.tokens.pop(0)[len(name) + 1:])
        return default

    def behaviour(self, default=None):
        if default and (not self.tokens or self.tokens[0] == "/"):
            self.tokens.insert(0, default)
        word = self.next("behaviour")
        method = getattr(self, "do_" + str(word).replace("-", "_"), None)
        if word in ("servfail", "refused", "formerr", "notimp"):
            return self.plain_rcode(RCODES[word])
        if word in ("garbage", "empty", "pointerloop"):
            return lambda query, reply: setattr(reply, "mangle", word)
        if method is None:
            raise RuleError(f"unknown behaviour {word!r}")
        return method()

    @staticmethod
    def plain_rcode(code):
        return lambda query, reply: setattr(reply, "rcode", code)

    def do_txt(self):
        ttl = self.option("ttl", 300)
        records = [[]]
        while self.tokens and (isinstance(self.tokens[0], bytes) or self.tokens[0] == "+"):
            token = self.tokens.pop(0)
            if token == "+":
                records.append([])
            elif len(token) > 255:
                raise RuleError("a string longer than 255 bytes")
            else:
                records[-1].append(token)
        if not all(records):
            raise RuleError("txt: a string is missing")

        def apply(query, reply):
            for strings in records:
                reply.txt(query, strings, ttl)
        return apply

    def form(self):
        form = self.option("form", "cymru", str)
        if form not in ("cymru", "rspamd", "bare", "routeviews"):
            raise RuleError(f"unknown form {form!r}")
        return form

    def do_origin(self):
        ttl = self.option("ttl", 300)
        form = self.form()

        def apply(query, reply):
            origin = origin_of(reply.owner)
            if origin is None:
                reply.rcode, reply.soa = RCODES["nxdomain"], 60
            else:
                reply.txt(query, origin_strings(*origin, form), ttl)
        return apply

    def do_asname(self):
        ttl = self.option("ttl", 300)

        def apply(query, reply):
            match = re.match(r"as(\d+)(\.|$)", reply.owner)
            if match is None:
                reply.rcode, reply.soa = RCODES["nxdomain"], 60
            else:
                asn = match.group(1)
                text = f"{asn} | US | arin | 2001-01-01 | NAME-{asn}, US"
                reply.txt(query, [text.encode()], ttl)
        return apply

    def do_records(self):
        count = self.number("records", high=2000)
        form = self.form()

        @functools.lru_cache(maxsize=None)      # takes some milliseconds
        def records(owner):
            reply, origin = Reply(owner), origin_of(owner)
            if origin is not None:
                prefix = Prefix(origin[1])
            for i in range(count):
                reply.add_txt([b"record %d" % (i + 1)] if origin is None
                              else origin_strings(origin[0] + i, prefix, form), 300)
            return reply.records

        def apply(query, reply):
            if query.type in (TXT, ANY):
                reply.records += records(reply.owner)
            else:
                reply.soa = 60
        return apply

    def do_big(self):
        size = self.number("big", low=1, high=65000)

        def apply(query, reply):
            origin = origin_of(reply.owner)
            head = b"big" if origin is None else origin_strings(*origin)[0]
            text = (head + b" ").ljust(size, b"x")[:size]
            reply.txt(query, [text[i:i + 255] for i in range(0, size, 255)], 300)
        return apply

    def negative(self, rcode):
        soa = self.option("soa", 60, lambda value: None if value == "none" else int(value))

        def apply(query, reply):
            reply.rcode, reply.soa = rcode, soa
        return apply

    def do_nxdomain(self):
        return self.negative(RCODES["nxdomain"])

    def do_nodata(self):
        return self.negative(0)

    @staticmethod
    def do_referral():
        return lambda query, reply: setattr(reply, "refers", True)

    def do_cname(self):
        target = str(self.next("target")).lower().rstrip(".")
        ttl = self.option("ttl", 300)
        rdata = name_to_wire(target)

        def apply(query, reply):
            reply.records.append((reply.owner, CNAME, ttl, rdata))
            if len(reply.records) < 16:         # a loop of rules ends here
                rule = self.server.rule_for(target)
                if rule is not None:
                    reply.owner = target
                    rule(query, reply)
        return apply

    @staticmethod
    def do_cnameloop():
        def apply(_query, reply):
            name = reply.owner
            other = name[5:] if name.startswith("loop.") else "loop." + name
            reply.records += [(name, CNAME, 300, name_to_wire(other)),
                              (other, CNAME, 300, name_to_wire(name))]
        return apply

    @staticmethod
    def do_silent():
        return lambda query, reply: setattr(reply, "silent", True)

    def do_delay(self):
        seconds = self.number("delay", float)
        inner = self.behaviour()

        def apply(query, reply):
            reply.delay += seconds
            inner(query, reply)
        return apply

    def do_truncate(self):
        inner = self.behaviour()

        def apply(query, reply):
            reply.truncate = "answer"
            inner(query, reply)
        return apply

    @staticmethod
    def do_truncate_only():
        return lambda query, reply: setattr(reply, "truncate", "close")

    def mangled(self, how):
        inner = self.behaviour("origin")

        def apply(query, reply):
            reply.mangle = how
            inner(query, reply)
        return apply

    def do_wrongid(self):
        return self.mangled("wrongid")

    def do_wrongquestion(self):
        return self.mangled("wrongquestion")

    def do_drop(self):
        percent = self.number("percent", float, high=100)
        inner = self.behaviour()
        seen = set()

        def apply(query, reply):
            if falls_under(reply.owner, percent) and reply.owner not in seen:
                seen.add(reply.owner)
                reply.silent = True
            else:
                inner(query, reply)
        return apply

    def do_slow(self):
        percent = self.number("percent", float, high=100)
        seconds = self.number("seconds", float)
        inner = self.behaviour()

        def apply(query, reply):
            if falls_under(reply.owner, percent):
                reply.delay += seconds
            inner(query, reply)
        return apply

    def two(self):
        first = self.behaviour()
        if self.next("/") != "/":
            raise RuleError("/ expected between the two behaviours")
        return first, self.behaviour()

    def do_once(self):
        first, later = self.two()
        seen = set()

        def apply(query, reply):
            rule = later if reply.owner in seen else first
            seen.add(reply.owner)
            rule(query, reply)
        return apply

    def do_outage(self):
        seconds = self.number("outage", float)
        first, later = self.two()
        end = []

        def apply(query, reply):
            if not end:
                end.append(time.monotonic() + seconds)
            (first if time.monotonic() < end[0] else later)(query, reply)
        return apply

    def do_turns(self):
        first, second = self.two()
        odd = set()

        def apply(query, reply):
            odd.symmetric_difference_update([reply.owner])
            rule = first if reply.owner in odd else second
            rule(query, reply)
        return apply

    def do_tcpclose(self):
        answers = self.number("tcpclose", low=1)
        inner = self.behaviour("origin")

        def apply(query, reply):
            reply.tcp_answers = answers
            inner(query, reply)
        return apply

    def flagged(self, attribute):
        inner = self.behaviour("origin")

        def apply(query, reply):
            setattr(reply, attribute, True)
            inner(query, reply)
        return apply

    def do_tcpreset(self):
        return self.flagged("tcp_reset")

    def do_otherport(self):
        return self.flagged("other_port")

    def do_count(self):
        name = str(self.next("name"))
        inner = self.behaviour()

        def apply(query, reply):
            self.server.counts[name] += 1
            inner(query, reply)
        return apply


def falls_under(name, percent):
    """Returns whether the hash selects a name as one of PERCENT."""
    return zlib.crc32(name.encode()) % 10000 < percent * 100


# --- the server ----------------------------------------------------------------------------

class Server:
    def __init__(self, log):
        self.rules = []
        self.log = log
        self.counts = collections.Counter()
        self.dead = False
        self.connections = 0
        self.loop = None
        self.other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.other.bind(("127.0.0.1", 0))

    def load(self, path):
        with open(path, encoding="utf-8", newline="\n") as rules:
            for number, line in enumerate(rules, 1):
                if not line.strip() or line.startswith("#"):
                    continue
                try:
                    tokens = tokenize(line)
                    pattern = tokens.pop(0)
                    rule = Parser(tokens, self).behaviour()
                    if tokens:
                        raise RuleError(f"not understood: {tokens[0]!r}")
                except (RuleError, ValueError) as error:
                    raise RuleError(f"{path}:{number}: {error}") from None
                match = re.compile(fnmatch.translate(str(pattern).lower())).match
                self.rules.append((match, rule))

    def rule_for(self, name):
        for match, rule in self.rules:
            if match(name):
                return rule
        return None

    def answer(self, wire, transport, sender):
        """Returns the query and its reply; the reply is None if there is none to send."""
        try:
            query = Query(wire, transport, sender)
        except (ValueError, IndexError, struct.error):
            return None, None
        reply = Reply(query.name)
        if query.name == PROBE:
            reply.txt(query, [b"ready"], 0)
            return query, reply
        if self.log:
            rtype = TYPES.get(query.type, f"TYPE{query.type}")
            self.log.write(f"{time.monotonic():.6f} {transport} {query.name or '.'} {rtype} "
                           f"{sender}\n")
        if self.dead:
            self.counts["dead"] += 1
            return query, None
        rule = self.rule_for(query.name)
        if rule is None:
            reply.rcode, reply.soa = RCODES["nxdomain"], 60
        else:
            rule(query, reply)
        return query, None if reply.silent else reply

    # UDP: a plain socket, since asyncio's own transport reads one datagram per turn of the loop.

    def udp_ready(self, sock):
        for _ in range(200):
            try:
                wire, peer = sock.recvfrom(65535)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:         # an ICMP error about an earlier datagram
                continue
            query, reply = self.answer(wire, "udp", peer[1])
            if reply is None:
                continue
            data = render(query, reply, min(query.edns or 512, UDP_LIMIT))
            source = self.other if reply.other_port else sock
            if reply.delay:
                self.loop.call_later(reply.delay, self.udp_send, source, data, peer)
            else:
                self.udp_send(source, data, peer)

    def udp_send(self, sock, data, peer):
        if self.dead:
            return
        try:
            sock.sendto(data, peer)
        except OSError as error:
            print(f"badserver: send: {error}", file=sys.stderr)

    async def tcp_client(self, reader, writer):
        self.connections += 1
        try:
            await self.tcp_serve(reader, writer, f"c{self.connections}")
        except (OSError, asyncio.IncompleteReadError):
            pass                    # the client has closed
        finally:
            writer.close()

    async def tcp_serve(self, reader, writer, sender):
        sent = 0
        closing = False

        def send(data, reply):
            nonlocal sent, closing
            if closing or writer.is_closing() or self.dead:
                return
            data = struct.pack("!H", len(data)) + data
            if reply.tcp_reset:
                closing = True
                writer.write(data[:len(data) // 2])
                reset(writer)
                return
            writer.write(data)
            if reply.tcp_answers is not None:
                sent += 1
                if sent >= reply.tcp_answers:
                    # FIN, not RST: the client gets all that was sent before.
                    closing = True
                    writer.write_eof()

        while True:
            length, = struct.unpack("!H", await reader.readexactly(2))
            wire = await reader.readexactly(length)
            if closing:             # read and ignore, until the client closes too
                continue
            query, reply = self.answer(wire, "tcp", sender)
            if reply is None:
                continue
            if reply.truncate == "close":
                return
            data = render(query, reply, 65535)
            if reply.delay:
                self.loop.call_later(reply.delay, send, data, reply)
            else:
                send(data, reply)
                await writer.drain()

    def toggle(self):
        self.dead = not self.dead
        print("dead" if self.dead else "alive", flush=True)

    async def run(self, port, anywhere=False):
        self.loop = asyncio.get_running_loop()
        udp, tcp = bind_both(port, anywhere)
        udp.setblocking(False)
        self.loop.add_reader(udp, self.udp_ready, udp)
        await asyncio.start_server(self.tcp_client, sock=tcp, backlog=1024)
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            self.loop.add_signal_handler(number, stop.set)
        self.loop.add_signal_handler(signal.SIGUSR1, self.toggle)
        print(udp.getsockname()[1], flush=True)
        await stop.wait()

    def write_counts(self, path):
        with open(path, "w", encoding="utf-8") as out:
            for name, count in self.counts.items():
                out.write(f"{name}\t{count}\n")


def reset(writer):
    """Ends a TCP connection with RST."""
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


def bind_both(port, anywhere):
    """Returns a UDP and a TCP socket bound to one port of 127.0.0.1, or of all addresses."""
    family, host = (socket.AF_INET6, "::") if anywhere else (socket.AF_INET, "127.0.0.1")
    for attempt in range(50):
        udp = socket.socket(family, socket.SOCK_DGRAM)
        tcp = socket.socket(family, socket.SOCK_STREAM)
        try:
            # As large as the system allows: a burst of thousands of queries must fit.
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            for one in (udp, tcp) if anywhere else ():
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            udp.bind((host, port))
            tcp.bind(udp.getsockname())
            return udp, tcp
        except OSError:
            udp.close()
            tcp.close()
            if port or attempt == 49:
                raise
    raise AssertionError("not reached")


def main():
    parser = argparse.ArgumentParser(
        usage="badserver.py [--port N] [--any] [--log FILE] [--counts FILE] RULES")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--any", action="store_true")
    parser.add_argument("--log")
    parser.add_argument("--counts")
    parser.add_argument("rules")
    args = parser.parse_args()
    # One write per line: O_APPEND and line buffering keep the lines of the log whole.
    log = open(args.log, "a", encoding="ascii", buffering=1) if args.log else None
    server = Server(log)
    try:
        server.load(args.rules)
        asyncio.run(server.run(args.port, args.any))
        if args.counts:
            server.write_counts(args.counts)
    except (RuleError, OSError) as error:
        sys.exit(f"badserver: {error}")
    os._exit(0)     # does not wait for delayed answers


if __name__ == "__main__":
    main()
