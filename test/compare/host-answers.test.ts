import { describe, expect, it } from 'vitest'
import { hostAnswered, leftOutWarnings, workloadsFor } from '../../src/compare/host-answers.ts'
import { settle } from '../../src/compare/settings.ts'
import { icmp } from '../../src/icmp/index.ts'
import { tcp } from '../../src/tcp/index.ts'
import { udp } from '../../src/udp/index.ts'
import { unix } from '../../src/unix/index.ts'
import { unixgram } from '../../src/unixgram/index.ts'

const everything = ['echo', 'connect', 'bulk', 'chat'] as const

describe('with a transport that the far host itself answers', () => {
  it('only echo is run, for all, and a warning says what was left out', () => {
    expect(workloadsFor([udp, icmp], undefined)).toEqual(['echo'])
    expect(leftOutWarnings([udp, icmp], undefined)).toEqual([
      {
        code: 'left-out',
        text: 'icmp: only the far host answers, and only echo: connect, bulk and chat were left out',
      },
    ])
    expect(hostAnswered([udp, icmp])).toEqual(['icmp'])
  })

  it('what was asked for and cannot be is refused', () => {
    expect(() => workloadsFor([icmp, udp], ['bulk', 'echo'])).toThrow(
      'icmp: only the far host answers, and only echo (leave out bulk, or icmp)',
    )
    expect(() => workloadsFor([icmp, udp], everything)).toThrow('(leave out connect, bulk and chat, or icmp)')
    expect(() => settle([icmp], { sealed: true })).toThrow('it has no key (leave out --key)')
  })

  it('echo alone needs no word', () => {
    expect(workloadsFor([icmp], ['echo'])).toEqual(['echo'])
    expect(leftOutWarnings([icmp], ['echo'])).toEqual([])
  })
})

describe('without one', () => {
  it('everything is run, and nothing said', () => {
    expect(workloadsFor([tcp, udp], undefined)).toEqual(everything)
    expect(workloadsFor([tcp, udp], ['chat'])).toEqual(['chat'])
    expect(leftOutWarnings([tcp, udp], undefined)).toEqual([])
  })
})

describe('options of sockets', () => {
  it('an engine is for whatever it drives, and the others for packets', () => {
    expect(settle([unixgram], { socket: { engine: 'native' } }).socket).toEqual({ engine: 'native' })
    expect(settle([unix], { socket: { engine: 'native' } }).socket).toEqual({ engine: 'native' })
    expect(() => settle([unixgram], { socket: { engine: 'native', ttl: 9 } })).toThrow(
      'unixgram: sends no packets (leave out --dscp, --tos, --ttl, --buffer and --congestion)',
    )
  })
})
