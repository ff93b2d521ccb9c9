import { describe, expect, it } from 'vitest'
import { formatHostPort, isLoopback, parseHostPort, resolveHost } from '../../src/core/address.ts'

describe('addresses', () => {
  it.each([
    ['127.0.0.1:80', '127.0.0.1', 80],
    ['[::1]:80', '::1', 80],
    ['[fe80::1%eth0]:80', 'fe80::1%eth0', 80],
    ['localhost', 'localhost', 7117],
    ['::1', '::1', 7117],
    ['[::1]', '::1', 7117],
    ['host.example:0', 'host.example', 0],
  ])('%s is host %s, port %d', (text, host, port) => {
    expect(parseHostPort(text, 7117)).toEqual({ host, port })
  })

  it.each(['', ':80', 'a b:80', '[::1', '[hello]:80', 'host:port', 'host:80:90', '1:2:3', 'http://x'])(
    '"%s" is refused in one line',
    (text) => {
      expect(() => parseHostPort(text, 7117)).toThrow(/^netcmp: .* is not an address[^\n]*$/)
    },
  )

  it('refuses a port out of range, and a missing one where there is no default', () => {
    expect(() => parseHostPort('h:65536')).toThrow('port 65536 is out of range')
    expect(() => parseHostPort('h')).toThrow('names no port')
  })

  it('writes what it reads', () => {
    expect(formatHostPort('::1', 80)).toBe('[::1]:80')
    expect(formatHostPort('127.0.0.1', 80)).toBe('127.0.0.1:80')
  })

  it.each([
    ['127.0.0.1:80', true],
    ['127.9.9.9:80', true],
    ['[::1]:80', true],
    ['[::ffff:127.0.0.1]:80', true],
    ['/tmp/a.sock', true],
    ['10.0.0.1:80', false],
    ['[::]:80', false],
    ['0.0.0.0:80', false],
    ['[2001:db8::1]:127', false],
  ])('%s is loopback: %s', (address, expected) => {
    expect(isLoopback(address)).toBe(expected)
  })

  it('does not look up a numeric address, and holds it against the family asked for', async () => {
    expect(await resolveHost('127.0.0.1', 0, 'tcp')).toEqual([{ host: '127.0.0.1', family: 4 }])
    await expect(resolveHost('127.0.0.1', 6, 'tcp')).rejects.toMatchObject({ code: 'BAD_ADDRESS' })
  })
})
