/**
 * `npm run bench:peers [-- --rounds 5]`: the native engine against iperf3 and sockperf, in turn in this one run; only ratios
 * of medians are worth quoting. It needs Linux, koffi and both programs (Debian: apt install iperf3 sockperf).
 */
import { execFile, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { startOwnServer } from '../dist/cli/own-server.js'
import { nativeClock, sharedLoop } from '../dist/native/loop.js'
import { findTransport } from '../dist/registry.js'
import { interleaved, median } from './median.mjs'
import { measured } from './netcmp.mjs'

const SECONDS = 1
const HOST = '127.0.0.1'
const run = promisify(execFile)
const rest = () => new Promise((resolve) => setTimeout(resolve, 200))

const args = process.argv.slice(2)
const at = args.indexOf('--rounds')
const rounds = at >= 0 ? Number(args[at + 1]) : 5

const clock = nativeClock(await sharedLoop())
const transports = [findTransport('udp'), findTransport('tcp')]

async function freePort() {
  const server = createServer().listen(0, HOST)
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return String(port)
}

/** One run of iperf3 against a server of its own. */
async function iperf3(...flags) {
  const port = await freePort()
  const server = spawn('iperf3', ['-s', '-1', '-p', port, '-B', HOST, '--forceflush'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await new Promise((resolve) => server.stdout.once('data', resolve))
  server.stdout.resume()
  const { stdout } = await run('iperf3', ['-c', HOST, '-p', port, '-t', String(SECONDS), '--json', ...flags])
  return JSON.parse(stdout).end
}

async function iperf3Datagrams(bytes) {
  const { sum } = await iperf3('-u', '-b', '0', '-l', String(bytes))
  return (sum.packets - sum.lost_packets) / sum.seconds
}

/** Median of whole round trips, us. */
async function sockperf(...flags) {
  const port = await freePort()
  const server = spawn('sockperf', ['server', '-i', HOST, '-p', port, ...flags], { stdio: 'ignore' })
  try {
    await rest()
    const ping = [
      'ping-pong',
      '-i',
      HOST,
      '-p',
      port,
      '-t',
      String(SECONDS),
      '-m',
      '64',
      '--full-rtt',
      ...flags,
    ]
    const { stdout } = await run('sockperf', ping)
    return Number(/percentile 50.000 = +([\d.]+)/.exec(stdout)[1])
  } finally {
    server.kill()
  }
}

const cubic = { engine: 'native', congestion: 'cubic' }
const server = await startOwnServer(transports, cubic)

async function native(proto, job) {
  return measured(server, proto, { durationNs: SECONDS * 1e9, ...job }, { socket: cubic, clock })
}

const datagrams = async (sizeBytes) =>
  (await native('udp', { workload: 'bulk', sizeBytes, ratePerSec: 'max' })).messagesPerSec
const roundTrip = async (proto) =>
  (await native(proto, { workload: 'echo', sizeBytes: 64, ratePerSec: 'max' })).rttP50Ns / 1e3

const rows = [
  [
    'UDP 1472 B, datagrams received, of iperf3 -u -b 0',
    () => iperf3Datagrams(1472),
    () => datagrams(1472),
    6,
    'least',
  ],
  [
    'UDP 64 B, datagrams received, of iperf3 -l 64',
    () => iperf3Datagrams(64),
    () => datagrams(64),
    30,
    'least',
  ],
  [
    'TCP one stream, of iperf3 -Z',
    async () => (await iperf3('-Z', '-C', 'cubic')).sum_received.bits_per_second,
    async () =>
      (await native('tcp', { workload: 'bulk', sizeBytes: 1 << 20, ratePerSec: 'max' })).goodputBitsPerSec,
    1.3,
    'least',
  ],
  ['UDP 64 B round trip p50, of sockperf', () => sockperf(), () => roundTrip('udp'), 1.05, 'most'],
  ['TCP 64 B round trip p50, of sockperf', () => sockperf('--tcp'), () => roundTrip('tcp'), 1.05, 'most'],
]

try {
  for (const [what, peer, ours, limit, kind] of rows) {
    const { a, b } = await interleaved(
      rounds,
      async () => {
        await rest()
        return peer()
      },
      async () => {
        await rest()
        return ours()
      },
    )
    const ratio = b / a
    const met = kind === 'least' ? ratio >= limit : ratio <= limit
    console.log(
      `${met ? 'met   ' : 'MISSED'}  ${what.padEnd(52)} ${ratio.toFixed(2)}x  (at ${kind} ${limit}x)`,
    )
  }
  for (const rate of [1000, 10_000]) {
    const job = { workload: 'echo', sizeBytes: 64, ratePerSec: rate }
    const late = []
    for (let n = 0; n < rounds; n++) late.push((await native('udp', job)).sendErrorP99Ns / 1e3)
    const lateUs = median(late)
    const word = lateUs <= 100 ? 'met   ' : 'MISSED'
    console.log(
      `${word}  pacing error p99 at ${rate}/s, without spinning ${' '.repeat(13)}${lateUs.toFixed(1)} us  (at most 100 us)`,
    )
  }
} finally {
  await server.close()
}
process.exit()
