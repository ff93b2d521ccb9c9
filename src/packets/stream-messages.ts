import { Flag, hasFlag, readSeq, readStream } from '../wire/frame.ts'
import { PREFIX_BYTES } from '../wire/framing.ts'
import { Coverage } from './coverage.ts'
import type { Direction } from './packet-log.ts'
import { streamFrames } from './stream-frames.ts'
import type { Stretch, TcpStream } from './tcp-stream.ts'
import { type Carried, isMessage, Places, type WireMessage } from './wire-message.ts'

/** The messages of one way of a TCP connection. */
export function messagesOfStream(stream: TcpStream, direction: Direction): Carried {
  const { frames, isWhole } = streamFrames(stream.sent)
  const sent = new Times(stream.sent)
  const arrived = new Times(stream.arrived)
  const probed = new Coverage()
  const messages: WireMessage[] = []
  for (const { from, to, head } of frames) {
    if (!isMessage(head)) continue
    const { cameNs: sentNs } = sent.of(to - 1)
    const { cameNs, readableNs } = arrived.of(to - 1)
    messages.push({
      direction,
      isReply: hasFlag(head, Flag.REPLY),
      stream: readStream(head),
      seq: readSeq(head),
      messageBytes: to - from - PREFIX_BYTES,
      sentNs: sentNs as number,
      arrivedNs: cameNs,
      blockedNs: cameNs === null || readableNs === null ? null : readableNs - cameNs,
    })
    probed.add(from, to)
  }
  const places = new Places()
  for (const { from, to, datagram } of stream.carriers) {
    if (probed.meets(from, to)) places.addPackets(datagram.packets)
  }
  return { messages, places, isWhole }
}

/** When a byte came, and when it and all before it had come; null: never. */
interface Came {
  readonly cameNs: number | null
  readonly readableNs: number | null
}

const NEVER: Came = { cameNs: null, readableNs: null }

/** When bytes of a stream came, asked for in ascending order. */
class Times {
  readonly #stretches: readonly Stretch[]
  #index = 0
  /** So many bytes came without a gap, the last of them then. */
  #wholeBytes = 0
  #wholeNs = 0

  constructor(stretches: readonly Stretch[]) {
    this.#stretches = stretches
  }

  of(offset: number): Came {
    for (; ; this.#index++) {
      const stretch = this.#stretches[this.#index]
      if (stretch === undefined || stretch.from > offset) return NEVER
      const { from, to, atNs } = stretch
      const isWhole = from <= this.#wholeBytes
      if (isWhole) {
        this.#wholeBytes = to
        this.#wholeNs = Math.max(this.#wholeNs, atNs)
      }
      if (offset < to) return { cameNs: atNs, readableNs: isWhole ? this.#wholeNs : null }
    }
  }
}
