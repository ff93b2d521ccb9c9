import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createConnection, type NetConnectOpts, type Socket } from 'node:net'
import { FrameType, frameType, NO_TOKEN, readToken, type Token } from '../../src/wire/frame.ts'
import { Deframer, writePrefix } from '../../src/wire/framing.ts'
import { decodeControl, refusal, requestNumber, retry } from '../../src/wire/session-messages.ts'
import { type Frames, openFrame } from './frames.ts'

/** Longer than any pause of a busy machine: then the server does not serve any more. */
const PATIENCE_MS = 20_000
const ASK_AGAIN_MS = 200

/** Sends so many frames, and resolves when the server has read them all. */
export type Attack = (frames: Frames, count: number) => Promise<void>

const DATAGRAMS_AT_ONCE = 64

/** Datagrams from one socket, with a session opened now and then: its ACCEPT tells that all before it was read. */
export function datagramAttack(port: number): Attack {
  return async (frames, count) => {
    const socket = createSocket('udp4')
    socket.connect(port, '127.0.0.1')
    await once(socket, 'connect')
    let failure: Error | undefined
    let cookie: string | undefined
    socket.on('error', (error) => {
      failure = error
    })
    for (let sent = 0; sent < count; sent += DATAGRAMS_AT_ONCE) {
      const number = 2 ** 32 + sent
      let open = openFrame(number, frames.random, cookie)
      const again = setInterval(() => socket.send(open), ASK_AGAIN_MS)
      socket.send(open)
      frames.speakFor(
        await within(
          new Promise((resolve) => {
            socket.on('message', (answer) => {
              if (requestNumber(answer) !== number) return
              if (frameType(answer) === FrameType.ACCEPT) resolve(readToken(answer))
              if (frameType(answer) !== FrameType.RETRY) return
              cookie = decodeControl(retry, answer)?.cookie
              open = openFrame(number, frames.random, cookie)
              socket.send(open)
            })
          }),
        ),
      )
      clearInterval(again)
      socket.removeAllListeners('message')
      const left = Math.min(DATAGRAMS_AT_ONCE, count - sent)
      for (let n = 0; n < left; n++) socket.send(frames.next())
      if (failure) throw failure
    }
    socket.close()
  }
}

const FRAMES_OF_A_CONNECTION = 200

/** Connections one after the other: a session, then frames that a stream survives, then an end that it does not. */
export function streamAttack(to: NetConnectOpts): Attack {
  return async (frames, count) => {
    for (let sent = 0; sent < count; sent += FRAMES_OF_A_CONNECTION) {
      const socket = createConnection(to)
      // The server breaks the connection on purpose.
      socket.on('error', () => {})
      const closed = new Promise((resolve) => socket.once('close', resolve))
      frames.speakFor(await within(opened(socket, openFrame(sent, frames.random))))
      const left = Math.min(FRAMES_OF_A_CONNECTION, count - sent)
      const batch = Array.from({ length: left - 1 }, () => prefixed(frames.nextOfStream()))
      socket.write(Buffer.concat([...batch, ending(frames)]))
      socket.resume()
      await within(closed)
    }
  }
}

function opened(socket: Socket, open: Uint8Array): Promise<Token> {
  return new Promise((resolve, reject) => {
    const deframer = new Deframer(1 << 20, (answer) => {
      if (frameType(answer) === FrameType.ACCEPT) resolve(readToken(answer))
      if (frameType(answer) !== FrameType.REFUSE) return
      // A server that collects nothing has read all the same what asks it to.
      if (decodeControl(refusal, answer)?.code === 'COLLECT') resolve(NO_TOKEN)
    })
    socket.on('data', (bytes) => deframer.push(bytes, 0 as Parameters<Deframer['push']>[1]))
    socket.once('close', () => reject(new Error('the server closed the connection before a wrong frame')))
    socket.write(prefixed(open))
  })
}

/** A frame as it goes over a stream. */
export function prefixed(frame: Uint8Array, length = frame.length): Uint8Array {
  const bytes = new Uint8Array(4 + frame.length)
  writePrefix(bytes, length)
  bytes.set(frame, 4)
  return bytes
}

/** Noise for a frame; or a length that nobody may have; either ends the stream. */
function ending(frames: Frames): Uint8Array {
  const { random } = frames
  frames.hopelessCount++
  const noise = new Uint8Array(random.below(100)).map(() => random.below(256))
  noise[0] = 0
  const tooLong = (1 << 20) + 1 + random.below(2 ** 31)
  return random.below(2) === 0 ? prefixed(noise) : prefixed(noise, tooLong)
}

/** What no server takes longer for that still serves. */
export async function within<T>(event: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the server does not answer any more')), PATIENCE_MS)
  })
  try {
    return await Promise.race([event, late])
  } finally {
    clearTimeout(timer)
  }
}
