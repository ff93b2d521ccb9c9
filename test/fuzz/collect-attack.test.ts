import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startServe } from '../cli/run-netcmp.ts'
import { bystander, expectEveryMessage } from './bystander.ts'
import { everythingIn, trappedFolder } from './folder.ts'
import { mostResidentBytes, residentBytes } from './resident-bytes.ts'
import { type Stranger, tcpStranger, udpStranger } from './stranger.ts'
import {
  COSTLY,
  claimTooMuch,
  isProbe,
  leaveUnfinished,
  lieAboutSize,
  NO_RESULTS,
  namesFor,
  ping,
  RESULT,
  repeatPiece,
  type Side,
  sendNoResults,
  sendUnproved,
  uploadAll,
  uploadPatchwork,
} from './upload-attacks.ts'
import { begun, handOver, piecesOf, upload } from './uploads.ts'

const MIB = 1024 * 1024

/** Documents under way, one that is read, and what any attack may take. */
const MORE_MEMORY_BYTES = (64 + 128 + 60) * MIB
/** For the moment in which one is read that is made for it. */
const MOST_MORE_BYTES = 512 * MIB

/** More than either side has. */
const HOSTS = 1000

it('hostile uploads over both protocols write nothing outside the folder, are bounded, and disturb nobody', async () => {
  const names = namesFor('/tmp/netcmp-attack-000000')
  // Room for every name and a patchwork over both, and so few more.
  const [keptOfNames, more] = [2 * names.length + 2, 10]
  const { parent, dir, before } = trappedFolder((keptOfNames + more) * RESULT.length)
  const passwords = readFileSync('/etc/passwd', 'utf8')
  const { server, port } = await startServe(['--host', '127.0.0.1', '--collect', dir])
  const memory = residentBytes(server.pid)
  const clients = ['tcp', 'udp'].map((proto) => bystander(port, proto))
  const strangers: Stranger[] = []
  const sideOf = (dial: typeof tcpStranger): Side => ({
    dial: async (n) => {
      const who = await dial(n, port)
      strangers.push(who)
      return who
    },
  })
  const tcp = sideOf(tcpStranger)
  const udp = sideOf((n, at) => udpStranger(HOSTS + n, at))
  const both = <T>(attack: (side: Side) => Promise<T>): Promise<T[]> => Promise.all([tcp, udp].map(attack))

  const outcomes = await both((side) => uploadAll(side, namesFor(parent)))
  expect(outcomes.flat()).toEqual([...names, ...names].map(() => 'kept'))
  await both(uploadPatchwork)
  const late = await both((side) => uploadAll(side, names.slice(0, 15)))
  expect(late.flat().sort()).toEqual([...Array(20).fill('FULL'), ...Array(more).fill('kept')])
  await both((side) => sendNoResults(side, NO_RESULTS))
  await Promise.all([sendNoResults(tcp, COSTLY), sendUnproved(udp)])
  await sendNoResults(tcp, COSTLY)
  await both(lieAboutSize)
  await both(repeatPiece)
  await both(claimTooMuch)
  await both(leaveUnfinished)
  for (const each of strangers) expect(each.receivedBytes).toBeLessThanOrEqual(each.sentBytes)

  for (const client of clients) await expectEveryMessage(client)
  const after = residentBytes(server.pid)
  const most = mostResidentBytes(server.pid)
  if (memory !== undefined && after !== undefined && most !== undefined) {
    expect(after - memory).toBeLessThan(MORE_MEMORY_BYTES)
    expect(most - memory).toBeLessThan(MOST_MORE_BYTES)
  }
  server.signal('SIGINT')
  const end = await server.exit()
  expect(end).toMatchObject({ code: 0, stderr: '' })
  expect(end.stdout).toContain(`; kept ${keptOfNames + more} results;`)
  expect(everythingIn(parent)).toMatchObject(before)
  const known = new Set(Object.keys(before))
  const made = Object.keys(everythingIn(parent)).filter((path) => !known.has(path))
  expect(made).toHaveLength(keptOfNames + more)
  for (const path of made) {
    expect(path).toMatch(/^class\/of\/results\/[\p{L}\p{Nd}_][\p{L}\p{Nd}_-]*-\d{8}T\d{6}Z(-\d+)?\.json$/u)
    expect(lstatSync(join(parent, path)).isFile()).toBe(true)
    expect(readFileSync(join(parent, path))).toEqual(RESULT)
  }
  expect(readFileSync('/etc/passwd', 'utf8')).toBe(passwords)
})

// Breaks when a document is read where all frames are: then nobody is answered before it is.
it('a document that takes long to read keeps nobody waiting, and a long result after it is kept', async () => {
  const { dir } = trappedFolder(2 * MIB)
  const { port } = await startServe(['--host', '127.0.0.1', '--collect', dir])
  const who = await tcpStranger(1, port)
  const document = COSTLY.many as Uint8Array
  const pieces = piecesOf(document, await begun(who, document.length))
  await handOver(who, pieces.slice(0, -1))
  let isRead = false
  const reading = handOver(who, pieces.slice(-1)).then((answer) => {
    isRead = true
    return answer
  })
  const other = await udpStranger(2, port)
  let answered = 0
  for (; !isRead; answered++) await other.ask(ping(), isProbe)
  expect(await reading).toMatchObject({ refusal: { code: 'RESULT' } })
  expect(answered).toBeGreaterThan(20)
  expect(await upload(who, 'long', Buffer.concat([RESULT, new Uint8Array(MIB).fill(0x20)]))).toBe('kept')
})

it('a server that is told to end while documents come in leaves none of them half written', async () => {
  const { parent, dir, before } = trappedFolder(MIB)
  const { server, port } = await startServe(['--host', '127.0.0.1', '--collect', dir])
  const all = await Promise.all(
    Array.from({ length: 50 }, async (_, n) => {
      const who = await tcpStranger(n, port)
      const pieces = piecesOf(RESULT, await begun(who, RESULT.length))
      await handOver(who, pieces.slice(0, -1))
      return { who, last: pieces.at(-1) as Uint8Array }
    }),
  )
  for (const { who, last } of all) who.send(last)
  await all[0]?.who.answered()
  server.signal('SIGINT')
  expect(await server.exit()).toMatchObject({ code: 0, stderr: '' })
  expect(everythingIn(parent)).toMatchObject(before)
  const known = new Set(Object.keys(before))
  const made = Object.keys(everythingIn(parent)).filter((path) => !known.has(path))
  expect(made.length).toBeGreaterThan(0)
  for (const path of made) expect(readFileSync(join(parent, path))).toEqual(RESULT)
})
