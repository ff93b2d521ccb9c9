/**
 * `npm run bench:lab [-- --rounds 3] [-- --seconds 2]`: what a link of the lab carries, and how exactly it delays, with a bare
 * pair of cable ends beside it in the same run. Linux, root, koffi; iperf3 for the first rows (Debian: apt install iperf3).
 */
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { readPacketLog } from '../dist/packets/packet-log.js'
import { BIN, FAR, obstacle, twoHosts } from './lab/hosts.mjs'
import { interleaved } from './median.mjs'
import { isThere } from './peers/programs.mjs'

const DELAY_NS = 20e6

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, seconds: { type: 'string', default: '2' } },
})
const rounds = Number(values.rounds)

async function output(child) {
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (some) => {
    text += some
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${child.spawnargs.join(' ')}: exit code ${code}\n${text}`)
  return text
}

/** What iperf3 reports, and how many packets a second the link handed over meanwhile. */
async function iperf3({ near, far, link }, ...flags) {
  const server = far.start('iperf3', '-s', '-1', '--forceflush')
  await once(server.stdout, 'data')
  const ended = once(server, 'close')
  await link?.cut()
  const { end } = JSON.parse(
    await output(near.start('iperf3', '-c', FAR, '-t', values.seconds, '--json', ...flags)),
  )
  await ended
  const cut = await link?.cut()
  return { end, packetsPerSec: cut && packetsPerSec(cut) }
}

/** Of those in the log, which at full speed is too short for all. */
function packetsPerSec({ log }) {
  const packets = readPacketLog(log).packets.filter(({ number, outNs }) => number > 0 && outNs !== null)
  const lastNs = packets.reduce((most, { outNs }) => Math.max(most, outNs), 0)
  return (packets.length / (lastNs - packets[0].inNs)) * 1e9
}

const tcp = async (hosts) => {
  const { end, packetsPerSec } = await iperf3(hosts, '-C', 'cubic')
  return { bitsPerSec: end.sum_received.bits_per_second, packetsPerSec }
}
const udp = async (hosts) => {
  const { end, packetsPerSec } = await iperf3(hosts, '-u', '-b', '0', '-l', '64')
  // Of the bare pair what was sent: the receiver is slower than it.
  return { packetsPerSec: packetsPerSec ?? end.sum.packets / end.sum.seconds }
}

/** Round trips of 1,000 messages a second, and how far the link's log is from the delay that was asked for. */
async function echo({ near, far, link }) {
  const server = far.start(process.execPath, BIN, 'serve', '--host', FAR, '--port', '0', '--no-announce')
  let banner = ''
  for await (const some of server.stdout) {
    banner += some
    if (banner.includes('Ctrl-C')) break
  }
  const [, port] = /measurement .*?:(\d+)/.exec(banner)
  await link?.cut()
  const what = ['--proto', 'udp', '--workload', 'echo', '--blocks', '2', '--format', 'json', '--quiet']
  const pace = ['--rate', '1000', '--duration', `${values.seconds}s`]
  const document = await output(near.start(process.execPath, BIN, `${FAR}:${port}`, ...what, ...pace))
  server.kill('SIGINT')
  await once(server, 'exit')
  const { metrics } = JSON.parse(document).runs.at(-1)
  const cut = await link?.cut()
  return { p50Ns: metrics.rttP50Ns, p99Ns: metrics.rttP99Ns, ...(cut && errors(cut)) }
}

function errors({ log }) {
  const late = readPacketLog(log)
    .packets.filter(({ number, outNs }) => number > 0 && outNs !== null)
    .map(({ inNs, outNs }) => outNs - inNs - DELAY_NS)
    .sort((a, b) => a - b)
  const at = (share) => late[Math.min(late.length - 1, Math.floor(share * late.length))]
  return { errorP50Ns: at(0.5), errorP99Ns: at(0.99) }
}

function print(what, value, beside, isMet) {
  const word = isMet === undefined ? 'shown' : isMet ? 'met' : 'MISSED'
  console.log(`${word.padEnd(7)} ${what.padEnd(52)} ${value.padEnd(16)} ${beside}`)
}

const us = (ns) => `${(ns / 1e3).toFixed(1)} us`
const perSec = (count) => `${Math.round(count / 1e3)} k/s`
const gbits = (bits) => `${(bits / 1e9).toFixed(2)} Gbit/s`

/** Medians of one figure of both, which take turns. */
async function measured(measure, impairments) {
  const bare = await twoHosts()
  const linked = await twoHosts(impairments)
  try {
    const all = { bare: [], linked: [] }
    const one = (hosts, into) => async () => {
      const figures = await measure(hosts)
      into.push(figures)
      return 0
    }
    await interleaved(rounds, one(bare, all.bare), one(linked, all.linked), 1)
    return { bare: medians(all.bare.slice(1)), linked: medians(all.linked.slice(1)) }
  } finally {
    await linked.close()
    await bare.close()
  }
}

function medians(figures) {
  const names = Object.keys(figures[0]).filter((name) => figures[0][name] !== undefined)
  const middle = (values) => values.sort((a, b) => a - b)[values.length >> 1]
  return Object.fromEntries(names.map((name) => [name, middle(figures.map((each) => each[name]))]))
}

const why = obstacle()
if (why) console.log(`skipped (${why})`)
else {
  if (isThere('iperf3')) {
    const stream = await measured(tcp, {})
    const [own, bare] = [stream.linked, stream.bare]
    print(
      'TCP through the relay',
      gbits(own.bitsPerSec),
      `bare ${gbits(bare.bitsPerSec)}; at least 1.5`,
      own.bitsPerSec >= 1.5e9,
    )
    print('its packets, both ways', perSec(own.packetsPerSec), 'at least 200', own.packetsPerSec >= 2e5)
    const small = await measured(udp, {})
    print(
      'UDP of 64 B, as fast as iperf3 sends',
      perSec(small.linked.packetsPerSec),
      `bare, sent ${perSec(small.bare.packetsPerSec)}`,
    )
  } else console.log('skipped (iperf3 is not installed)')
  const { bare, linked } = await measured(echo, { delay: '20ms' })
  print('delay of 20 ms at 1,000/s each way: error, median', us(linked.errorP50Ns), 'from the log')
  print('the same, 99 %', us(linked.errorP99Ns), 'at most 500 us', linked.errorP99Ns <= 5e5)
  print('round trip past 40 ms, median', us(linked.p50Ns - 2 * DELAY_NS), `bare ${us(bare.p50Ns)}`)
  print('the same, 99 %', us(linked.p99Ns - 2 * DELAY_NS), `bare ${us(bare.p99Ns)}`)
}
