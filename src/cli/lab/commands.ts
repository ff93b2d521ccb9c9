import { type Command, Option } from 'commander'
import { NetcmpError } from '../../core/errors.ts'
import { withPacketOptions, withPrintOptions, withRunOptions } from '../compare-options.ts'
import { withLinkOptions } from '../link-options.ts'
import { usageLine } from '../usage-line.ts'
import type { Wanted } from './options.ts'

type Done = (exitCode: number) => void

const EXAMPLES = `
Examples:
  netcmp lab --loss 2% --delay 20ms        compare where packets are lost
  netcmp lab --burst-loss 1%,30% --link-rate 10mbit --queue 50
  netcmp lab --up 'loss=5% delay=10ms' --down delay=50ms --workload echo
  netcmp lab --drop 5,17-20 --proto udp    exactly these packets of each run
  netcmp lab shell --delay 100ms           a shell on the client's host
  netcmp lab --loss 10% -- ping -c 20 server
  netcmp lab --loss 1% --serve 'iperf3 -s' -- iperf3 -c server -u

The client's host is called client (10.9.0.1, fd09::1), the server's server
(10.9.0.2, fd09::2); server6 is its IPv6 address. A netcmp server runs there. In
the shell, ip netns exec server COMMAND runs a command on the server's host.
Linux only; no root where the system lets users have networks of their own
(netcmp doctor tells). Nothing of it is left when it ends.`

/** `netcmp lab`, and the processes that it is made of. */
export function addLab(program: Command, args: readonly string[], done: Done): void {
  const lab = program
    .command('lab')
    .usage('[options] [shell | -- COMMAND...]')
    .description('compare, or run anything, on two hosts of its own, over a link that loses and delays')
    .argument('[what...]', 'shell, or after -- a command; left out: the comparison')
  withLinkOptions(lab)
  withMakerOptions(lab)
  withRunOptions(lab, { timeout: '1s and four round trips of the link', streamSize: '16KiB' })
  withPacketOptions(lab)
  withPrintOptions(lab)
  lab.option('--pcap <file>', 'keeps all packets of the comparison, as pcapng, up to 1 GiB')
  lab.addHelpText('after', EXAMPLES)
  lab.configureOutput({ outputError: (text, write) => write(wrongUsage(text)) })
  lab.action(async (words: readonly string[]) => {
    const [{ labCommand }, { applyDefaults, withSources }] = await Promise.all([
      import('./lab.ts'),
      import('../defaults.ts'),
    ])
    const wanted = wantedOf(words, args)
    if (wanted.kind !== 'comparison') refuseWhatIsCompared(lab)
    const defaults = applyDefaults(lab, process.env)
    try {
      done(await labCommand(lab.opts(), wanted, [...args, ...defaults.args]))
    } catch (error) {
      throw withSources(error, defaults)
    }
  })
  addHidden(program, 'lab-init', async () => {
    const { labInitCommand } = await import('./init.ts')
    await labInitCommand()
  })
  addHidden(program, 'lab-client', async () => {
    const { labClientCommand } = await import('./client.ts')
    done(await labClientCommand())
  })
}

function addHidden(program: Command, name: string, action: () => Promise<void>): void {
  program.command(name, { hidden: true }).action(action)
}

function withMakerOptions(lab: Command): void {
  lab
    .addOption(
      new Option('--link <maker>', 'made by a process of netcmp’s, or by the kernel’s netem')
        .choices(['relay', 'netem'])
        .default('relay'),
    )
    .option('--serve <command>', 'runs on the server’s host meanwhile, its output on standard error')
}

function wantedOf(words: readonly string[], args: readonly string[]): Wanted {
  const [first] = words
  if (first === undefined) return { kind: 'comparison' }
  const dashes = args.indexOf('--')
  if (dashes >= 0) {
    const command = args.slice(dashes + 1)
    if (command.length >= words.length) return { kind: 'command', command: words }
    const why = `"${first}" is before the --, and what is to run is behind it`
    throw new NetcmpError(
      'BAD_VALUE',
      `lab: ${why} (write netcmp lab -- ${command.join(' ')}, or netcmp lab shell)`,
    )
  }
  if (first === 'shell' && words.length === 1) return { kind: 'shell' }
  throw new NetcmpError(
    'BAD_VALUE',
    `lab: "${words.join(' ')}" is not shell (write netcmp lab [options] -- ${words.join(' ')} to run it there)`,
  )
}

/** Options of the comparison that have no meaning here, and why. */
const notHere: Readonly<Record<string, string>> = {
  '--key': 'nobody else reaches the lab’s server, which needs no key',
  '--as': 'the lab’s server keeps no results (netcmp HOST --as NAME; here: --output FILE)',
  '--bind': 'the client’s host has one address of each kind (choose by -4 or -6)',
}

function wrongUsage(text: string): string {
  const [, option = ''] = /unknown option '(--[\w-]+)/.exec(text) ?? []
  const why = Object.hasOwn(notHere, option) ? `${option}: ${notHere[option]}` : usageLine(text)
  return `lab: ${why} (see netcmp lab --help)\n`
}

/** What only a comparison has a use for. */
function refuseWhatIsCompared(lab: Command): void {
  const idle = lab.options.find(
    (option) =>
      /^What to (run|print):$/.test(option.helpGroupHeading ?? '') &&
      !['seed', 'config', 'debug'].includes(option.attributeName()) &&
      lab.getOptionValueSource(option.attributeName()) === 'cli',
  )
  if (idle === undefined) return
  throw new NetcmpError('BAD_VALUE', `lab: ${idle.long} is of the comparison (leave it out, or the command)`)
}
