import { networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import { netcmp, Running, startNetcmp, startServe } from './run-netcmp.ts'
import { needs } from './tools.ts'

/** An address of this computer that is not loopback: a server cannot know that nobody forged it. */
function outsideAddress(): string | undefined {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address
}

async function joined(member: Running, name: string): Promise<Running> {
  await member.prints(new RegExp(`is now ${name}\\n`))
  return member
}

function startChat(address: string, proto: string, name: string): Promise<Running> {
  return joined(startNetcmp(['chat', address, '--proto', proto, '--name', name]), name)
}

function startNc(port: number, name: string, ...flags: string[]): Promise<Running> {
  const member = new Running('nc', [...flags, '127.0.0.1', String(port)])
  member.say(`/name ${name}\n`)
  return joined(member, name)
}

describe('one room for everyone', () => {
  it('lets two nc and two netcmp chat, over TCP and UDP each, read each other', async (context) => {
    needs(context, 'nc')
    const { port } = await startServe()
    const chat = port + 2
    const members = {
      ada: await startChat(`127.0.0.1:${chat}`, 'tcp', 'ada'),
      bob: await startChat(`127.0.0.1:${chat}`, 'udp', 'bob'),
      cleo: await startNc(chat, 'cleo'),
      dan: await startNc(chat, 'dan', '-u'),
    }
    for (const [name, member] of Object.entries(members)) member.say(`${name} was here\n`)
    for (const [name, member] of Object.entries(members)) {
      for (const speaker of Object.keys(members)) {
        await member.prints(new RegExp(`^${speaker}: ${speaker} was here$`, 'm'))
      }
      expect([name, member.stderr]).toEqual([name, ''])
    }
  })

  it.each(['tcp', 'udp'])('hears over %s what a pipe says, and tells who came and left', async (proto) => {
    const { port } = await startServe()
    const address = `127.0.0.1:${port + 2}`
    const listener = await startChat(address, 'tcp', 'listener')
    const speaker = await netcmp(
      ['chat', address, '--proto', proto, '--name', 'pipe'],
      'one\n\n  \ntwo\tthree\n',
    )
    expect(speaker).toEqual({
      code: 0,
      stdout: [
        '* you are guest-2, 2 here; /name NAME, /who, /quit',
        '* guest-2 is now pipe',
        'pipe: one',
        'pipe: two three\n',
      ].join('\n'),
      stderr: '',
    })
    await listener.prints(
      /\* guest-2 joined\n\* guest-2 is now pipe\npipe: one\npipe: two three\n\* pipe left\n$/,
    )
  })

  it('keeps names apart', async () => {
    const { port } = await startServe()
    const address = `127.0.0.1:${port + 2}`
    await startChat(address, 'tcp', 'guest-2')
    const second = startNetcmp(['chat', address, '--proto', 'udp'])
    await second.prints(/^\* you are guest-2-2, 2 here/)
    const third = startNetcmp(['chat', address, '--name', 'guest-2'])
    await third.prints(/^\* guest-3 is now guest-2-3$/m)
  })

  it('lets in over UDP whoever proves an address that could be forged', async ({ skip }) => {
    const address = outsideAddress()
    skip(address === undefined, 'this computer has no address but loopback')
    const { port } = await startServe(['--host', '0.0.0.0'])
    const member = await startChat(`${address}:${port + 2}`, 'udp', 'far')
    member.say('hello\n')
    await member.prints(/^far: hello$/m)
    expect(member.stdout).not.toContain('/join')
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('is left in order on %s, with exit code 130', async (signal) => {
    const { port } = await startServe()
    const address = `127.0.0.1:${port + 2}`
    const listener = await startChat(address, 'tcp', 'listener')
    const leaver = await startChat(address, 'udp', 'leaver')
    leaver.signal(signal)
    expect(await leaver.exit()).toMatchObject({ code: 130, stderr: '' })
    await listener.prints(/^\* leaver left$/m)
  })

  it('is left by /quit', async () => {
    const { port } = await startServe()
    const member = await startChat(`127.0.0.1:${port + 2}`, 'tcp', 'quitter')
    member.say('/quit\n')
    expect(await member.exit()).toMatchObject({ code: 0, stderr: '' })
  })

  it('tells its members in one line when the server is gone', async () => {
    const { server, port } = await startServe(['--host', '127.0.0.1'])
    const member = await startChat(`127.0.0.1:${port + 2}`, 'tcp', 'ada')
    server.signal('SIGKILL')
    expect(await member.exit()).toMatchObject({
      code: 3,
      stderr: `tcp: 127.0.0.1:${port + 2} closed the connection\n`,
    })
  })
})
