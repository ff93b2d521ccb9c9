import { readFileSync } from 'node:fs'
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
    const udp4 = udp4Counts(read('/proc/net/snmp'))
    const udp6 = udp6Counts(read, '/proc/net/snmp6')
    const count = (name: string) => (udp4.get(name) ?? 0) + (udp6.get(name) ?? 0)
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
  return before && after && each((key) => Math.max(0, after[key] - before[key]))
}

/** Of readings over spans of time that lie in one another, the largest: that of the longest. */
export function largestDrops(a: HostDrops | null, b: HostDrops | null): HostDrops | null {
  return a && b ? each((key) => Math.max(a[key], b[key])) : (a ?? b)
}

function each(value: (key: keyof HostDrops) => number): HostDrops {
  return { receive: value('receive'), send: value('send'), interface: value('interface') }
}

function udp4Counts(snmp: string): Map<string, number> {
  const [names = [], values = []] = snmp
    .split('\n')
    .filter((line) => line.startsWith('Udp:'))
    .map((line) => line.split(' ').slice(1))
  return new Map(names.map((name, column) => [name, Number(values[column] ?? 0)]))
}

/** Empty where the host has no IPv6. */
function udp6Counts(read: ReadText, path: string): Map<string, number> {
  try {
    return new Map(
      [...read(path).matchAll(/^Udp6(\w+)\s+(\d+)$/gm)].map(([, name = '', value]) => [name, Number(value)]),
    )
  } catch {
    return new Map()
  }
}

/** A line for each interface: its name, then eight counts of what it received and eight of what it sent; drops fourth. */
function interfaceDrops(dev: string): number {
  const counts = [...dev.matchAll(/^[^:\n]+:(.*)$/gm)].map(([, columns = '']) => columns.trim().split(/\s+/))
  return counts.reduce((sum, columns) => sum + Number(columns[3] ?? 0) + Number(columns[11] ?? 0), 0)
}
