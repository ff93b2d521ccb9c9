import type { Endpoint, Transport } from '../../src/transport/contract.ts'

/** What happens to the n-th message of an endpoint instead of being sent: whatever it returns is sent. */
type Lie = (message: Uint8Array, number: number) => readonly Uint8Array[]

interface Liar {
  readonly transport: Transport
  /** The check that must find it out. */
  readonly caughtBy: string
}

/** A transport whose endpoints do something to what they are given, and promise as before. */
function lying(honest: Transport, name: string, newLie: () => Lie): Transport {
  const wrap = (endpoint: Endpoint): Endpoint => {
    const lie = newLie()
    const send = endpoint.send.bind(endpoint)
    let number = 0
    endpoint.send = (message) => {
      if (message.length > honest.traits.maxMessageBytes) return send(message)
      let free = true
      for (const each of lie(message, number++)) free = send(each)
      return free
    }
    return endpoint
  }
  return {
    ...honest,
    name,
    dial: async (to, options, signal) => wrap(await honest.dial(to, options, signal)),
    listen: (at, options, serve) => honest.listen(at, options, (endpoint) => serve(wrap(endpoint))),
  }
}

const exactlyOnce = 'every message arrives exactly once, where promised'
const inOrder = 'messages arrive in the order they were sent, where promised'
const boundaries = 'boundaries survive: what is sent as one message arrives as one message'
const ownMemory = "after true, or drained(), the memory of a message is the sender's again"

export function liars(honest: Transport): Liar[] {
  return [
    {
      caughtBy: exactlyOnce,
      transport: lying(
        honest,
        'drops one in 50',
        () => (message, number) => (number % 50 === 49 ? [] : [message]),
      ),
    },
    {
      caughtBy: exactlyOnce,
      transport: lying(
        honest,
        'doubles one in 50',
        () => (message, number) => (number % 50 === 49 ? [message, message] : [message]),
      ),
    },
    {
      caughtBy: inOrder,
      transport: lying(honest, 'swaps two in 50', () => {
        let late: Uint8Array | undefined
        return (message, number) => {
          if (number % 50 === 48) {
            late = message.slice()
            return []
          }
          const both = late === undefined ? [message] : [message, late]
          late = undefined
          return both
        }
      }),
    },
    {
      caughtBy: boundaries,
      transport: lying(honest, 'merges small messages', () => {
        let first: Uint8Array | undefined
        return (message) => {
          if (first === undefined && message.length < 100) {
            first = message.slice()
            return []
          }
          const merged = first === undefined ? message : Buffer.concat([first, message])
          first = undefined
          return [merged.subarray(0, honest.traits.maxMessageBytes)]
        }
      }),
    },
    {
      caughtBy: ownMemory,
      transport: lying(honest, 'sends memory that it does not own any more', () => {
        let borrowed: Uint8Array | undefined
        return (message, number) => {
          const late = borrowed
          borrowed = number % 10 === 5 ? message : undefined
          return number % 10 === 5 ? [] : late === undefined ? [message] : [late, message]
        }
      }),
    },
  ]
}
