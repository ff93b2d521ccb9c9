import type { Command } from 'commander'
import { traceFormats } from '../../report/trace/render.ts'
import { formatOption } from '../format-option.ts'
import { withLinkOptions } from '../link-options.ts'

type Done = (exitCode: number) => void

const EXAMPLES = `
Examples:
  netcmp trace                             both protocols, every packet
  netcmp trace --proto tcp --drop 4        the fourth packet each way is lost
  netcmp trace --socket-calls              with the system calls of each end
  netcmp trace --messages 40 --rate 200 --up drop=10 --timeline
  netcmp trace --format svg --output trace.svg
  netcmp trace --pcap trace.pcapng         for Wireshark or tshark to read
  netcmp trace --format json | netcmp report - --format mermaid

TCP is waited for for 8 s, so that a lost SYN is seen again, or --timeout if
that is longer; without --timeout for a round trip of the link besides.

It runs on two hosts of its own, as netcmp lab does: Linux only. Every packet is
drawn as the link between them saw it. Where no message of a conversation was
answered, its picture is printed all the same, and the exit code is 3.`

/** `netcmp trace`, and the processes that it is made of. */
export function addTrace(program: Command, args: readonly string[], done: Done): void {
  const trace = program
    .command('trace')
    .description('draw the packets of one conversation: connect, some messages echoed, close')
    .optionsGroup('The conversation:')
    .option('--proto <names>', 'tcp, udp or both', 'tcp,udp')
    .option('--messages <count>', 'that are sent and echoed', '3')
    .option('--size <bytes>', 'of each', '64')
    .option('--rate <messages/s>', 'sent on schedule; default: each when the last is answered')
    .option(
      '--timeout <time>',
      'after which a datagram is given up (default: 1s and four round trips of the link)',
    )
    .option('--half-open <time>', 'the server’s half of a connection outlives the client’s by', '250ms')
    .option('-6, --ipv6', 'over IPv6')
  withLinkOptions(trace, ' (default: 20ms)')
  trace
    .option('--seed <number>', 'draws whatever is random', '1')
    .optionsGroup('What to show:')
    .option('--socket-calls', 'the system calls of each end, at the life lines')
    .option('--timeline', 'message number against time, instead of the packets')
    .option('--pcap <file>', 'keeps the packets, as pcapng')
    .addOption(formatOption([...traceFormats]))
    .option('--output <file>', 'to a file instead of the screen')
    .option('--no-color', 'no colour (NO_COLOR and FORCE_COLOR count too)')
    .option('--debug', 'stack traces of errors')
    .addHelpText('after', EXAMPLES)
    .action(async (flags) => {
      const { traceCommand } = await import('./trace.ts')
      done(await traceCommand(flags, args))
    })
  program.command('lab-trace', { hidden: true }).action(async () => {
    const { labTraceCommand } = await import('./lab-trace.ts')
    done(await labTraceCommand())
  })
  program
    .command('trace-end', { hidden: true })
    .addArgument(program.createArgument('<which>').choices(['client', 'server']))
    .action(async (which: 'client' | 'server') => {
      const { traceEndCommand } = await import('./end.ts')
      done(await traceEndCommand(which))
    })
}
