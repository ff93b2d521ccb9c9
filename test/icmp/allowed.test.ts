import { describe, expect, it } from 'vitest'
import { hasRawSockets, isGroupAllowed, whyNotAllowed } from '../../src/icmp/allowed.ts'
import { isNative } from '../native/is-native.ts'

describe('who may send ICMP messages', () => {
  it.each([
    ['1\t0\n', [0], false],
    ['0\t2147483647\n', [0], true],
    ['100\t200\n', [99, 201], false],
    ['100\t200\n', [99, 200], true],
    ['', [1], false],
  ])('ping_group_range %j for the groups %j: %s', (range, groups, expected) => {
    expect(isGroupAllowed(range, groups)).toBe(expected)
  })

  it.each([
    ['Name:\tnode\nCapEff:\t0000000000002000\nCapBnd:\t0000000000000000\n', true],
    ['Name:\tnode\nCapEff:\t000001ffffffdfff\n', false],
    ['Name:\tnode\n', false],
  ])('%j: %s', (status, expected) => {
    expect(hasRawSockets(status)).toBe(expected)
  })

  it.skipIf(!isNative)('says in one line who may not, and nothing where the system does not tell', () => {
    const files: Record<string, string> = {
      '/proc/sys/net/ipv4/ping_group_range': '1\t0\n',
      '/proc/self/status': 'CapEff:\t0000000000000000\n',
    }
    const why = whyNotAllowed((path) => files[path] as string)
    expect(why).toMatch(/^this user may not send ICMP messages \(sysctl .+ run it as root\)$/)
    const silent = () => {
      throw new Error('ENOENT')
    }
    expect(whyNotAllowed(silent)).toBeUndefined()
  })
})
