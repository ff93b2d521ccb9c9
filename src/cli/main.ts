import { Command, CommanderError, Option } from 'commander'
import { asNetcmpError, type NetcmpError } from '../core/errors.ts'
import { version } from '../core/version.ts'
import { addDiff, addDiscover, addDoctor, addList, addReport, addRoster } from './commands.ts'
import { formatOption } from './format-option.ts'
import { lostOutput, survivingClosedPipe } from './output.ts'

const EXAMPLES = `
Examples:
  netcmp                                   compare UDP with TCP on this computer
  netcmp serve --host 0.0.0.0              on one computer, and on another:
  netcmp 192.168.1.7                       compare across the network in between
  netcmp --proto udp                       one protocol alone
  netcmp 192.168.1.7 --proto icmp,udp      ICMP needs no server there
  netcmp --workload echo --size 1400 --rate max --blocks 20
  netcmp --workload bulk --direction down --streams 4
  netcmp --fail-on 'udp.echo.rttP99Ns>2ms' --fail-on 'udp.echo.lossRatio>1%'
  netcmp --format json --output run.json   keep the result, and draw it again:
  netcmp report run.json --format markdown
  netcmp diff run.json later.json          what changed between two results
  netcmp echo 127.0.0.1:7118 --proto udp   talk to any echo server
  netcmp chat 127.0.0.1:7119 --name ada    join the chat

Every long option of these can also be set by a variable, as NETCMP_RATE=500, or
by its name in a config file. Flags come first, then variables, then the file.

Exit status: 0 done; 1 netcmp failed; 2 wrong usage; 3 the network or the far
side failed; 4 a limit was missed, or a result is worse; 130 interrupted.`

/** Runs the command line. Returns the exit code; never throws. */
export async function main(args: readonly string[]): Promise<number> {
  survivingClosedPipe()
  let exitCode = 0
  const program = createProgram((code) => {
    exitCode = code
  })
  try {
    await program.parseAsync([...args], { from: 'user' }).catch(unlessHelp)
    const lost = await lostOutput()
    if (lost) throw lost
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return 2
    const failure = asNetcmpError(error)
    process.stderr.write(`${failure.message}\n`)
    if (args.includes('--debug') || program.opts().debug) process.stderr.write(`${stackOf(failure)}\n`)
    return failure.exitCode
  }
}

/** commander ends help and the version as if they were errors. */
function unlessHelp(error: unknown): void {
  if (!(error instanceof CommanderError && error.exitCode === 0)) throw error
}

function stackOf(error: NetcmpError): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${error.cause.stack}` : ''
  return `${error.stack}${cause}`
}

type Done = (exitCode: number) => void

function createProgram(done: Done): Command {
  const program = new Command('netcmp')
  program
    .description('What does this job cost over UDP, what over TCP, and is the difference real?')
    .version(version, '-V, --version')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(oneLine(text)) })
    .argument(
      '[target]',
      'host[:port] of a netcmp server; left out: a server process of its own, on loopback',
    )
  withCompareOptions(program)
  program.addHelpText('after', EXAMPLES)
  program.action(async (target: string | undefined) => {
    const [{ compareCommand }, { applyDefaults, withSources }] = await Promise.all([
      import('./compare.ts'),
      import('./defaults.ts'),
    ])
    const defaults = applyDefaults(program, process.env)
    try {
      done(await compareCommand(target, program.opts(), defaults.args))
    } catch (error) {
      throw withSources(error, defaults)
    }
  })
  addServe(program, done)
  addClients(program, done)
  addList(program)
  addReport(program)
  addDiff(program)
  addRoster(program)
  addDiscover(program)
  addDoctor(program)
  return program
}

function withCompareOptions(command: Command): void {
  command
    .optionsGroup('What to run:')
    .option('--proto <names>', 'transports, the first is what the others are compared with', 'tcp,udp')
    .option('--workload <names>', 'echo, connect, bulk, chat (default: all that the transports can)')
    .option('--size <bytes>', 'message length, as 64, 16KiB, 1MiB (default: 64; bulk: 1472 or 1MiB)')
    .option('--rate <messages/s>', 'sent on schedule, or max (default: 1000; bulk: max)')
    .option('--bulk-rate <messages/s>', 'of bulk, where it is to differ from --rate')
    .option('--duration <time>', 'of each run, as 250ms, 1s (default: 250ms)')
    .option('--total <bytes>', 'ends a run of echo or bulk sooner: when so much was sent, as 1MiB')
    .option('--blocks <count>', 'paired blocks; the first warms up', '10')
    .option('--members <count>', 'of the chat', '4')
    .option('--streams <count>', 'parallel flows of echo, connect and bulk', '1')
    .addOption(new Option('--direction <way>', 'of bulk').choices(['up', 'down', 'both']).default('up'))
    .option('--verify', 'check every byte of bulk’s messages and of echo’s answers (slower)')
    .option('--timeout <time>', 'after which a message is lost, a server silent', '1s')
    .option('--key <file>', 'a secret that the server was given too')
    .option('--as <name>', 'send the result to the host, which keeps it (serve --collect)')
    .option('--seed <number>', 'draws the order inside the blocks', '1')
    .option('--fail-on <limit>', 'exit status 4 if it holds, as udp.echo.lossRatio>1%; repeatable', gather)
    .option('--nagle', 'leave Nagle’s algorithm on for TCP')
    .option('--bind <address>', 'of this computer, to dial from')
    .option('-4, --ipv4', 'only IPv4 addresses of a host name')
    .option('-6, --ipv6', 'only IPv6 addresses of a host name')
    .option('--config <file>', 'JSON with any of these options; default: netcmp.config.json, if there is one')
    .optionsGroup('How packets leave:')
  withSocketOptions(command)
  command
    .option('--mtu-probe', 'first find the largest datagram that passes unfragmented (Linux)')
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

function withSocketOptions(command: Command): void {
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

function addServe(program: Command, done: Done): void {
  const serve = program
    .command('serve')
    .description('measurement, plain echo (port + 1) and plain chat (port + 2), over TCP and UDP each')
    .option(
      '--host <address>',
      'where to listen; default: 127.0.0.1 and ::1, which only this computer reaches',
    )
    .option('--port <number>', 'first of three ports; 0: any that are free', '7117')
    .optionsGroup('Who may use it, and how much:')
    .option('--key <file>', 'only clients that have the same key')
    .option('--allow <network>', 'only from there, as 192.168.0.0/16; may be repeated', gather)
    .option('--deny <network>', 'not from there; may be repeated', gather)
    .option('--max-sessions <count>', 'at once; one host may have half of them', '4096')
    .option('--max-rate <messages/s>', 'that one session may send and be sent')
    .option('--max-duration <time>', 'of one run', '60m')
    .option('--max-bytes <bytes>', 'that one session may move, both ways together')
    .option('--idle-timeout <time>', 'after which a silent session is forgotten', '60s')
    .optionsGroup('How packets leave:')
  withSocketOptions(serve)
  serve
    .optionsGroup('Options:')
    .option('--collect <folder>', 'keep the results that clients send with --as')
    .option('--debug', 'stack traces of errors')
    .option('--no-announce', 'do not tell the network (mDNS) that this server is here')
    .addOption(new Option('--embedded <names>').hideHelp())
    .addHelpText(
      'after',
      `
Examples:
  netcmp serve                   for this computer
  netcmp serve --host 0.0.0.0    for the network too
  netcmp serve --host 0.0.0.0 --allow 192.168.0.0/16 --max-rate 10000
  netcmp serve --host 0.0.0.0 --collect results
  nc 127.0.0.1 7118              plain echo over TCP; nc -u over UDP
  nc 127.0.0.1 7119              plain chat: one room for TCP and UDP alike`,
    )
    .action(async (flags) => {
      const { serveCommand } = await import('./serve.ts')
      done(await serveCommand(flags))
    })
}

function addClients(program: Command, done: Done): void {
  const echo = program
    .command('echo')
    .description('send lines to any echo server and see the round trip of each')
    .argument('<address>', 'host:port of an echo server (RFC 862), netcmp’s or any other')
    .option('--proto <name>', 'transport', 'tcp')
    .option('--timeout <time>', 'how long to wait for each answer', '1s')
    .addHelpText(
      'after',
      `
Examples:
  netcmp echo 127.0.0.1:7118                       type lines, read answers
  seq 5 | netcmp echo 127.0.0.1:7118 --proto udp   five datagrams, five times`,
    )
    .action(async (address: string, flags) => {
      const { echoCommand } = await import('./echo.ts')
      done(await echoCommand(address, flags))
    })
  const chat = program
    .command('chat')
    .description('join a chat')
    .argument('<address>', 'host:port of the chat of a netcmp server')
    .option('--proto <name>', 'transport', 'tcp')
    .option('--name <name>', 'what others call you')
    .option('--timeout <time>', 'how long to wait for the room', '1s')
    .addHelpText(
      'after',
      `
Examples:
  netcmp chat 127.0.0.1:7119 --name ada
  netcmp chat 127.0.0.1:7119 --proto udp --name bob`,
    )
    .action(async (address: string, flags) => {
      const { chatCommand } = await import('./chat.ts')
      done(await chatCommand(address, flags))
    })
  for (const client of [echo, chat]) {
    client
      .option('-4, --ipv4', 'only IPv4')
      .option('-6, --ipv6', 'only IPv6')
      .option('--debug', 'stack traces of errors')
  }
}

/** The values of an option that may be repeated, or hold several between commas. */
function gather(text: string, before: readonly string[] = []): string[] {
  return [...before, ...text.split(',')]
}

/** commander writes its hint on a line of its own. */
function oneLine(text: string): string {
  return `netcmp: ${text
    .replace(/^error: /, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ')} (see netcmp --help)\n`
}
