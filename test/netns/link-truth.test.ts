import { expect, it } from 'vitest'
import { type LoggedPacket, readPacketLog } from '../../src/packets/packet-log.ts'
import { parseResult } from '../../src/result/read.ts'
import { BIN } from '../cli/run-netcmp.ts'
import { type LinkedHosts, linkedHosts, NETWORKS, needsLink } from './linked-hosts.ts'

const PACE = ['--rate', '1000', '--duration', '500ms', '--blocks', '1', '--timeout', '2s', '--engine', 'node']

/** One counted run of echo from the near host to a server on the far one, and what the link has to say of it. */
async function echoed({ near, far, link }: LinkedHosts, proto: 'udp' | 'tcp') {
  const where = ['--host', NETWORKS.far.ipv4, '--port', '0', '--no-announce', '--engine', 'node']
  const server = far.start(process.execPath, BIN, 'serve', ...where)
  const [, port] = await server.prints(/measurement .*?:(\d+)[,\s][\s\S]*Ctrl-C ends it\.\n/)
  const target = `${NETWORKS.far.ipv4}:${port}`
  const what = ['--proto', proto, '--workload', 'echo', '--verify', '--format', 'json']
  const client = near.start(process.execPath, BIN, target, ...what, ...PACE)
  const { code, stdout, stderr } = await client.exit()
  expect(code, stderr).toBe(0)
  const { log, counts } = await link.cut()
  const { packets } = readPacketLog(log ?? new Uint8Array(0))
  return { metrics: parseResult(stdout, 'stdout').runs[0]?.metrics ?? {}, packets, counts }
}

/** What a datagram of UDP carries, where that is a probe of a session. */
function probeOf({ bytes }: LoggedPacket): Buffer | undefined {
  const payload = Buffer.from(bytes.buffer, bytes.byteOffset + 28, Math.max(0, bytes.length - 28))
  const isProbe = payload.subarray(0, 3).toString('latin1') === 'NC\x01' && ((payload[3] ?? 0) & 15) === 5
  return isProbe && payload.readBigUInt64BE(8) !== 0n ? payload : undefined
}

const MESSAGE_NUMBER = 16
const ANSWER_NUMBER = 48

/** Numbers of the probes of one direction: of all, and of those that arrived whole. */
function probesOf(packets: readonly LoggedPacket[], direction: 'up' | 'down', numberAt: number) {
  const own = packets.filter((each) => each.direction === direction)
  const numbersOf = (some: readonly LoggedPacket[]) =>
    new Set(some.flatMap((each) => probeOf(each)?.readBigUInt64BE(numberAt) ?? []))
  const whole = own.filter(({ fate, isCorrupt }) => fate === 'delivered' && !isCorrupt)
  return { sent: numbersOf(own), came: numbersOf(whole) }
}

// Break when netcmp's loss is another than the link's, in either direction.
it.for([
  'loss=0.1%',
  'loss=2%',
  'loss=20%',
  'burst-loss=2%,25% duplicate=10% delay=3ms jitter=1ms reorder=10%',
  'corrupt=5% loss=2%',
])('over UDP what is lost each way is what the link lost, with %s', async (pairs, context) => {
  needsLink(context)
  const hosts = await linkedHosts({ up: pairs, down: pairs })
  const { metrics, packets } = await echoed(hosts, 'udp')
  const messages = probesOf(packets, 'up', MESSAGE_NUMBER)
  // Who gets a message twice answers twice.
  const answers = probesOf(packets, 'down', ANSWER_NUMBER)
  const answered = probesOf(packets, 'down', MESSAGE_NUMBER).came
  const ratio = ({ sent, came }: typeof messages) => (sent.size - came.size) / sent.size
  expect(messages.sent.size).toBe(500)
  expect(metrics).toMatchObject({
    sentCount: 500,
    lossRatio: expect.closeTo((500 - answered.size) / 500, 9),
    forwardLossRatio: expect.closeTo(ratio(messages), 9),
    reverseLossRatio: expect.closeTo(ratio(answers), 9),
  })
})

it('over TCP nothing is lost, changed or out of order, whatever happens to its packets', async (context) => {
  needsLink(context)
  const pairs = 'loss=2% corrupt=5% duplicate=5% delay=2ms reorder=10%'
  const { metrics, packets, counts } = await echoed(await linkedHosts({ up: pairs, down: pairs }), 'tcp')
  expect(metrics).toMatchObject({
    sentCount: 500,
    receivedCount: 500,
    lossRatio: 0,
    reorderedRatio: 0,
    corruptCount: 0,
  })
  expect(packets.filter(({ isCorrupt }) => isCorrupt).length).toBeGreaterThan(0)
  expect((counts?.up.lostCount ?? 0) + (counts?.down.lostCount ?? 0)).toBeGreaterThan(0)
})
