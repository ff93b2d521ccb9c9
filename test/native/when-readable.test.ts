import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { loadLibc } from '../../src/native/libc.ts'
import { addressesOf, openSocket } from '../../src/native/socket.ts'
import { collectGarbage } from '../sim/collect-garbage.ts'
import { isNative } from './is-native.ts'

describe.skipIf(!isNative)('waiting on node’s event loop (Linux on x86-64 or ARM64, with koffi)', () => {
  // Breaks when what waited before, once it is collected, takes the descriptor from what waits now: a server that was
  // idle now and then would some day not be woken any more.
  it('hears of a descriptor that others waited for and were collected', async () => {
    const libc = await loadLibc('test')
    const at = { host: '127.0.0.1', port: 0 }
    const fd = await openSocket({ who: 'test', kind: 'datagram', family: 4, options: {}, at })
    for (let n = 0; n < 100; n++) {
      const stopThis = libc.whenReadable(fd, () => {})
      await new Promise(setImmediate)
      stopThis()
    }
    let stop = () => {}
    const heard = new Promise<void>((resolve) => {
      stop = libc.whenReadable(fd, resolve)
    })
    for (let n = 0; n < 3; n++) {
      // By now node's loop waits for it.
      await new Promise(setImmediate)
      collectGarbage()
      await new Promise(setImmediate)
    }
    const sender = createSocket('udp4')
    sender.send('x', addressesOf(libc, fd).local.port, '127.0.0.1')
    await heard
    stop()
    expect(libc.close(fd)).toBe(0)
    sender.close()
    await once(sender, 'close')
  })
})
