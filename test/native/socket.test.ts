import { closeSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as c from '../../src/native/constants.ts'
import { loadLibc } from '../../src/native/libc.ts'
import { OptionsOf, openSocket } from '../../src/native/socket.ts'
import { socketAddress } from '../../src/native/socket-address.ts'
import { transports } from '../../src/registry.ts'
import { isNative } from './is-native.ts'

const OPTIONS = { trafficClass: 0xb8, ttl: 9, bufferBytes: 65_536, unfragmented: true }

const descriptors = () => readdirSync('/proc/self/fd').length

describe('a socket address', () => {
  // ip(7): family in the host's order, port in the network's; ipv6(7): flow information, address, scope.
  it.each([
    ['127.0.0.1', 4, 7117, `02001bcd7f000001${'00'.repeat(8)}`],
    ['::1', 6, 7117, `0a001bcd${'00'.repeat(4)}${'00'.repeat(15)}01${'00'.repeat(4)}`],
    ['::', 6, 0, `0a000000${'00'.repeat(24)}`],
    ['2001:db8::8:800:200c:417a', 6, 1, `0a00000100000000${'20010db80000000000080800200c417a'}00000000`],
    ['::ffff:192.0.2.7', 6, 1, `0a00000100000000${'00'.repeat(10)}ffffc000020700000000`],
    ['fe80::1%3', 6, 1, `0a00000100000000fe80${'00'.repeat(13)}0103000000`],
    ['1:2:3:4:5:6:7:8', 6, 1, '0a0000010000000000010002000300040005000600070008' + '00000000'],
  ] as const)('of %s', (host, family, port, hex) => {
    expect(Buffer.from(socketAddress(host, family, port)).toString('hex')).toBe(hex)
  })
})

describe.skipIf(!isNative)('a socket of our own (Linux on x86-64 or ARM64, with koffi)', () => {
  it.each([
    ['stream', 4],
    ['stream', 6],
    ['datagram', 4],
    ['datagram', 6],
  ] as const)('has what was asked for: %s, IPv%i', async (kind, family) => {
    const libc = await loadLibc('test')
    const fd = await openSocket({ who: 'test', kind, family, options: OPTIONS })
    const memory = libc.alloc(8)
    const socket = new OptionsOf(libc, memory, fd)
    const ip = (name: number) => socket.get(c.IPPROTO_IP, name)
    const ip6 = (name: number) => socket.get(c.IPPROTO_IPV6, name)
    expect([ip(c.IP_TOS), ip(c.IP_TTL), ip(c.IP_MTU_DISCOVER)]).toEqual([0xb8, 9, c.IP_PMTUDISC_PROBE])
    if (family === 6) {
      const all = [c.IPV6_TCLASS, c.IPV6_UNICAST_HOPS, c.IPV6_MTU_DISCOVER].map(ip6)
      expect(all).toEqual([0xb8, 9, c.IPV6_PMTUDISC_PROBE])
    }
    for (const name of [c.SO_RCVBUF, c.SO_SNDBUF]) {
      expect(socket.get(c.SOL_SOCKET, name)).toBe(2 * OPTIONS.bufferBytes)
    }
    closeSync(fd)
    memory.free()
  })

  it('leaves no descriptor where it cannot be bound', async () => {
    const before = descriptors()
    const at = { host: '192.0.2.1', port: 0 }
    await expect(
      openSocket({ who: 'test', kind: 'stream', family: 4, options: OPTIONS, at }),
    ).rejects.toMatchObject({
      code: 'CANNOT_BIND',
      message: expect.stringContaining('cannot bind 192.0.2.1:0'),
    })
    expect(descriptors()).toBe(before)
  })
})

describe.skipIf(!isNative).each(
  transports
    .filter(({ at, traits }) => at('127.0.0.1', 0) !== undefined && traits.answeredBy === 'server')
    .flatMap((transport) => [
      { transport, host: '127.0.0.1' },
      { transport, host: '::1' },
      { transport, host: 'localhost' },
    ]),
)('$transport.name at $host with options (Linux on x86-64 or ARM64, with koffi)', ({ transport, host }) => {
  it('carries a message there and back, and leaves no descriptor', async () => {
    const before = descriptors()
    const options = { socket: OPTIONS }
    const listener = await transport.listen(transport.at(host, 0) as string, options, (endpoint) => {
      endpoint.onMessage((bytes) => endpoint.send(bytes))
    })
    const endpoint = await transport.dial(listener.address, options)
    const answer = new Promise<string>((resolve) => {
      endpoint.onMessage((bytes) => resolve(Buffer.from(bytes).toString()))
    })
    endpoint.send(Buffer.from('hello'))
    expect(await answer).toBe('hello')
    await endpoint.close()
    await listener.close()
    expect(descriptors()).toBe(before)
  })

  it('says that a port is taken, and that nobody listens', async () => {
    const before = descriptors()
    const options = { socket: OPTIONS }
    const listener = await transport.listen(transport.at(host, 0) as string, options, () => {})
    await expect(transport.listen(listener.address, options, () => {})).rejects.toMatchObject({
      code: 'ADDRESS_IN_USE',
    })
    await listener.close()
    const refused = new Promise((resolve) => {
      transport.dial(listener.address, options).then((endpoint) => {
        endpoint.onClose(resolve)
        endpoint.send(new Uint8Array(1))
      }, resolve)
    })
    expect(await refused).toMatchObject({ code: 'REFUSED' })
    await new Promise(setImmediate)
    expect(descriptors()).toBe(before)
  })
})
