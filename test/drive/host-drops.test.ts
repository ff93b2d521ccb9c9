import { expect, it } from 'vitest'
import { dropsSince, largestDrops, readHostDrops } from '../../src/drive/host-drops.ts'

const SNMP = `Ip: Forwarding DefaultTTL
Ip: 1 64
Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors
Udp: 1000 5 120 900 100 7 15 0 5
UdpLite: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors
UdpLite: 0 0 9 0 9 9 0 0 0
`
const SNMP6 =
  'Udp6InErrors                    \t30\nUdp6SndbufErrors \t2\nUdp6InCsumErrors \t1\nUdpLite6InErrors 8\n'
const DEV = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0
  eth0:999999999999 25979  9   11    9     9          0         0  2000374   18045    9   13    9     9       9          9
`
const files: Readonly<Record<string, string>> = {
  '/proc/net/snmp': SNMP,
  '/proc/net/snmp6': SNMP6,
  '/proc/net/dev': DEV,
}

function from(some: Readonly<Record<string, string>>) {
  return (path: string) => {
    const found = some[path]
    if (found === undefined) throw new Error(`no ${path}`)
    return found
  }
}

it('adds up both families and all interfaces, without what was damaged on its way', () => {
  expect(readHostDrops(from(files))).toEqual({ receive: 120 - 15 + 30 - 1, send: 9, interface: 24 })
})

it('needs no IPv6, and knows nothing where the system does not tell', () => {
  const { '/proc/net/snmp6': _, ...v4 } = files
  expect(readHostDrops(from(v4))).toEqual({ receive: 105, send: 7, interface: 24 })
  expect(readHostDrops(from({}))).toBeNull()
})

it('is counted from one reading to the next, and never below nothing', () => {
  const before = { receive: 5, send: 5, interface: 5 }
  const after = { receive: 9, send: 5, interface: 2 }
  expect(dropsSince(before, after)).toEqual({ receive: 4, send: 0, interface: 0 })
  expect(dropsSince(null, after)).toBeNull()
  expect(dropsSince(before, null)).toBeNull()
  expect(largestDrops(before, after)).toEqual({ receive: 9, send: 5, interface: 5 })
  expect(largestDrops(null, after)).toBe(after)
})
