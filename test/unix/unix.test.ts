import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { unix } from '../../src/unix/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'netcmp-test-'))
afterAll(() => rmSync(folder, { recursive: true }))

const serveNobody = (): void => undefined

/** Leaves a socket file behind, as a killed process does. */
function leaveStaleSocket(path: string): void {
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['-e', script])
}

// Pipes of Windows have no files, modes or leftovers.
describe.skipIf(process.platform === 'win32')('the socket file', () => {
  test('is for this user only, and goes with the listener', async () => {
    const path = unix.ephemeral()
    const listener = await unix.listen(path, {}, serveNobody)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    await listener.close()
    expect(existsSync(path)).toBe(false)
  })

  test('of a dead listener is taken over', async () => {
    const path = join(folder, 'stale.sock')
    leaveStaleSocket(path)
    expect(statSync(path).isSocket()).toBe(true)
    const listener = await unix.listen(path, {}, (endpoint) => endpoint.onMessage(() => undefined))
    const endpoint = await unix.dial(path, {})
    await endpoint.close()
    await listener.close()
  })

  test('of a living listener is left alone', async () => {
    const path = join(folder, 'live.sock')
    const listener = await unix.listen(path, {}, (endpoint) => endpoint.onMessage(() => undefined))
    await expect(unix.listen(path, {}, serveNobody)).rejects.toMatchObject({
      code: 'ADDRESS_IN_USE',
      message: `unix: cannot bind ${path}: path in use (choose another)`,
    })
    const endpoint = await unix.dial(path, {})
    await endpoint.close()
    await listener.close()
  })

  test('is not made from a file that is something else', async () => {
    const path = join(folder, 'precious.txt')
    writeFileSync(path, 'precious')
    await expect(unix.listen(path, {}, serveNobody)).rejects.toMatchObject({ code: 'ADDRESS_IN_USE' })
    expect(statSync(path).size).toBe(8)
    await expect(unix.dial(path, {})).rejects.toMatchObject({ code: 'REFUSED' })
  })

  test('cannot be where there is no folder', async () => {
    await expect(unix.listen(join(folder, 'none', 'x.sock'), {}, serveNobody)).rejects.toMatchObject({
      code: 'CANNOT_BIND',
    })
  })

  test('has a path that fits, or BAD_ADDRESS', async () => {
    const most = process.platform === 'darwin' ? 103 : 107
    const fits = join(folder, 'x'.repeat(most - folder.length - 1))
    const listener = await unix.listen(fits, {}, serveNobody)
    await listener.close()
    for (const path of [`${fits}x`, '', 'a\0b']) {
      await expect(unix.listen(path, {}, serveNobody)).rejects.toMatchObject({ code: 'BAD_ADDRESS' })
      await expect(unix.dial(path, {})).rejects.toMatchObject({ code: 'BAD_ADDRESS' })
    }
  })
})

test('every fresh path is another', () => {
  expect(new Set(Array.from({ length: 100 }, () => unix.ephemeral())).size).toBe(100)
})

test('peers without a name are numbered', async () => {
  const names: string[] = []
  const listener = await unix.listen(unix.ephemeral(), {}, (endpoint) => {
    endpoint.onMessage(() => undefined)
    names.push(endpoint.remote)
  })
  const endpoints = [await unix.dial(listener.address, {}), await unix.dial(listener.address, {})]
  for (const endpoint of endpoints) await endpoint.close()
  await listener.close()
  expect(names).toEqual([`${listener.address}#1`, `${listener.address}#2`])
})
