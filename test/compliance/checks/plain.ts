import assert from 'node:assert/strict'
import type { PlainProtocol, Transport } from '../../../src/transport/contract.ts'
import { check, echo, Inbox, patterned, type Stage, unlessHostAnswers, until } from '../stage.ts'

async function dialPlain(
  stage: Stage,
  transport: Transport,
  plain: PlainProtocol,
): Promise<Inbox & { send(bytes: Uint8Array): void }> {
  const listener = stage.keep(await plain.listen(transport.ephemeral(), {}, echo))
  const endpoint = stage.keep(await plain.dial(listener.address, {}))
  return Object.assign(new Inbox(endpoint), { send: (bytes: Uint8Array) => void endpoint.send(bytes) })
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The protocols that any client on earth can speak. */
export const plainChecks = [
  check('echo returns the bytes it was sent, and nothing else', async (stage, transport) => {
    const peer = await dialPlain(stage, transport, transport.echo)
    const sent = patterned(5000, 1)
    peer.send(sent)
    const received = () => Buffer.concat(peer.messages)
    await until(() => received().length >= sent.length, 'the echo')
    assert.deepEqual(new Uint8Array(received()), sent)
  }),

  check(
    'chat carries lines, without their ends, in any alphabet',
    async (stage, transport) => {
      const peer = await dialPlain(stage, transport, transport.chat)
      const lines = ['hello', '', 'grüß dich', '你好 👋', 'x'.repeat(4000)]
      for (const [index, line] of lines.entries()) {
        peer.send(utf8(line))
        await peer.atLeast(index + 1)
      }
      assert.deepEqual(
        peer.messages.map((each) => new TextDecoder().decode(each)),
        lines,
      )
    },
    unlessHostAnswers,
  ),
]
