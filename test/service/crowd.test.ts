import { expect, it } from 'vitest'
import { Crowd } from '../../src/service/crowd.ts'
import { FakeClock } from '../sim/fake-clock.ts'
import { FakeEndpoint } from '../sim/fake-endpoint.ts'

function crowd(most: number, patienceNs: number) {
  const clock = new FakeClock()
  const connections = Array.from(
    { length: 6 },
    (_, n) => new FakeEndpoint('server:1', `10.0.0.${n}:1`, clock),
  )
  const closed = () => connections.flatMap((each, n) => (each.closed ? [n] : []))
  return { clock, connections, closed, crowd: new Crowd(clock, most, patienceNs) }
}

it('a crowd that is full lets go of who was silent longest', () => {
  const { connections, closed, crowd: full } = crowd(3, 1e9)
  for (const n of [0, 1, 2]) full.hear(connections[n] as FakeEndpoint)
  full.hear(connections[0] as FakeEndpoint)
  for (const n of [3, 4]) full.hear(connections[n] as FakeEndpoint)
  expect(closed()).toEqual([1, 2])
})

it('nobody stays silent in a crowd for longer than it has patience', () => {
  const { clock, connections, closed, crowd: patient } = crowd(10, 1e9)
  for (const n of [0, 1, 2]) patient.hear(connections[n] as FakeEndpoint)
  patient.leave(connections[1] as FakeEndpoint)
  clock.advanceTo(0.5e9)
  patient.hear(connections[2] as FakeEndpoint)
  clock.advanceTo(1.2e9)
  patient.sweep()
  expect(closed()).toEqual([0])
  clock.advanceTo(1.6e9)
  patient.sweep()
  expect(closed()).toEqual([0, 2])
})
