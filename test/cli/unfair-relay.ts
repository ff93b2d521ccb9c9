import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import { FrameType, frameType } from '../../src/wire/frame.ts'

/** What befalls the n-th probe of one way; `swapped` lets the next one pass first. */
export type Fate = 'passed' | 'lost' | 'doubled' | 'swapped'
export type Fates = (n: number) => Fate

/** One way through the relay, and what it did so far. */
export class Way {
  readonly count: Record<Fate, number> = { passed: 0, lost: 0, doubled: 0, swapped: 0 }
  readonly #fates: Fates
  #n = 0
  #held: Buffer | undefined

  constructor(fates: Fates) {
    this.#fates = fates
  }

  pass(bytes: Buffer, send: (bytes: Buffer) => void): void {
    if (frameType(bytes) !== FrameType.PROBE) return send(bytes)
    const fate = this.#fates(this.#n++)
    this.count[fate]++
    if (fate === 'swapped') this.#held = bytes
    else {
      if (fate !== 'lost') send(bytes)
      if (fate === 'doubled') send(bytes)
      if (this.#held) send(this.#held)
      this.#held = undefined
    }
  }
}

/** Stands between a client and a UDP server on 127.0.0.1 for the length of a test. Returns its port. */
export async function unfairRelay(to: number, forward: Way, reverse: Way): Promise<number> {
  const upstreams = new Map<number, Socket>()
  const server = createSocket('udp4')
  const dial = (from: RemoteInfo): Socket => {
    const upstream = createSocket('udp4', (bytes) => {
      reverse.pass(bytes, (each) => server.send(each, from.port, from.address))
    })
    upstreams.set(from.port, upstream)
    return upstream
  }
  server.on('message', (bytes, from) => {
    const upstream = upstreams.get(from.port) ?? dial(from)
    forward.pass(bytes, (each) => upstream.send(each, to, '127.0.0.1'))
  })
  server.bind(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const upstream of upstreams.values()) upstream.close()
  })
  return server.address().port
}
