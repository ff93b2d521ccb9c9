import { expect, test } from 'vitest'
import { findTransport, transports } from '../src/registry.ts'

test('transports are found by their names, which are all different', () => {
  for (const transport of transports) expect(findTransport(transport.name)).toBe(transport)
  expect(new Set(transports.map((each) => each.name)).size).toBe(transports.length)
})

test('an unknown name is answered with the known ones', () => {
  const known = transports.map((each) => each.name).join(', ')
  expect(known).toMatch(/^tcp, udp/)
  expect(() => findTransport('sctp')).toThrow(`netcmp: no transport is called "sctp" (known: ${known})`)
})
