import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { isNative } from '../native/is-native.ts'
import { netcmp, Running, startServe } from './run-netcmp.ts'

const CYCLING = fileURLToPath(new URL('cycling.mjs', import.meta.url))

/** Of 500 servers and clients: had each kept one of its buffers (64 KiB), that would make 31 MiB. */
const MOST_GROWTH_BYTES = 24 * 1024 * 1024

const LONGEST_MS = 120_000

describe.skipIf(!isNative)(
  'the native engine, again and again (Linux on x86-64 or ARM64, with koffi)',
  () => {
    it(
      'keeps neither descriptors nor memory in one process, which then ends by itself',
      async () => {
        const cycling = new Running(process.execPath, ['--expose-gc', CYCLING])
        const { code, stdout, stderr } = await cycling.exit(LONGEST_MS)
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
        const { before, after } = JSON.parse(stdout)
        expect(after.descriptors).toBe(before.descriptors)
        expect(after.rssBytes - before.rssBytes).toBeLessThan(MOST_GROWTH_BYTES)
      },
      LONGEST_MS,
    )

    it('starts, measures and ends in processes of its own, five times', async () => {
      for (let n = 0; n < 5; n++) {
        const { server, port } = await startServe(['--engine', 'native'])
        const what = ['--workload', 'echo,connect', '--duration', '20ms', '--blocks', '1', '--timeout', '5s']
        const { code, stderr } = await netcmp([`127.0.0.1:${port}`, '--engine', 'native', ...what])
        expect(code, stderr).toBe(0)
        server.signal('SIGTERM')
        expect(await server.exit()).toMatchObject({ code: 0, stderr: '' })
      }
    })
  },
)
