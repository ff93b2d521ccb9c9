import { Command, CommanderError, Option } from 'commander'
import { asNetcmpError, type NetcmpError } from '../core/errors.ts'
import { version } from '../core/version.ts'
import { addDiff, addDiscover, addDoctor, addLinkMakers, addList, addReport, addRoster } from './commands.ts'
import { gather, withCompareOptions, withSocketOptions } from './compare-options.ts'
import { addLab } from './lab/commands.ts'
import { lostOutput, survivingClosedPipe } from './output.ts'
import { addSweep } from './sweep/options.ts'
import { addTrace } from './trace/commands.ts'
import { usageLine } from './usage-line.ts'

const EXAMPLES = `
Examples:
  netcmp                                   compare UDP with TCP on this computer
  netcmp serve --host 0.0.0.0              on one computer, and on another:
  netcmp 192.168.1.7                       compare across the network in between
  netcmp --proto udp                       one protocol alone
  netcmp 192.168.1.7 --proto icmp,udp      ICMP needs no server there
  netcmp lab --loss 2% --delay 20ms        compare where packets get lost
  netcmp sweep --size 1,100..1000          round trips against message size
  netcmp trace --drop 4                    draw every packet of a conversation
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
  const program = createProgram(args, (code) => {
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

function createProgram(args: readonly string[], done: Done): Command {
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
      done(await compareCommand(target, program.opts(), [...args, ...defaults.args]))
    } catch (error) {
      throw withSources(error, defaults)
    }
  })
  addServe(program, done)
  addLab(program, args, done)
  addSweep(program, args, done)
  addTrace(program, args, done)
  addClients(program, done)
  addList(program)
  addReport(program)
  addDiff(program)
  addRoster(program)
  addDiscover(program)
  addDoctor(program)
  addLinkMakers(program)
  return program
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

function oneLine(text: string): string {
  return `netcmp: ${usageLine(text)} (see netcmp --help)\n`
}
