import { describe, test } from 'vitest'
import { transports } from '../../src/registry.ts'
import type { DialOptions, ListenOptions, PlainProtocol, Transport } from '../../src/transport/contract.ts'
import { isNative } from '../native/is-native.ts'
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
  const unavailable = () => (isNative ? transport.unavailable() : 'the native engine does not run here')
  return { ...over(transport), unavailable, echo: over(transport.echo), chat: over(transport.chat) }
}

const natives = transports
  .filter(({ engines }) => engines?.includes('native'))
  .map((transport) => ({
    name: `${transport.name}, native (Linux on x86-64 or ARM64, with koffi)`,
    transport: native(transport),
  }))

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
