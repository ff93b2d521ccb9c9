import { describe, expect, it } from 'vitest'
import { netcmp, Running } from './run-netcmp.ts'
import { closedPort, tcpServer, udpServer } from './strangers.ts'
import { needs } from './tools.ts'

const PYTHON_SERVER = `
import socket, sys
protocol = sys.argv[1]
kind = socket.SOCK_STREAM if protocol == 'tcp' else socket.SOCK_DGRAM
server = socket.socket(socket.AF_INET, kind)
server.bind(('127.0.0.1', 0))
if protocol == 'tcp': server.listen()
print(server.getsockname()[1], flush=True)
if protocol == 'tcp':
    client, _ = server.accept()
    while client.recv(1024): client.sendall(b'always the same\\n')
else:
    while True: server.sendto(b'always the same', server.recvfrom(1024)[1])
`

/** Three lines, each answered after its round trip, and one line about all of them. */
async function expectAnswers(port: number, proto: string, answers: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await netcmp(
    ['echo', `127.0.0.1:${port}`, '--proto', proto, '--timeout', '20s'],
    'one\ntwo and more\nthree: äöü\n',
  )
  expect({ code, answers: stdout.replaceAll(/^ *[\d.]+ (us|ms|s) {2}/gm, '') }).toEqual({
    code: 0,
    answers: `${answers.join('\n')}\n`,
  })
  expect(stderr).toMatch(
    /^3 sent, 3 answered; round trip [\d.]+ (us|ms|s) shortest, [\d.]+ (us|ms|s) median, [\d.]+ (us|ms|s) longest\n$/,
  )
}

const RETURNED = ['one', 'two and more', 'three: äöü']

describe('netcmp echo works with an echo server that is not ours', () => {
  it.for([
    ['tcp', 'socat', 'TCP-LISTEN:PORT,bind=127.0.0.1,fork', 'EXEC:cat'],
    ['udp', 'socat', 'UDP-LISTEN:PORT,bind=127.0.0.1,fork', 'EXEC:cat'],
    ['tcp', 'ncat', '-l', '-k', '127.0.0.1', 'PORT', '-e', '/bin/cat'],
  ] as const)('%s: %s %s', async ([proto, program, ...args], context) => {
    needs(context, program)
    const port = await closedPort()
    // socat -dd and ncat -v say on stderr when they listen.
    const loud = program === 'socat' ? '-dd' : '-v'
    const server = new Running(program, [loud, ...args.map((arg) => arg.replace('PORT', String(port)))])
    await server.prints(/listening on|receiving on/i, 'stderr')
    await expectAnswers(port, proto, RETURNED)
    server.signal('SIGTERM')
  })

  it.for(['tcp', 'udp'])('a Python server that always gives one answer, over %s', async (proto, context) => {
    needs(context, 'python3')
    const server = new Running('python3', ['-c', PYTHON_SERVER, proto])
    const [, port] = await server.prints(/^(\d+)\n/)
    await expectAnswers(Number(port), proto, ['always the same', 'always the same', 'always the same'])
    server.signal('SIGKILL')
  })

  it('puts an echo together that comes back in pieces', async () => {
    const port = await tcpServer((socket) =>
      socket.on('data', (bytes) => {
        socket.write(bytes.subarray(0, 2))
        setImmediate(() => socket.write(bytes.subarray(2)))
      }),
    )
    await expectAnswers(port, 'tcp', RETURNED)
  })

  it('shows an answer without the control characters that would steer the terminal', async () => {
    const port = await udpServer((_, from, socket) =>
      socket.send('\x1b[31mred\x07\n\x1b]0;title\x07', from.port, from.address),
    )
    await expectAnswers(
      port,
      'udp',
      Array.from({ length: 3 }, () => '[31mred ]0;title'),
    )
  })

  it('says that the server hung up, where lines are left to ask', async () => {
    const port = await tcpServer((socket) => socket.once('data', (bytes) => socket.end(bytes)))
    const { code, stdout, stderr } = await netcmp(['echo', `127.0.0.1:${port}`], 'one\ntwo\nthree\n')
    expect(code).toBe(3)
    expect(stdout).toMatch(/^ *[\d.]+ (us|ms|s) {2}one\n(- {2}no answer to: two\n)?$/)
    expect(stderr).toMatch(
      new RegExp(
        `^[12] sent, 1 answered; round trip .*\\ntcp: 127\\.0\\.0\\.1:${port} closed the connection\\n$`,
      ),
    )
  })

  it('is content with a server that hangs up after the last answer', async () => {
    const port = await tcpServer((socket) => socket.once('data', (bytes) => socket.end(bytes)))
    const { code, stdout } = await netcmp(['echo', `127.0.0.1:${port}`], 'one\n')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ *[\d.]+ (us|ms|s) {2}one\n$/)
  })

  it('has nothing to ask, asks nothing, and is done', async () => {
    const port = await tcpServer((socket) => socket.pipe(socket))
    expect(await netcmp(['echo', `127.0.0.1:${port}`])).toEqual({
      code: 0,
      stdout: '',
      stderr: '0 sent, 0 answered\n',
    })
  })
})
