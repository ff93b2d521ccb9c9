import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Running, type Served, startServe } from './run-netcmp.ts'
import { needs } from './tools.ts'

/** Ten lines that any student writes: no newline, one answer awaited, nothing else agreed upon. */
const PYTHON_CLIENT = `
import socket, sys
protocol, port, text = sys.argv[1:]
kind = socket.SOCK_STREAM if protocol == 'tcp' else socket.SOCK_DGRAM
client = socket.socket(socket.AF_INET, kind)
client.settimeout(20)
client.connect(('127.0.0.1', int(port)))
client.send(text.encode())
while text not in (answer := client.recv(2048).decode()):
    print(answer.strip())
print(answer.strip())
`

let served: Served

beforeAll(async () => {
  served = await startServe()
})
afterAll(() => served.server.signal('SIGKILL'))

const echoPort = () => String(served.port + 1)
const chatPort = () => String(served.port + 2)

/** `nc` and its kin: they stay until they are ended, so what they print is awaited. */
function plainClient(program: string, ...args: string[]): Running {
  return new Running(program, args)
}

describe.for([
  ['nc', []],
  ['nc', ['-u']],
  ['ncat', []],
  ['ncat', ['-u']],
] as const)('%s %s', ([program, flags]) => {
  it('gets back what it types from the plain echo, line by line', async (context) => {
    needs(context, program)
    const client = plainClient(program, ...flags, '127.0.0.1', echoPort())
    client.say('first\n')
    await client.prints(/^first\n$/)
    client.say('second, with umlauts: äöü\n')
    await client.prints(/^first\nsecond, with umlauts: äöü\n$/)
    client.signal('SIGKILL')
  })

  it('joins the plain chat, speaks, takes a name and leaves', async (context) => {
    needs(context, program)
    const client = plainClient(program, ...flags, '127.0.0.1', chatPort())
    client.say('/name nina\n')
    await client.prints(
      /\* you are guest-\d+, \d+ here; \/name NAME, \/who, \/quit\n(.*\n)*\* guest-\d+ is now nina\n/,
    )
    client.say('hello\n')
    await client.prints(/^nina: hello\n/m)
    client.say('/who\n')
    await client.prints(/^\* here: .*nina/m)
    client.say('/quit\n')
    await client.prints(/^\* bye\n/m)
    client.signal('SIGKILL')
  })
})

describe.for(['tcp', 'udp'])('a ten-line Python client over %s', (protocol) => {
  it('that sends text without a newline is answered by the plain echo', async (context) => {
    needs(context, 'python3')
    const client = plainClient('python3', '-c', PYTHON_CLIENT, protocol, echoPort(), 'no newline here')
    expect(await client.exit()).toEqual({ code: 0, stdout: 'no newline here\n', stderr: '' })
  })

  it('that sends text without a newline is heard by the plain chat', async (context) => {
    needs(context, 'python3')
    const client = plainClient('python3', '-c', PYTHON_CLIENT, protocol, chatPort(), 'no newline here')
    const { code, stdout, stderr } = await client.exit()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^guest-\d+: no newline here$/m)
  })
})

it('a pipe into nc -N hears its own line before the connection ends', async (context) => {
  needs(context, 'nc')
  const client = plainClient('nc', '-N', '127.0.0.1', chatPort())
  client.say('in and out\n')
  client.hangUp()
  expect((await client.exit()).stdout).toMatch(/^guest-\d+: in and out$/m)
})

it('a megabyte through the plain echo comes back byte for byte', async (context) => {
  needs(context, 'nc')
  const text = Array.from({ length: 100_000 }, (_, n) => `line ${n}\n`).join('')
  const client = plainClient('nc', '-N', '127.0.0.1', echoPort())
  client.say(text)
  client.hangUp()
  const { stdout } = await client.exit()
  expect(stdout.length).toBe(text.length)
  expect(stdout === text).toBe(true)
})
