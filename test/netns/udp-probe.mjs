// Numbered datagrams. Receives until standard input ends, and prints which came, in order; or sends so many, paced:
// node udp-probe.mjs receive | node udp-probe.mjs send ADDRESS COUNT BYTES
import { createSocket } from 'node:dgram'

const PORT = 5000
const AT_ONCE = 10

const [what, address = '::', count = 0, bytes = 64] = process.argv.slice(2)
const socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', recvBufferSize: 4_000_000 })

function receive() {
  const numbers = []
  socket.on('message', (message) => numbers.push(message.readUInt32BE(0)))
  socket.bind(PORT, () => process.stdout.write('receiving\n'))
  process.stdin
    .on('end', () => {
      process.stdout.write(`${JSON.stringify(numbers)}\n`)
      socket.close()
    })
    .resume()
}

/** `next` is called when this one has left. */
function sendOne(number, next) {
  const message = Buffer.alloc(Number(bytes), 0xa5)
  message.writeUInt32BE(number, 0)
  socket.send(message, PORT, address, (error) => {
    if (error) throw error
    next()
  })
}

function send(number) {
  if (number > Number(count)) return socket.close()
  const next = () => send(number + 1)
  sendOne(number, number % AT_ONCE === 0 ? () => setTimeout(next, 1) : next)
}

if (what === 'receive') receive()
else {
  socket.bind(0, () => {
    if (address.endsWith('.255')) socket.setBroadcast(true)
    send(1)
  })
}
