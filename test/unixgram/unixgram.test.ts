import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import type { NetcmpError } from '../../src/core/errors.ts'
import * as c from '../../src/native/constants.ts'
import { loadLibc } from '../../src/native/libc.ts'
import { sharedMessageMemory } from '../../src/native/message-memory.ts'
import { openUnixSocket, unixName, unixText } from '../../src/native/unix-socket.ts'
import type { Endpoint, Listener } from '../../src/transport/contract.ts'
import { unixgram } from '../../src/unixgram/index.ts'
import { echo, Inbox, numbered, numberOf, until } from '../compliance/stage.ts'

const unavailable = unixgram.unavailable()
const folder = mkdtempSync(join(tmpdir(), 'netcmp-test-'))
afterAll(() => rmSync(folder, { recursive: true }))

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close()
})

const keep = <T extends { close(): unknown }>(each: T): T => {
  opened.push(each)
  return each
}

const listen = async (serve: (endpoint: Endpoint) => void, at = unixgram.ephemeral()): Promise<Listener> =>
  keep(await unixgram.listen(at, {}, serve))

const dial = async (to: string): Promise<Endpoint> => keep(await unixgram.dial(to, {}))

const closing = (endpoint: Endpoint): Promise<NetcmpError | undefined> =>
  new Promise((resolve) => endpoint.onClose(resolve))

/** A socket that does only what it is told to, at a path or with a name that is none, and connected or not. */
async function bareSocket({ at = '', to }: { at?: string; to?: string }) {
  const libc = await loadLibc('test')
  const memory = sharedMessageMemory(libc)
  const { fd, name } = openUnixSocket(libc, {
    at: unixName(at),
    ...(to === undefined ? {} : { to: unixName(to) }),
  })
  let isOpen = true
  return keep({
    name,
    send: (bytes: Uint8Array, to: Uint8Array = new Uint8Array(0)) => memory.send(fd, bytes, to),
    take: () => {
      const bytes = memory.receive(fd)
      return bytes < 0 ? undefined : new Uint8Array(memory.received(bytes) ?? [])
    },
    close: () => {
      if (isOpen) libc.close(fd)
      isOpen = false
    },
  })
}

describe.skipIf(unavailable)(`unixgram${unavailable ? ` (${unavailable})` : ''}`, () => {
  describe('the socket file', () => {
    test('is for this user only, and goes with the listener', async () => {
      const listener = await listen(echo)
      expect(statSync(listener.address).mode & 0o777).toBe(0o600)
      await listener.close()
      expect(existsSync(listener.address)).toBe(false)
    })

    test('of a dead listener is taken over', async () => {
      const path = join(folder, 'stale.sock')
      ;(await bareSocket({ at: path })).close()
      expect(statSync(path).isSocket()).toBe(true)
      await listen(echo, path)
      const endpoint = await dial(path)
      const inbox = new Inbox(endpoint)
      endpoint.send(numbered(1))
      expect(await inbox.atLeast(1)).toEqual([numbered(1)])
    })

    test('of a living listener is left alone, of whichever kind', async () => {
      const path = join(folder, 'live.sock')
      await listen(echo, path)
      await expect(unixgram.listen(path, {}, echo)).rejects.toMatchObject({
        code: 'ADDRESS_IN_USE',
        message: `unixgram: cannot bind ${path}: path in use (choose another)`,
      })
      const stream = join(folder, 'stream.sock')
      const server = keep(createServer())
      await new Promise<void>((resolve) => server.listen(stream, resolve))
      await expect(unixgram.listen(stream, {}, echo)).rejects.toMatchObject({ code: 'ADDRESS_IN_USE' })
      await expect(unixgram.dial(stream, {})).rejects.toMatchObject({ code: 'REFUSED' })
    })

    test('is not made from a file that is something else, nor where there is no folder', async () => {
      const path = join(folder, 'precious.txt')
      writeFileSync(path, 'precious')
      await expect(unixgram.listen(path, {}, echo)).rejects.toMatchObject({ code: 'ADDRESS_IN_USE' })
      expect(statSync(path).size).toBe(8)
      await expect(unixgram.dial(path, {})).rejects.toMatchObject({ code: 'REFUSED' })
      const nowhere = join(folder, 'none', 'x.sock')
      await expect(unixgram.listen(nowhere, {}, echo)).rejects.toMatchObject({ code: 'CANNOT_BIND' })
    })

    test('has a path that fits, or BAD_ADDRESS', async () => {
      const fits = join(folder, 'x'.repeat(106 - folder.length))
      await listen(echo, fits)
      const endpoint = await dial(fits)
      expect(endpoint.remote).toBe(fits)
      for (const path of [`${fits}x`, '', 'a\0b']) {
        await expect(unixgram.listen(path, {}, echo)).rejects.toMatchObject({ code: 'BAD_ADDRESS' })
        await expect(unixgram.dial(path, {})).rejects.toMatchObject({ code: 'BAD_ADDRESS' })
      }
    })
  })

  // Breaks when one peer fills the buffer or the queue that all share, or what had no room is dropped. A peer that has
  // connected takes as much as the listener's buffer holds (unix(7) does not say so), one that has not ten messages.
  test.each([
    { kind: 'has connected', connects: true },
    { kind: 'has not', connects: false },
  ])('a peer that does not read and $kind keeps nobody waiting, and loses nothing', async ({ connects }) => {
    let answerCount = 0
    const listener = await listen((endpoint) => {
      endpoint.onMessage((message) => {
        if (message.length === 4) endpoint.send(message)
        else for (let n = 0; n < 10; n++) endpoint.send(numbered(answerCount++, 60_000))
      })
    })
    const slow = await bareSocket(connects ? { to: listener.address } : {})
    const to = connects ? undefined : unixName(listener.address)
    // 60 times 10 answers: more than the largest send buffer.
    for (let sent = 0; sent < 60; ) {
      if (slow.send(numbered(sent, 8), to) >= 0) sent++
      else await new Promise(setImmediate)
    }
    await until(() => answerCount === 600, 'all requests')
    const endpoint = await dial(listener.address)
    const inbox = new Inbox(endpoint)
    for (let number = 0; number < 500; number++) {
      endpoint.send(numbered(number))
      await inbox.atLeast(number + 1)
    }
    const answers: number[] = []
    await until(() => {
      for (let answer = slow.take(); answer; answer = slow.take()) answers.push(numberOf(answer))
      return answers.length === 600
    }, 'the answers that waited')
    expect(answers).toEqual(answers.map((_, index) => index))
  })

  // Breaks when whoever is not read for long has everybody else wait for ever, or again and again.
  test('a peer that is not read while others wait is let go after a second, and is not heard for a while', async () => {
    const paused: Endpoint[] = []
    const listener = await listen((endpoint) => {
      if (paused.length > 0) return echo(endpoint)
      paused.push(endpoint)
      endpoint.pause()
    })
    const one = await dial(listener.address)
    for (let number = 0; number < 500; number++) one.send(numbered(number))
    await until(() => paused.length === 1, 'the first peer')
    const other = await dial(listener.address)
    const inbox = new Inbox(other)
    other.send(numbered(1))
    const reason = await closing(paused[0] as Endpoint)
    expect(reason?.code).toBe('CLOSED')
    expect(reason?.message).toMatch(/^unixgram: \S+ was let go: it was not read for 1000 ms/)
    await inbox.atLeast(1)
    await one.drained()
    for (let number = 2; number < 50; number++) {
      one.send(numbered(0))
      other.send(numbered(number))
      await inbox.atLeast(number)
    }
    expect(inbox.messages.map(numberOf)).toEqual(Array.from({ length: 49 }, (_, index) => index + 1))
    expect(paused).toHaveLength(1)
    expect(listener.droppedCount).toBeGreaterThan(400)
  })

  test('a peer that is gone when it is answered ends its own conversation only', async () => {
    const far: Endpoint[] = []
    const listener = await listen((endpoint) => {
      far.push(endpoint)
      echo(endpoint)
    })
    const [gone, other] = [await dial(listener.address), await dial(listener.address)]
    for (const endpoint of [gone, other]) {
      const inbox = new Inbox(endpoint)
      endpoint.send(numbered(1))
      await inbox.atLeast(1)
    }
    await gone.close()
    const reason = closing(far[0] as Endpoint)
    far[0]?.send(numbered(2))
    expect((await reason)?.code).toBe('REFUSED')
    const inbox = new Inbox(other)
    other.send(numbered(3))
    expect(await inbox.atLeast(1)).toEqual([numbered(3)])
  })

  test('a listener that is gone is found out by sending to it', async () => {
    const listener = await listen(echo)
    const endpoint = await dial(listener.address)
    await listener.close()
    const reason = closing(endpoint)
    endpoint.send(numbered(1))
    expect((await reason)?.code).toBe('REFUSED')
    expect(() => endpoint.send(numbered(1))).toThrow(/nobody listens there/)
  })

  test('no other user reaches a dialled endpoint, whose file goes with it', async () => {
    const listener = await listen(echo)
    const endpoint = await dial(listener.address)
    expect(statSync(endpoint.local).mode & 0o777).toBe(0o600)
    await endpoint.close()
    expect(existsSync(endpoint.local)).toBe(false)
  })

  test('who has no name is not heard', async () => {
    const listener = await listen(echo)
    const script = `import socket; socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"x", ${JSON.stringify(listener.address)})`
    if (spawnSync('python3', ['-c', script]).status !== 0) return
    await until(() => listener.droppedCount === 1, 'the datagram without a sender')
  })

  test('a datagram too long to be taken whole is dropped and counted', async () => {
    const listener = await listen(echo)
    const script = `import socket; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(""); s.sendto(b"x" * 70000, ${JSON.stringify(listener.address)})`
    if (spawnSync('python3', ['-c', script]).status !== 0) return
    await until(() => listener.droppedCount === 1, 'the long datagram')
  })

  test('leaves no descriptor behind, after 100 times', async () => {
    const once = async () => {
      const listener = await unixgram.listen(unixgram.ephemeral(), {}, echo)
      const endpoint = await unixgram.dial(listener.address, {})
      const inbox = new Inbox(endpoint)
      endpoint.send(numbered(1))
      await inbox.atLeast(1)
      await endpoint.close()
      await listener.close()
    }
    await once()
    const before = readdirSync('/proc/self/fd').length
    for (let n = 0; n < 100; n++) await once()
    expect(readdirSync('/proc/self/fd').length).toBe(before)
  })
})

describe('the name of a socket', () => {
  const name = (...bytes: number[]) => Uint8Array.from([c.AF_UNIX, 0, ...bytes])
  const text = (value: string) => [...Buffer.from(value)]

  test.each([
    ['', name()],
    ['/tmp/a.sock', name(...text('/tmp/a.sock'), 0, 0, 0)],
    ['/tmp/a.sock', name(...text('/tmp/a.sock'))],
    ['@00a3f', name(0, ...text('00a3f'))],
    ['@a\\x00b\\x1b', name(0, 0x61, 0, 0x62, 0x1b)],
    ['/\\x5c\\xe4', name(...text('/\\'), 0xe4)],
  ])('%j', (expected, bytes) => {
    expect(unixText(bytes)).toBe(expected)
  })
})
