import { type Command, Option } from 'commander'
import { formatOption } from './format-option.ts'

/** The options of a comparison, in the order of its help. */
export function withCompareOptions(command: Command): void {
  withRunOptions(command, { timeout: '1s', streamSize: '1MiB' })
  command
    .optionsGroup('The server:')
    .option('--key <file>', 'a secret that the server was given too')
    .option('--as <name>', 'send the result to the host, which keeps it (serve --collect)')
    .option('--bind <address>', 'of this computer, to dial from')
    .addOption(new Option('--link-control <path>').hideHelp())
  withPacketOptions(command)
  withPrintOptions(command)
}

/** What is run, wherever the server is; and what is taken where these are not given. */
export function withRunOptions(
  command: Command,
  { timeout, streamSize }: { timeout: string; streamSize: string },
): void {
  command
    .optionsGroup('What to run:')
    .option('--proto <names>', 'transports, the first is what the others are compared with', 'tcp,udp')
    .option('--workload <names>', 'echo, connect, bulk, chat (default: all that the transports can)')
    .option('--size <bytes>', `message length, as 64, 16KiB, 1MiB (default: 64; bulk: 1472 or ${streamSize})`)
    .option('--rate <messages/s>', 'sent on schedule, or max (default: 1000; bulk: max)')
    .option('--bulk-rate <messages/s>', 'of bulk, where it is to differ from --rate')
    .option('--duration <time>', 'of each run, as 250ms, 1s (default: 250ms)')
    .option('--total <bytes>', 'ends a run of echo or bulk sooner: when so much was sent, as 1MiB')
    .option('--blocks <count>', 'paired blocks; the first warms up', '10')
    .option('--members <count>', 'of the chat', '4')
    .option('--streams <count>', 'parallel flows of echo, connect and bulk', '1')
    .addOption(new Option('--direction <way>', 'of bulk').choices(['up', 'down', 'both']).default('up'))
    .option('--verify', 'check every byte of bulk’s messages and of echo’s answers (slower)')
    .option('--timeout <time>', `after which a message is lost, a server silent (default: ${timeout})`)
    .option('--seed <number>', 'draws whatever is random', '1')
    .option('--fail-on <limit>', 'exit status 4 if it holds, as udp.echo.lossRatio>1%; repeatable', gather)
    .option('--nagle', 'leave Nagle’s algorithm on for TCP')
    .option('-4, --ipv4', 'only IPv4 addresses of a host name')
    .option('-6, --ipv6', 'only IPv6 addresses of a host name')
    .option('--config <file>', 'JSON with any of these options; default: netcmp.config.json, if there is one')
}

/** How packets leave, and how large they may be. */
export function withPacketOptions(command: Command): void {
  command.optionsGroup('How packets leave:')
  withSocketOptions(command)
  command.option('--mtu-probe', 'first find the largest datagram that passes unfragmented (Linux)')
}

export function withPrintOptions(command: Command): void {
  command
    .optionsGroup('What to print:')
    .addOption(formatOption())
    .addOption(
      new Option('--json-stream', 'a line of JSON for each run as it ends, then the result').conflicts([
        'format',
        'output',
      ]),
    )
    .option('--output <file>', 'to a file instead of the screen')
    .option('--interval <time>', 'so often, between runs, a line of figures so far')
    .option('--quiet', 'no progress, and warnings only inside the result')
    .option('--no-progress', 'no progress')
    .option('--no-color', 'no colour (NO_COLOR and FORCE_COLOR count too)')
    .option('--debug', 'stack traces of errors')
}

/** The options that say how packets leave. */
export function withSocketOptions(command: Command): void {
  command
    .addOption(
      new Option('--engine <name>', 'drives the sockets: node, native (system calls; Linux), or what works')
        .choices(['auto', 'node', 'native'])
        .default('auto'),
    )
    .option('--spin', 'waits awake: sooner and more exact, for a processor at each end (native engine)')
    .option('--dscp <class>', 'as EF, AF41, CS5 or 0 to 63 (Linux)')
    .option('--tos <service>', 'the same by its older names, as lowdelay, or 0 to 255 (Linux)')
    .option('--ttl <hops>', 'how many routers they may pass (TCP: Linux)')
    .option('--congestion <name>', 'congestion control of TCP, as cubic or bbr (Linux)')
    .option('--buffer <bytes>', 'of each socket, to send and to receive, as 256KiB (TCP: Linux)')
}

/** The values of an option that may be repeated, or hold several between commas. */
export function gather(text: string, before: readonly string[] = []): string[] {
  return [...before, ...text.split(',')]
}
