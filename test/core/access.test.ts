import { describe, expect, it } from 'vitest'
import { accessList } from '../../src/core/access.ts'

describe('access', () => {
  it.each([
    ['everybody, where nothing is said', [], [], '8.8.8.8:1', true],
    ['who is in an allowed network', ['192.168.0.0/16'], [], '192.168.7.9:4000', true],
    ['nobody else then', ['192.168.0.0/16'], [], '192.169.0.1:4000', false],
    ['one address alone', ['10.0.0.1'], [], '10.0.0.2:4000', false],
    ['IPv6 as well', ['fd00::/8'], [], '[fd12::1]:4000', true],
    ['not IPv6 where only IPv4 is allowed', ['10.0.0.0/8'], [], '[fd12::1]:4000', false],
    ['an IPv4 address that is worded as IPv6', ['10.0.0.0/8'], [], '[::ffff:10.1.2.3]:4000', true],
    ['an address with a zone', ['fe80::/10'], [], '[fe80::1%eth0]:4000', true],
    ['not who is denied', [], ['10.0.0.0/8'], '10.1.2.3:4000', false],
    ['not who is denied and allowed', ['10.0.0.0/8'], ['10.1.0.0/16'], '10.1.2.3:4000', false],
    ['not who is denied and hides in IPv6', [], ['10.0.0.0/8'], '[::ffff:10.1.2.3]:4000', false],
    ['a path, whose file is its gate', ['10.0.0.0/8'], [], '/tmp/x.sock#1', true],
  ] as const)('lets in %s', (_, allow, deny, address, expected) => {
    expect(accessList(allow, deny).allows(address)).toBe(expected)
  })

  it.each(['', 'host', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/8/8', '10.0.0.0/', 'fd00::/129', '10.0.0/8'])(
    'takes no "%s"',
    (text) => {
      expect(() => accessList([text], [])).toThrow(`netcmp: --allow "${text}" is no network`)
      expect(() => accessList([], [text])).toThrow(`netcmp: --deny "${text}" is no network`)
    },
  )
})
