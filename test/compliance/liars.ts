import type { Endpoint, Transport } from '../../src/transport/contract.ts'

type Send = (message: Uint8Array) => boolean

/** What happens to the n-th message of an endpoint instead of being sent. */
type Lie = (message: Uint8Array, number: number, send: Send) => boolean

export interface Liar {
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
    endpoint.send = (message) =>
      message.length > honest.traits.maxMessageBytes ? send(message) : lie(message, number++, send)
    return endpoint
  }
  return {
    ...honest,
    name,
    dial: async (to, options, signal) => wrap(await honest.dial(to, options, signal)),
    listen: (at, options, serve) => honest.listen(at, options, (endpoint) => serve(wrap(endpoint))),
  }
}

const drops = (): Lie => (message, number, send) => number % 50 === 49 || send(message)

const doubles = (): Lie => (message, number, send) => {
  if (number % 50 === 49) send(message)
  return send(message)
}

function swaps(): Lie {
  let late: Uint8Array | undefined
  return (message, number, send) => {
    if (number % 50 === 48) {
      late = new Uint8Array(message)
      return true
    }
    const free = send(message)
    const last = late
    late = undefined
    return last === undefined ? free : send(last)
  }
}

function merges(maxMessageBytes: number): Lie {
  let first: Uint8Array | undefined
  return (message, _number, send) => {
    if (first === undefined && message.length < 100) {
      first = new Uint8Array(message)
      return true
    }
    const merged = first === undefined ? message : Buffer.concat([first, message])
    first = undefined
    return send(merged.subarray(0, maxMessageBytes))
  }
}

const borrows = (): Lie => (message, _number, send) => {
  setImmediate(() => send(message))
  return true
}

/** A transport that has a connection, as it says, but nobody hears of its end. */
function silent(honest: Transport): Transport {
  const wrap = (endpoint: Endpoint): Endpoint => {
    endpoint.onClose = () => undefined
    return endpoint
  }
  return {
    ...honest,
    name: 'never says that the far side has gone',
    listen: (at, options, serve) => honest.listen(at, options, (endpoint) => serve(wrap(endpoint))),
  }
}

/** Each tells one lie about the same honest transport. */
export function liars(honest: Transport): readonly Liar[] {
  const exactlyOnce = 'every message arrives exactly once, where promised'
  return [
    { transport: lying(honest, 'drops one in 50', drops), caughtBy: exactlyOnce },
    { transport: lying(honest, 'doubles one in 50', doubles), caughtBy: exactlyOnce },
    {
      transport: lying(honest, 'swaps two in 50', swaps),
      caughtBy: 'messages arrive in the order they were sent, where promised',
    },
    {
      transport: lying(honest, 'merges small messages', () => merges(honest.traits.maxMessageBytes)),
      caughtBy: 'boundaries survive: what is sent as one message arrives as one message',
    },
    {
      transport: lying(honest, 'sends memory that is not its own any more', borrows),
      caughtBy: "after true, or drained(), the memory of a message is the sender's again",
    },
    { transport: silent(honest), caughtBy: 'the far side learns of a close, where there is a connection' },
  ]
}
