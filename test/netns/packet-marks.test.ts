import { expect, it } from 'vitest'
import { BIN } from '../cli/run-netcmp.ts'
import { needsNative } from '../cli/tools.ts'
import { type Host, needsTwoHosts, twoHosts } from './two-hosts.ts'

const PROTOCOLS = ['tcp', 'udp'] as const

/** Counts what comes in: the packets that match, and those that do not. */
function countMarks(host: Host, match: string): void {
  const counters = PROTOCOLS.flatMap((each) => [`counter ${each}Marked {}`, `counter ${each}Other {}`])
  const rules = PROTOCOLS.flatMap((each) => [
    `meta l4proto ${each} ${match} counter name ${each}Marked accept`,
    `meta l4proto ${each} counter name ${each}Other`,
  ])
  // What a host says to itself has no mark.
  const chain = `chain in { type filter hook prerouting priority raw\niifname lo accept\n${rules.join('\n')}\n}`
  host.ask('nft', ['-f', '-'], `table ip marks {\n${[...counters, chain].join('\n')}\n}\n`)
}

function marksOf(host: Host): Record<string, number> {
  const { nftables } = JSON.parse(host.ask('nft', ['-j', 'list', 'counters'])) as {
    nftables: readonly { counter?: { name: string; packets: number } }[]
  }
  return Object.fromEntries(
    nftables.flatMap(({ counter }) => (counter ? [[counter.name, counter.packets]] : [])),
  )
}

// Breaks when an option is set too late for the handshake, on one protocol alone, or on one end for both.
it('every packet of either end has the class and the hops that were asked for there, the first one too', async (context) => {
  needsTwoHosts(context)
  needsNative(context)
  const { near, far, target } = await twoHosts(['--tos', 'lowdelay', '--ttl', '20', '--buffer', '64KiB'])
  countMarks(far, 'ip dscp ef ip ttl 9')
  countMarks(near, 'ip dscp 4 ip ttl 20')
  const marks = ['--dscp', 'EF', '--ttl', '9', '--buffer', '128KiB']
  const pace = ['--duration', '100ms', '--blocks', '1', '--timeout', '5s']
  const { code, stdout, stderr } = await near.start(process.execPath, BIN, target, ...marks, ...pace).exit()
  expect(code, stderr).toBe(0)
  expect(stdout).toMatch(/DSCP EF\s+TTL 9\s+buffers of 128 KiB/)
  for (const host of [near, far]) {
    const { tcpMarked, udpMarked, ...others } = marksOf(host)
    expect(others).toEqual({ tcpOther: 0, udpOther: 0 })
    expect(Math.min(tcpMarked ?? 0, udpMarked ?? 0)).toBeGreaterThan(100)
  }
})
