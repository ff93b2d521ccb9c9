import { expect, it } from 'vitest'
import { figuresOf } from '../../../src/cli/sweep/figures.ts'
import { linkConfigOf } from '../../../src/lab/impairment-options.ts'
import { isUneven } from '../../../src/lab/impairments.ts'

const all = ['echo', 'connect', 'bulk', 'chat'] as const
const texts = (...args: Parameters<typeof figuresOf>) =>
  figuresOf(...args).map(({ workload, metric }) => `${workload}.${metric}`)

it('of each workload one figure is drawn, and over an uneven link what its median hides, too', () => {
  const leading = ['echo.rttP50Ns', 'connect.firstReplyP50Ns', 'bulk.goodputBitsPerSec', 'chat.deliveryP50Ns']
  expect(texts(undefined, all, false)).toEqual(leading)
  expect(texts(undefined, ['echo', 'bulk'], true)).toEqual([
    'echo.rttP50Ns',
    'echo.rttP99Ns',
    'echo.lossRatio',
    'bulk.goodputBitsPerSec',
    'bulk.lossRatio',
  ])
})

it('what is asked for is drawn, whatever the link does', () => {
  expect(texts('rttP50Ns,bulk.lossRatio', ['echo', 'bulk'], true)).toEqual([
    'echo.rttP50Ns',
    'bulk.lossRatio',
  ])
})

it.each([
  [{}, false],
  [{ delay: '20ms', queue: '10', mtu: '1400' }, false],
  [{ loss: '1%' }, true],
  [{ burstLoss: '1%,25%' }, true],
  [{ delay: '20ms', jitter: '5ms' }, true],
  [{ duplicate: '1%' }, true],
  [{ corrupt: '1%' }, true],
  [{ reorder: '1%', delay: '1ms' }, true],
  [{ linkRate: '10mbit' }, true],
  [{ down: 'drop=5' }, true],
])('a link with %j treats packets unlike one another: %s', (flags, expected) => {
  expect(isUneven(linkConfigOf(flags))).toBe(expected)
})
