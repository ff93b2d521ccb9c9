/** The same work without any accounting: the yardstick. Run as a child it is the far side, `node bare.mjs ROLE`. */
import { fork } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { connect, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const HOST = '127.0.0.1'
const now = () => Number(process.hrtime.bigint())
/** As netcmp does it: numeric addresses are not looked up. */
const lookup = (host, _options, done) => done(null, host, 4)
const udp = () => createSocket({ type: 'udp4', lookup, recvBufferSize: 4 << 20, sendBufferSize: 4 << 20 })

const farSides = {
  'udp-echo'(ready) {
    const socket = udp()
    socket.on('message', (message, { port, address }) => socket.send(message, port, address))
    socket.bind(0, HOST, () => ready(socket.address().port))
  },
  'tcp-echo'(ready) {
    const server = createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => {})
      socket.on('data', (chunk) => socket.write(chunk))
    })
    server.listen(0, HOST, () => ready(server.address().port))
  },
  'udp-sink'(ready) {
    const socket = udp()
    let count = 0
    let first = 0
    let last = 0
    socket.on('message', () => {
      last = now()
      if (count++ === 0) first = last
    })
    socket.bind(0, HOST, () => ready(socket.address().port))
    process.on('message', () => {
      process.send({ perSec: (count - 1) / ((last - first) / 1e9) })
      count = 0
    })
  },
  'tcp-sink'(ready) {
    let bytes = 0
    let first = 0
    let last = 0
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.on('data', (chunk) => {
        last = now()
        if (bytes === 0) first = last
        bytes += chunk.length
      })
    })
    server.listen(0, HOST, () => ready(server.address().port))
    process.on('message', () => {
      process.send({ perSec: (bytes * 8) / ((last - first) / 1e9) })
      bytes = 0
    })
  },
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  farSides[process.argv[2]]((port) => process.send({ port }))
  process.on('disconnect', () => process.exit())
}

/** Starts a far side in a process of its own. */
export async function farSide(role) {
  const child = fork(fileURLToPath(import.meta.url), [role])
  const next = () => new Promise((resolve) => child.once('message', resolve))
  const { port } = await next()
  return {
    port,
    /** What it received per second since it was last asked. */
    async perSec() {
      const answer = next()
      child.send('count')
      return (await answer).perSec
    },
    close: () => child.disconnect(),
  }
}

/** Round trips per second, one outstanding. */
export async function pingPong(proto, port, size, ms) {
  const message = Buffer.alloc(size, 1)
  let count = 0
  const began = now()
  const end = began + ms * 1e6
  await new Promise((resolve) => {
    if (proto === 'udp') {
      const socket = udp()
      socket.on('message', () => {
        count++
        if (now() < end) socket.send(message)
        else socket.close(resolve)
      })
      socket.connect(port, HOST, () => socket.send(message))
    } else {
      const socket = connect({ port, host: HOST, noDelay: true }, () => socket.write(message))
      let got = 0
      socket.on('data', (chunk) => {
        got += chunk.length
        if (got < size) return
        got = 0
        count++
        if (now() < end) socket.write(message)
        else socket.destroy()
      })
      socket.on('close', resolve)
    }
  })
  return count / ((now() - began) / 1e9)
}

/** Sends as much as the socket takes. */
export async function flood(proto, port, size, ms) {
  const message = Buffer.alloc(size, 1)
  const end = now() + ms * 1e6
  await new Promise((resolve) => {
    if (proto === 'udp') {
      const socket = udp()
      const turn = () => {
        for (let i = 0; i < 64; i++) socket.send(message)
        if (now() < end) setImmediate(turn)
        else setTimeout(() => socket.close(resolve), 50)
      }
      socket.connect(port, HOST, turn)
    } else {
      const socket = connect({ port, host: HOST, noDelay: true })
      const turn = () => {
        while (now() < end) if (!socket.write(message)) return socket.once('drain', turn)
        socket.end()
      }
      socket.on('connect', turn)
      socket.on('close', resolve)
    }
  })
}
