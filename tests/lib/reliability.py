#!/usr/bin/env python3
"""Runs asnq against faulty servers and judges each record; for tests/tools/reliability.

    reliability.py rules                    prints badserver.py's rules, for start_badserver
    reliability.py zone                     prints the records of a zone to sign and spoil
    reliability.py faults UNTIL TSV         tests each fault of FAULTS by itself
    reliability.py soak LINES TSV           enriches a long log in which all faults occur
    reliability.py processes TSV            runs many processes, first in a row, then side by side
    reliability.py report COUNTS FAULTS SOAK SOAK_COUNTS PROCESSES FUZZ

The right origin of an address is computed from it, as badserver.py's `origin` does; its first octet
decides which fault it meets. A record is right if the fault can cause its status, and if it has the
computed origin when it is "ok" and none otherwise. The environment has ASNQ, BAD_PORT, NSD_PORT,
ANCHOR, TLS_PORT, CA_FILE, and the sizes TIMEOUT, RECORDS, JOBS, ADDRESSES, ROW, SIDE.
"""

import collections
import concurrent.futures
import os
import platform
import random
import re
import select
import signal
import subprocess
import sys
import threading
import time

ASNQ = os.environ.get("ASNQ", "asnq")
BAD_PORT = os.environ.get("BAD_PORT", "0")
TIMEOUT = float(os.environ.get("TIMEOUT", "2"))
RECORDS = int(os.environ.get("RECORDS", "300"))
JOBS = int(os.environ.get("JOBS", "1"))
ADDRESSES = int(os.environ.get("ADDRESSES", "91000"))
ROW = int(os.environ.get("ROW", "10000"))
SIDE = int(os.environ.get("SIDE", "64"))
AT_ONCE = 100       # faulty addresses at once, and as many good ones
FEW = 20            # instead of AT_ONCE, for faults whose answers take the server long
CHUNK = 20000       # lines of the log that are made at once

# Which octet meets which fault. HOW: "udp", "few" or "tcp" for badserver.py with the behaviour;
# otherwise a method of Setting. In a behaviour COUNT becomes the counter of the fault, and ORIGIN
# the right answer. STATUSES: those that the fault can cause.
Fault = collections.namedtuple("Fault", "octet label how behaviour statuses")
FAILED = "servfail timeout"
FAULTS = [Fault(*row) for row in [
    (60, "no answer", "udp", "COUNT silent", "timeout"),
    (61, "every other query is lost", "udp", "turns COUNT silent / ORIGIN", "ok"),
    (62, "an answer after half of the timeout", "udp", "COUNT delay HALF ORIGIN", "ok"),
    (63, "an answer after the deadline", "udp", "COUNT delay LATE ORIGIN", "timeout ok"),
    (64, "SERVFAIL", "udp", "COUNT servfail", FAILED),
    (65, "SERVFAIL every other time", "udp", "turns COUNT servfail / ORIGIN", "ok"),
    (66, "REFUSED", "udp", "COUNT refused", FAILED),
    (67, "FORMERR", "udp", "COUNT formerr", FAILED),
    (68, "NOTIMP", "udp", "COUNT notimp", FAILED),
    (69, "truncated by UDP, whole by TCP", "udp", "COUNT truncate ORIGIN", "ok"),
    (70, "truncated by UDP, no answer by TCP", "udp", "COUNT truncate-only", FAILED),
    (71, "the wrong ID", "udp", "COUNT wrongid ORIGIN", FAILED),
    (72, "the wrong question", "udp", "COUNT wrongquestion ORIGIN", FAILED),
    (73, "from another port", "udp", "COUNT otherport ORIGIN", FAILED),
    (74, "garbage", "udp", "COUNT garbage", FAILED),
    (75, "garbage every other time", "udp", "turns COUNT garbage / ORIGIN", "ok"),
    (76, "a datagram of no bytes", "udp", "COUNT empty", FAILED),
    (77, "a name whose pointer loops", "udp", "COUNT pointerloop", FAILED),
    (78, "a CNAME loop", "udp", "COUNT cnameloop", FAILED),
    (79, "64 kB of TXT", "udp", "COUNT big 65000", "ok"),
    (80, "1,900 records", "few", "COUNT records 1900 form=bare", "ok"),
    (81, "truncated by UDP, TCP reset mid-answer", "udp", "COUNT truncate tcpreset ORIGIN", FAILED),
    (82, "by TCP: reset mid-answer every other time", "tcp", "turns COUNT tcpreset ORIGIN / ORIGIN",
     "ok"),
    (83, "by TCP: connection closed after three answers", "tcp", "COUNT tcpclose 3 ORIGIN", "ok"),
    (84, "by TCP: no answer", "tcp", "COUNT silent", "timeout"),
    (85, "by TCP: SERVFAIL", "tcp", "COUNT servfail", FAILED),
    (54, "SERVFAIL every other time, each after a quarter of the timeout", "udp",
     "turns COUNT delay QUARTER servfail / delay QUARTER ORIGIN", "ok"),
    (55, "every other query is lost, answers after a quarter of the timeout", "udp",
     "turns COUNT silent / delay QUARTER ORIGIN", "ok"),
    (56, "SERVFAIL for 0.2 s, answers after 0.1 s", "udp",
     "outage 0.2 COUNT delay 0.1 servfail / delay 0.1 ORIGIN", "ok"),
    (57, "SERVFAIL for 1 s, answers after 0.1 s", "udp",
     "outage 1 COUNT delay 0.1 servfail / delay 0.1 ORIGIN", "ok"),
    (86, "a server that freezes and recovers", "frozen", None, "timeout"),
    (87, "a server that is killed and restarted", "killed", None, FAILED),
    (88, "DNSSEC: text changed after it was signed", "dnssec", None, "bogus"),
    (89, "DNSSEC: expired signatures", "dnssec", None, "bogus"),
    (90, "DNSSEC: no signature", "dnssec", None, "bogus"),
    (91, "TLS: a certificate for another name", "tls", None, FAILED),
]]
BY_OCTET = {fault.octet: fault for fault in FAULTS}


# --- addresses and their right answers -------------------------------------------------------

def good_address(n):
    """Returns the nth address that meets no fault. Nine octets have room for 589,824."""
    return f"{1 + n // 65536 % 9}.{n // 256 % 256}.{n % 256}.{n * 7 % 254 + 1}"


def bad_address(fault, n):
    return f"{fault.octet}.{n // 256}.{n % 256}.7"


def origin_of(address):
    a, b, c, _ = address.split(".")
    return f"AS{200000 + 256 * int(b) + int(c)}\t{a}.{b}.{c}.0/24"


def right_answers(address, fault=None, among_others=False):
    """Returns the right answers for an address: status, origin and prefix. While the server is busy
    with other faults, or libunbound takes it for dead, a failure and a time-out are both right."""
    fault = fault or BY_OCTET.get(int(address.partition(".")[0]))
    words = fault.statuses.split() if fault else ["ok"]
    if among_others and set(words) & set(FAILED.split()):
        words += FAILED.split()
    return {f"{word}\t" + (origin_of(address) if word == "ok" else "-\t-") for word in words}


# --- asnq ------------------------------------------------------------------------------------

class Setting:
    """The setting of one fault: asnq's options, and what happens between the rounds."""

    def __init__(self, fault):
        self.fault = fault
        self.server = None
        self.at_once = min(FEW if fault.how == "few" else AT_ONCE, RECORDS)
        self.env = dict(os.environ)
        getattr(self, fault.how)()

    def mirror(self, zone, port, *more):
        self.options = ["-z", zone, f"--mirror={zone}=127.0.0.1@{port}", *more]

    def udp(self):
        self.mirror("fault.example", BAD_PORT)

    few = udp

    def tcp(self):
        self.mirror("fault.example", BAD_PORT, "--transport=tcp")

    def second_server(self):
        """Starts a server for the faulty addresses alone."""
        self.start()
        zone = f"{self.fault.octet}.fault.example"
        self.mirror("fault.example", BAD_PORT, f"--mirror={zone}=127.0.0.1@{self.port}")

    frozen = killed = second_server

    def dnssec(self):
        self.mirror("dnssec.example", os.environ["NSD_PORT"], "--dnssec=on",
                    "--trust-anchor=" + os.environ["ANCHOR"])

    def tls(self):
        self.env["SSL_CERT_FILE"] = os.environ["CA_FILE"]
        self.options = ["-z", "tls.example", f"--mirror=1.tls.example=127.0.0.1@{BAD_PORT}",
                        f"@127.0.0.1@{os.environ['TLS_PORT']}#dns.example"]

    def start(self, port="0"):
        rules = os.path.join(os.environ["TMPDIR"], "origin.rules")
        with open(rules, "w", encoding="ascii") as f:
            f.write("* origin\n")
        kit = os.path.join(os.path.dirname(os.path.abspath(__file__)), "badserver.py")
        self.server = subprocess.Popen([sys.executable, kit, "--port", port, rules],
                                       stdout=subprocess.PIPE, text=True)
        self.port = self.server.stdout.readline().strip()

    def rounds(self):
        """Yields for each round whether the fault occurs in it."""
        if not self.server:
            for _ in range(-(-RECORDS // self.at_once)):
                yield True
            return
        yield False
        if self.fault.how == "frozen":
            self.server.send_signal(signal.SIGSTOP)
            yield True
            self.server.send_signal(signal.SIGCONT)
        else:
            self.server.kill()
            self.server.wait()
            yield True
            self.start(self.port)
        yield False

    def end(self):
        if self.server:
            self.server.kill()
            self.server.wait()


def command(*options):
    return [ASNQ, "--no-config", "--no-names", "-t", str(TIMEOUT), *options]


class Tally:
    """Counts of the records of one fault."""

    def __init__(self):
        self.met = self.records = self.lost = self.wrong = self.touched = 0
        self.beyond = 0.0
        self.words = collections.Counter()

    def judge(self, address, line, faulty):
        """Counts an address's LINE: "ADDRESS TAB answer", or None if it is missing."""
        self.records += 1
        echoed, _, answer = (line or "").partition("\t")
        if line is None or echoed != address:
            self.lost += 1
            return
        fault = BY_OCTET.get(int(address.partition(".")[0]))
        right = answer in right_answers(address, fault if faulty or not fault
                                        else fault._replace(statuses="ok"))
        if fault and faulty:
            self.met += 1
            self.words[answer.partition("\t")[0]] += 1
            self.wrong += not right
        else:
            self.touched += not right
        if not right and self.wrong + self.touched <= 5:
            print(f"wrong: {line}", file=sys.stderr)


def read_lines(process, count, seconds):
    """Returns count lines, with the time at which each arrived; fewer after seconds seconds."""
    lines, rest = [], b""
    fd = process.stdout.fileno()
    end = time.monotonic() + seconds
    while len(lines) < count and select.select([fd], [], [], max(0, end - time.monotonic()))[0]:
        more = os.read(fd, 1 << 16)
        if not more:
            break
        *whole, rest = (rest + more).split(b"\n")
        now = time.monotonic()
        lines += [(line.decode("utf-8", "replace"), now) for line in whole]
    return lines


def run_round(process, addresses, faulty, tally):
    """Writes all addresses at once, and judges the lines. Returns False if lines are missing."""
    begin = time.monotonic()
    process.stdin.write("".join(f"{a}\n" for a in addresses).encode())
    process.stdin.flush()
    lines = read_lines(process, len(addresses), 3 * TIMEOUT + 10)
    for address, (line, when) in zip(addresses, lines):
        tally.judge(address, line, faulty)
        tally.beyond = max(tally.beyond, when - begin - TIMEOUT)
    for address in addresses[len(lines):]:
        tally.judge(address, None, faulty)
    return len(lines) == len(addresses)


def run_fault(fault):
    setting = Setting(fault)
    tally = Tally()
    options = command("-f", "ip,status,asn,prefix", *setting.options)
    process = subprocess.Popen(options, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               env=setting.env)
    for n, faulty in enumerate(setting.rounds()):
        numbers = range(n * setting.at_once, (n + 1) * setting.at_once)
        pairs = [(good_address(i), bad_address(fault, i)) for i in numbers]
        if not run_round(process, [a for pair in pairs for a in pair], faulty, tally):
            break
    process.stdin.close()
    if process.wait() != 0:
        tally.wrong += 1
    setting.end()
    return tally


def faults(until, path):
    """Tests all FAULTS below this octet; those above need servers that may not be installed."""
    selected = [f for f in FAULTS if f.octet < int(until)]
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool, open(path, "w", encoding="ascii") as out:
        for fault, t in zip(selected, pool.map(run_fault, selected)):
            words = " ".join(f"{word} {count}" for word, count in t.words.items())
            print(fault.octet, t.met, t.records, t.lost, t.wrong, t.touched, f"{t.beyond * 1000:.0f}",
                  words, sep="\t", file=out, flush=True)


# --- a long log ------------------------------------------------------------------------------

def address_pool():
    """Returns the addresses of the log, shuffled. Every 100th meets a fault, those of UDP in turn."""
    met = [f for f in FAULTS if f.how in ("udp", "few")]
    pool = [bad_address(met[n // 100 % len(met)], n // 100) if n % 100 == 99 else good_address(n)
            for n in range(ADDRESSES)]
    random.Random(1).shuffle(pool)
    return [address.encode() for address in pool]


def log_chunk(pool, first, count):
    """Returns lines of the log without newlines, each with its address; always the same lines."""
    draw = random.Random(first).random
    size = len(pool)
    # Some come often: an address's share falls with the root of its rank.
    addresses = [pool[int(size * draw() ** 2)] for _ in range(count)]
    return [(b'%s - - [24/Nov/2026:00:00:00 +0000] "GET /p/%d HTTP/1.1" 200 %d' %
             (address, n, n % 5000), address) for n, address in enumerate(addresses, first)]


def log_chunks(pool, lines):
    for first in range(0, lines, CHUNK):
        yield from log_chunk(pool, first, min(CHUNK, lines - first))


def write_log(lines, out):
    pool = address_pool()
    for first in range(0, lines, CHUNK):
        chunk = log_chunk(pool, first, min(CHUNK, lines - first))
        out.write(b"\n".join(line for line, _ in chunk) + b"\n")
    out.flush()


class Sampler(threading.Thread):
    """Samples memory and descriptors of a process until it ends."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.samples, self.done = pid, [], threading.Event()

    def sample(self):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as f:
            rss = int(re.search(r"VmRSS:\s*(\d+)", f.read()).group(1))
        self.samples.append((rss, len(os.listdir(f"/proc/{self.pid}/fd"))))

    def run(self):
        while not self.done.wait(0.2):
            try:
                self.sample()
            except (OSError, AttributeError):
                return              # the process has ended

    def halves(self):
        """Returns the peaks of memory and descriptors in each half, without the first twentieth."""
        s = self.samples[len(self.samples) // 20:] or [(0, 0)]
        middle = max(1, len(s) // 2)
        return [max(column) for half in (s[:middle], s[middle:] or s) for column in zip(*half)]


class Judge:
    """Compares the output with the log, line by line."""

    NUMBER = re.compile(rb'"GET /p/(\d+) ')

    def __init__(self, pool, lines):
        self.right = {a: {r.encode() for r in right_answers(a.decode(), among_others=True)} for a in pool}
        self.expected = enumerate(log_chunks(pool, lines))
        self.advance()
        self.came = self.lost = self.wrong = self.failed = 0
        self.by_octet = collections.Counter()

    def number(self, line):
        match = self.NUMBER.search(line)
        return int(match.group(1)) if match else -1

    def advance(self):
        self.next = next(self.expected, None)

    def take(self, got):
        self.came += 1
        while self.next is not None:
            n, (line, address) = self.next
            if got[:len(line) + 1] == line + b"\t":
                self.compare(got, got[len(line) + 1:], address)
                self.advance()
                return
            came = self.number(got)
            if came > n:
                self.lost += 1
            if came >= n:
                self.advance()
            if came <= n:
                break               # altered, doubled, or out of order
        self.complain(got)

    def compare(self, got, answer, address):
        octet = address.partition(b".")[0]
        if answer in self.right[address]:
            verdict = "right"
        elif int(octet) in BY_OCTET and answer.split(b"\t")[0] in (b"servfail", b"timeout"):
            verdict = "failed"
            self.failed += 1
        else:
            verdict = "wrong"
            self.complain(got)
        self.by_octet[octet, verdict] += 1

    def complain(self, got):
        self.wrong += 1
        if self.wrong <= 20:
            print("wrong:", got.decode("utf-8", "replace"), file=sys.stderr)

    def finish(self):
        while self.next is not None:
            self.lost += 1
            self.advance()


def soak(lines, path):
    lines = int(lines)
    judge = Judge(address_pool(), lines)
    begin = time.monotonic()
    log = subprocess.Popen([sys.executable, __file__, "log", str(lines)], stdout=subprocess.PIPE)
    process = subprocess.Popen(command("-e", "-k", "1", "-f", "status,asn,prefix", "-z", "fault.example",
                                       f"--mirror=fault.example=127.0.0.1@{BAD_PORT}"),
                               stdin=log.stdout, stdout=subprocess.PIPE)
    log.stdout.close()
    sampler = Sampler(process.pid)
    sampler.start()
    for line in process.stdout:
        judge.take(line.rstrip(b"\n"))
    judge.finish()
    status = process.wait()
    sampler.done.set()
    log.wait()
    took = time.monotonic() - begin
    with open(path, "w", encoding="ascii") as out:
        rss1, fds1, rss2, fds2 = sampler.halves()
        for name, value in [("lines", lines), ("came", judge.came), ("lost", judge.lost),
                            ("failed", judge.failed), ("wrong", judge.wrong), ("status", status),
                            ("seconds", f"{took:.0f}"),
                            ("rss1", rss1), ("rss2", rss2), ("fds1", fds1), ("fds2", fds2),
                            ("samples", len(sampler.samples))]:
            print(name, value, sep="\t", file=out)
        for (octet, verdict), count in sorted(judge.by_octet.items()):
            print(f"octet {octet.decode()} {verdict}", count, sep="\t", file=out)


# --- many processes --------------------------------------------------------------------------

def run_one(address):
    """Returns whether one process gives the right record and exit status for one address."""
    options = command("-f", "status,asn,prefix", "-z", "fault.example",
                      f"--mirror=fault.example=127.0.0.1@{BAD_PORT}", address)
    p = subprocess.run(options, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    answer = p.stdout.rstrip("\n")
    expected = 0 if answer.startswith("ok\t") else 3
    right = answer in right_answers(address, among_others=True) and p.returncode == expected and not p.stderr
    if not right:
        print(f"wrong: {address}: {p.returncode} {p.stdout!r} {p.stderr!r}", file=sys.stderr)
    return right


def run_stream(number):
    """Returns whether a stream is right. Many run at the same time, each with its own addresses."""
    size = min(1000, ADDRESSES // SIDE)
    pool = address_pool()[number * size:(number + 1) * size]
    options = command("-j", "4", "-f", "ip,status,asn,prefix", "-z", "fault.example",
                      f"--mirror=fault.example=127.0.0.1@{BAD_PORT}")
    p = subprocess.run(options, input=b"\n".join(pool) + b"\n", capture_output=True, check=False)
    lines = p.stdout.decode().splitlines()
    wrong = [line for line, address in zip(lines, pool)
             if line.split("\t", 1)[0] != address.decode()
             or line.partition("\t")[2] not in right_answers(address.decode(), among_others=True)]
    for line in wrong[:5]:
        print(f"wrong, in stream {number}: {line}", file=sys.stderr)
    return p.returncode == 0 and len(lines) == len(pool) and not wrong


def processes(path):
    pool = [a.decode() for a in address_pool()]
    begin = time.monotonic()
    in_a_row = sum(run_one(pool[n % len(pool)]) for n in range(ROW))
    took = time.monotonic() - begin
    with concurrent.futures.ThreadPoolExecutor(SIDE) as threads:
        side_by_side = sum(threads.map(run_stream, range(SIDE)))
    with open(path, "w", encoding="ascii") as out:
        print(ROW, in_a_row, f"{took:.0f}", SIDE, side_by_side, sep="\t", file=out)


# --- data for the servers --------------------------------------------------------------------

def rules():
    words = {"HALF": str(TIMEOUT / 2), "QUARTER": str(TIMEOUT / 4), "LATE": str(TIMEOUT * 1.5), "ORIGIN": "origin ttl=120"}
    print("*.1.fault.example origin ttl=120")
    for fault in FAULTS:
        if fault.behaviour:
            words["COUNT"] = f"count {fault.octet}"
            behaviour = " ".join(words.get(word, word) for word in fault.behaviour.split())
            print(f"*.{fault.octet}.fault.example {behaviour}")
    print("*.fault.example origin ttl=120\n*.tls.example origin")


def zone():
    print("$TTL 3600\n@ IN SOA ns.invalid. hostmaster.invalid. 1 600 300 86400 300\n@ IN NS ns.invalid.")
    signed = [f for f in FAULTS if f.how == "dnssec"]
    for n in range(-(-RECORDS // AT_ONCE) * AT_ONCE):
        for address in [good_address(n), *(bad_address(f, n) for f in signed)]:
            asn, prefix = origin_of(address).split("\t")
            owner = ".".join(reversed(address.split(".")))
            print(f'{owner} TXT "{asn[2:]} | {prefix} | US | arin | 2001-01-01"')


# --- the report ------------------------------------------------------------------------------

def read_table(path):
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as f:
        return [line.rstrip("\n").split("\t") for line in f]


def print_table(head, rows):
    print("| " + " | ".join(head) + " |")
    print("|" + "".join("---|" if n == 0 else "--:|" for n in range(len(head))))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print()


def number(value):
    return f"{int(value):,}"


def machine():
    model = platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo", encoding="utf-8") as f:
            match = re.search(r"model name\s*:\s*(.*)", f.read())
        model = match.group(1) if match else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    return f"{os.cpu_count()} × {model}, {memory} GiB, {platform.system()} {platform.release()}"


# One line in so many that meet a fault may have failed although an answer was available.
FAILED_MAX = 1000


def report_faults(rows, counts):
    """Prints the table and returns how many records were not right."""
    found = {int(row[0]): row[1:] for row in rows}
    table, bad = [], 0
    for fault in FAULTS:
        if fault.octet not in found:
            table.append([fault.label] + ["not run"] + [""] * 6)
            continue
        met, records, lost, wrong, touched, beyond, words = found[fault.octet]
        injected = counts.get(str(fault.octet), met)
        table.append([fault.label, number(injected), number(met), words, lost, wrong, touched,
                      "none" if int(beyond) <= 0 else f"{beyond} ms"])
        bad += int(lost) + int(wrong) + int(touched) + (int(injected) == 0 or int(records) == 0)
    print_table(["fault", "injected", "records", "status", "lost", "wrong", "others affected",
                 "beyond the deadline"], table)
    return bad


def report_soak(figures, counts):
    by_octet = collections.defaultdict(collections.Counter)
    for key, value in figures.items():
        if key.startswith("octet "):
            _, octet, verdict = key.split()
            by_octet[int(octet)][verdict] += int(value)
    table = [[BY_OCTET[octet].label, number(counts.get(str(octet), 0)), number(sum(met.values())),
              met["failed"], met["wrong"]]
             for octet, met in sorted(by_octet.items()) if octet in BY_OCTET]
    faulty = sum(sum(met.values()) for octet, met in by_octet.items() if octet in BY_OCTET)
    print_table(["fault", "injected", "lines", "failed", "wrong"], table)
    lines, came = int(figures["lines"]), int(figures["came"])
    rss, fds = (figures["rss1"], figures["rss2"]), (figures["fds1"], figures["fds2"])
    print_table(["soak", ""], [
        ["lines in", number(lines)], ["lines out", number(came)],
        ["lines about addresses that meet a fault", f"{number(faulty)} ({100 * faulty / lines:.2f} %)"],
        ["faults injected", number(sum(map(int, counts.values())))],
        ["lost", figures["lost"]], ["wrong, or out of order", figures["wrong"]],
        ["failed although an answer was available", figures["failed"]],
        ["exit status", figures["status"]], ["seconds", number(figures["seconds"])],
        ["peak memory in the first and second half", f"{number(rss[0])} and {number(rss[1])} KiB"],
        ["peak number of descriptors in the first and second half", f"{fds[0]} and {fds[1]}"],
        ["samples of both", number(figures["samples"])]])
    # The window may have been full in one half only. Sanitizers keep freed memory.
    grown = int(fds[1]) > 1.5 * int(fds[0]) + 16 or (
        int(rss[1]) > 1.1 * int(rss[0]) + 16384 and os.environ.get("SANITIZED") != "yes")
    failed = int(figures["failed"]) if int(figures["failed"]) > faulty / FAILED_MAX else 0
    return int(figures["lost"]) + int(figures["wrong"]) + int(figures["status"]) + failed + grown


def report(counts, faults_path, soak_path, soak_counts, processes_path, fuzz):
    version = subprocess.run([ASNQ, "--version"], capture_output=True, text=True, check=True).stdout
    print("# Reliability\n")
    print("`make reliability` writes this file; do not edit it by hand.\n")
    print(f"* {version.splitlines()[0]}, {time.strftime('%Y-%m-%d', time.gmtime())}")
    print(f"* {machine()}")
    print(f"* `--timeout={TIMEOUT:g}`, all servers on loopback\n")
    print("## Faults\n")
    print(FAULTS_TEXT)
    bad = report_faults(read_table(faults_path), dict(read_table(counts)))
    print("## A long log\n")
    print(SOAK_TEXT)
    bad += report_soak(dict(read_table(soak_path)), dict(read_table(soak_counts)))
    print("## Many processes\n")
    row, row_right, seconds, side, side_right = read_table(processes_path)[0]
    print_table(["processes", "started", "right", "seconds"],
                [["one after the other, one address each", number(row), number(row_right), seconds],
                 [f"side by side, {min(1000, ADDRESSES // SIDE):,} addresses each", side, side_right, ""]])
    bad += int(row) - int(row_right) + int(side) - int(side_right)
    print("## Fuzzing\n")
    bad += report_fuzz(read_table(fuzz))
    print("All results are right." if bad == 0 else f"**{bad} results are not right.**")
    sys.exit(bad != 0)


def report_fuzz(rows):
    if not rows:
        print("`make fuzz` has not been run in this build.\n")
        return 0
    rows = [re.split(r"\s+", " ".join(row).strip()) for row in rows]
    total = sum(int(row[1]) for row in rows)
    crashes = sum(int(row[2]) for row in rows)
    print_table(["target", "executions", "crashes"],
                [[row[0], number(row[1]), row[2]] for row in rows] + [["all", number(total), crashes]])
    return crashes


FAULTS_TEXT = """\
Each fault is tested with one asnq process, which gets faulty and good addresses alternately, 200 at once.

* Injected: how often the server caused the fault, retried queries included. Real servers do not count this;
  for them, it is the number of records.
* Wrong: records with a status that the fault cannot cause, or with another origin than the one that is
  computed from the address.
* Others affected: good addresses that did not get their origin.
* Beyond the deadline: the longest time from writing a line to reading its record, minus `--timeout`.
"""
SOAK_TEXT = """\
`asnq -e -k 1` with the same faults in one stream. One address in a hundred meets a fault; answers expire after
two minutes, so it meets the fault again and again. Each output line is compared with its input line, byte for
byte, and the added fields with the right ones for its address.

* For an address whose fault leaves no answer, both "servfail" and "timeout" are right.
* Failed: "servfail" or "timeout", although another try would have brought an answer.
* Wrong: all other differences, and every failure of an address that meets no fault.
"""


def main():
    commands = {"rules": rules, "zone": zone, "faults": faults, "soak": soak, "processes": processes,
                "report": report, "log": lambda lines: write_log(int(lines), sys.stdout.buffer)}
    if len(sys.argv) < 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    try:
        commands[sys.argv[1]](*sys.argv[2:])
    except BrokenPipeError:
        os._exit(1)


if __name__ == "__main__":
    main()
