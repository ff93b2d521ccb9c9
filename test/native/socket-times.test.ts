import { expect, it } from 'vitest'
import * as c from '../../src/native/constants.ts'
import { SocketTimes } from '../../src/native/kernel-times.ts'
import { fakeLibc } from './fake-libc.ts'

/** A kernel that has so much to tell of what was sent. */
function socketThatTells(queued: number) {
  const state = { queued, options: [] as number[] }
  const libc = fakeLibc({
    setsockopt: (_fd, _level, name) => {
      state.options.push(name)
      return 0
    },
    recvmsg: () => (state.queued-- > 0 ? 0 : -c.EAGAIN),
  })
  const times = SocketTimes.of(libc, 3, libc.alloc(64), 'datagram')
  if (times === undefined) throw new Error('it was not asked')
  return { times, state }
}

// Breaks when what nobody waits for stays in the error queue, where it takes the room of answers and wakes whoever waits.
it('takes in all that the kernel tells, also what was not expected', () => {
  const { times, state } = socketThatTells(5)
  times.hear()
  expect(state.queued).toBe(5)
  times.drain()
  expect(state.queued).toBeLessThanOrEqual(0)
})

it('asks for no more times, and empties the queue, once a call has failed', () => {
  const { times, state } = socketThatTells(5)
  times.failed()
  times.failed()
  expect(state.options.filter((name) => name === c.SO_TIMESTAMPING)).toHaveLength(2)
  expect(state.queued).toBeLessThanOrEqual(0)
  times.sent(1)
  expect(times.lastSent).toBeNaN()
})

it('reads nothing of a socket that is closed', () => {
  const { times, state } = socketThatTells(5)
  times.free()
  times.drain()
  expect(times.sentAt(0)).toBeNaN()
  expect(state.queued).toBe(5)
})
