import { type ErrorCode, NetcmpError } from '../core/errors.ts'
import { durationText } from '../core/units.ts'
import type { Endpoint } from '../transport/contract.ts'
import type { Refusal } from '../wire/session-messages.ts'

/** Refusals of what one run asks for, where another may be allowed. */
const limits = ['RATE', 'BYTES', 'DURATION', 'SIZE', 'ROOM']

/** What a far side did, in one line: over which transport, which address, why, and a remedy. */
export class FarSide {
  readonly #who: string
  readonly #endpoint: Endpoint
  readonly #remedy: string

  /** `who` is the transport's name; `remedy` what to do where nobody answers. */
  constructor(who: string, endpoint: Endpoint, remedy = 'is a netcmp server there? (netcmp serve)') {
    this.#who = who
    this.#endpoint = endpoint
    this.#remedy = remedy
  }

  refused(why: Refusal | undefined): NetcmpError {
    const reason = printable(why?.reason ?? 'no reason given')
    return new NetcmpError(codeOf(why), `${this.#name} refused: ${reason}`)
  }

  /** The server ends the session, or does not know it. */
  dismissed(why: Refusal | undefined): NetcmpError {
    const reason = printable(why?.reason ?? 'it does not know it (was the server started anew?)')
    return new NetcmpError(codeOf(why), `${this.#name} ended the session: ${reason}`)
  }

  closedUnanswered(): NetcmpError {
    return this.closed(` before it answered: ${this.#remedy}`)
  }

  closed(more = ''): NetcmpError {
    return new NetcmpError('CLOSED', `${this.#name} closed the connection${more}`)
  }

  noAnswer(patienceNs: number, answeredBefore: boolean): NetcmpError {
    const waited = durationText(patienceNs)
    return new NetcmpError(
      'TIMEOUT',
      answeredBefore
        ? `${this.#name} stopped answering (${waited}): it is gone, or too busy (lower --rate)`
        : `${this.#who}: no netcmp answer from ${this.#endpoint.remote} within ${waited}: ${this.#remedy}`,
    )
  }

  notNetcmp(why: string): NetcmpError {
    return new NetcmpError(
      'PROTOCOL',
      `${this.#name} is not a netcmp server: ${why} (start one with \`netcmp serve\`)`,
    )
  }

  get #name(): string {
    return `${this.#who}: ${this.#endpoint.remote}`
  }
}

function codeOf(why: Refusal | undefined): ErrorCode {
  return why !== undefined && limits.includes(why.code) ? 'LIMITED' : 'REJECTED'
}

/** Text from the network, safe to show: no control characters, no escapes for the terminal. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, '?')
}
