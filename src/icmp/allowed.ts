import { readFileSync } from 'node:fs'
import { whyNoSystemCalls } from '../native/available.ts'

/** CAP_NET_RAW, linux/capability.h. */
const NET_RAW = 13n

/** What makes it possible, for whoever may not. */
export const REMEDY = "sysctl -w net.ipv4.ping_group_range='0 2147483647', or run it as root"

/** Why this process may not send ICMP messages; undefined where it may, as far as the system tells. */
export function whyNotAllowed(read = (path: string) => readFileSync(path, 'utf8')): string | undefined {
  const why = whyNoSystemCalls()
  if (why !== undefined) return why
  try {
    if (isGroupAllowed(read('/proc/sys/net/ipv4/ping_group_range'), groups())) return undefined
    if (hasRawSockets(read('/proc/self/status'))) return undefined
  } catch {
    // It does not tell: dialling will.
    return undefined
  }
  return `this user may not send ICMP messages (${REMEDY})`
}

/** Of a ping socket (icmp(7)): the first and the last group that may open one. */
export function isGroupAllowed(range: string, all: readonly number[]): boolean {
  const [first = 1, last = 0] = range.trim().split(/\s+/).map(Number)
  return all.some((group) => group >= first && group <= last)
}

export function hasRawSockets(status: string): boolean {
  const [, effective = '0'] = /^CapEff:\s*([0-9a-f]+)/m.exec(status) ?? []
  return ((BigInt(`0x${effective}`) >> NET_RAW) & 1n) === 1n
}

const groups = () => [process.getegid?.() ?? -1, ...(process.getgroups?.() ?? [])]
