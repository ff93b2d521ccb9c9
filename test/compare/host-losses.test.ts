import { expect, it } from 'vitest'
import { hostLosses } from '../../src/compare/host-losses.ts'
import type { Run, Summary } from '../../src/result/schema.ts'

const NONE = { receive: 0, send: 0, interface: 0 }

function lossy(workload: string, lostCount: number): Summary {
  const metrics = { sentCount: 1000, lossRatio: lostCount / 1000 }
  return { transport: 'udp', workload, engine: 'node', blocks: 2, metrics, curve: null }
}

/** One of 500 messages, so many of them lost. */
function run(workload: string, block: number, lostCount: number, hostDrops: Run['hostDrops']): Run {
  const counted = hostDrops ? { hostDrops } : {}
  const metrics = { sentCount: 500, lossRatio: lostCount / 500 }
  return { transport: 'udp', workload, block, engine: 'node', metrics, error: null, ...counted }
}

const textsOf = (summary: Summary, ...runs: Run[]) => hostLosses([summary], runs).map(({ text }) => text)

it('tells what the hosts dropped from what the path did, over all counted blocks', () => {
  const here = { receive: 2, send: 0, interface: 3 }
  const far = { receive: 30, send: 0, interface: 0 }
  expect(
    textsOf(
      lossy('bulk', 100),
      run('bulk', 0, 50, { here: far, far }),
      run('bulk', 1, 60, { here, far }),
      run('bulk', 2, 40, { here: NONE, far }),
      run('echo', 1, 70, { here, far }),
      { ...run('bulk', 3, 0, undefined), metrics: {}, error: 'udp: no answer' },
    ),
  ).toEqual([
    'udp bulk: this host dropped 2 datagrams at receiving sockets and 3 packets at interfaces, the far host dropped 60 datagrams at receiving sockets meanwhile: of 100 lost, at most 65 were lost there, at least 35 on the path (lower --rate, or raise --buffer there, and net.core.rmem_max with it, or look at ethtool -S)',
  ])
})

it('says how many messages a packet that a host dropped may have held', () => {
  const drops = { here: { ...NONE, receive: 2 }, messagesPerPacket: 64 }
  expect(textsOf(lossy('bulk', 100), run('bulk', 1, 100, drops))).toEqual([
    'udp bulk: this host dropped 2 datagrams at receiving sockets, each of which may hold 64 of ours, meanwhile: of 100 lost, all may have been lost there (lower --rate, or raise --buffer there, and net.core.rmem_max with it)',
  ])
})

it('never charges a host with more than was lost', () => {
  expect(textsOf(lossy('echo', 5), run('echo', 1, 5, { here: { ...NONE, send: 700 }, far: NONE }))).toEqual([
    'udp echo: this host dropped 700 datagrams at sending sockets meanwhile: of 5 lost, all may have been lost there (lower --rate, or raise --buffer there, and net.core.wmem_max with it)',
  ])
})

it('counts one host once', () => {
  const [text] = textsOf(lossy('bulk', 9), run('bulk', 1, 9, { here: { ...NONE, receive: 4 } }))
  expect(text).toContain('of 9 lost, at most 4 were lost there, at least 5 on the path')
  expect(text).not.toContain('far host')
})

it('charges the path with nothing where a host does not tell', () => {
  const [text] = textsOf(lossy('bulk', 9), run('bulk', 1, 9, { here: { ...NONE, receive: 4 }, far: null }))
  expect(text).toContain('of 9 lost, at most 4 were lost there, as far as the hosts tell')
  expect(text).not.toContain('path')
})

it('compares no counts in a chat, where one datagram is lost by every member', () => {
  const [text] = textsOf(lossy('chat', 9), run('chat', 1, 9, { here: { ...NONE, receive: 4 }, far: NONE }))
  expect(text).toBe(
    'udp chat: this host dropped 4 datagrams at receiving sockets meanwhile (lower --rate, or raise --buffer there, and net.core.rmem_max with it)',
  )
})

it('says nothing where nothing was lost, no host dropped anything, or none tells', () => {
  const drops = { ...NONE, receive: 4 }
  expect(textsOf(lossy('bulk', 0), run('bulk', 1, 0, { here: drops, far: drops }))).toEqual([])
  expect(textsOf(lossy('bulk', 9), run('bulk', 1, 9, { here: NONE, far: NONE }))).toEqual([])
  expect(textsOf(lossy('bulk', 9), run('bulk', 1, 9, { here: null, far: null }))).toEqual([])
  expect(textsOf(lossy('bulk', 9), run('bulk', 1, 9, undefined))).toEqual([])
})

it('charges a host with nothing for what it dropped in another run', () => {
  const [busy, calm] = [{ here: { ...NONE, receive: 8 } }, { here: NONE }]
  expect(textsOf(lossy('bulk', 9), run('bulk', 1, 0, busy), run('bulk', 2, 9, calm))).toEqual([])
  const [text] = textsOf(lossy('bulk', 9), run('bulk', 1, 2, busy), run('bulk', 2, 7, calm))
  expect(text).toContain('of 9 lost, at most 2 were lost there, at least 7 on the path')
})
