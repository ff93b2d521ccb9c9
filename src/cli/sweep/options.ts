import type { Command } from 'commander'
import { withSocketOptions } from '../compare-options.ts'
import { formatOption } from '../format-option.ts'
import type { SweepFlags, TypedFlags } from './flags.ts'

const EXAMPLES = `
Lists: values with commas between, and ranges. 100..1000 goes up in steps of its
first value, 64..1024:320 in steps of 320, '1KiB..32KiB*2' by doubling; the end
is among them where a step meets it. Every combination of all lists is a cell,
and every block goes through all cells.

Examples:
  netcmp sweep --size 1,100..1000 --rate max          on this computer
  netcmp sweep 192.168.1.7 --workload bulk --size '1KiB..32KiB*2'
  netcmp sweep --size 64,1400 --streams 1..4 --metric rttP99Ns,lossRatio
  netcmp sweep --loss 0,1%,2%,5% --delay 0,20ms       in the lab
  netcmp sweep --preset megabyte                      netcmp list presets
  netcmp sweep --size 64..1024 --output sizes.jsonl   keep every run as it ends
  netcmp sweep --resume sizes.jsonl                   and go on where it stopped
  netcmp report sizes.jsonl --format csv`

type Done = (exitCode: number) => void

/** `netcmp sweep`. */
export function addSweep(program: Command, args: readonly string[], done: Done): void {
  const sweep = program
    .command('sweep')
    .description('compare in every cell of a grid: sizes, rates, losses, delays; curves and a table')
    .argument('[target]', 'host[:port] of a netcmp server; left out: one of its own, or the lab’s')
    .optionsGroup('The grid (each takes a list):')
    .option('--size <bytes>', 'message length, as 1,100..1000')
    .option('--rate <messages/s>', 'sent on schedule, or max')
    .option('--duration <time>', 'of each run (default: 250ms)')
    .option('--total <bytes>', 'ends a run of echo or bulk when so much was sent')
    .option('--streams <count>', 'parallel flows of echo, connect and bulk')
    .option('--members <count>', 'of the chat')
    .option('--direction <way>', 'of bulk: up, down, both')
    .optionsGroup('The link (the lab’s; each of the first eight takes a list):')
  withLinkLists(sweep)
  sweep
    .optionsGroup('What to run in each cell:')
    .option('--preset <name>', 'a grid that is thought out: netcmp list presets')
    .option('--proto <names>', 'transports, the first is what the others are compared with', 'tcp,udp')
    .option('--workload <names>', 'echo, connect, bulk, chat (default: echo)')
    .option('--bulk-rate <messages/s>', 'of bulk, where it is to differ from --rate')
    .option('--blocks <count>', 'paired blocks; the first warms up', '10')
    .option('--timeout <time>', 'after which a message is lost (default: 1s; in the lab longer)')
    .option('--seed <number>', 'draws the order inside the blocks, and the fate of packets', '1')
    .option('--verify', 'check every byte of bulk’s messages and of echo’s answers (slower)')
    .option('--nagle', 'leave Nagle’s algorithm on for TCP')
    .option('--key <file>', 'a secret that the server was given too')
    .option('--bind <address>', 'of this computer, to dial from')
    .option('-4, --ipv4', 'only IPv4 addresses of a host name')
    .option('-6, --ipv6', 'only IPv6 addresses of a host name')
    .optionsGroup('How packets leave:')
  withSocketOptions(sweep)
  sweep
    .optionsGroup('What to keep and to print:')
    .option('--output <file>', 'keeps every run as it ends; must not have anything in it yet')
    .option('--resume <file>', 'goes on with such a file, with the options it began with')
    .option('--metric <ids>', 'what is drawn, as rttP50Ns or bulk.lossRatio (default: by workload and link)')
    .addOption(formatOption())
    .option('--quiet', 'no progress, and warnings only inside the result')
    .option('--no-progress', 'no progress')
    .option('--no-color', 'no colour (NO_COLOR and FORCE_COLOR count too)')
    .option('--debug', 'stack traces of errors')
    .addHelpText('after', EXAMPLES)
    .action(async (target: string | undefined) => {
      const { sweepCommand } = await import('./sweep.ts')
      const typed = { ...typedOf(sweep), ...(target === undefined ? {} : { target }) }
      done(await sweepCommand(typed, sweep.opts<SweepFlags>(), args))
    })
}

function withLinkLists(sweep: Command): void {
  sweep
    .option('--loss <share>', 'of the packets each way are lost, as 0,1%,2%,5%')
    .option('--delay <time>', 'one way, as 0,20ms')
    .option('--jitter <time>', 'the delay is spread by so much up and down')
    .option('--link-rate <rate>', 'that the link carries each way, as 10mbit')
    .option('--queue <packets>', 'that wait for the rate, at most (default: 100)')
    .option('--duplicate <share>', 'of the packets come twice')
    .option('--corrupt <share>', 'of the packets have a bit flipped')
    .option('--reorder <share>', 'of the packets leave ahead of the delay, past others')
    .option('--burst-loss <p,r>', 'Gilbert-Elliott: how likely a burst begins, and ends')
    .option('--drop <packets>', 'exactly these of each run are lost, as 5,17-20')
    .option('--mtu <bytes>', 'largest packet, 1280 at least (default: 1500)')
    .option('--up <pairs>', "otherwise from client to server, as 'loss=5% delay=10ms'")
    .option('--down <pairs>', 'otherwise from server to client')
    .option('--lab', 'in the lab all the same, over a link that does nothing')
}

/** What nobody typed is not asked for: of a sweep that goes on, the file says it. */
function typedOf(sweep: Command): TypedFlags {
  const typed = Object.entries(sweep.opts()).filter(([name]) => sweep.getOptionValueSource(name) === 'cli')
  return Object.fromEntries(typed)
}
