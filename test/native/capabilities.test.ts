import { readdirSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { describe, expect, it } from 'vitest'
import {
  capabilities,
  FORCED_BUFFERS,
  hasCapability,
  MSG_TRUNC_OF_TCP,
  UDP_GRO,
  UDP_SEGMENT,
  whichOf,
} from '../../src/native/capabilities.ts'
import * as c from '../../src/native/constants.ts'
import type { Libc } from '../../src/native/libc.ts'
import { fakeLibc } from './fake-libc.ts'
import { isNative } from './is-native.ts'

const { EPERM, EFAULT, ENOPROTOOPT, ENETUNREACH } = constants.errno

const found = (libc: Libc) =>
  Object.fromEntries(capabilities.map((each) => [each.name, hasCapability(libc, each)]))

describe('a capability', () => {
  it('is had where the kernel does as it is told', () => {
    const libc = fakeLibc()
    expect(new Set(Object.values(found(libc)))).toEqual(new Set([true]))
    expect([...libc.open]).toEqual([])
  })

  it.each([
    ['UDP_SEGMENT', c.SOL_UDP, c.UDP_SEGMENT, ENOPROTOOPT],
    ['UDP_GRO', c.SOL_UDP, c.UDP_GRO, ENOPROTOOPT],
    ['SO_RCVBUFFORCE', c.SOL_SOCKET, c.SO_RCVBUFFORCE, EPERM],
    ['SO_BUSY_POLL', c.SOL_SOCKET, c.SO_BUSY_POLL, EPERM],
  ])('%s is missing, and it alone, where its option is refused', (name, level, option, errno) => {
    const libc = fakeLibc({
      setsockopt: (_fd, of, which) => (of === level && which === option ? -errno : 0),
    })
    expect(Object.entries(found(libc)).filter(([, has]) => !has)).toEqual([[name, false]])
  })

  it.each([
    ['what comes is copied after all', { recv: () => -EFAULT }],
    ['this host does not reach itself', { connect: () => -ENETUNREACH }],
    ['no socket can be made', { socket: () => -EPERM }],
  ])('MSG_TRUNC is missing where %s, and no descriptor is left open', (_why, changed) => {
    const libc = fakeLibc(changed)
    expect(hasCapability(libc, MSG_TRUNC_OF_TCP)).toBe(false)
    expect([...libc.open]).toEqual([])
  })

  it('is tried once', () => {
    let tries = 0
    const libc = fakeLibc({
      setsockopt: () => {
        tries++
        return 0
      },
    })
    for (let n = 0; n < 3; n++) hasCapability(libc, UDP_GRO)
    expect(tries).toBe(1)
  })
})

describe.skipIf(!isNative)('this host (the native engine)', () => {
  it('has what its version and its rights say, and keeps no descriptor', async () => {
    const before = readdirSync('/proc/self/fd').length
    const all = await whichOf(capabilities)
    expect(readdirSync('/proc/self/fd').length).toBe(before)
    const effective = BigInt(
      `0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]}`,
    )
    const isNetAdmin = (effective & (1n << 12n)) !== 0n
    expect(all[FORCED_BUFFERS.name]).toBe(isNetAdmin)
    // udp(7): Linux 4.18 and 5.0; the engine itself needs 5.11.
    expect(all[UDP_SEGMENT.name]).toBe(true)
    expect(all[UDP_GRO.name]).toBe(true)
    expect(all[MSG_TRUNC_OF_TCP.name]).toBe(true)
  })
})
