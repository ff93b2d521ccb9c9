import { describe, expect, it } from 'vitest'
import { Flag, FrameType, hasFlag, readSeq, readToken, type Token } from '../../src/wire/frame.ts'
import type { FakeEndpoint } from '../sim/fake-endpoint.ts'
import {
  controlFrame,
  lastAnswer,
  openFrame,
  openOn,
  probeFrame,
  STREAM,
  served,
  statsFrame,
} from './served.ts'

interface Member {
  readonly endpoint: FakeEndpoint
  readonly token: Token
}

/** A member whose address is proved, by a question. */
function join(endpoint: FakeEndpoint, room: string): Member {
  const token = openOn(endpoint, { workload: 'chat', room })
  endpoint.arrive(statsFrame(token, 2, 0))
  endpoint.sent.length = 0
  return { endpoint, token }
}

function room(size: number, traits?: Parameters<typeof served>[0]) {
  const { connect, ...rest } = served(traits)
  const members = Array.from({ length: size }, () => join(connect(), 'lobby'))
  return { connect, members: members as [Member, Member, Member], ...rest }
}

describe('a measured room', () => {
  it('passes every probe to every member, the speaker too, under the token of each', () => {
    const { members } = room(3)
    members[1].endpoint.arrive(probeFrame(members[1].token, 17))
    for (const { endpoint, token } of members) {
      expect(endpoint.sent).toHaveLength(1)
      const heard = endpoint.sent[0] as Uint8Array
      expect(readToken(heard)).toEqual(token)
      expect(readSeq(heard)).toBe(17)
      expect(hasFlag(heard, Flag.REPLY)).toBe(true)
    }
  })

  it('keeps rooms apart, and a member out of a room that it left', () => {
    const { connect, members } = room(3)
    const elsewhere = join(connect(), 'another')
    members[2].endpoint.arrive(controlFrame(FrameType.CLOSE, members[2].token, 3, {}))
    members[2].endpoint.sent.length = 0
    members[0].endpoint.arrive(probeFrame(members[0].token, 0))
    expect(members.map(({ endpoint }) => endpoint.sent.length)).toEqual([1, 1, 0])
    expect(elsewhere.endpoint.sent).toHaveLength(0)
  })

  it('is silent to whoever opened a session and has not proved its address', () => {
    const { connect, members } = room(3)
    const unproved = connect()
    openOn(unproved, { workload: 'chat', room: 'lobby' })
    members[0].endpoint.arrive(probeFrame(members[0].token, 0))
    expect(unproved.sent).toHaveLength(1)
  })

  it('lets go of a member that does not read, and goes on for the others', () => {
    const { members } = room(3)
    members[1].endpoint.queuedBytes = 4 * 1024 * 1024 + 1
    members[0].endpoint.arrive(probeFrame(members[0].token, 0))
    members[0].endpoint.arrive(probeFrame(members[0].token, 1))
    expect(members[1].endpoint.closed).toBe(true)
    expect(members.map(({ endpoint }) => endpoint.sent.length)).toEqual([2, 0, 2])
  })

  it('leaves what a slow member has not taken as it was', () => {
    const { members } = room(3, STREAM)
    const waiting: Uint8Array[][] = members.map(() => [])
    for (const [index, { endpoint }] of members.entries()) {
      // The kernel takes nothing for now: the memory is its own until it does.
      endpoint.send = (message) => {
        waiting[index]?.push(message)
        return false
      }
    }
    const probe = probeFrame(members[0].token, 5, 100_000)
    members[0].endpoint.arrive(probe)
    probe.fill(0)
    for (const [index, { token }] of members.entries()) {
      const [message] = waiting[index] as [Uint8Array]
      expect(readToken(message)).toEqual(token)
      expect(message.at(-1)).toBe(0xaa)
    }
  })

  it('holds 256 members, and refuses the next', () => {
    const { connect } = room(256)
    const late = connect()
    late.arrive(openFrame(late, 1, { workload: 'chat', room: 'lobby' }))
    expect(lastAnswer(late)).toMatchObject({
      type: FrameType.REFUSE,
      body: { code: 'ROOM', reason: 'the room is full' },
    })
    // Who opened before it was full is not let in either.
    const { connect: dial } = room(255)
    const early = [dial(), dial()].map((endpoint) => ({
      endpoint,
      token: openOn(endpoint, { workload: 'chat', room: 'lobby' }),
    }))
    for (const { endpoint, token } of early) {
      endpoint.arrive(statsFrame(token, 2, 0))
      endpoint.sent.length = 0
      endpoint.arrive(probeFrame(token, 0))
    }
    expect(early.map(({ endpoint }) => endpoint.sent.length)).toEqual([1, 0])
  })

  it('is forgotten when the last has left, and is then a new one', () => {
    const { connect } = served()
    const first = join(connect(), 'lobby')
    first.endpoint.break()
    const second = join(connect(), 'lobby')
    second.endpoint.arrive(probeFrame(second.token, 0))
    expect(second.endpoint.sent).toHaveLength(1)
  })
})
