import { median } from '../median.mjs'
import { iperf3, iperf3Datagrams } from './iperf3.mjs'
import { reference } from './reference.mjs'
import { sockperf } from './sockperf.mjs'

const SECONDS = 1
const SPIN = { spin: true }

/** A run of `connect` makes 200 dials: many in a row are as many as the C loop makes. */
const CONNECT_RUNS = 10
const DIALS = 2000

const bulk = (native, sizeBytes) => native.run('udp', { workload: 'bulk', sizeBytes })
const datagramsPerSec = async (native, sizeBytes) => (await bulk(native, sizeBytes)).messagesPerSec
const tcpBitsPerSec = async (native, sizeBytes) =>
  (await native.run('tcp', { workload: 'bulk', sizeBytes })).goodputBitsPerSec
const iperf3BitsPerSec = async (...flags) =>
  (await iperf3(SECONDS, '-C', 'cubic', ...flags)).sum_received.bits_per_second
const roundTripNs = async (native, proto) => (await native.run(proto, { workload: 'echo' })).rttP50Ns
const scheduleErrorUs = async (native, ratePerSec) =>
  (await native.run('udp', { workload: 'echo', ratePerSec })).sendErrorP99Ns / 1e3

async function connectionsPerSec(native) {
  const perSec = []
  while (perSec.length < CONNECT_RUNS) {
    perSec.push((await native.run('tcp', { workload: 'connect' })).connectionsPerSec)
  }
  return median(perSec)
}

/** Processor time of both ends. */
async function cpuNsPerDatagram(native, sizeBytes) {
  const { cpuNs, receivedCount } = await bulk(native, sizeBytes)
  return cpuNs / receivedCount
}

/**
 * What is compared. `needs` names programs, `options` those of the socket; `peer` and `ours` measure once, and the ratio is
 * ours over the peer's. Without a peer it is a figure of ours alone. Without a limit it is shown for comparison.
 */
export const rows = [
  {
    what: 'UDP 1472 B, datagrams received, of iperf3 -u -b 0',
    needs: ['iperf3'],
    peer: async () => (await iperf3Datagrams(SECONDS, 1472)).perSec,
    ours: (native) => datagramsPerSec(native, 1472),
    atLeast: 6,
  },
  {
    what: 'UDP 1472 B, datagrams received, of the C loop',
    needs: ['gcc'],
    peer: async () => (await reference('datagrams', 1472, SECONDS)).perSec,
    ours: (native) => datagramsPerSec(native, 1472),
    atLeast: 0.9,
  },
  {
    what: 'UDP 64 B, datagrams received, of iperf3 -l 64',
    needs: ['iperf3'],
    peer: async () => (await iperf3Datagrams(SECONDS, 64)).perSec,
    ours: (native) => datagramsPerSec(native, 64),
    atLeast: 30,
  },
  {
    what: 'UDP 64 B, datagrams received, of the C loop',
    needs: ['gcc'],
    peer: async () => (await reference('datagrams', 64, SECONDS)).perSec,
    ours: (native) => datagramsPerSec(native, 64),
  },
  {
    what: 'UDP 1472 B, CPU per datagram, of iperf3 -u -b 0',
    needs: ['iperf3'],
    peer: async () => (await iperf3Datagrams(SECONDS, 1472)).cpuNsPerDatagram,
    ours: (native) => cpuNsPerDatagram(native, 1472),
    atMost: 0.3,
  },
  {
    what: 'TCP one stream, of iperf3 -Z',
    needs: ['iperf3'],
    peer: () => iperf3BitsPerSec('-Z'),
    ours: (native) => tcpBitsPerSec(native, 1 << 20),
    atLeast: 1.3,
  },
  {
    what: 'TCP one stream, writes of 1472 B, of iperf3 -N -l 1472',
    needs: ['iperf3'],
    peer: () => iperf3BitsPerSec('-N', '-l', '1472'),
    ours: (native) => tcpBitsPerSec(native, 1472),
  },
  {
    what: 'TCP connect, request, reply, close, of the C loop',
    needs: ['gcc'],
    peer: async () => (await reference('connections', DIALS)).perSec,
    ours: connectionsPerSec,
    atLeast: 1,
  },
  {
    what: 'TCP connect, request, reply, close, spin, of the C loop',
    needs: ['gcc'],
    options: SPIN,
    peer: async () => (await reference('connections', DIALS)).perSec,
    ours: connectionsPerSec,
  },
  ...['udp', 'tcp'].flatMap((proto) => [
    {
      what: `${proto.toUpperCase()} 64 B, round trip p50, of sockperf`,
      needs: ['sockperf'],
      peer: () => sockperf(SECONDS, ...(proto === 'tcp' ? ['--tcp'] : [])),
      ours: (native) => roundTripNs(native, proto),
      atMost: 1.05,
    },
    {
      what: `${proto.toUpperCase()} 64 B, round trip p50, of the C loop`,
      needs: ['gcc'],
      peer: async () => (await reference('round-trips', proto, 'block', SECONDS)).p50Ns,
      ours: (native) => roundTripNs(native, proto),
    },
    {
      what: `${proto.toUpperCase()} 64 B, round trip p50, spin, of sockperf --nonblocked`,
      needs: ['sockperf'],
      options: SPIN,
      peer: () => sockperf(SECONDS, '--nonblocked', ...(proto === 'tcp' ? ['--tcp'] : [])),
      ours: (native) => roundTripNs(native, proto),
      atMost: 1,
    },
    {
      what: `${proto.toUpperCase()} 64 B, round trip p50, spin, of the C loop`,
      needs: ['gcc'],
      options: SPIN,
      peer: async () => (await reference('round-trips', proto, 'spin', SECONDS)).p50Ns,
      ours: (native) => roundTripNs(native, proto),
    },
  ]),
  ...[1000, 10_000].flatMap((rate) => [
    {
      what: `schedule error p99 at ${rate}/s`,
      ours: (native) => scheduleErrorUs(native, rate),
      unit: ' us',
      atMost: 100,
    },
    {
      what: `schedule error p99 at ${rate}/s, of the C loop`,
      needs: ['gcc'],
      peer: async () => (await reference('paced-echoes', rate, 'sleep', SECONDS)).errorP99Ns / 1e3,
      ours: (native) => scheduleErrorUs(native, rate),
    },
    {
      what: `schedule error p99 at ${rate}/s, spin`,
      options: SPIN,
      ours: (native) => scheduleErrorUs(native, rate),
      unit: ' us',
      atMost: 5,
    },
    {
      what: `schedule error p99 at ${rate}/s, spin, of the C loop`,
      needs: ['gcc'],
      options: SPIN,
      peer: async () => (await reference('paced-echoes', rate, 'spin', SECONDS)).errorP99Ns / 1e3,
      ours: (native) => scheduleErrorUs(native, rate),
    },
  ]),
]
