import type { Endpoint } from '../transport/contract.ts'
import { type Token, writeToken } from '../wire/frame.ts'

/** How many a room holds: each hears what each says. */
const MOST_MEMBERS = 256

/** A member that reads more slowly than this is dropped: the room does not wait for it, nor keep its backlog. */
const BACKLOG_BYTES = 4 * 1024 * 1024

export interface RoomMember {
  readonly endpoint: Endpoint
  readonly token: Token
}

/** A room of measured members: passes every probe on, under the token of each who hears it. */
export class ProbeRoom {
  readonly #members = new Set<RoomMember>()
  readonly #onEmpty: () => void

  constructor(onEmpty: () => void) {
    this.#onEmpty = onEmpty
  }

  get isFull(): boolean {
    return this.#members.size >= MOST_MEMBERS
  }

  /** Past the last place nobody is a member: neither heard nor told. */
  join(member: RoomMember): void {
    if (!this.isFull) this.#members.add(member)
  }

  leave(member: RoomMember): void {
    if (this.#members.delete(member) && this.#members.size === 0) this.#onEmpty()
  }

  say(speaker: RoomMember, probe: Uint8Array): void {
    if (!this.#members.has(speaker)) return
    // What the kernel has not taken yet is neither the speaker's to reuse nor the next member's to write a token to.
    let copy = new Uint8Array(probe)
    for (const member of this.#members) {
      const { endpoint } = member
      if (endpoint.queuedBytes > BACKLOG_BYTES) {
        this.leave(member)
        void endpoint.close()
        continue
      }
      writeToken(copy, member.token)
      try {
        if (!endpoint.send(copy)) copy = new Uint8Array(copy)
      } catch {
        this.leave(member)
      }
    }
  }
}
