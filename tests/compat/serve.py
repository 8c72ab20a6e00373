#!/usr/bin/env python3
"""Serves tables of cases as the providers' zones, on loopback.

    serve.py TABLE...           serves; the first line on stdout is the port
    serve.py --list TABLE...    prints the addresses, one a line

The top of cases/common.tsv describes the form of a table. The server is
badserver.py; SIGTERM and SIGINT end it.
"""

import asyncio
import ipaddress
import os
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import badserver  # noqa: E402

# Provider: zones for IPv4, zones for IPv6, and its usual answer.
PROVIDERS = {
    "cymru": (["origin.asn.cymru.com"], ["origin6.asn.cymru.com"],
              'txt "64496 | 192.0.2.0/24 | ZZ | test | 2001-02-03"'),
    "routeviews": (["asn.routeviews.org"], ["origin6.asn.routeviews.org", "asn.routeviews.org"],
                   'txt "64496" "192.0.2.0" "24"'),
    "rspamd": (["asn.rspamd.com"], ["asn6.rspamd.com"], 'txt "64496|192.0.2.0/24|ZZ|test|"'),
    "monkey": (["origin.asn.spameatingmonkey.net"], ["origin.asn.spameatingmonkey.net"],
               'txt "192.0.2.0/24 | AS64496 | Test Net | 2001-02-03 | ZZ"'),
}


def cases(paths):
    """Yields the rows of all tables: address, zone, answer."""
    for path in paths:
        with open(path, encoding="utf-8") as table:
            for number, line in enumerate(table, 1):
                line = line.rstrip("\n")
                if not line or line.startswith("#"):
                    continue
                row = line.split("\t")
                if len(row) != 3:
                    sys.exit(f"{path}:{number}: expected three cells")
                yield row


def owner(address, zone):
    """Returns the name of the query for an address in a zone."""
    a = ipaddress.ip_address(address)
    if a.version == 4:
        labels = str(a).split(".")
    else:
        labels = list(a.exploded.replace(":", ""))
    return ".".join(labels[::-1]) + "." + zone


def rules(address, zone, answer):
    """Yields badserver.py's rules for one row."""
    names = list(PROVIDERS) if zone == "*" else [zone]
    column = ipaddress.ip_address(address).version == 6
    for name in names:
        row = PROVIDERS.get(name)
        zones = row[column] if row else [name]
        behaviour = row[2] if row and answer == "usual" else answer
        for one in zones:
            yield f"{owner(address, one)} {behaviour}"


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if sys.argv[1] == "--list":
        for address in dict.fromkeys(row[0] for row in cases(sys.argv[2:])):
            print(address)
        return
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", delete=False) as file:
        for row in cases(sys.argv[1:]):
            for rule in rules(*row):
                print(rule, file=file)
    server = badserver.Server(None)
    server.load(file.name)
    os.unlink(file.name)
    asyncio.run(server.run(port=0))


main()
