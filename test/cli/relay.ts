import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Relay {
  readonly port: number
  /** Resolves when so many bytes have gone through, both ways together: the client is in the midst of it. */
  passed(bytes: number): Promise<void>
  /** Passes nothing more on, and tells nobody. */
  stall(): void
}

class Gauge {
  stalled = false
  #bytes = 0
  #wanted = Number.POSITIVE_INFINITY
  #reached: () => void = () => {}

  /** Whether to pass it on. */
  count(bytes: number): boolean {
    this.#bytes += bytes
    if (this.#bytes >= this.#wanted) this.#reached()
    return !this.stalled
  }

  passed(bytes: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wanted = bytes
      this.#reached = resolve
      this.count(0)
    })
  }
}

/** Stands between a client and a TCP server on 127.0.0.1, for the length of a test. */
export async function tcpRelay(to: number): Promise<Relay> {
  const gauge = new Gauge()
  const sockets = new Set<Socket>()
  const pass = (from: Socket, into: Socket) => {
    sockets.add(from)
    from.on('data', (bytes) => {
      if (gauge.count(bytes.length)) into.write(bytes)
    })
    from.on('end', () => into.end()).on('error', () => into.destroy())
    from.on('close', () => into.destroy())
  }
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = createConnection({ port: to, host: '127.0.0.1', allowHalfOpen: true })
    pass(client, upstream)
    pass(upstream, client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return relayOf((server.address() as AddressInfo).port, gauge)
}

/** The same for UDP. What the server's host refuses, it keeps to itself: so does many a firewall. */
export async function udpRelay(to: number): Promise<Relay> {
  const gauge = new Gauge()
  const upstreams = new Map<number, UdpSocket>()
  const server = createSocket('udp4')
  const dial = (from: RemoteInfo): UdpSocket => {
    const upstream = createSocket('udp4', (bytes) => {
      if (gauge.count(bytes.length)) server.send(bytes, from.port, from.address)
    })
    upstreams.set(from.port, upstream)
    return upstream
  }
  server.on('message', (bytes, from) => {
    const upstream = upstreams.get(from.port) ?? dial(from)
    if (gauge.count(bytes.length)) upstream.send(bytes, to, '127.0.0.1')
  })
  server.bind(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const upstream of upstreams.values()) upstream.close()
  })
  return relayOf(server.address().port, gauge)
}

function relayOf(port: number, gauge: Gauge): Relay {
  return {
    port,
    passed: (bytes) => gauge.passed(bytes),
    stall: () => {
      gauge.stalled = true
    },
  }
}
