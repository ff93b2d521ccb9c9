import { describe, expect, it } from 'vitest'
import { linesOf, type Running } from '../cli/run-netcmp.ts'
import { hold, isOver, leftOf, type Seen, treeOf, until } from './lab-processes.ts'
import { users } from './labs.ts'

/** What tells the processes of a lab apart. `client` and `served` are the two of the test. */
const roles = {
  'netcmp lab': / lab --serve /,
  unshare: /^unshare /,
  'process 1 of the lab': /^\/bin\/sh -c "\$@"; exit/,
  'lab-init': /^\S+ \S+bin\.js lab-init$/,
  'the link': / lab-relay /,
  'the server': / serve --host /,
  served: /^\S*node -e /,
  client: /^sleep 1000$/,
}

/** The client’s program is begun when it listens. */
const SERVE = `exec '${process.execPath}' -e 'require("net").createServer().listen(1)'`

type Role = keyof typeof roles

/** A lab in which all of them are there, and all of them by their role. */
async function labAtWork(start: (args: readonly string[]) => Running): Promise<{
  lab: Running
  tree: readonly Seen[]
  pidOf: (role: Role) => number
}> {
  const lab = start(['--serve', SERVE, '--', 'sleep', '1000'])
  let tree: Seen[] = []
  const find = (role: Role) => tree.find(({ command }) => roles[role].test(command))
  await until(() => {
    tree = treeOf(lab.pid)
    return lab.isOver || Object.keys(roles).every((role) => find(role as Role) !== undefined)
  })
  hold(tree)
  return { lab, tree, pidOf: (role) => find(role)?.pid ?? 0 }
}

describe.each(users)('a lab of $name', (user) => {
  it.for([
    ['netcmp lab', { code: null }, ''],
    ['unshare', { code: 1 }, 'lab: a process that it is made of ended midway (SIGKILL)\n'],
    ['process 1 of the lab', { code: 1 }, /^lab: a process that it is made of ended midway \(.*\)\n$/],
    ['lab-init', { code: 1 }, 'lab: a process that it is made of ended midway (Killed)\n'],
    ['the link', { code: 3 }, 'lab: the link ended (SIGKILL)\n'],
    ['client', { code: 137 }, ''],
  ] as const)(
    'is gone, and all that was of it, when SIGKILL ends %s',
    async ([role, outcome, said], context) => {
      user.needsLab(context)
      const { lab, tree, pidOf } = await labAtWork(user.start)
      process.kill(pidOf(role), 'SIGKILL')
      const { code, stderr } = await lab.exit()
      expect({ code }).toEqual(outcome)
      expect(stderr).toMatch(said)
      await until(() => tree.every(({ pid }) => isOver(pid)))
      expect(leftOf(tree)).toEqual([])
    },
  )

  it.for(['the server', 'served'] as const)(
    'goes on without %s, and says so; SIGTERM ends it',
    async (role, context) => {
      user.needsLab(context)
      const { lab, tree, pidOf } = await labAtWork(user.start)
      process.kill(pidOf(role), 'SIGKILL')
      await lab.prints(/ended \(SIGKILL\)\n/, 'stderr')
      lab.signal('SIGTERM')
      const { code } = await lab.exit()
      expect(code).toBe(143)
      expect(leftOf(tree)).toEqual([])
    },
  )

  it.for([
    ['lab-relay', { code: 3, said: 'lab: the link ended (SIGKILL)' }],
    [
      'serve',
      { code: 3, said: 'udp: 10.9.0.2:7117 is gone: it answered before, and now nobody listens there' },
    ],
    ['lab-client', { code: 1, said: 'lab: the comparison ended (SIGKILL)' }],
  ] as const)('ends a comparison in one line when SIGKILL ends %s', async ([name, outcome], context) => {
    user.needsLab(context)
    const endless = ['--proto', 'udp', '--workload', 'connect', '--blocks', '1000', '--interval', '1ms']
    const lab = user.start(endless)
    await lab.prints(/ 2 of 1000 runs/, 'stderr')
    const tree = treeOf(lab.pid)
    hold(tree)
    const victim = tree.find(({ command }) => command.split(' ')[2] === name)
    process.kill(victim?.pid ?? 0, 'SIGKILL')
    const { code, stderr } = await lab.exit()
    expect({ code, said: linesOf(stderr).at(-1) }).toEqual(outcome)
    expect(leftOf(tree)).toEqual([])
  })
})
