import { describe, expect, it } from 'vitest'
import { Chat } from '../../src/workload/chat.ts'
import { job, MS, near } from '../sim/jobs.ts'
import { always, type Fate, simulate } from '../sim/simulate.ts'

/** Deliveries come in threes: to members 0, 1 and 2 of each message in turn. */
const deliveryOf =
  (message: number, member: number, delays: readonly number[]): Fate =>
  (n) =>
    n === message * 3 + member ? delays : [MS]

const room = { passOn: 'everyone' } as const

describe('chat, over a link whose every fate is known', () => {
  it('delivers every message to every member, the speaker too', () => {
    const chat = new Chat(job('chat'))
    simulate(chat, { ...room, forward: always(MS), reverse: always(MS) })
    expect(chat.recording.values()).toMatchObject({
      sentCount: 300,
      receivedCount: 900,
      lossRatio: 0,
      reorderedRatio: 0,
      deliveryP50Ns: near(2 * MS),
      deliveryP99Ns: near(2 * MS),
      orderAgreementRatio: 1,
    })
  })

  it('sees that one member heard two messages in another order than the rest', () => {
    const chat = new Chat(job('chat', { durationNs: 10 * MS }))
    // 30 messages, a third of a millisecond apart; member 1 hears message 6 just after message 7.
    simulate(chat, { ...room, forward: always(MS), reverse: deliveryOf(6, 1, [1.4 * MS]) })
    const pairs = (30 * 29) / 2
    expect(chat.recording.values()).toMatchObject({ orderAgreementRatio: (pairs - 1) / pairs, lossRatio: 0 })
  })

  it('puts a loss on the member that missed it', () => {
    const chat = new Chat(job('chat', { durationNs: 10 * MS }))
    simulate(chat, { ...room, forward: always(MS), reverse: deliveryOf(4, 2, []) })
    expect(chat.recording.values()).toMatchObject({ lossRatio: 1 / 90, receivedCount: 89, lossBurstMax: 1 })
    expect(chat.recording.members().map((member) => member.lossRatio)).toEqual([0, 0, 1 / 30])
  })

  it('loses for all what the server never got', () => {
    const chat = new Chat(job('chat', { durationNs: 10 * MS }))
    simulate(chat, { ...room, forward: (n) => (n === 5 ? [] : [MS]), reverse: always(MS) })
    expect(chat.recording.members().map((member) => member.lossRatio)).toEqual([1 / 30, 1 / 30, 1 / 30])
  })

  it('counts what a member heard twice, or too late', () => {
    const chat = new Chat(job('chat', { durationNs: 10 * MS }))
    simulate(chat, {
      ...room,
      forward: always(MS),
      reverse: (n) => (n === 10 ? [MS, MS] : n === 20 ? [60 * MS] : [MS]),
    })
    expect(chat.recording.values()).toMatchObject({ duplicateRatio: 1 / 89, lossRatio: 1 / 90, lateCount: 1 })
  })

  it('at rate max speaks again when it has heard itself', () => {
    const chat = new Chat(job('chat', { ratePerSec: 'max', durationNs: 10 * MS }))
    simulate(chat, { ...room, forward: always(MS), reverse: always(MS) })
    expect(chat.recording.values()).toMatchObject({
      sentCount: 15,
      lossRatio: 0,
      deliveryP50Ns: near(2 * MS),
    })
  })
})
