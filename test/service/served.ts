import { onTestFinished } from 'vitest'
import { SessionServer, type SessionServerOptions } from '../../src/service/session-server.ts'
import type { Traits } from '../../src/transport/contract.ts'
import { FrameType, frameType, NO_TOKEN, readToken, type Token, writeHeader } from '../../src/wire/frame.ts'
import {
  CONTROL_BYTES,
  encodeControl,
  type OpenRequest,
  requestNumber,
} from '../../src/wire/session-messages.ts'
import { FakeClock } from '../sim/fake-clock.ts'
import { FakeEndpoint } from '../sim/fake-endpoint.ts'

export const DATAGRAMS: Traits = {
  boundaries: 'native',
  connected: false,
  answeredBy: 'server',
  reliable: false,
  ordered: false,
  handshakeRtts: 0,
  maxMessageBytes: 65_507,
}

export const STREAM: Traits = {
  boundaries: 'framed',
  connected: true,
  answeredBy: 'server',
  reliable: true,
  ordered: true,
  handshakeRtts: 1,
  maxMessageBytes: 1_048_576,
}

const ECHO: OpenRequest = { workload: 'echo', sizeBytes: 64, durationNs: 1e9, ratePerSec: 1000 }

/** Who serves an endpoint: it bakes the cookie that a RETRY would have brought. */
const servers = new WeakMap<FakeEndpoint, SessionServer>()

/** A server on a fake clock, and endpoints of clients to it, which have proved their addresses. */
export function served(traits: Traits = DATAGRAMS, options: SessionServerOptions = {}) {
  const clock = new FakeClock(5e9)
  const server = new SessionServer(clock, 'netcmp test', options)
  onTestFinished(() => server.close())
  let clients = 0
  const connect = (remote = `10.0.${++clients >> 8}.${clients & 255}:1`): FakeEndpoint => {
    const endpoint = new FakeEndpoint('server:1', remote, clock)
    server.serve(traits)(endpoint)
    servers.set(endpoint, server)
    return endpoint
  }
  return { clock, server, connect }
}

export function openFrame(
  endpoint: FakeEndpoint,
  number: number,
  changed: Partial<OpenRequest> = {},
  bytes = CONTROL_BYTES,
): Uint8Array {
  return encodeControl(
    FrameType.OPEN,
    NO_TOKEN,
    number,
    { ...ECHO, cookie: servers.get(endpoint)?.cookies.bake(endpoint.remote), ...changed },
    bytes,
  )
}

export function controlFrame(type: number, token: Token, number: number, body: unknown): Uint8Array {
  return encodeControl(type, token, number, body, CONTROL_BYTES)
}

export function statsFrame(token: Token, number: number, sentCount: number, final = false): Uint8Array {
  return controlFrame(FrameType.STATS_REQUEST, token, number, { sentCount, final })
}

export function probeFrame(token: Token, seq: number, bytes = 64, flags = 0): Uint8Array {
  const probe = new Uint8Array(bytes).fill(0xaa)
  writeHeader(probe, FrameType.PROBE | flags, 0, token, seq)
  return probe
}

export interface Answer {
  readonly type: number
  readonly token: Token
  readonly number: number
  readonly body: Record<string, unknown>
}

/** What the endpoint was sent last, read as a control frame. */
export function lastAnswer(endpoint: FakeEndpoint): Answer {
  const frame = endpoint.sent.at(-1)
  if (frame === undefined) throw new Error('nothing was answered')
  const text = new TextDecoder().decode(frame.subarray(32))
  return {
    type: frameType(frame),
    token: readToken(frame),
    number: requestNumber(frame),
    body: JSON.parse(text),
  }
}

/** Opens a session and returns its token. */
export function openOn(endpoint: FakeEndpoint, changed: Partial<OpenRequest> = {}, number = 1): Token {
  endpoint.arrive(openFrame(endpoint, number, changed))
  const { type, token } = lastAnswer(endpoint)
  if (type !== FrameType.ACCEPT) throw new Error('the session was refused')
  return token
}
