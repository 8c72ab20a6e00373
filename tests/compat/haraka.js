'use strict'

// Prints the results of haraka-plugin-asn for the addresses on stdin.
//
//	node haraka.js MODULES PORT INI header|json <ADDRESSES
//
// MODULES is the node_modules with the plugin, PORT the port of the DNS server on
// loopback, INI the plugin's configuration. The output has the format of
// asnq --like=haraka: for each address, the lines of the header and an empty
// line, or one JSON object.

const dns = require('node:dns')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { createRequire } = require('node:module')

const [modules, port, ini, format] = process.argv.slice(2)
// Libraries print a greeting on stdout, which is for results only.
console.log = console.error
const load = createRequire(path.resolve(modules, 'here.js'))
const fixtures = load('haraka-test-fixtures')
const ipaddr = load('ipaddr.js')
const { is_private_ip } = load('haraka-net-utils')

dns.setServers([`127.0.0.1:${port}`])
dns.promises.setServers([`127.0.0.1:${port}`])

// Of several answers, the plugin uses the last to arrive. So that the output
// does not depend on chance, an answer waits for those of earlier queries, but
// only for a short time, since they may never arrive.
const resolve = dns.promises.resolveTxt
let before = Promise.resolve()
dns.promises.resolveTxt = (name) => {
  const earlier = Promise.race([before, new Promise((done) => setTimeout(done, 300))])
  const answer = resolve.call(dns.promises, name)
  before = Promise.allSettled([earlier, answer])
  return earlier.then(() => answer)
}

function print(line) {
  process.stdout.write(`${line}\n`)
}

// Returns what Haraka's connection.js makes of an address, before any plugin sees it.
function canonical(text) {
  return ipaddr.process(text).toString()
}

function escape(text) {
  const names = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' }

  return text.replace(/[\x00-\x1f\\\x7f]/g, (c) => names[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

// The plugin's methods, by hook.
const hooks = {}

// Standard members of every plugin's results.
const standard = ['pass', 'fail', 'msg', 'err', 'skip', 'human', 'human_html']

function own_results(ip, results) {
  const own = { ip }

  for (const key in results) if (!standard.includes(key)) own[key] = results[key]
  return own
}

async function run_hook(plugin, hook, connection) {
  for (const method of hooks[hook] ?? []) {
    await new Promise((next) => plugin[method](next, connection))
  }
}

async function look_up(plugin, text) {
  const connection = fixtures.connection.createConnection()
  const ip = canonical(text)

  connection.init_transaction()
  connection.remote.ip = ip
  connection.remote.is_private = is_private_ip(ip)
  await run_hook(plugin, 'lookup_rdns', connection)
  await run_hook(plugin, 'data_post', connection)
  if (format === 'json') {
    print(JSON.stringify(own_results(ip, connection.results.get('asn'))))
    return
  }
  for (const line of connection.transaction.header.lines()) {
    print(escape(line.replace(/\n$/, '')))
  }
  print('')
}

async function main() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'haraka-'))
  const addresses = fs.readFileSync(0, 'utf8').split('\n').filter(Boolean)

  fs.mkdirSync(path.join(folder, 'config'))
  fs.copyFileSync(ini, path.join(folder, 'config', 'asn.ini'))
  const plugin = new fixtures.plugin('haraka-plugin-asn')
  plugin.config = plugin.config.module_config(folder)
  plugin.register_hook = (hook, method) => {
    ;(hooks[hook] ??= []).push(method)
  }
  for (const level of ['logdebug', 'loginfo']) plugin[level] = () => {}
  plugin.logerror = (...words) => console.error(words.filter((w) => w !== plugin).join(' '))
  await plugin.register()
  for (const address of addresses) await look_up(plugin, address)
  fs.rmSync(folder, { recursive: true })
  process.exit(0)
}

main()
