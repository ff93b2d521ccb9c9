import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createConnection } from 'node:net'
import { onTestFinished } from 'vitest'
import { Deframer } from '../../src/wire/framing.ts'
import { prefixed, within } from './attackers.ts'

const ASK_AGAIN_MS = 500

/** How a stranger reaches the server. */
interface Way {
  send(frame: Uint8Array): void
  /** What is lost has to be sent again. */
  readonly loses: boolean
  close(): void
}

/** Somebody who has a host of its own, follows no rule, and keeps what it is answered. */
export class Stranger {
  /** Of frames, without what a stream puts before them. */
  sentBytes = 0
  receivedBytes = 0
  readonly answers: Uint8Array[] = []
  readonly loses: boolean
  readonly #way: Way
  #onAnswer: () => void = () => {}

  constructor(wayOf: (heard: (frame: Uint8Array) => void) => Way) {
    this.#way = wayOf((frame) => {
      this.receivedBytes += frame.length
      this.answers.push(frame)
      this.#onAnswer()
    })
    this.loses = this.#way.loses
    onTestFinished(() => this.leave())
  }

  send(...frames: readonly Uint8Array[]): void {
    for (const frame of frames) {
      this.sentBytes += frame.length
      this.#way.send(frame)
    }
  }

  /** Waits for an answer, after so many, that is the one. */
  async answered(is: (frame: Uint8Array) => boolean = () => true, after = this.answers.length) {
    return within(
      new Promise<Uint8Array>((resolve) => {
        let seen = after
        this.#onAnswer = () => {
          while (seen < this.answers.length) {
            const answer = this.answers[seen++] as Uint8Array
            if (is(answer)) resolve(answer)
          }
        }
        this.#onAnswer()
      }),
    )
  }

  /** Sends a frame, where need be more than once, and returns its answer. */
  async ask(frame: Uint8Array, is: (frame: Uint8Array) => boolean): Promise<Uint8Array> {
    const after = this.answers.length
    this.send(frame)
    const again = setInterval(() => this.loses && this.send(frame), ASK_AGAIN_MS)
    try {
      return await this.answered(is, after)
    } finally {
      clearInterval(again)
    }
  }

  leave(): void {
    this.#way.close()
  }
}

/** Of the n-th host. */
const hostName = (n: number) => `127.${1 + (n >> 8)}.${n & 255}.9`

export async function udpStranger(n: number, port: number): Promise<Stranger> {
  const socket = createSocket('udp4')
  socket.bind(0, hostName(n))
  await once(socket, 'listening')
  socket.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.on('error', () => {})
  let closed = false
  return new Stranger((heard) => {
    socket.on('message', heard)
    return {
      send: (frame) => socket.send(frame),
      loses: true,
      close: () => {
        if (!closed) socket.close()
        closed = true
      },
    }
  })
}

export async function tcpStranger(n: number, port: number): Promise<Stranger> {
  const socket = createConnection({ port, host: '127.0.0.1', localAddress: hostName(n) })
  await once(socket, 'connect')
  socket.on('error', () => {})
  return new Stranger((heard) => {
    const deframer = new Deframer(1 << 20, (frame) => heard(Uint8Array.from(frame)))
    socket.on('data', (bytes) => deframer.push(bytes, 0 as Parameters<Deframer['push']>[1]))
    return {
      send: (frame) => socket.write(prefixed(frame)),
      loses: false,
      close: () => socket.destroy(),
    }
  })
}
