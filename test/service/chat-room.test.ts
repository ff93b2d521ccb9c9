import fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { NetcmpError } from '../../src/core/errors.ts'
import { ChatRoom } from '../../src/service/chat-room.ts'
import { FakeClock } from '../sim/fake-clock.ts'
import { FakeEndpoint } from '../sim/fake-endpoint.ts'
import { DATAGRAMS, STREAM } from './served.ts'

const OUTSIDE = '192.0.2.7:5000'

class Person {
  readonly endpoint: FakeEndpoint

  constructor(room: ChatRoom, traits: typeof STREAM, remote = '127.0.0.1:5000') {
    this.endpoint = new FakeEndpoint('127.0.0.1:7119', remote, new FakeClock())
    room.serve(traits)(this.endpoint)
  }

  says(...lines: string[]): this {
    for (const line of lines) this.endpoint.arrive(new TextEncoder().encode(line))
    return this
  }

  /** What the person read since the last time. */
  get reads(): string[] {
    return this.endpoint.sent.splice(0).map((bytes) => new TextDecoder().decode(bytes))
  }
}

function open() {
  const room = new ChatRoom()
  onTestFinished(() => room.close())
  return {
    byTcp: () => new Person(room, STREAM),
    byUdp: (remote?: string) => new Person(room, DATAGRAMS, remote),
  }
}

const WELCOME = (name: string, here: number) => `* you are ${name}, ${here} here; /name NAME, /who, /quit`

describe('a chat', () => {
  it('has who connects join at once, and who sends datagrams with the first of them', () => {
    const { byTcp, byUdp } = open()
    const ada = byTcp()
    expect(ada.reads).toEqual([WELCOME('guest-1', 1)])
    const bob = byUdp()
    expect(ada.reads).toEqual([])
    bob.says('hello')
    expect(bob.reads).toEqual([WELCOME('guest-2', 2), 'guest-2: hello'])
    expect(ada.reads).toEqual(['* guest-2 joined', 'guest-2: hello'])
  })

  it('knows names, who is here, and that somebody left', () => {
    const { byTcp } = open()
    const [ada, bob] = [byTcp(), byTcp()]
    ada.says('/name ada', '/who')
    expect(ada.reads.slice(-2)).toEqual(['* guest-1 is now ada', '* here: ada, guest-2'])
    bob.says('/quit')
    expect(bob.reads.at(-1)).toBe('* bye')
    expect(bob.endpoint.closed).toBe(true)
    expect(ada.reads).toEqual(['* guest-2 left'])
  })

  it('gives nobody the name of somebody else', () => {
    const { byTcp } = open()
    const [ada, bob] = [byTcp().says('/name ada'), byTcp().says('/name ada')]
    expect(bob.reads).toContain('* guest-2 is now ada-2')
    ada.says('/name guest-3')
    const third = byTcp()
    expect(third.reads).toEqual([WELCOME('guest-3-2', 3)])
    third.says('/name guest-3-2')
    expect(third.reads).toEqual([])
  })

  it.each([
    ['/name  <b>Zoë</b>! ', '* guest-1 is now bZoëb'],
    [`/name ${'x'.repeat(60)}`, `* guest-1 is now ${'x'.repeat(24)}`],
    ['/name !!!', '* a name has letters, digits, dots, dashes or underscores'],
    ['/name', '* a name has letters, digits, dots, dashes or underscores'],
  ])('%s', (line, answer) => {
    const { byTcp } = open()
    expect(byTcp().says(line).reads.at(-1)).toBe(answer)
  })

  it.each([
    ['\x1b[2Jgone\x07', '[2Jgone'],
    ['tab\tand  spaces', 'tab and  spaces'],
    ['\u202ereversed\u200b', 'reversed'],
    [new TextDecoder().decode(Uint8Array.of(0xff, 0x41)), '\ufffdA'],
    ['long '.repeat(500), 'long '.repeat(200)],
  ])('lets no line of one steer the terminal of another: %j', (line, heard) => {
    const { byTcp } = open()
    const listener = byTcp()
    byTcp().says(line)
    expect(listener.reads.at(-1)).toBe(`guest-2: ${heard}`)
  })

  it('holds 256 members, and tells the next', () => {
    const { byTcp } = open()
    const first = byTcp()
    for (let n = 1; n < 256; n++) byTcp()
    const late = byTcp()
    expect(late.reads).toEqual(['* the room is full'])
    expect(late.endpoint.closed).toBe(true)
    late.says('hello?')
    expect(first.reads.at(-1)).toBe('* guest-256 joined')
  })

  it('lets go of a member that does not read, and says so to the others', () => {
    const { byTcp } = open()
    const [speaker, slow] = [byTcp(), byTcp()]
    slow.endpoint.queuedBytes = 1024 * 1024
    speaker.says('hello')
    expect(slow.endpoint.closed).toBe(true)
    expect(speaker.reads.slice(-2).sort()).toEqual(['* guest-2 left', 'guest-1: hello'])
  })

  it('says so too of a member whose endpoint takes no more', () => {
    const { byTcp } = open()
    const [speaker, gone] = [byTcp(), byTcp()]
    gone.endpoint.send = () => {
      throw new NetcmpError('CLOSED', 'tcp: gone')
    }
    speaker.says('hello')
    expect(speaker.reads.slice(-2).sort()).toEqual(['* guest-2 left', 'guest-1: hello'])
  })

  it('has who cannot hang up leave after ten silent minutes, and nobody else', () => {
    vi.useFakeTimers()
    onTestFinished(() => {
      vi.useRealTimers()
    })
    const { byTcp, byUdp } = open()
    const [connected, silent, speaker] = [
      byTcp(),
      byUdp('127.0.0.1:1').says('hi'),
      byUdp('127.0.0.1:2').says('hi'),
    ]
    for (let minute = 1; minute <= 12; minute++) {
      vi.advanceTimersByTime(60_000)
      if (minute === 6) speaker.says('still here')
    }
    expect(silent.reads.at(-1)).toBe('* bye')
    expect(connected.reads.at(-1)).toBe('* guest-2 left')
    speaker.says('/who')
    expect(speaker.reads.at(-1)).toBe('* here: guest-1, guest-3')
  })
})

describe('a sender whose address may be forged', () => {
  /** The most that has gone to the address, line ends counted against the sender. */
  function balance(person: Person, lines: readonly string[]): number {
    const sent = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0)
    person.says(...lines)
    return sent - person.endpoint.sent.reduce((sum, bytes) => sum + bytes.length + 1, 0)
  }

  it('is never sent more than it sent, whatever it says', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('', '/join', '/name x', '/join 00000000'))),
        (lines) => {
          const { byUdp } = open()
          expect(balance(byUdp(OUTSIDE), lines)).toBeGreaterThanOrEqual(0)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('is let in when it returns what it was sent, and not with what somebody else was sent', () => {
    const { byTcp, byUdp } = open()
    const inside = byTcp()
    const person = byUdp(OUTSIDE).says('a line long enough to be answered')
    const [challenge = ''] = person.reads
    expect(challenge).toMatch(/^\/join [0-9a-f]{8}$/)
    const thief = byUdp('192.0.2.8:5000').says(challenge)
    expect(thief.reads).toEqual([])
    person.says(challenge, 'hello')
    expect(person.reads).toEqual([WELCOME('guest-2', 2), 'guest-2: hello'])
    expect(inside.reads.slice(1)).toEqual(['* guest-2 joined', 'guest-2: hello'])
  })

  it('hears nothing of the room meanwhile', () => {
    const { byTcp, byUdp } = open()
    const person = byUdp(OUTSIDE).says('short')
    byTcp().says('secret')
    expect(person.reads).toEqual([])
  })
})
