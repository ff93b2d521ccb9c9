import type { Command } from 'commander'
import { formatOption } from './format-option.ts'
import type { Listing } from './list.ts'

/** The commands that take no part in a measurement: their words, and where their work is done. */
export function addList(program: Command): void {
  program
    .command('list')
    .description('what there is')
    .addArgument(
      program
        .createArgument('<what>', 'which list')
        .choices(['transports', 'workloads', 'metrics', 'presets']),
    )
    .addHelpText('after', '\nExamples:\n  netcmp list metrics')
    .action(async (what: Listing) => {
      const { listCommand } = await import('./list.ts')
      await listCommand(what)
    })
}

export function addReport(program: Command): void {
  program
    .command('report')
    .description('draw a saved result, sweep or trace again')
    .argument('<file>', 'of --format json, or of sweep --output; - for standard input')
    .addOption(formatOption(['table', 'json', 'csv', 'markdown', 'mermaid', 'svg']))
    .option('--output <file>', 'to a file instead of the screen')
    .option('--no-color', 'no colour')
    .option('--debug', 'stack traces of errors')
    .addHelpText(
      'after',
      `
Examples:
  netcmp report run.json
  netcmp --format json | netcmp report - --format markdown
  netcmp report trace.json --format svg    a trace: as table, mermaid or svg`,
    )
    .action(async (file: string, flags) => {
      const { reportCommand } = await import('./report.ts')
      await reportCommand(file, flags)
    })
}

export function addDiff(program: Command): void {
  program
    .command('diff')
    .description('compare two saved results, metric by metric; exit status 4 if the second is worse')
    .argument('<a>', 'result of --format json that the other is compared with')
    .argument('<b>', 'result of --format json; - for standard input')
    .option('--threshold <share>', 'overlook what is worse by this or less, as 5% or 0.05; default: nothing')
    .addOption(formatOption())
    .option('--output <file>', 'to a file instead of the screen')
    .option('--no-color', 'no colour')
    .option('--debug', 'stack traces of errors')
    .addHelpText(
      'after',
      `
Only what the 95 % interval shows to be worse counts, and each interval is 95 %
by itself: of a hundred figures two or three read worse though nothing changed.
A threshold overlooks small changes; of shares, as loss, it is in percentage
points.

Examples:
  netcmp diff before.json after.json
  netcmp diff before.json after.json --threshold 5% --format markdown
  netcmp --format json | netcmp diff before.json -`,
    )
    .action(async (a: string, b: string, flags) => {
      const { diffCommand } = await import('./diff.ts')
      await diffCommand(a, b, flags)
    })
}

export function addDiscover(program: Command): void {
  program
    .command('discover')
    .description('list the netcmp servers of the local network (mDNS)')
    .option('--timeout <time>', 'how long to listen for answers', '2s')
    .addOption(formatOption(['table', 'json']))
    .option('--debug', 'stack traces of errors')
    .addHelpText('after', '\nExamples:\n  netcmp discover\n  netcmp discover --timeout 5s --format json')
    .action(async (flags) => {
      const { discoverCommand } = await import('./discover.ts')
      await discoverCommand(flags)
    })
}

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('what on this computer would bend the figures, and what to change')
    .addOption(formatOption(['table', 'json']))
    .option('--no-color', 'no colour')
    .option('--debug', 'stack traces of errors')
    .addHelpText('after', '\nExamples:\n  netcmp doctor\n  netcmp doctor --format json')
    .action(async (flags) => {
      const { doctorCommand } = await import('./doctor.ts')
      await doctorCommand(flags)
    })
}

export function addRoster(program: Command): void {
  program
    .command('roster')
    .description('one table of all results in a folder, as serve --collect keeps them')
    .argument('<folder>', 'with results of --as or --format json')
    .addOption(formatOption())
    .option('--debug', 'stack traces of errors')
    .addHelpText('after', '\nExamples:\n  netcmp roster results\n  netcmp roster results --format csv')
    .action(async (folder: string, flags) => {
      const { rosterCommand } = await import('./roster.ts')
      await rosterCommand(folder, flags)
    })
}

/** Begun by a lab for its link, not by people. */
export function addLinkMakers(program: Command): void {
  hiddenMaker(program, 'lab-relay')
    .argument('[logs]', 'folder for its logs')
    .action(async (up: string, down: string, control: string, config: string, logs: string | undefined) => {
      const { labRelayCommand } = await import('./lab/relay.ts')
      await labRelayCommand(up, down, control, config, logs)
    })
  hiddenMaker(program, 'lab-netem').action(
    async (up: string, down: string, control: string, config: string) => {
      const { labNetemCommand } = await import('./lab/netem.ts')
      await labNetemCommand(up, down, control, config)
    },
  )
}

function hiddenMaker(program: Command, name: string): Command {
  return program
    .command(name, { hidden: true })
    .argument('<up>', 'interface on the way to the client’s host')
    .argument('<down>', 'interface on the way to the server’s host')
    .argument('<control>', 'path of the socket that steers it')
    .argument('<config>', 'what it does to packets, as JSON')
}
