import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A TCP server that is not ours, for the length of a test. Returns its port on 127.0.0.1. */
export async function tcpServer(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    serve(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

/** A UDP server that is not ours, for the length of a test. */
export async function udpServer(
  serve: (datagram: Buffer, from: RemoteInfo, socket: UdpSocket) => void,
): Promise<number> {
  const socket = createSocket('udp4', (datagram, from) => serve(datagram, from, socket))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  onTestFinished(() => {
    socket.close()
  })
  return socket.address().port
}

/** A port on which nobody listens, over TCP or UDP: it was free a moment ago. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

export const tcpStrangers = {
  http: () =>
    tcpServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))),
  echo: () => tcpServer((socket) => socket.pipe(socket)),
  silent: () => tcpServer((socket) => socket.resume()),
  greeting: () => tcpServer((socket) => socket.write('220 mail.example ESMTP\r\n')),
  'closing at once': () => tcpServer((socket) => socket.end()),
  'answering noise': () =>
    tcpServer((socket) => socket.once('data', () => socket.write(Buffer.alloc(600, 0xff)))),
} as const

export const udpStrangers = {
  echo: () => udpServer((datagram, from, socket) => socket.send(datagram, from.port, from.address)),
  silent: () => udpServer(() => {}),
  'fixed answer': () => udpServer((_, from, socket) => socket.send('hello', from.port, from.address)),
} as const
