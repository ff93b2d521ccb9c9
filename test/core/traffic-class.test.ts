import { expect, it } from 'vitest'
import { parseDscp, parseTos, trafficClassName } from '../../src/core/traffic-class.ts'

it.each([
  ['EF', 0xb8, 'DSCP EF'],
  ['ef', 0xb8, 'DSCP EF'],
  ['46', 0xb8, 'DSCP EF'],
  ['AF11', 0x28, 'DSCP AF11'],
  ['af43', 0x98, 'DSCP AF43'],
  ['CS0', 0, 'DSCP CS0'],
  ['cs6', 0xc0, 'DSCP CS6'],
  ['va', 0xb0, 'DSCP VA'],
  ['le', 0x04, 'DSCP LE'],
  ['5', 0x14, 'DSCP 5'],
  ['0x3f', 0xfc, 'DSCP 63'],
])('the code point %s is %i', (text, byte, name) => {
  expect(parseDscp(text)).toBe(byte)
  expect(trafficClassName(byte)).toBe(name)
})

it.each([
  ['lowdelay', 0x10, 'DSCP 4'],
  ['throughput', 0x08, 'DSCP 2'],
  ['reliability', 0x04, 'DSCP LE'],
  ['lowcost', 0x02, 'DSCP CS0, ECN 2'],
  ['0xb8', 0xb8, 'DSCP EF'],
  ['255', 0xff, 'DSCP 63, ECN 3'],
])('the type of service %s is %i', (text, byte, name) => {
  expect(parseTos(text)).toBe(byte)
  expect(trafficClassName(byte)).toBe(name)
})

it.each(['', 'x', '64', '-1', '1.5', 'toString', 'AF14', 'CS8'])('no code point is "%s"', (text) => {
  expect(() => parseDscp(text)).toThrow(/neither 0 to 63 nor one of LE, CS0/)
})

it.each(['', 'fast', '256', '-1', 'constructor'])('no type of service is "%s"', (text) => {
  expect(() => parseTos(text)).toThrow(/neither 0 to 255 nor one of lowdelay/)
})
