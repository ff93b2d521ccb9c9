import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import { noImpairments } from '../../src/lab/impairments.ts'
import { connectLink } from '../../src/lab/link-client.ts'

const CONFIG = { up: noImpairments, down: { ...noImpairments, lossRatio: 0.5 } }

/** Something that listens as a relay does, and says to each line what `says` returns: nothing, or undefined, then it hangs up. */
async function relay(says: (request: Record<string, unknown>) => string | undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'netcmp-relay-'))
  const path = join(folder, 'control')
  const connections = new Set<Socket>()
  const server = createServer((socket) => {
    connections.add(socket.on('error', () => {}))
    createInterface({ input: socket })
      .on('error', () => {})
      .on('line', (line) => {
        const request = JSON.parse(line)
        const isMaker = request.ask === 'maker'
        const answer = isMaker ? JSON.stringify({ id: request.id, maker: 'relay' }) : says(request)
        if (answer === undefined) socket.destroy()
        else if (answer !== '') socket.write(`${answer}\n`)
      })
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  onTestFinished(() => {
    for (const each of connections) each.destroy()
    server.close()
    rmSync(folder, { recursive: true })
  })
  return { path, folder }
}

describe('the client’s side of a link', () => {
  it('impairs it, and takes its log and its counts when it is cut', async () => {
    const heard: unknown[] = []
    const { path, folder } = await relay(({ id, ...request }) => {
      heard.push(request)
      if (request.ask === 'impair') return JSON.stringify({ id })
      return JSON.stringify({
        id,
        cut: { log, counts: { up: {}, down: {} }, unloggedCount: 3, unseenCount: 4 },
      })
    })
    const log = join(folder, 'log')
    writeFileSync(log, 'packets')
    const link = await connectLink(path)
    await link.impair(CONFIG)
    expect(await link.cut()).toEqual({
      log: Buffer.from('packets'),
      counts: { up: {}, down: {} },
      unloggedCount: 3,
      unseenCount: 4,
    })
    expect(heard).toEqual([{ ask: 'impair', ...CONFIG }, { ask: 'cut' }])
    expect(existsSync(log)).toBe(false)
    await link.close()
    await link.close()
    await expect(link.cut()).rejects.toMatchObject({ code: 'CLOSED', message: 'link: it was let go of' })
    expect(link.gone.aborted).toBe(false)
  })

  it('knows which answer is whose', async () => {
    let first: unknown
    const { path } = await relay(({ id, ask }) => {
      if (ask === 'cut') {
        first = id
        return ''
      }
      const cut = { log: null, counts: { up: {}, down: {} }, unloggedCount: 0, unseenCount: 0 }
      return `${JSON.stringify({ id, error: 'link: no' })}\n${JSON.stringify({ id: first, cut })}`
    })
    const link = await connectLink(path)
    const cut = link.cut()
    await expect(link.impair(CONFIG)).rejects.toMatchObject({ code: 'BAD_VALUE', message: 'link: no' })
    expect(await cut).toMatchObject({ log: null })
  })

  it('tells of a relay that is gone, or is none', async () => {
    await expect(connectLink('/nowhere/control')).rejects.toMatchObject({ code: 'REFUSED' })
    const gone = await connectLink((await relay(() => undefined)).path)
    expect(gone.gone.aborted).toBe(false)
    await expect(gone.cut()).rejects.toMatchObject({ code: 'CLOSED', message: 'link: its maker has ended' })
    expect(gone.gone.reason).toMatchObject({ code: 'CLOSED', message: 'link: its maker has ended' })
    const none = await connectLink((await relay(() => 'HTTP/1.1 400')).path)
    await expect(none.cut()).rejects.toMatchObject({ code: 'PROTOCOL' })
  })
})
