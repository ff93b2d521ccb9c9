import { closeSync, readdirSync, readlinkSync } from 'node:fs'
import { createConnection } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { parseHostPort } from '../../src/core/address.ts'
import * as c from '../../src/native/constants.ts'
import { loadLibc } from '../../src/native/libc.ts'
import { sharedLoop } from '../../src/native/shared-loop.ts'
import { addressesOf, OptionsOf, openSocket } from '../../src/native/socket.ts'
import { findTransport } from '../../src/registry.ts'
import type { Endpoint, Listener } from '../../src/transport/contract.ts'
import { isNative } from './is-native.ts'

const socket = { engine: 'native' } as const
const tcp = findTransport('tcp')

/** Of sockets that are open in this process. */
function sockets(): Set<number> {
  const isSocket = (fd: string) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:')
    } catch {
      // The folder itself was open while it was read.
      return false
    }
  }
  return new Set(readdirSync('/proc/self/fd').filter(isSocket).map(Number))
}

/** Both ends of a connection, and the descriptors that were made for it. `over` closes all. */
async function connected(nagle: boolean) {
  let serve: (endpoint: Endpoint) => void = () => {}
  const accepted = new Promise<Endpoint>((resolve) => {
    serve = resolve
  })
  const listener = await tcp.listen('127.0.0.1:0', { socket, nagle }, (endpoint) => serve(endpoint))
  const before = sockets()
  const near = await tcp.dial(listener.address, { socket, nagle })
  const far = await accepted
  const made = [...sockets()].filter((fd) => !before.has(fd))
  const over = async () => {
    await Promise.all([near.close(), far.close()])
    await listener.close()
  }
  return { near, far, made, listener, over }
}

/** Listens, and accepts nothing: past the first connection a SYN is not answered. */
async function deafListener() {
  const libc = await loadLibc('test')
  const at = { host: '127.0.0.1', port: 0 }
  const fd = await openSocket({ who: 'test', kind: 'stream', family: 4, options: socket, at })
  expect(libc.listen(fd, 0)).toBe(0)
  return { fd, address: `127.0.0.1:${addressesOf(libc, fd).local.port}` }
}

describe.skipIf(!isNative)('a connection of our own (Linux on x86-64 or ARM64, with koffi)', () => {
  // Breaks when what is accepted does not inherit from what listens.
  it.each([
    { nagle: false, noDelay: 1 },
    { nagle: true, noDelay: 0 },
  ])('has TCP_NODELAY on both ends as asked: nagle $nagle', async ({ nagle, noDelay }) => {
    const libc = await loadLibc('test')
    const memory = libc.alloc(8)
    const { made, over } = await connected(nagle)
    const values = made.map((fd) => new OptionsOf(libc, memory, fd).get(c.IPPROTO_TCP, c.TCP_NODELAY))
    expect(values.map(Math.sign)).toEqual([noDelay, noDelay])
    await over()
    memory.free()
  })

  it('knows both its ends, also when it is over', async () => {
    const { near, far, listener, over } = await connected(false)
    await over()
    expect(near.remote).toBe(listener.address)
    expect(far.local).toBe(listener.address)
    expect(near.local).toBe(far.remote)
  })

  it('is refused at once where nobody listens, and leaves no descriptor', async () => {
    const { listener, over } = await connected(false)
    await over()
    const before = sockets().size
    await expect(tcp.dial(listener.address, { socket })).rejects.toMatchObject({ code: 'REFUSED' })
    expect(sockets().size).toBe(before)
  })

  it('is not dialled where that was given up before, and leaves no descriptor', async () => {
    const { listener, over } = await connected(false)
    const before = sockets().size
    await expect(tcp.dial(listener.address, { socket }, AbortSignal.abort())).rejects.toMatchObject({
      code: 'ABORTED',
    })
    expect(sockets().size).toBe(before)
    await over()
  })

  // Breaks when the kernel is asked about a connection that nobody reads: that it is broken it tells for ever.
  it('costs nothing while nobody reads it, broken by the far side, which is told when somebody does', async () => {
    const { libc } = await sharedLoop()
    const waits = vi.spyOn(libc, 'epoll_pwait2')
    let listener: Listener | undefined
    const paused = new Promise<Endpoint>((resolve) => {
      const serve = (endpoint: Endpoint) => {
        endpoint.onMessage(() => {})
        endpoint.pause()
        resolve(endpoint)
      }
      void tcp.listen('127.0.0.1:0', { socket }, serve).then((listening) => {
        listener = listening
        const { port, host } = parseHostPort(listening.address)
        const stranger = createConnection(port, host, () => stranger.resetAndDestroy())
      })
    })
    const endpoint = await paused
    for (let before = -1; before !== waits.mock.calls.length; ) {
      before = waits.mock.calls.length
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    const over = new Promise((resolve) => endpoint.onClose(resolve))
    endpoint.resume()
    expect(await over).toMatchObject({ code: 'RESET' })
    await listener?.close()
    waits.mockRestore()
  })

  it('waits for a handshake that is not over at once, or leaves no descriptor where that is given up', async () => {
    const libc = await loadLibc('test')
    const { fd, address } = await deafListener()
    const first = await tcp.dial(address, { socket })
    const before = sockets().size
    const giveUp = new AbortController()
    const given = tcp.dial(address, { socket }, giveUp.signal)
    const waited = tcp.dial(address, { socket })
    setImmediate(() => giveUp.abort())
    await expect(given).rejects.toMatchObject({ code: 'ABORTED' })
    expect(sockets().size).toBe(before + 1)
    // There is room again, and the next SYN is answered.
    closeSync(libc.accept4(fd, 0, 0, 0))
    const second = await waited
    closeSync(libc.accept4(fd, 0, 0, 0))
    closeSync(fd)
    await Promise.all([first.close(), second.close()])
  })
})
