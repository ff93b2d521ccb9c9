import { createHmac, randomBytes } from 'node:crypto'
import { isLoopback } from '../core/address.ts'
import type { Endpoint, Traits } from '../transport/contract.ts'

/** Bounds of what members can make a room hold. */
const MOST_MEMBERS = 256
const LONGEST_LINE = 1000
const LONGEST_NAME = 24
const BACKLOG_BYTES = 1024 * 1024
/** A member that cannot hang up (no connection) has left after so long a silence. */
const SILENCE_MS = 10 * 60 * 1000

interface Member {
  readonly endpoint: Endpoint
  name: string
  heardAt: number
  leaves: boolean
}

/** A text chat for every transport at once: whoever says a line is heard by all, the speaker too. */
export class ChatRoom {
  readonly #members = new Map<Endpoint, Member>()
  readonly #secret = randomBytes(16)
  readonly #encoder = new TextEncoder()
  readonly #decoder = new TextDecoder()
  readonly #sweep: NodeJS.Timeout
  #guestCount = 0

  constructor() {
    this.#sweep = setInterval(() => this.#forgetSilent(), SILENCE_MS / 10)
    this.#sweep.unref()
  }

  /** Serves each endpoint of a transport with these traits. Messages are lines. */
  serve({ connected }: Traits): (endpoint: Endpoint) => void {
    return (endpoint) => {
      endpoint.onMessage((bytes) => this.#hear(endpoint, bytes, connected))
      endpoint.onClose(() => this.#leave(endpoint))
      if (connected) this.#join(endpoint, true)
    }
  }

  close(): void {
    clearInterval(this.#sweep)
  }

  #text(bytes: Uint8Array): string {
    // No control characters: a line of one member must not steer another's terminal.
    return this.#decoder
      .decode(bytes.subarray(0, 4 * LONGEST_LINE))
      .replace(/\s/g, ' ')
      .replace(/\p{C}/gu, '')
      .trim()
      .slice(0, LONGEST_LINE)
  }

  #hear(endpoint: Endpoint, bytes: Uint8Array, connected: boolean): void {
    const line = this.#text(bytes)
    const member = this.#members.get(endpoint)
    if (member === undefined) return this.#knock(endpoint, bytes, line, connected)
    member.heardAt = performance.now()
    const [command, ...rest] = line.split(/\s+/)
    if (line === '') this.#tell(member, '* say something, or /name NAME, /who, /quit')
    else if (command === '/name') this.#rename(member, rest.join(' '))
    else if (command === '/who')
      this.#tell(member, `* here: ${[...this.#members.values()].map((each) => each.name).join(', ')}`)
    else if (command === '/quit') this.#quit(member)
    else this.#everyone(`${member.name}: ${line}`)
  }

  /**
   * A first line without a connection. The sender's address may be forged: until it is proved, it is never sent more
   * than it sent. Loopback cannot be forged from outside.
   */
  #knock(endpoint: Endpoint, bytes: Uint8Array, line: string, connected: boolean): void {
    const code = createHmac('sha256', this.#secret).update(endpoint.remote).digest('hex').slice(0, 8)
    if (connected || isLoopback(endpoint.remote) || line === `/join ${code}`) {
      if (!this.#join(endpoint, connected)) return
      if (!line.startsWith('/join ')) this.#hear(endpoint, bytes, connected)
      return
    }
    const challenge = this.#encoder.encode(`/join ${code}`)
    if (bytes.length > challenge.length) this.#send(endpoint, challenge)
  }

  #join(endpoint: Endpoint, leaves: boolean): boolean {
    if (this.#members.size >= MOST_MEMBERS) {
      this.#send(endpoint, this.#encoder.encode('* the room is full'))
      void endpoint.close()
      return false
    }
    const name = this.#free(`guest-${++this.#guestCount}`)
    const member = { endpoint, name, heardAt: performance.now(), leaves }
    this.#members.set(endpoint, member)
    this.#tell(member, `* you are ${member.name}, ${this.#members.size} here; /name NAME, /who, /quit`)
    this.#everyone(`* ${member.name} joined`, member)
    return true
  }

  #rename(member: Member, wanted: string): void {
    const name = wanted.replace(/[^\p{L}\p{N}_.-]/gu, '').slice(0, LONGEST_NAME)
    if (name === '') return this.#tell(member, '* a name has letters, digits, dots, dashes or underscores')
    const before = member.name
    if (name === before) return
    member.name = this.#free(name)
    this.#everyone(`* ${before} is now ${member.name}`)
  }

  /** The name, or with a number behind it where somebody has it. */
  #free(name: string): string {
    const taken = new Set([...this.#members.values()].map((each) => each.name))
    let free = name
    for (let n = 2; taken.has(free); n++) free = `${name}-${n}`
    return free
  }

  #quit(member: Member): void {
    this.#tell(member, '* bye')
    this.#leave(member.endpoint)
    void member.endpoint.close()
  }

  #leave(endpoint: Endpoint): void {
    const member = this.#members.get(endpoint)
    if (member && this.#members.delete(endpoint)) this.#everyone(`* ${member.name} left`)
  }

  #forgetSilent(): void {
    const now = performance.now()
    for (const member of this.#members.values()) {
      if (!member.leaves && now - member.heardAt > SILENCE_MS) this.#quit(member)
    }
  }

  #tell(member: Member, line: string): void {
    this.#send(member.endpoint, this.#encoder.encode(line))
  }

  #everyone(line: string, but?: Member): void {
    const bytes = this.#encoder.encode(line)
    for (const member of this.#members.values()) if (member !== but) this.#send(member.endpoint, bytes)
  }

  /** A member that does not read is dropped: the room neither waits for it nor keeps its backlog. */
  #send(endpoint: Endpoint, bytes: Uint8Array): void {
    try {
      if (endpoint.queuedBytes < BACKLOG_BYTES) endpoint.send(bytes)
      else void endpoint.close()
    } catch {
      this.#leave(endpoint)
    }
  }
}
