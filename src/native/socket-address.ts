import { SocketAddress } from 'node:net'
import { networkInterfaces } from 'node:os'
import { AF_INET, AF_INET6 } from './constants.ts'

/** `struct sockaddr_in` or `sockaddr_in6` (ip(7), ipv6(7)) of a numeric address. Not to be changed: it is given out again. */
export function socketAddress(host: string, family: 4 | 6, port: number): Uint8Array {
  // The number of an interface may change.
  if (host.includes('%')) return written(host, family, port)
  if (host !== last.host || family !== last.family || port !== last.port) {
    last = { host, family, port, name: written(host, family, port) }
  }
  return last.name
}

/** Whoever dials again dials the same as a rule. */
let last = { host: '', family: 0, port: 0, name: new Uint8Array(0) as Uint8Array }

function written(host: string, family: 4 | 6, port: number): Uint8Array {
  const [address = '', zone] = host.split('%')
  const bytes = new Uint8Array(family === 4 ? 16 : 28)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, family === 4 ? AF_INET : AF_INET6, true)
  view.setUint16(2, port)
  if (family === 4) bytes.set(octets(address), 4)
  else {
    for (const [index, group] of groups(address).entries()) view.setUint16(8 + 2 * index, group)
    view.setUint32(24, zone === undefined ? 0 : scopeOf(zone), true)
  }
  return bytes
}

const octets = (text: string) => text.split('.').map(Number)

/** The eight groups of an IPv6 address (RFC 4291, 2.2). */
function groups(text: string): number[] {
  const [head = '', tail] = text.split('::')
  const before = numbers(head)
  if (tail === undefined) return before
  const after = numbers(tail)
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after]
}

function numbers(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((part) => {
    if (!part.includes('.')) return Number.parseInt(part, 16)
    const [a = 0, b = 0, c = 0, d = 0] = octets(part)
    return [a * 256 + b, c * 256 + d]
  })
}

/** The number of an interface that is named after `%`. */
function scopeOf(zone: string): number {
  if (/^\d+$/.test(zone)) return Number(zone)
  const found = networkInterfaces()[zone]?.find(({ family }) => family === 'IPv6')
  return found?.family === 'IPv6' ? found.scopeid : 0
}

/** What `socketAddress` wrote, or the kernel did. */
export function hostPort(name: Uint8Array): { address: string; port: number } {
  // Once for every connection: no view is made, no array.
  const port = ((name[2] as number) << 8) | (name[3] as number)
  if (name[0] === AF_INET) return { address: `${name[4]}.${name[5]}.${name[6]}.${name[7]}`, port }
  const view = new DataView(name.buffer, name.byteOffset, name.byteLength)
  const all = Array.from({ length: 8 }, (_, n) => view.getUint16(8 + 2 * n).toString(16)).join(':')
  const scope = view.getUint32(24, true)
  const { address } = new SocketAddress({ address: all, family: 'ipv6' })
  return { address: scope === 0 ? address : `${address}%${nameOf(scope)}`, port }
}

function nameOf(scope: number): string {
  const found = Object.entries(networkInterfaces()).find(([, all]) =>
    all?.some((each) => each.family === 'IPv6' && each.scopeid === scope),
  )
  return found?.[0] ?? `${scope}`
}
