import { readFileSync } from 'node:fs'
import type { Endpoint } from '../transport/contract.ts'
import type { HostDrops } from '../wire/session-messages.ts'

export type { HostDrops }

/** The text of a file of the system; throws where there is none. */
export type ReadText = (path: string) => string

const readText: ReadText = (path) => readFileSync(path, 'utf8')

/**
 * What this host dropped since it started, for all programs together, from /proc/net/snmp, snmp6 and dev. Datagrams of a
 * wrong checksum are left out: they were damaged on their way. Null where the system does not tell (anything but Linux).
 */
export function readHostDrops(read: ReadText = readText): HostDrops | null {
  try {
    const count = udpCounts(read('/proc/net/snmp'), readIfThere(read, '/proc/net/snmp6'))
    return {
      receive: Math.max(0, count('InErrors') - count('InCsumErrors')),
      send: count('SndbufErrors'),
      interface: interfaceDrops(read('/proc/net/dev')),
    }
  } catch {
    return null
  }
}

/** What was dropped from one reading to a later one; an interface that went away took its count with it. */
export function dropsSince(before: HostDrops | null, after: HostDrops | null): HostDrops | null {
  if (before === null || after === null) return null
  const hasSocket = before.socket !== undefined && after.socket !== undefined
  // A count of 32 bits, which begins anew.
  const socket = hasSocket ? ((after.socket as number) - (before.socket as number)) >>> 0 : undefined
  return each((key) => Math.max(0, after[key] - before[key]), socket)
}

/** Of readings over spans of time that lie in one another, the largest: that of the longest. */
export function largestDrops(a: HostDrops | null, b: HostDrops | null): HostDrops | null {
  if (a === null || b === null) return a ?? b
  const socket = a.socket === undefined || b.socket === undefined ? undefined : Math.max(a.socket, b.socket)
  return each((key) => Math.max(a[key], b[key]), socket)
}

function each(value: (key: 'receive' | 'send' | 'interface') => number, socket?: number): HostDrops {
  const all = { receive: value('receive'), send: value('send'), interface: value('interface') }
  return socket === undefined ? all : { ...all, socket }
}

/** What the sockets of some endpoints dropped, where all of them tell: each is a socket of its own. */
export function socketDrops(endpoints: readonly Endpoint[]): number | undefined {
  const counts = endpoints.map((each) => each.dropCount?.())
  const known = counts.filter((count) => count !== undefined)
  if (known.length === 0 || known.length < counts.length) return undefined
  return known.reduce((sum, count) => sum + count, 0)
}

/** With what sockets dropped, where it is known. */
export function withSocketDrops(host: HostDrops | null, socket: number | undefined): HostDrops | null {
  return host && socket !== undefined ? { ...host, socket } : host
}

/** As that, of sockets that the system's count leaves out, which is of UDP's; null where they do not tell. */
export function besideSocketDrops(host: HostDrops | null, socket: number | undefined): HostDrops | null {
  return host && socket !== undefined ? { ...host, receive: host.receive + socket, socket } : null
}

/** A counter of UDP by its name in /proc/net/snmp, over both families; 0 where there is none of that name. */
export function udpCounts(snmp: string, snmp6: string): (name: string) => number {
  const [names = [], values = []] = snmp
    .split('\n')
    .filter((line) => line.startsWith('Udp:'))
    .map((line) => line.split(' ').slice(1))
  const udp6 = new Map(
    [...snmp6.matchAll(/^Udp6(\w+)\s+(\d+)$/gm)].map(([, name = '', value]) => [name, Number(value)]),
  )
  return (name) => Number(values[names.indexOf(name)] ?? 0) + (udp6.get(name) ?? 0)
}

/** Empty where the host has no IPv6. */
function readIfThere(read: ReadText, path: string): string {
  try {
    return read(path)
  } catch {
    return ''
  }
}

/** A line for each interface: its name, then eight counts of what it received and eight of what it sent; drops fourth. */
function interfaceDrops(dev: string): number {
  const counts = [...dev.matchAll(/^[^:\n]+:(.*)$/gm)].map(([, columns = '']) => columns.trim().split(/\s+/))
  return counts.reduce((sum, columns) => sum + Number(columns[3] ?? 0) + Number(columns[11] ?? 0), 0)
}
