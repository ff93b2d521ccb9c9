import { describe, expect, it } from 'vitest'
import { foundServer, txtOf } from '../../src/discovery/record.ts'

const answer = {
  name: 'lab 01020304',
  port: 7117,
  addresses: ['172.17.0.1', '192.168.1.7', 'fd00::7', 'fe80::1'],
  txt: { version: '0.1.0', allows: 'tcp,udp,plain echo' },
  referer: { address: '192.168.1.7' },
}

describe('what a server says about itself', () => {
  it('comes back from its TXT record', () => {
    const txt = txtOf({ version: '1.2.3', port: 7, host: '10.0.0.9', allows: ['tcp', 'plain chat'] })
    expect(foundServer({ ...answer, txt })).toEqual({
      name: 'lab 01020304',
      address: '10.0.0.9:7117',
      version: '1.2.3',
      allows: ['tcp', 'plain chat'],
    })
  })

  it('is dialled where it answered from, of all its addresses', () => {
    expect(foundServer(answer)).toEqual({
      name: 'lab 01020304',
      address: '192.168.1.7:7117',
      version: '0.1.0',
      allows: ['tcp', 'udp', 'plain echo'],
    })
  })

  it.each([
    ['an answer that a router passed on', { referer: { address: '192.168.9.1' } }, '172.17.0.1:7117'],
    ['no IPv4 address', { addresses: ['fe80::1', 'fd00::7'] }, '[fd00::7]:7117'],
    ['an address that is a name', { txt: { host: 'evil.example; rm' } }, '192.168.1.7:7117'],
  ])('with %s', (_, differently, address) => {
    expect(foundServer({ ...answer, ...differently })?.address).toBe(address)
  })

  it.each([
    ['no address', { addresses: [] }],
    ['link-local addresses alone, which need an interface', { addresses: ['fe80::1'] }],
    ['addresses that are none', { addresses: ['10.0.0.256', 'x'] }],
    ['no name', { name: '' }],
    ['port 0', { port: 0 }],
    ['a port past the last', { port: 65_536 }],
  ])('is left out with %s', (_, differently) => {
    expect(foundServer({ ...answer, ...differently })).toBeUndefined()
  })

  it('is found without a TXT record, saying nothing', () => {
    const { txt: _, ...silent } = answer
    expect(foundServer(silent)).toMatchObject({ version: null, allows: [] })
  })

  it('is cut where it never ends', () => {
    const txt = { allows: 'x,'.repeat(10_000) }
    expect(foundServer({ ...answer, txt })?.allows.length).toBe(16)
  })
})
