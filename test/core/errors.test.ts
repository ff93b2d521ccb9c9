import { describe, expect, it } from 'vitest'
import { asNetcmpError, errorCodes, NetcmpError, systemError } from '../../src/core/errors.ts'

const failure = (code: string) => Object.assign(new Error(`${code} at the\nkernel`), { code })

describe('errors', () => {
  it('know their exit code', () => {
    expect(new NetcmpError('BAD_VALUE', 'x').exitCode).toBe(2)
    expect(new NetcmpError('REFUSED', 'x').exitCode).toBe(3)
    expect(new NetcmpError('ABORTED', 'x').exitCode).toBe(130)
    for (const { exit } of Object.values(errorCodes)) expect([1, 2, 3, 4, 130]).toContain(exit)
  })

  it('say in one line who, what, why and what to do', () => {
    expect(systemError(failure('EADDRINUSE'), 'udp: cannot bind 127.0.0.1:7117').message).toBe(
      'udp: cannot bind 127.0.0.1:7117: address in use (try --port 0)',
    )
  })

  it('tell why dialling a name failed by the first of its addresses', () => {
    const all = new AggregateError([failure('ECONNREFUSED'), failure('ENETUNREACH')])
    expect(systemError(all, 'tcp: cannot connect to x:1').code).toBe('REFUSED')
  })

  it('keep what is ours and wrap what is not, without its further lines', () => {
    const ours = new NetcmpError('TIMEOUT', 'x')
    expect(asNetcmpError(ours)).toBe(ours)
    expect(systemError(ours, 'y')).toBe(ours)
    expect(asNetcmpError(failure('EWEIRD')).message).toBe('netcmp: EWEIRD at the')
  })
})
