#!/usr/bin/env python3
"""Prints the results of rspamd's asn module for the addresses on stdin.

    rspamd.py PORT text|json [asn=FILE] [multimap=FILE] <ADDRESSES

PORT is the port of the DNS server on loopback; the files are the contents of
asn { } and multimap { }. Runs rspamd with a configuration of its own. The
output has the format of asnq --like=rspamd.
"""

import codecs
import concurrent.futures
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

# rspamd's own defaults, without what does not concern addresses.
CONFIG = """
options {{
    filters = "";
    pidfile = "{folder}/pid";
    control_socket = "{folder}/control";
    hs_cache_dir = "{folder}";
    tempdir = "{folder}";
    url_tld = "{folder}/tld";
    allow_raw_input = true;
    explicit_modules = [];
    local_addrs = [192.168.0.0/16, 10.0.0.0/8, 172.16.0.0/12, fd00::/8, 169.254.0.0/16, fe80::/10];
    dns {{
        nameserver = "127.0.0.1:{dns}";
        timeout = 1s;
        retransmits = 5;
    }}
    task_timeout = 20s;
}}
logging {{ type = "file"; filename = "{folder}/log"; level = "info"; }}
worker "normal" {{ bind_socket = "127.0.0.1:{port}"; count = 1; }}
lang_detection {{ languages = "{folder}"; }}
modules {{ path = "/usr/share/rspamd/plugins/asn.lua"; {more} }}
lua = "{folder}/variables.lua";
asn {{
    {asn}
}}
multimap {{
    {multimap}
}}
actions {{ reject = 1000; }}
"""

MULTIMAP = 'path = "/usr/share/rspamd/plugins/multimap.lua";'

# A symbol that has the variables of the module as its options, in hex.
VARIABLES = """
rspamd_parse_redis_server = function() return nil end

rspamd_config:register_symbol({
  name = 'VARIABLES',
  type = 'postfilter',
  score = 0,
  callback = function(task)
    local pool = task:get_mempool()
    for _, name in ipairs({ 'asn', 'ipnet', 'country' }) do
      local value = pool:get_variable(name)
      if value then
        local hex = value:gsub('.', function(c) return string.format('%02x', c:byte()) end)
        task:insert_result('VARIABLES', 0.0, name .. '=' .. hex)
      end
    end
  end
})
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def read(path):
    if path is None:
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


def start(folder, dns, asn, multimap):
    """Starts rspamd; returns the process and its port."""
    port = free_port()
    with open(f"{folder}/rspamd.conf", "w", encoding="utf-8") as file:
        file.write(CONFIG.format(folder=folder, dns=dns, port=port, asn=asn,
                                 multimap=multimap, more=MULTIMAP if multimap else ""))
    with open(f"{folder}/tld", "w", encoding="utf-8") as file:
        file.write("com\n")
    with open(f"{folder}/variables.lua", "w", encoding="utf-8") as file:
        file.write(VARIABLES)
    process = subprocess.Popen(["rspamd", "-f", "-i", "-c", f"{folder}/rspamd.conf"],
                               stdout=sys.stderr, stderr=sys.stderr, stdin=subprocess.DEVNULL)
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process, port
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    sys.exit(f"rspamd did not start:\n{read(folder + '/log')}")


def scan(port, ip):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/checkv2", b"From: a@b.example\r\n\r\nx\r\n", {"IP": ip})
    reply = connection.getresponse().read()
    connection.close()
    return json.loads(reply)["symbols"]


def result(ip, symbols, names):
    """Returns the result for an address with the members of asnq's JSON."""
    variables = {}
    for option in symbols.get("VARIABLES", {}).get("options", []):
        name, _, value = option.partition("=")
        variables[name] = bytes.fromhex(value).decode("utf-8", "each")
    out = {"ip": ip, "symbol": None, "options": []}
    maps = []
    for name, symbol in symbols.items():
        if name in names:
            out["symbol"] = name
            out["options"] = [FAILURES.sub(":server fail", option)
                              for option in symbol.get("options", [])]
        elif name != "VARIABLES":
            maps.append({"symbol": name, "score": symbol["score"],
                         "description": symbol.get("description")})
    for name in "asn", "ipnet", "country":
        out[name] = variables.get(name)
    out["maps"] = sorted(maps, key=lambda m: m["symbol"])
    return out


# Each invalid byte is replaced by itself, as asnq does.
codecs.register_error("each", lambda error: ("\ufffd", error.start + 1))

# Answers that libunbound reports as a failure of the server.
FAILURES = re.compile(":(query refused|query format error|not implemented)$")


def text(r):
    if r["symbol"] is None:
        return f"{r['ip']}\t-"
    options = ", ".join(r["options"]).replace("\\", "\\\\")
    return f"{r['ip']}\t{r['symbol']}(0.00)[{options}]"


def main():
    dns, form = sys.argv[1:3]
    files = dict(argument.split("=", 1) for argument in sys.argv[3:])
    addresses = sys.stdin.read().split()
    asn = read(files.get("asn"))
    folder = tempfile.mkdtemp(prefix="rspamd-")
    process, port = start(folder, dns, asn, read(files.get("multimap")))
    try:
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda ip: scan(port, ip), addresses))
        symbol = next((line.split('"')[1] for line in asn.splitlines()
                       if line.strip().startswith('symbol = "')), "ASN")
        names = {symbol, symbol + "_FAIL", "ASN_FAIL"}
        for ip, symbols in zip(addresses, found):
            r = result(ip, symbols, names)
            print(json.dumps(r) if form == "json" else text(r))
    finally:
        process.terminate()
        process.wait()
        if os.environ.get("KEEP"):
            print(folder, file=sys.stderr)
        else:
            shutil.rmtree(folder)


main()
