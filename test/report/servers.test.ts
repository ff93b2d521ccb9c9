import { describe, expect, it } from 'vitest'
import { drawServers } from '../../src/report/servers.ts'

const servers = [
  { name: 'lab 01020304', address: '192.168.1.7:7117', version: '0.1.0', allows: ['tcp', 'udp'] },
  { name: 'x\u001b[2J\ny', address: '[fd00::7]:7117', version: null, allows: [] },
]

describe('the list of servers', () => {
  it('is a line for each, and nothing in it moves the cursor', () => {
    expect(drawServers(servers, 80)).toBe(
      [
        'name          address           version  allows',
        'lab 01020304  192.168.1.7:7117  0.1.0    tcp, udp',
        'x[2J y        [fd00::7]:7117    -',
        '',
      ].join('\n'),
    )
  })

  it('puts what a narrow terminal has no room for on lines of its own', () => {
    expect(drawServers(servers.slice(0, 1), 40)).toBe(
      ['lab 01020304', '  192.168.1.7:7117', '  0.1.0', '  tcp, udp', ''].join('\n'),
    )
  })
})
