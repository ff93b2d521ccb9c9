import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { NetcmpError } from '../../src/core/errors.ts'
import { noImpairments } from '../../src/lab/impairments.ts'
import type { Link } from '../../src/lab/link.ts'
import { connectLink } from '../../src/lab/link-client.ts'
import { serveLink } from '../../src/lab/link-server.ts'

const CONFIG = { up: noImpairments, down: { ...noImpairments, lossRatio: 0.5 } }
const CUT = { log: null, counts: null, unloggedCount: 0, unseenCount: 0 }

async function served(link: Partial<Link>) {
  const folder = mkdtempSync(join(tmpdir(), 'netcmp-served-'))
  const path = join(folder, 'control')
  const whole: Link = {
    maker: 'netem',
    impair: async () => {},
    cut: async () => CUT,
    close: async () => {},
    ...link,
  }
  const server = await serveLink(whole, path)
  onTestFinished(async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  })
  return { path, server }
}

it('a link that another process made is steered as if it were here', async () => {
  const impaired: unknown[] = []
  const { path, server } = await served({ impair: async (config) => void impaired.push(config) })
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const link = await connectLink(path)
  expect(link.maker).toBe('netem')
  await link.impair(CONFIG)
  expect(impaired).toEqual([CONFIG])
  expect(await link.cut()).toEqual(CUT)
  await server.close()
  await expect(link.cut()).rejects.toMatchObject({ code: 'CLOSED' })
})

it('what it cannot do, and what is no configuration, is told', async () => {
  const error = new NetcmpError('BAD_VALUE', 'netem: it cannot')
  const { path } = await served({ impair: () => Promise.reject(error), cut: () => Promise.reject(error) })
  const link = await connectLink(path)
  await expect(link.impair(CONFIG)).rejects.toMatchObject({ message: 'netem: it cannot' })
  await expect(link.cut()).rejects.toMatchObject({ message: 'netem: it cannot' })
  const wrong = { ...CONFIG, up: { ...noImpairments, delayNs: -1 } }
  await expect(link.impair(wrong)).rejects.toMatchObject({ code: 'BAD_VALUE' })
  await link.close()
})
