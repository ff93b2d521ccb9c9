import { readdirSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { dialAndOpen } from '../../src/drive/run.ts'
import { loadLibc } from '../../src/native/libc.ts'
import type { NativeMemory } from '../../src/native/memory.ts'
import { nativeClock, sharedLoop } from '../../src/native/shared-loop.ts'
import { findTransport } from '../../src/registry.ts'
import { SessionServer } from '../../src/service/session-server.ts'
import { isNative } from './is-native.ts'

const CYCLES = 100

const descriptors = () => readdirSync('/proc/self/fd').length

/** Counts the bytes of the C library's memory that were taken from now on and not given back. */
async function countingBytes(): Promise<() => number> {
  const libc = await loadLibc('test')
  const { alloc } = libc
  let live = 0
  vi.spyOn(libc, 'alloc').mockImplementation((bytes): NativeMemory => {
    const memory = alloc(bytes)
    live += bytes
    return {
      ...memory,
      free: () => {
        live -= bytes
        memory.free()
      },
    }
  })
  return () => live
}

describe.skipIf(!isNative).each(['tcp', 'udp'])(
  'servers and clients of our own over %s (Linux on x86-64 or ARM64, with koffi)',
  (name) => {
    it(`leave no descriptor and no memory behind, ${CYCLES} times`, async () => {
      const transport = findTransport(name)
      const socket = { engine: 'native' } as const
      const clock = nativeClock(await sharedLoop())
      const bytes = await countingBytes()
      const cycle = async () => {
        const server = new SessionServer(clock, 'test')
        const listener = await transport.listen(
          '127.0.0.1:0',
          { clock, socket },
          server.serve(transport.traits),
        )
        const dialling = {
          transport,
          target: listener.address,
          clock,
          socket,
          family: 0,
          nagle: false,
        } as const
        const request = {
          workload: 'echo',
          sizeBytes: 64,
          durationNs: 1e9,
          ratePerSec: 1,
          direction: 'up',
        } as const
        const session = await dialAndOpen({ ...dialling, job: { timeoutNs: 5e9 } }, request)
        await session.stats({ sentCount: 0, final: true })
        await session.close()
        server.close()
        await listener.close()
      }
      // What all share is made once.
      await cycle()
      const before = { descriptors: descriptors(), bytes: bytes() }
      for (let n = 0; n < CYCLES; n++) await cycle()
      expect({ descriptors: descriptors(), bytes: bytes() }).toEqual(before)
      vi.restoreAllMocks()
    })
  },
)
