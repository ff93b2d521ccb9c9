import { expect, it } from 'vitest'
import { socketBuffers } from '../../src/udp/buffers.ts'

it('a socket on loopback has buffers, none larger than asked for', async () => {
  const { askedBytes, receiveBytes, sendBytes } = await socketBuffers()
  expect(askedBytes).toBe(4 * 1024 * 1024)
  for (const bytes of [receiveBytes, sendBytes]) {
    expect(bytes).toBeGreaterThan(0)
    expect(bytes).toBeLessThanOrEqual(askedBytes)
  }
})
