import { NetcmpError } from '../../core/errors.ts'
import { places } from '../../lab/places.ts'
import { chooseEngine } from '../engine.ts'
import { familyOf, socketOf, transportsOf } from '../flags.ts'
import { runLab } from '../lab/lab.ts'
import { serverFlags, transportsInLab } from '../lab/options.ts'
import { CONTROL, type LabSweep } from '../lab/plan.ts'
import { targetAt } from '../target.ts'
import type { SweepFlags, TypedFlags } from './flags.ts'
import { checkNew, readSweepFile } from './log.ts'
import { planOf, type SweepPlan, withSocket } from './plan.ts'
import { presetFlags } from './presets.ts'
import { Sweeping } from './sweeping.ts'

/** `netcmp sweep [target]`: runs a grid, prints, and returns the exit code. `command` is what was typed, word by word. */
export async function sweepCommand(
  typed: TypedFlags,
  defaults: SweepFlags,
  command: readonly string[],
): Promise<number> {
  if (typed.resume !== undefined && typed.output !== undefined) {
    throw new NetcmpError('BAD_VALUE', 'netcmp: --resume goes on writing its file (leave out --output)')
  }
  const begun = typed.resume === undefined ? undefined : readSweepFile(typed.resume)
  const asked: TypedFlags = { ...begun?.head.options, ...typed }
  // One that never began has said nothing of itself: it begins again.
  const output = begun || typed.resume === undefined ? {} : { output: typed.resume }
  const flags: SweepFlags = { ...defaults, ...presetFlags(asked.preset), ...asked, ...output }
  const transports = transportsOf(flags.proto)
  const plan = planOf(flags, transports)
  checkWhere(asked.target, flags, plan)
  if (!begun && flags.linkControl === undefined) checkNew(flags.output)
  if (plan.link !== undefined && flags.linkControl === undefined) {
    return sweepInLab({ typed, defaults, command }, flags, plan.link)
  }
  const target = flags.linkControl === undefined ? asked.target : serverOf(flags)
  const engine = await chooseEngine(flags.engine, transports, socketOf(flags))
  return new Sweeping({
    flags,
    asked,
    begun,
    command,
    plan: engine.socket === undefined ? plan : withSocket(plan, engine.socket),
    target: target === undefined ? undefined : targetAt(target, transports, plan.link !== undefined),
    transports,
    engine,
  }).run()
}

function checkWhere(target: string | undefined, flags: SweepFlags, { link }: SweepPlan): void {
  if (link !== undefined && target !== undefined) {
    throw new NetcmpError(
      'BAD_VALUE',
      `netcmp: the lab has hosts of its own, and a link between them (leave out ${target}, or the link’s options)`,
    )
  }
  if (flags.key === undefined || target !== undefined) return
  throw new NetcmpError('BAD_VALUE', 'netcmp: --key is for a server on a host (name it: netcmp sweep HOST)')
}

/** Makes the lab, and in it this again, which finds its link there. */
function sweepInLab(
  { typed, defaults, command }: LabSweep,
  flags: SweepFlags,
  link: NonNullable<SweepPlan['link']>,
): Promise<number> {
  transportsInLab(flags.proto)
  return runLab({
    // Between cells it is changed, which a relay of ours can do at any moment.
    link: { maker: 'relay', ...link },
    work: { kind: 'sweep', sweep: { typed: { ...typed, linkControl: CONTROL }, defaults, command } },
    listen: places.server[familyOf(flags) === 6 ? 'ipv6' : 'ipv4'],
    serverFlags: serverFlags(flags),
    serve: undefined,
  })
}

/** By its name on the client's host of the lab. */
const serverOf = (flags: SweepFlags): string => (familyOf(flags) === 6 ? 'server6' : 'server')
