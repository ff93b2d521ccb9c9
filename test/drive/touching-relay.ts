import { onTestFinished } from 'vitest'
import type { Endpoint, Transport } from '../../src/transport/contract.ts'

/** What becomes of a message on its way; it may be written to. */
export type Touch = (message: Uint8Array) => Uint8Array

/**
 * Stands between clients and a server for the length of a test, over real sockets of any transport, and passes on every
 * message as the way's `touch` leaves it. Returns where to dial.
 */
export async function touchingRelay(
  transport: Transport,
  to: string,
  up: Touch,
  down: Touch,
): Promise<string> {
  const pass = (from: Endpoint, into: Endpoint, touch: Touch) => {
    from.onMessage((message) => into.send(touch(new Uint8Array(message))))
    from.onClose(() => void into.close())
  }
  const listener = await transport.listen(transport.ephemeral(), {}, async (client) => {
    const server = await transport.dial(to, {})
    pass(client, server, up)
    pass(server, client, down)
  })
  onTestFinished(() => listener.close())
  return listener.address
}
