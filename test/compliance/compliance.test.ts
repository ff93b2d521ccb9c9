import { describe, test } from 'vitest'
import { transports } from '../../src/registry.ts'
import type { DialOptions, ListenOptions, PlainProtocol, Transport } from '../../src/transport/contract.ts'
import { memory } from './memory-transport.ts'
import { complianceSuite } from './suite.ts'

/** The same transport over sockets of our own. */
function native(transport: Transport): Transport {
  const over = <T extends PlainProtocol>(protocol: T): T => ({
    ...protocol,
    dial: (to, options: DialOptions, signal) =>
      protocol.dial(to, { ...options, socket: { ...options.socket, engine: 'native' } }, signal),
    listen: (at, options: ListenOptions, serve) =>
      protocol.listen(at, { ...options, socket: { ...options.socket, engine: 'native' } }, serve),
  })
  return { ...over(transport), echo: over(transport.echo), chat: over(transport.chat) }
}

const natives = transports
  .filter(({ at, bySystemCalls }) => at('127.0.0.1', 0) !== undefined || bySystemCalls)
  .map((transport) => ({ name: `${transport.name}, native`, transport: native(transport) }))

for (const { name, transport } of [
  ...[...transports, memory].map((each) => ({ name: each.name, transport: each })),
  ...natives,
]) {
  describe(name, () => {
    for (const check of complianceSuite) {
      test(check.name, async ({ skip }) => {
        const unavailable = transport.unavailable()
        const reason = unavailable ?? (await check.run(transport))
        if (reason !== undefined) skip(reason)
      })
    }
  })
}
