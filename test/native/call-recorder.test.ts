import { describe, expect, it, vi } from 'vitest'
import { CallRecorder } from '../../src/native/call-recorder.ts'
import * as c from '../../src/native/constants.ts'
import type { Libc } from '../../src/native/libc.ts'
import { socketAddress } from '../../src/native/socket-address.ts'
import { fakeLibc } from './fake-libc.ts'
import { isNative } from './is-native.ts'

function recording(changed: Partial<Libc> = {}) {
  const recorder = new CallRecorder()
  let last = 4096
  const alloc: Libc['alloc'] = (bytes) => {
    const array = new Uint8Array(bytes)
    last += 4096
    return { address: last, bytes: array, view: new DataView(array.buffer), free: () => {} }
  }
  const libc = recorder.wrap(fakeLibc({ alloc, ...changed }))
  const told = () =>
    recorder.calls.map(({ name, arguments: given, result }) => `${name}(${given}) = ${result}`)
  return { recorder, libc, told }
}

/** A socket address in memory that calls may be given. */
function named(libc: Libc, host: string, family: 4 | 6, port: number) {
  const memory = libc.alloc(64)
  const name = socketAddress(host, family, port)
  memory.bytes.set(name)
  return [memory.address, name.length] as const
}

describe('a recorder of system calls', () => {
  it('writes nothing down before it is told to start', () => {
    const { recorder, libc, told } = recording()
    const early = libc.socket(c.AF_INET, c.SOCK_STREAM, 0)
    recorder.start()
    libc.send(early, 0, 5, 0)
    libc.close(early)
    expect(told()).toEqual([])
  })

  it('says what a socket was told, and what came of it', () => {
    const { recorder, libc, told } = recording({ connect: () => -c.EINPROGRESS, recvBytes: () => 0 })
    recorder.start()
    const fd = libc.socket(c.AF_INET6, c.SOCK_STREAM | c.SOCK_NONBLOCK | c.SOCK_CLOEXEC, 0)
    libc.bind(fd, ...named(libc, '::1', 6, 7117))
    libc.listen(fd, 511)
    const accepted = libc.accept4(fd, 0, 0, c.SOCK_NONBLOCK)
    libc.connect(fd, ...named(libc, '10.9.0.2', 4, 80))
    libc.sendBytes(accepted, new Uint8Array(64), 64, 0)
    libc.recvBytes(accepted, new Uint8Array(64), 64, 0)
    libc.shutdown(fd, c.SHUT_WR)
    libc.close(accepted)
    expect(told()).toEqual([
      `socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK) = ${fd}`,
      `bind(${fd}, [::1]:7117) = 0`,
      `listen(${fd}, 511) = 0`,
      `accept4(${fd}) = ${accepted}`,
      `connect(${fd}, 10.9.0.2:80) = EINPROGRESS`,
      `send(${accepted}, 64 B) = 64`,
      `recv(${accepted}, 64 B) = 0: no more will come`,
      `shutdown(${fd}, SHUT_WR) = 0`,
      `close(${accepted}) = 0`,
    ])
    const [first, second] = recorder.calls
    expect(first?.beginNs).toBeLessThanOrEqual(first?.endNs ?? 0)
    expect(first?.endNs).toBeLessThanOrEqual(second?.beginNs ?? 0)
  })

  it('says what the outcome of connecting is, and of no other option', () => {
    let error = 0
    const { recorder, libc, told } = recording({
      getsockopt: () => {
        memory.view.setInt32(0, error, true)
        return 0
      },
    })
    const memory = libc.alloc(8)
    recorder.start()
    const fd = libc.socket(c.AF_INET, c.SOCK_STREAM, 0)
    for (error of [0, c.ECONNREFUSED]) libc.getsockopt(fd, c.SOL_SOCKET, c.SO_ERROR, memory.address, 0)
    libc.getsockopt(fd, c.SOL_SOCKET, c.SO_RCVBUF, memory.address, 0)
    expect(told().slice(1)).toEqual([
      `getsockopt(${fd}, SO_ERROR) = 0: no error`,
      `getsockopt(${fd}, SO_ERROR) = 0: ECONNREFUSED`,
    ])
  })

  it('leaves out calls in vain, other descriptors, and what else is called', () => {
    const { recorder, libc, told } = recording({ recvBytes: () => -c.EAGAIN, accept4: () => -c.EAGAIN })
    recorder.start()
    const fd = libc.socket(c.AF_INET, c.SOCK_DGRAM, 0)
    libc.recvBytes(fd, new Uint8Array(8), 8, 0)
    libc.accept4(fd, 0, 0, 0)
    const epoll = libc.epoll_create1(0)
    libc.setsockopt(fd, c.SOL_SOCKET, c.SO_RCVBUF, 0, 4)
    libc.close(epoll)
    libc.close(fd)
    expect(told()).toEqual([`socket(AF_INET, SOCK_DGRAM) = ${fd}`, `close(${fd}) = 0`])
  })
})

describe.skipIf(!isNative)('the system calls of a process (Linux on x86-64 or ARM64, with koffi)', () => {
  it('pass through a recorder that was there first, and none afterwards', async () => {
    // As in a new process: whether there are any was tried out here.
    vi.resetModules()
    const { loadLibc, wrapLibc } = await import('../../src/native/libc.ts')
    const recorder = new CallRecorder()
    wrapLibc(recorder.wrap)
    const libc = await loadLibc('test')
    recorder.start()
    const fd = libc.socket(c.AF_INET, c.SOCK_DGRAM, 0)
    libc.close(fd)
    expect(recorder.calls.map(({ name }) => name)).toEqual(['socket', 'close'])
    expect(() => wrapLibc(recorder.wrap)).toThrow('wrapped before they are loaded')
  })
})
