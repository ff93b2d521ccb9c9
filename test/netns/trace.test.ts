import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseResult, parseSaved } from '../../src/result/read.ts'
import type { TraceDocument, TracedConversation } from '../../src/result/trace-schema.ts'
import { inTerminal } from '../cli/in-terminal.ts'
import { BIN, linesOf, netcmp, Running } from '../cli/run-netcmp.ts'
import { needsLab } from '../cli/tools.ts'
import { dissected, needsTshark } from '../packets/tshark.ts'
import { leftOf, treeOf, until } from './lab-processes.ts'
import { users } from './labs.ts'

const QUICK = ['--delay', '5ms', '--half-open', '60ms']
const SHARK_FIELDS = ['ip.src', 'tcp.flags', 'tcp.seq', 'tcp.ack', 'tcp.len', 'ip.len']

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'netcmp-trace-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}

async function traced(args: readonly string[]): Promise<TraceDocument> {
  const { code, stdout, stderr } = await netcmp(['trace', ...QUICK, '--format', 'json', ...args])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return parseSaved(stdout, 'stdout') as TraceDocument
}

async function conversationOf(args: readonly string[]): Promise<TracedConversation> {
  const [conversation] = (await traced(args)).conversations
  if (conversation === undefined) throw new Error('no conversation')
  return conversation
}

const flagBits: Readonly<Record<string, number>> = {
  FIN: 1,
  SYN: 2,
  RST: 4,
  PSH: 8,
  ACK: 16,
  URG: 32,
  ECE: 64,
  CWR: 128,
}

/** What tshark says of each packet, by the ladder. */
function sharkRows({ packets }: TracedConversation): string[][] {
  return packets.map(({ from, segment, payloadBytes, packetBytes }) => [
    from === 'client' ? '10.9.0.1' : '10.9.0.2',
    `0x${(segment?.flags ?? [])
      .reduce((sum, flag) => sum + (flagBits[flag] ?? 0), 0)
      .toString(16)
      .padStart(4, '0')}`,
    `${segment?.seq}`,
    // tshark has a number where there is no ACK, too.
    `${segment?.ack ?? 0}`,
    `${payloadBytes}`,
    `${packetBytes}`,
  ])
}

const said = ({ packets }: TracedConversation) =>
  packets.map(({ from, segment }) => `${from}: ${segment?.flags.join('-')}`)

describe.each(users)('netcmp trace of $name', (user) => {
  it('draws both ladders, with the handshake and the close', async (context) => {
    user.needsLab(context)
    const { code, stdout, stderr } = await user.start(QUICK, {}, 'trace').exit()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(
      /\nTCP {3}10\.9\.0\.1:\d+ to 10\.9\.0\.2:\d+\n[\s\S]*\nUDP {3}10\.9\.0\.1:\d+ to 10\.9\.0\.2:\d+\n/,
    )
    expect(stdout).toMatch(/├─ SYN seq 0 ─[\s\S]* SYN-ACK seq 0 ack 1 ─┤[\s\S]*├─ ACK seq 1 ack 1 /)
    expect(stdout.match(/ FIN-ACK /g)?.length).toBe(2)
    expect(stdout).toMatch(/\nUDP: 6 packets, 552 B, for 384 B of messages\.\n/)
    expect(linesOf(stdout).filter((line) => line.length > 80)).toEqual([])
  })
})

describe('the ladder of a TCP connection', () => {
  it('begins with three packets, ends with four, and is what tshark reads in the capture', async (context) => {
    needsLab(context)
    needsTshark(context)
    const pcap = join(folder(), 'trace.pcapng')
    const conversation = await conversationOf(['--proto', 'tcp', '--pcap', pcap])
    const flags = said(conversation)
    expect(flags.slice(0, 3)).toEqual(['client: SYN', 'server: SYN-ACK', 'client: ACK'])
    expect(flags.slice(-4)).toEqual(['client: FIN-ACK', 'server: ACK', 'server: FIN-ACK', 'client: ACK'])
    expect(dissected(pcap, SHARK_FIELDS)).toEqual(sharkRows(conversation))
    const times = dissected(pcap, ['frame.time_relative']).map(([time]) => Math.round(Number(time) * 1e9))
    const [first] = conversation.packets
    const errors = conversation.packets.map(
      ({ inNs }, index) => inNs - (first?.inNs ?? 0) - (times[index] ?? 0),
    )
    expect(errors.filter((ns) => Math.abs(ns) > 1)).toEqual([])
  })

  it('says of which packet one is the repetition, as tshark does', async (context) => {
    needsLab(context)
    needsTshark(context)
    const pcap = join(folder(), 'trace.pcapng')
    // SYN, ACK, and the first message.
    const lost = ['--up', 'drop=3']
    const { packets, deliveries } = await conversationOf(['--proto', 'tcp', '--pcap', pcap, ...lost])
    const dropped = packets.findIndex(({ fate }) => fate === 'dropped')
    expect(packets[dropped]).toMatchObject({ from: 'client', number: 3, outNs: null, messages: [1] })
    const again = packets.flatMap(({ segment }, index) => (segment?.repeats === dropped ? [index] : []))
    expect(again.length).toBeGreaterThan(0)
    expect(dissected(pcap, ['frame.number'], 'tcp.analysis.retransmission').flat().map(Number)).toEqual(
      packets.flatMap(({ segment }, index) => (segment?.repeats != null ? [index + 1] : [])),
    )
    expect(dissected(pcap, ['frame.number'], 'frame.comment').flat()).toEqual([`${dropped + 1}`])
    expect(deliveries.map(({ message, deliverableNs }) => [message, deliverableNs !== null])).toEqual([
      [1, true],
      [2, true],
      [3, true],
    ])
  })

  it('over IPv6, where the server is quick to close', async (context) => {
    needsLab(context)
    const { server, packets } = await conversationOf([
      '-6',
      '--proto',
      'tcp',
      '--half-open',
      '0',
      '--messages',
      '1',
    ])
    expect(server).toBe('[fd09::2]:7118')
    // What is to be acknowledged is so by the server's own FIN.
    expect(packets.slice(-3).map(({ from, segment }) => `${from}: ${segment?.flags.join('-')}`)).toEqual([
      'client: FIN-ACK',
      'server: FIN-ACK',
      'client: ACK',
    ])
  })
})

describe('over UDP', () => {
  it('a lost message is never answered, and never sent again', async (context) => {
    needsLab(context)
    const args = ['--proto', 'udp', '--up', 'drop=2', '--timeout', '100ms']
    const { packets, deliveries } = await conversationOf(args)
    expect(packets.map(({ from, messages, fate }) => [from, ...messages, fate])).toEqual([
      ['client', 1, 'delivered'],
      ['server', 1, 'delivered'],
      ['client', 2, 'dropped'],
      ['client', 3, 'delivered'],
      ['server', 3, 'delivered'],
    ])
    expect(deliveries.map(({ deliverableNs }) => deliverableNs !== null)).toEqual([true, false, true])
  })

  it('a delay that is longer than the timeout elsewhere is waited for', async (context) => {
    needsLab(context)
    const [tcp, udp] = (await traced(['--delay', '600ms', '--messages', '2'])).conversations
    expect([tcp?.unanswered, udp?.unanswered]).toEqual([[], []])
    expect(udp?.packets.map(({ from, messages }) => [from, ...messages])).toEqual([
      ['client', 1],
      ['server', 1],
      ['client', 2],
      ['server', 2],
    ])
  })

  it('an answer that comes too late is none, and is drawn', async (context) => {
    needsLab(context)
    const args = ['--delay', '150ms', '--timeout', '200ms', '--messages', '2', '--format', 'json']
    const { code, stdout, stderr } = await netcmp(['trace', '--proto', 'udp', ...args])
    const why = 'udp: none of 2 messages was answered in time (raise --timeout)\n'
    expect({ code, stderr }).toEqual({ code: 3, stderr: why })
    const [conversation] = (parseSaved(stdout, 'stdout') as TraceDocument).conversations
    expect(conversation?.unanswered).toEqual([1, 2])
    expect(conversation?.packets.filter(({ icmp }) => icmp === null).map(({ fate }) => fate)).toEqual(
      new Array(4).fill('delivered'),
    )
  })

  it('what is still under way at the end is drawn, counted and in the capture', async (context) => {
    needsLab(context)
    needsTshark(context)
    const pcap = join(folder(), 'trace.pcapng')
    const args = ['--proto', 'udp', '--delay', '10s', '--timeout', '50ms', '--messages', '1', '--pcap', pcap]
    const { code, stdout, stderr } = await netcmp(['trace', ...args])
    const why = 'udp: the message was not answered in time (raise --timeout)\n'
    expect({ code, stderr }).toEqual({ code: 3, stderr: why })
    expect(stdout).toMatch(/├─ 64 B: message 1 ─+ … still under way +│\n/)
    expect(stdout).toMatch(/; 1 still under way at the end; no\s+answer to message 1\.\n/)
    expect(dissected(pcap, ['ip.len', 'frame.comment'])).toEqual([
      ['92', 'still under way at the end of its run'],
    ])
  })

  it('what is too large for the link goes in fragments', async (context) => {
    needsLab(context)
    const { packets } = await conversationOf(['--proto', 'udp', '--size', '2000', '--messages', '1'])
    expect(packets.map(({ from, fragment, messages }) => [from, fragment?.offsetBytes, ...messages])).toEqual(
      [
        ['client', 0, 1],
        ['client', 1472, 1],
        ['server', 0, 1],
        ['server', 1472, 1],
      ],
    )
  })
})

it('at one rate TCP holds back what comes behind a lost message, and UDP does not', async (context) => {
  needsLab(context)
  const { conversations } = await traced([
    '--messages',
    '40',
    '--rate',
    '1000',
    '--up',
    'drop=12',
    '--timeout',
    '200ms',
  ])
  const [tcp, udp] = conversations.map(({ deliveries }) => ({
    count: deliveries.length,
    waited: deliveries.filter(({ arrivedNs, deliverableNs }) => arrivedNs !== deliverableNs),
    missing: deliveries.filter(({ arrivedNs }) => arrivedNs === null).map(({ message }) => message),
  }))
  expect(tcp).toMatchObject({ count: 40, missing: [] })
  expect(tcp?.waited.length).toBeGreaterThan(0)
  // They could all be handed over when the lost one had come.
  expect(new Set(tcp?.waited.map(({ deliverableNs }) => deliverableNs)).size).toBe(1)
  expect(udp).toEqual({ count: 40, waited: [], missing: [12] })
})

it('the system calls of each end are those that sockets need, in order', async (context) => {
  needsLab(context)
  const { conversations } = await traced(['--socket-calls', '--messages', '1'])
  const names = conversations.map(({ calls }) =>
    (['client', 'server'] as const).map((end) =>
      calls
        ?.filter(({ at }) => at === end)
        .map(({ name }) => name)
        .join(' '),
    ),
  )
  expect(names).toEqual([
    [
      'socket connect getsockopt send recv shutdown recv close',
      'socket bind listen accept4 recv send recv close close',
    ],
    ['socket connect send recvmmsg close', 'socket bind recvmmsg sendmsg close'],
  ])
  const texts = conversations[0]?.calls?.map(
    ({ name, arguments: given, result }) => `${name}(${given}) = ${result}`,
  )
  expect(texts).toContainEqual(expect.stringMatching(/^connect\(\d+, 10\.9\.0\.2:7118\) = EINPROGRESS$/))
  expect(texts).toContainEqual(expect.stringMatching(/^recv\(\d+, \d+ B\) = 0: no more will come$/))
})

it('netcmp lab --pcap keeps what the runs had on the link, and what was between them', async (context) => {
  needsLab(context)
  needsTshark(context)
  const pcap = join(folder(), 'lab.pcapng')
  const what = ['--workload', 'echo', '--blocks', '1', '--duration', '50ms', '--quiet', '--format', 'json']
  const lab = await netcmp(['lab', '--up', 'drop=20-22', ...what, '--pcap', pcap])
  expect(lab).toMatchObject({ code: 0, stderr: '' })
  const accounts = parseResult(lab.stdout, 'stdout').runs.flatMap(({ link }) =>
    link ? [link.up, link.down] : [],
  )
  const sum = (of: 'packetCount' | 'droppedCount') => accounts.reduce((all, each) => all + each[of], 0)
  const comments = dissected(pcap, ['frame.number', 'frame.comment']).map(([, comment]) => comment)
  expect(sum('packetCount')).toBeGreaterThan(100)
  expect(comments.length).toBeGreaterThanOrEqual(sum('packetCount'))
  expect(comments.filter((comment) => comment === 'dropped, as listed').length).toBe(sum('droppedCount'))
  expect(sum('droppedCount')).toBe(6)
})

describe('the command', () => {
  it('draws again what was saved', async (context) => {
    needsLab(context)
    const file = join(folder(), 'trace.json')
    writeFileSync(file, JSON.stringify(await traced(['--proto', 'udp'])))
    const table = await netcmp(['report', file])
    expect(table).toMatchObject({ code: 0, stderr: '' })
    expect(table.stdout).toContain('├─ 64 B: message 1 ─')
    const drawn = await netcmp(['report', '-', '--format', 'mermaid'], readFileSync(file, 'utf8'))
    expect(drawn.stdout).toMatch(/^sequenceDiagram\n/)
    expect((await netcmp(['report', file, '--format', 'csv'])).code).toBe(2)
    expect((await netcmp(['diff', file, file])).stderr).toMatch(/at schema: expected "netcmp\.result\/1"/)
  })

  it('ends in order where its reader has read enough', async (context) => {
    needsLab(context)
    const command = `'${process.execPath}' '${BIN}' trace --proto udp ${QUICK.join(' ')}`
    const shell = new Running('bash', ['-c', `set -o pipefail; ${command} | head -1`])
    expect(await shell.exit()).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^netcmp .*\n$/),
    })
  })

  it('fits a terminal of 40 columns, in colour', async (context) => {
    needsLab(context)
    const command = `'${process.execPath}' '${BIN}' trace --socket-calls --up drop=2 --timeout 50ms ${QUICK.join(' ')}`
    const { code, stdout } = await inTerminal(context, 40, command).exit()
    expect(code).toBe(0)
    expect(stdout).toContain('\u001b[')
    const lines = linesOf(stdout.replaceAll('\r\n', '\n'))
    expect(lines.filter((line) => line.length > 40)).toEqual([])
    expect(lines.some((line) => /x dropped/.test(line))).toBe(true)
  })

  it('draws what there was where it is interrupted, and leaves nothing', async (context) => {
    needsLab(context)
    const args = ['trace', '--proto', 'udp', '--loss', '100%', '--timeout', '60s']
    const trace = new Running(process.execPath, [BIN, ...args])
    // By then both ends are there.
    const isTalking = () =>
      treeOf(trace.pid).filter(({ command }) => command.includes('trace-end')).length === 2
    await until(() => isTalking() || trace.isOver)
    const tree = treeOf(trace.pid)
    trace.signal('SIGINT')
    const { code, stdout, stderr } = await trace.exit()
    expect({ code, stderr }).toEqual({ code: 130, stderr: 'trace: interrupted\n' })
    expect(stdout).toMatch(/It ended early: trace: interrupted\.\n$/)
    expect(leftOf(tree)).toEqual([])
  })

  it('fails where no message was answered, and draws them all the same', async (context) => {
    needsLab(context)
    const args = ['trace', '--proto', 'udp', '--loss', '100%', '--timeout', '50ms']
    const { code, stdout, stderr } = await netcmp(args)
    expect({ code, stderr }).toEqual({ code: 3, stderr: 'udp: none of 3 messages was answered\n' })
    expect(stdout).toMatch(/├─ 64 B: message 3 ─.* x lost/)
  })

  it('draws the SYNs of a connection that never was, and says why', async (context) => {
    needsLab(context)
    const args = ['trace', '--proto', 'tcp', '--up', 'drop=1-99', '--timeout', '1s']
    const { code, stdout, stderr } = await netcmp(args)
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: 'tcp: no answer from 10.9.0.2:7118 within 8 s (raise --timeout)\n',
    })
    expect(stdout).toMatch(/├─ SYN seq 0, again ─.* x dropped/)
  })
})
