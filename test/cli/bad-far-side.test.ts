import { describe, expect, it } from 'vitest'
import { netcmp, startServe } from './run-netcmp.ts'
import { closedPort, tcpStrangers, udpStrangers } from './strangers.ts'

const NOBODY = 'connection refused: nobody listens there (start one with `netcmp serve`)'
const START_ONE = '(start one with `netcmp serve`)'
const NO_ANSWER = 'within 300 ms: is a netcmp server there? (netcmp serve)'

/** Breaks when a failure prints a result, more than one line, or ends as if it were something else. */
async function expectOneLine(args: readonly string[], line: string, input = ''): Promise<void> {
  expect(await netcmp([...args, '--timeout', '300ms'], input)).toEqual({
    code: 3,
    stdout: '',
    stderr: `${line}\n`,
  })
}

describe('netcmp HOST says in one line what is wrong with the far side', () => {
  it.each([
    ['tcp', `tcp: cannot connect to ADDRESS: ${NOBODY}`],
    ['udp', `udp: ADDRESS: ${NOBODY}`],
  ])('a closed port over %s', async (proto, line) => {
    const address = `127.0.0.1:${await closedPort()}`
    await expectOneLine([address, '--proto', proto], line.replace('ADDRESS', address))
  })

  it('a name that nobody has', async () => {
    await expectOneLine(['no-such-host.invalid'], 'tcp: cannot find no-such-host.invalid: no such host name')
  })

  it.each([
    ['http', `ADDRESS is not a netcmp server: it answers something else ${START_ONE}`],
    ['echo', `ADDRESS is not a netcmp server: it returns what it is sent ${START_ONE}`],
    ['silent', `no netcmp answer from ADDRESS ${NO_ANSWER}`],
    ['greeting', `ADDRESS is not a netcmp server: it answers something else ${START_ONE}`],
    [
      'closing at once',
      'ADDRESS closed the connection before it answered: is a netcmp server there? (netcmp serve)',
    ],
    ['answering noise', `ADDRESS is not a netcmp server: it answers something else ${START_ONE}`],
  ] as const)('a server over TCP that is not netcmp: %s', async (kind, line) => {
    const address = `127.0.0.1:${await tcpStrangers[kind]()}`
    await expectOneLine([address, '--proto', 'tcp'], `tcp: ${line.replace('ADDRESS', address)}`)
  })

  it.each([
    ['echo', `ADDRESS is not a netcmp server: it returns what it is sent ${START_ONE}`],
    ['silent', `no netcmp answer from ADDRESS ${NO_ANSWER}`],
    ['fixed answer', `ADDRESS is not a netcmp server: it answers something else ${START_ONE}`],
  ] as const)('a server over UDP that is not netcmp: %s', async (kind, line) => {
    const address = `127.0.0.1:${await udpStrangers[kind]()}`
    await expectOneLine([address, '--proto', 'udp'], `udp: ${line.replace('ADDRESS', address)}`)
  })

  it.each([
    ['echo', 'returns what it is sent'],
    ['chat', 'answers something else'],
  ] as const)('the plain %s of netcmp itself, a port beside the right one', async (service, what) => {
    const { port } = await startServe(['--host', '127.0.0.1'])
    const address = `127.0.0.1:${port + (service === 'echo' ? 1 : 2)}`
    await expectOneLine([address], `tcp: ${address} is not a netcmp server: it ${what} ${START_ONE}`)
  })
})

describe('netcmp chat says in one line what is wrong with the far side', () => {
  it.each([
    ['tcp', `tcp: cannot connect to ADDRESS: ${NOBODY}`],
    ['udp', `udp: ADDRESS: ${NOBODY}`],
  ])('a closed port over %s', async (proto, line) => {
    const address = `127.0.0.1:${await closedPort()}`
    await expectOneLine(['chat', address, '--proto', proto], line.replace('ADDRESS', address))
  })

  it.each([
    ['http', 'ADDRESS is not the chat port of a netcmp server: it answers "HTTP/1.1 400 Bad Request"'],
    ['echo', 'ADDRESS is not the chat port of a netcmp server: it answers "/who"'],
    ['silent', 'ADDRESS does not answer: is it the chat port of a netcmp server?'],
    ['closing at once', 'ADDRESS closed the connection'],
  ] as const)('a server over TCP that is no chat: %s', async (kind, line) => {
    const address = `127.0.0.1:${await tcpStrangers[kind]()}`
    await expectOneLine(['chat', address], `tcp: ${line.replace('ADDRESS', address)}`)
  })

  it.each([
    ['echo', 'ADDRESS is not the chat port of a netcmp server: it answers "/who"'],
    ['silent', 'ADDRESS does not answer: is it the chat port of a netcmp server?'],
    ['fixed answer', 'ADDRESS is not the chat port of a netcmp server: it answers "hello"'],
  ] as const)('a server over UDP that is no chat: %s', async (kind, line) => {
    const address = `127.0.0.1:${await udpStrangers[kind]()}`
    await expectOneLine(['chat', address, '--proto', 'udp'], `udp: ${line.replace('ADDRESS', address)}`)
  })
})

describe('netcmp echo says what is wrong with the far side', () => {
  it('a closed port over TCP', async () => {
    const address = `127.0.0.1:${await closedPort()}`
    await expectOneLine(['echo', address], `tcp: cannot connect to ${address}: ${NOBODY}`, 'hello\n')
  })

  it('a closed port over UDP, which only the first datagram can tell', async () => {
    const address = `127.0.0.1:${await closedPort()}`
    expect(await netcmp(['echo', address, '--proto', 'udp'], 'hello\nworld\n')).toEqual({
      code: 3,
      stdout: '-  no answer to: hello\n',
      stderr: `udp: ${address}: ${NOBODY}\n`,
    })
  })

  it.each(['tcp', 'udp'] as const)('silence over %s, line by line', async (proto) => {
    const port = await (proto === 'tcp' ? tcpStrangers : udpStrangers).silent()
    const args = ['echo', `127.0.0.1:${port}`, '--proto', proto, '--timeout', '200ms']
    expect(await netcmp(args, 'hello\nworld\n')).toEqual({
      code: 3,
      stdout: '-  no answer within 200 ms to: hello\n-  no answer within 200 ms to: world\n',
      stderr: '2 sent, 0 answered\n',
    })
  })
})
