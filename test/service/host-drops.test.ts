import { expect, it } from 'vitest'
import { DATAGRAMS, lastAnswer, openOn, STREAM, served, statsFrame } from './served.ts'

/** A host that drops one datagram more whenever it is asked. */
function dropping() {
  let receive = 0
  return () => ({ receive: ++receive, send: 0, interface: 0 })
}

// Breaks when a session is charged with what was dropped before it, or after its last answer.
it('a final answer says what the host dropped since OPEN, and says it again when it is asked again', () => {
  const { connect } = served(DATAGRAMS, { readDrops: dropping() })
  const client = connect()
  const token = openOn(client)
  client.arrive(statsFrame(token, 1, 0))
  expect(lastAnswer(client).body).not.toHaveProperty('drops')
  for (const number of [2, 3]) {
    client.arrive(statsFrame(token, number, 0, true))
    expect(lastAnswer(client).body).toMatchObject({ drops: { receive: 1, send: 0, interface: 0 } })
  }
})

it.each([
  ['over a transport that loses nothing', STREAM, dropping()],
  ['where the system does not tell', DATAGRAMS, () => null],
])('nothing is said %s', (_, traits, readDrops) => {
  const { connect } = served(traits, { readDrops })
  const client = connect()
  const token = openOn(client)
  client.arrive(statsFrame(token, 1, 0, true))
  expect(lastAnswer(client).body).not.toHaveProperty('drops')
})
