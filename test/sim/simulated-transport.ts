import type { Alarm, Clock, Nanos } from '../../src/core/clock.ts'
import type { SessionServer } from '../../src/service/session-server.ts'
import type { Transport } from '../../src/transport/contract.ts'
import { FakeEndpoint } from './fake-endpoint.ts'
import { US } from './jobs.ts'

const WAY_NS = 50 * US

/** What is sent arrives later, by the simulated clock. */
class DistantEndpoint extends FakeEndpoint {
  readonly unreadBytes: number | undefined
  readonly #clock: Clock
  readonly #underWay: { readonly message: Uint8Array; readonly at: Nanos }[] = []
  readonly #arrival: Alarm

  constructor(name: string, remote: string, clock: Clock, unreadBytes: number | undefined) {
    super(name, remote, clock)
    this.#clock = clock
    this.unreadBytes = unreadBytes
    this.#arrival = clock.alarm(() => this.#arrived())
  }

  override arrive(message: Uint8Array): void {
    const at = after(this.#clock)
    if (this.#underWay.push({ message, at }) === 1) this.#arrival.set(at)
  }

  #arrived(): void {
    const now = this.#clock.now()
    while (this.#underWay[0] && this.#underWay[0].at <= now) {
      super.arrive(this.#underWay.shift()?.message as Uint8Array)
    }
    const [next] = this.#underWay
    if (next) this.#arrival.set(next.at)
  }

  override async close(): Promise<void> {
    await this.#clock.sleepUntil(after(this.#clock))
    await super.close()
  }
}

const after = (clock: Clock) => (clock.now() + WAY_NS) as Nanos

/** A transport with the name and the promises of another one, over a simulated link to this server. */
export function simulatedTransport(like: Transport, server: SessionServer): Transport {
  const { engines: _, capabilities: __, ...promises } = like
  const { clock } = server
  // A connection counts what nobody read; a datagram is always read.
  const unreadBytes = like.traits.reliable ? 0 : undefined
  let count = 0
  return {
    ...promises,
    dial: async () => {
      await clock.sleepUntil(after(clock))
      const here = new DistantEndpoint(`127.0.0.1:${++count}`, '127.0.0.1:7117', clock, unreadBytes)
      const there = new DistantEndpoint('127.0.0.1:7117', `127.0.0.1:${count}`, clock, unreadBytes)
      here.peer = there
      there.peer = here
      server.serve(like.traits)(there)
      return here
    },
  }
}
