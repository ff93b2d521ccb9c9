import { existsSync, readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { linkConfigOf } from '../../src/lab/impairment-options.ts'
import { type LoggedPacket, readPacketLog } from '../../src/packets/packet-log.ts'
import { BIN, Running } from '../cli/run-netcmp.ts'
import { evenly, numbersOf, passed } from '../lab/passage.ts'
import { datagrams, linkedHosts, NETWORKS, needsLink, UDP } from './linked-hosts.ts'
import { Host } from './two-hosts.ts'

const COUNT = 2000
const all = (count: number) => Array.from({ length: count }, (_, n) => n + 1)
const sorted = (numbers: Iterable<number>) => [...numbers].sort((a, b) => a - b)

function logged(log: Uint8Array | null): readonly LoggedPacket[] {
  const { packets, unreadBytes } = readPacketLog(log ?? new Uint8Array(0))
  expect(unreadBytes).toBe(0)
  return packets.filter(({ number }) => number > 0)
}

/** The number that the probe wrote into its datagram, behind the headers of IP and UDP. */
function probeOf({ bytes }: LoggedPacket): number {
  const isIpv4 = (bytes[0] ?? 0) >> 4 === 4
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32((isIpv4 ? 20 : 40) + 8)
}

it.for([
  { family: 'IPv4', to: NETWORKS.far.ipv4, headers: 28 },
  { family: 'IPv6', to: NETWORKS.far.ipv6, headers: 48 },
])(
  'an unimpaired link passes packets of $family as they are, and has each in its log',
  async ({ to, headers }, context) => {
    needsLink(context)
    const hosts = await linkedHosts({})
    const { received, log, counts, unloggedCount, unseenCount } = await datagrams(hosts, 500, {
      to,
      bytes: 200,
    })
    expect(received).toEqual(all(500))
    expect(counts?.up).toMatchObject({
      packetCount: 500,
      deliveredCount: 500,
      byteCount: 500 * (200 + headers),
    })
    expect(counts?.down.packetCount).toBe(0)
    expect({ unloggedCount, unseenCount }).toEqual({ unloggedCount: 0, unseenCount: 0 })
    const packets = logged(log)
    expect(packets.map(probeOf)).toEqual(all(500))
    expect(packets.map(({ runNumber }) => runNumber)).toEqual(all(500))
    expect(packets.every((each) => each.bytes.length === 200 + headers && each.direction === 'up')).toBe(true)
  },
)

it('a drop list takes exactly its packets, in every run', async (context) => {
  needsLink(context)
  const hosts = await linkedHosts({ up: 'drop=5,17-20' })
  const rest = all(30).filter((number) => number !== 5 && !(number >= 17 && number <= 20))
  for (const before of [0, 30]) {
    const { received, counts, log } = await datagrams(hosts, 30)
    expect(received).toEqual(rest)
    expect(counts?.up).toMatchObject({ packetCount: 30, droppedCount: 5, deliveredCount: 25 })
    expect(logged(log).map(({ number }) => number)).toEqual(all(30).map((number) => number + before))
  }
})

// Break when a packet vanishes without a word, or a count, the log and what arrives say different things.
it.for([
  { up: 'loss=0.1%' },
  { up: 'loss=2%' },
  { up: 'loss=20%' },
  { up: 'burst-loss=1%,30%' },
  { up: 'loss=2% burst-loss=0.5%,25% duplicate=5% delay=2ms reorder=10%' },
  { up: 'loss=20% duplicate=20% reorder=20% delay=2ms' },
])('what is lost with $up is told to the packet, and is what the seed says', async ({ up }, context) => {
  needsLink(context)
  const hosts = await linkedHosts({ up, seed: '7' })
  const { received, counts, log } = await datagrams(hosts, COUNT)
  const packets = logged(log)
  const delivered = packets.filter(({ fate }) => fate === 'delivered')
  expect(sorted(received)).toEqual(sorted(delivered.map(probeOf)))
  const lost = packets.filter(({ fate }) => fate === 'lost' || fate === 'burst-lost').map(probeOf)
  expect(sorted(lost)).toEqual(all(COUNT).filter((number) => !received.includes(number)))
  const simulated = passed(linkConfigOf({ up }).up, evenly(COUNT, 1000), { seed: 7 })
  for (const fate of ['lost', 'burst-lost'] as const)
    expect(packets.filter((each) => each.fate === fate).map(probeOf)).toEqual(numbersOf(simulated, fate))
  expect(counts?.up).toMatchObject({
    packetCount: COUNT,
    deliveredCount: received.length,
    lostCount: numbersOf(simulated, 'lost').length,
    burstLostCount: numbersOf(simulated, 'burst-lost').length,
    duplicateCount: simulated.filter(({ isCopy }) => isCopy).length,
    reorderedCount: delivered.filter(({ isReordered }) => isReordered).length,
    queueFullCount: 0,
  })
})

it('packets arrive in the order in which the log has them leave, late by the delay and never sooner', async (context) => {
  needsLink(context)
  const hosts = await linkedHosts({ up: 'delay=5ms jitter=2ms reorder=10%' })
  const { received, log } = await datagrams(hosts, 500)
  const packets = logged(log).map((each) => ({ ...each, outNs: each.outNs ?? Number.NaN }))
  const leaving = [...packets].sort((a, b) => a.outNs - b.outNs || a.number - b.number)
  expect(received.length).toBe(500)
  // Those that left by one call have one time.
  const times = new Map(packets.map((each) => [probeOf(each), each.outNs]))
  const arriving = received.map((number) => times.get(number) ?? Number.NaN)
  expect(arriving).toEqual(leaving.map(({ outNs }) => outNs))
  expect(received).not.toEqual(all(500))
  // Those that left by one call left in the order of their times to leave, which are not logged.
  for (const { number, inNs, outNs, isReordered } of packets) {
    const earlier = packets.filter((each) => each.number < number)
    const latestNs = Math.max(...earlier.map((each) => each.outNs))
    expect(latestNs).toSatisfy((ns) => (isReordered ? ns >= outNs : ns <= outNs))
    if (latestNs > inNs) expect(outNs - inNs).toBeGreaterThanOrEqual(isReordered ? 0 : 3e6)
  }
})

// Breaks when a packet is in no log, or in two, because a run ends while it is on its way.
it('what is under way when a run ends is of that run, and of no later one', async (context) => {
  needsLink(context)
  const hosts = await linkedHosts({ up: 'delay=4s corrupt=50%', seed: '3' })
  const receiver = hosts.far.start(process.execPath, UDP, 'receive')
  await receiver.prints(/receiving/)
  await hosts.near.start(process.execPath, UDP, 'send', NETWORKS.far.ipv4, '20', '64').exit()
  const early = await hosts.link.cut()
  const packets = logged(early.log)
  expect(packets.map(probeOf)).toEqual(all(20))
  expect(packets.every(({ fate, outNs }) => fate === 'under-way' && outNs === null)).toBe(true)
  expect(early.counts?.up).toMatchObject({ packetCount: 20, deliveredCount: 0, underWayCount: 20 })
  // A cut waits for them for two seconds. Those that are to be corrupt arrive as such.
  const later = [await hosts.link.cut(), await hosts.link.cut()]
  receiver.hangUp()
  const { stdout } = await receiver.exit()
  const whole = packets.filter(({ isCorrupt }) => !isCorrupt).map(probeOf)
  expect(whole.length).toBeLessThan(20)
  expect(JSON.parse(stdout.split('\n')[1] ?? '')).toEqual(whole)
  expect(later.flatMap(({ log }) => logged(log))).toEqual([])
  for (const { counts } of later) {
    expect(counts?.up).toMatchObject({ packetCount: 0, deliveredCount: 0, underWayCount: 0 })
  }
})

it('copies arrive as well', async (context) => {
  needsLink(context)
  const hosts = await linkedHosts({ up: 'duplicate=100%' })
  const { received, counts } = await datagrams(hosts, 50)
  expect(received).toEqual(all(50).flatMap((number) => [number, number]))
  expect(counts?.up).toMatchObject({ packetCount: 50, duplicateCount: 50, deliveredCount: 100 })
})

it('a slow link with a short queue loses what finds no room', async (context) => {
  needsLink(context)
  const hosts = await linkedHosts({ up: 'rate=1mbit queue=5' })
  const { received, counts, log } = await datagrams(hosts, 500, { bytes: 972 })
  const full = logged(log)
    .filter(({ fate }) => fate === 'queue-full')
    .map(probeOf)
  expect(full.length).toBeGreaterThan(0)
  expect(sorted([...received, ...full])).toEqual(all(500))
  expect(counts?.up).toMatchObject({ packetCount: 500, queueFullCount: full.length })
  // 1000 B at 1 Mbit/s are 8 ms.
  const out = logged(log).flatMap(({ outNs }) => outNs ?? [])
  const spanNs = Math.max(...out) - Math.min(...out)
  expect(spanNs / (out.length - 1)).toBeGreaterThan(7.9e6)
})

it('of a corrupt packet a checksum fails: UDP loses it', async (context) => {
  needsLink(context)
  const hosts = await linkedHosts({ up: 'corrupt=30%' })
  const { received, counts, log } = await datagrams(hosts, COUNT)
  const packets = logged(log)
  const whole = packets.filter(({ isCorrupt }) => !isCorrupt)
  expect(received).toEqual(whole.map(probeOf))
  // The log has them as they were sent.
  expect(packets.map(probeOf)).toEqual(all(COUNT))
  expect(counts?.up).toMatchObject({ deliveredCount: COUNT, corruptCount: COUNT - whole.length })
  expect(COUNT - whole.length).toBeGreaterThan(COUNT / 5)
})

it('what is for a group is passed on as it is, and is no packet of the link’s', async (context) => {
  needsLink(context)
  const hosts = await linkedHosts({ loss: '100%' })
  const { received, counts, log } = await datagrams(hosts, 20, { to: '10.9.0.255' })
  expect(received).toEqual(all(20))
  expect(counts?.up.packetCount).toBe(0)
  const { packets } = readPacketLog(log ?? new Uint8Array(0))
  expect(packets.filter(({ number, packetBytes }) => number === 0 && packetBytes === 92)).toHaveLength(20)
})

it('what is longer than the link’s packets does not fit, and is told of', async (context) => {
  needsLink(context)
  const hosts = await linkedHosts({ mtu: '1500' }, { cableMtuBytes: 9000 })
  const { received, counts, unseenCount } = await datagrams(hosts, 10, { bytes: 4000 })
  expect(received).toEqual([])
  expect(counts?.up.packetCount).toBe(0)
  expect(unseenCount).toBe(10)
})

it('is impaired otherwise from the next packet on', async (context) => {
  needsLink(context)
  const hosts = await linkedHosts({})
  const { up, down } = linkConfigOf({ up: 'loss=100%' })
  expect((await datagrams(hosts, 20)).received).toHaveLength(20)
  await hosts.link.impair({ up, down })
  expect((await datagrams(hosts, 20)).received).toHaveLength(0)
  await hosts.link.impair({ up: down, down })
  expect((await datagrams(hosts, 20)).received).toHaveLength(20)
  const wrong = { up: { ...up, lossRatio: 7 }, down }
  await expect(hosts.link.impair(wrong)).rejects.toMatchObject({ code: 'BAD_VALUE' })
})

it('ends with its standard input, and leaves no file behind', async (context) => {
  needsLink(context)
  const { relay, link, folder, control } = await linkedHosts({})
  relay.hangUp()
  expect(await relay.exit()).toMatchObject({ code: 0, stderr: '' })
  expect(existsSync(control)).toBe(false)
  expect(readdirSync(folder)).toEqual([])
  await expect(link.cut()).rejects.toMatchObject({ code: 'CLOSED' })
})

it.for([
  {
    what: 'there is no such interface',
    device: 'none',
    config: {},
    line: 'link: there is no network interface "none" (see ip link)',
  },
  {
    what: 'it cannot be configured so',
    device: 'lo',
    config: { loss: 1 },
    line: 'link: up of its configuration cannot be: Invalid key: Expected "up" but received undefined',
  },
])('says in one line that $what', async ({ device, config, line }, context) => {
  needsLink(context)
  const host = await Host.start('')
  const options = [
    device,
    device,
    '/nowhere/control',
    JSON.stringify({ ...(device === 'none' ? linkConfigOf({}) : {}), ...config }),
  ]
  const relay = host.start(process.execPath, BIN, 'lab-relay', ...options)
  expect(await relay.exit()).toEqual({ code: 2, stdout: '', stderr: `${line}\n` })
})

it('says in one line that it has no right to', async (context) => {
  needsLink(context)
  const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups']
  const options = ['lo', 'lo', '/nowhere/control', JSON.stringify(linkConfigOf({}))]
  const relay = new Running('setpriv', [...asNobody, process.execPath, BIN, 'lab-relay', ...options])
  expect(await relay.exit()).toEqual({
    code: 2,
    stdout: '',
    stderr: 'link: cannot open a packet socket on lo: not permitted (root, or netcmp lab, is needed)\n',
  })
})
