import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type LinkFlags, linkConfigOf } from '../../src/lab/impairment-options.ts'
import { type PacketLog, readPacketLog } from '../../src/packets/packet-log.ts'
import { parseResult } from '../../src/result/read.ts'
import type { ResultDocument } from '../../src/result/schema.ts'
import { BIN } from '../cli/run-netcmp.ts'
import { type LinkedHosts, linkedHosts, NETWORKS } from './linked-hosts.ts'

/** Each message a packet of its own, read by a clock that the test reads too. */
const NODE = ['--engine', 'node']

/** Two hosts with a link between them, a server on the far one, and what it takes to measure from the near one. */
export interface MeasuredLink extends LinkedHosts {
  readonly target: string
}

export async function measuredLink(flags: LinkFlags): Promise<MeasuredLink> {
  const hosts = await linkedHosts(flags)
  const where = ['--host', NETWORKS.far.ipv4, '--port', '0', '--no-announce']
  const server = hosts.far.start(process.execPath, BIN, 'serve', ...where, ...NODE)
  const [, port] = await server.prints(/measurement .*?:(\d+)[,\s][\s\S]*Ctrl-C ends it\.\n/)
  writeFileSync(join(hosts.folder, 'link.json'), JSON.stringify({ maker: 'relay', ...linkConfigOf(flags) }))
  return { ...hosts, target: `${NETWORKS.far.ipv4}:${port}` }
}

export async function compared(
  { near, target }: MeasuredLink,
  ...args: readonly string[]
): Promise<ResultDocument> {
  const client = near.start(process.execPath, BIN, target, ...args, ...NODE, '--format', 'json', '--quiet')
  const { code, stdout, stderr } = await client.exit(60_000)
  expect(code, stderr).toBe(0)
  return parseResult(stdout, 'stdout')
}

/** What went over the link meanwhile, all of it. */
export async function logOf({ link }: MeasuredLink): Promise<PacketLog['packets']> {
  const { log, unloggedCount, unseenCount } = await link.cut()
  const { packets, unreadBytes } = readPacketLog(log ?? new Uint8Array())
  expect({ unloggedCount, unseenCount, unreadBytes }).toEqual({
    unloggedCount: 0,
    unseenCount: 0,
    unreadBytes: 0,
  })
  return packets
}
