import { expect, it } from 'vitest'
import * as c from '../../src/native/constants.ts'
import { Poller } from '../../src/native/poller.ts'
import { fakeLibc } from './fake-libc.ts'

/** A kernel that has something to tell of these descriptors whenever it is asked. */
function telling(what: number, ...fds: number[]) {
  let asked = 0
  const alloc = (bytes: number) => {
    const array = new Uint8Array(bytes)
    return { address: 4096, bytes: array, view: new DataView(array.buffer), free: () => {} }
  }
  const events = alloc(c.EPOLL_EVENT_BYTES * 64)
  let first = true
  const libc = fakeLibc({
    alloc: (bytes) => {
      // The first memory that a poller asks for is that of its events.
      const memory = first ? events : alloc(bytes)
      first = false
      return memory
    },
    epoll_pwait2: () => {
      asked++
      for (const [n, fd] of fds.entries()) {
        events.view.setUint32(n * c.EPOLL_EVENT_BYTES, what, true)
        events.view.setInt32(n * c.EPOLL_EVENT_BYTES + c.EPOLL_DATA, fd, true)
      }
      return fds.length
    },
    epoll_ctl: () => 0,
  })
  return { poller: new Poller(libc), askedCount: () => asked }
}

// Breaks when a descriptor that always has something to read keeps all others from being looked at.
it('looks at all descriptors now and then, even while one always has something', () => {
  const { poller, askedCount } = telling(c.EPOLLIN, 7, 8)
  const heard = { busy: 0, other: 0 }
  poller.watch(8, { readable: () => ++heard.other > 0, writable: () => {} }, c.EPOLLIN)
  poller.watch(7, { readable: () => ++heard.busy > 0, writable: () => {} }, c.EPOLLIN)
  for (let n = 0; n < 80; n++) expect(poller.look()).toBe(true)
  expect(heard.busy).toBeGreaterThan(0)
  expect(heard.other).toBeGreaterThan(0)
  expect(askedCount()).toBe(10)
  expect(poller.told).toBeGreaterThan(0)
})

it('tells of an error before it has anything read', () => {
  const order: string[] = []
  const { poller } = telling(c.EPOLLIN | c.EPOLLERR, 7)
  poller.watch(
    7,
    { erred: () => void order.push('erred'), readable: () => order.push('readable') > 0, writable: () => {} },
    c.EPOLLIN,
  )
  poller.wait(0)
  expect(order).toEqual(['erred', 'readable'])
})
