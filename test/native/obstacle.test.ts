import { constants } from 'node:os'
import { describe, expect, it } from 'vitest'
import { NetcmpError } from '../../src/core/errors.ts'
import type { Libc } from '../../src/native/libc.ts'
import { nativeObstacle } from '../../src/native/obstacle.ts'
import { fakeLibc } from './fake-libc.ts'

const { EPERM, ENOSYS, EAFNOSUPPORT, EMFILE } = constants.errno

const messageOf = async (libc: Libc) => (await nativeObstacle(async () => libc))?.error.message

describe('what keeps the native engine from running', () => {
  it('is nothing where the kernel has every call, and no descriptor is left open', async () => {
    const libc = fakeLibc()
    expect(await nativeObstacle(async () => libc)).toBeUndefined()
    expect([...libc.open]).toEqual([])
  })

  it.each([
    ['epoll_pwait2', ENOSYS, 'ENOSYS: needs Linux 5.11 or newer, and a container that allows it'],
    ['epoll_pwait2', EPERM, 'EPERM: needs Linux 5.11 or newer, and a container that allows it'],
    ['epoll_ctl', EPERM, 'EPERM: a sandbox may forbid it'],
    ['sendmsg', EPERM, 'EPERM: a sandbox may forbid it'],
    ['recvmmsg', ENOSYS, 'ENOSYS: a sandbox may forbid it'],
    ['accept4', EPERM, 'EPERM: a sandbox may forbid it'],
    ['epoll_create1', EMFILE, 'EMFILE: a sandbox may forbid it'],
    ['socket', EPERM, 'EPERM: a sandbox may forbid it'],
  ] as const)('is one line that names the call: %s, errno %i', async (name, errno, said) => {
    const libc = fakeLibc({ [name]: () => -errno })
    const obstacle = await nativeObstacle(async () => libc)
    expect(obstacle?.isUnexpected).toBe(true)
    expect(obstacle?.error.code).toBe('UNAVAILABLE')
    expect(obstacle?.error.message).toBe(
      `the native engine cannot run here: the system call ${name} fails with ${said}`,
    )
    expect([...libc.open]).toEqual([])
  })

  it('is nothing where there is IPv6 alone', async () => {
    const all = fakeLibc()
    const libc = {
      ...all,
      socket: (...of: [number, number, number]) => (of[0] === 2 ? -EAFNOSUPPORT : all.socket(...of)),
    }
    expect(await messageOf(libc)).toBeUndefined()
  })

  it('is what loading it says, and a surprise only where it could have been loaded', async () => {
    const error = new NetcmpError('UNAVAILABLE', 'the native engine needs the package koffi')
    const obstacle = await nativeObstacle(() => Promise.reject(error))
    expect(obstacle?.error).toBe(error)
    const isHost = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch)
    expect(obstacle?.isUnexpected).toBe(isHost)
  })
})
