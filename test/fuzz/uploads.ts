import { FrameType, frameType, NO_TOKEN, readToken, type Token } from '../../src/wire/frame.ts'
import {
  CONTROL_BYTES,
  chunkEnd,
  decodeControl,
  encodeChunk,
  encodeControl,
  type Refusal,
  refusal,
  requestNumber,
  retry,
  uploaded,
} from '../../src/wire/session-messages.ts'
import type { Stranger } from './stranger.ts'

let lastNumber = 0

/** An OPEN that hands over a document, whatever is asked in it. */
export function collectFrame(request: Readonly<Record<string, unknown>>, number = ++lastNumber): Uint8Array {
  const body = { workload: 'collect', ...request }
  return encodeControl(FrameType.OPEN, NO_TOKEN, number, body, CONTROL_BYTES)
}

/** Opens an upload and proves the address where asked to: its token, or why there is none. */
export async function begin(who: Stranger, name: string, sizeBytes: number): Promise<Token | Refusal> {
  for (let cookie: string | undefined; ; ) {
    const number = ++lastNumber
    const frame = collectFrame({ name, sizeBytes, cookie }, number)
    const answer = await who.ask(frame, (each) => requestNumber(each) === number)
    if (frameType(answer) === FrameType.ACCEPT) return readToken(answer)
    if (frameType(answer) === FrameType.REFUSE) return decodeControl(refusal, answer) as Refusal
    cookie = decodeControl(retry, answer)?.cookie
  }
}

/** The same, where it must be let in. */
export async function begun(who: Stranger, sizeBytes: number, name = 'mallory'): Promise<Token> {
  const answer = await begin(who, name, sizeBytes)
  if ('code' in answer) throw new Error(`refused: ${answer.reason}`)
  return answer
}

export function piecesOf(document: Uint8Array, token: Token): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let offset = 0; offset < document.length; offset = chunkEnd(offset, document.length)) {
    pieces.push(encodeChunk(token, ++lastNumber, document, offset))
  }
  return pieces
}

/** Sends pieces, and returns what the last one is answered with. */
export async function handOver(who: Stranger, pieces: readonly Uint8Array[]) {
  const last = pieces.at(-1) as Uint8Array
  const answers = (piece: Uint8Array) => (each: Uint8Array) => requestNumber(each) === requestNumber(piece)
  if (who.loses) for (const piece of pieces.slice(0, -1)) await who.ask(piece, answers(piece))
  else who.send(...pieces.slice(0, -1))
  return decodeControl(uploaded, await who.ask(last, answers(last)))
}

/** Hands over a whole document: the code of the refusal, `kept` where there is none. */
export async function upload(who: Stranger, name: string, document: Uint8Array): Promise<string> {
  const token = await begun(who, document.length, name)
  const answer = await handOver(who, piecesOf(document, token))
  return answer?.refusal?.code ?? (answer?.receivedBytes === document.length ? 'kept' : 'unclear')
}
