import { type Command, InvalidArgumentError, type Option } from 'commander'
import { NetcmpError } from '../core/errors.ts'
import { readSettings } from './config-file.ts'

/** What was set other than by flags. */
export interface Defaults {
  /** The same as flags: with what was typed, they repeat the run. */
  readonly args: readonly string[]
  /** Variables and file that had a say, for errors about values that nobody typed. */
  readonly sources: readonly string[]
}

/** What excludes an option: whichever is set with more right drops the other. */
const rivals: Readonly<Record<string, readonly string[]>> = {
  ipv4: ['ipv6'],
  ipv6: ['ipv4'],
  dscp: ['tos'],
  tos: ['dscp'],
  jsonStream: ['format', 'output'],
  format: ['jsonStream'],
  output: ['jsonStream'],
}

/**
 * Sets every option that was not given as a flag from its NETCMP_* variable, or else from the config file. Throws
 * BAD_VALUE. commander's own `env()` is not used: to it NETCMP_NAGLE=0 means on.
 */
export function applyDefaults(command: Command, env: NodeJS.ProcessEnv): Defaults {
  const applying = new Applying(command)
  for (const option of settable(command)) {
    const name = `NETCMP_${nameOf(option).toUpperCase().replaceAll('-', '_')}`
    const text = env[name]
    if (text !== undefined && text !== '') applying.set(option, text, 'env', name, name)
  }
  const { file, settings } = readSettings(command.opts().config)
  const known = settable(command).filter((option) => nameOf(option) !== 'config')
  for (const [name, text] of settings) {
    const option = known.find((each) => nameOf(each) === name)
    if (option === undefined) {
      const names = known.map(nameOf).join(', ')
      throw new NetcmpError(
        'BAD_VALUE',
        `netcmp: ${file}: no setting ${JSON.stringify(name)} (there are ${names})`,
      )
    }
    applying.set(option, text, 'config', `${file}: ${name}`, file)
  }
  return applying
}

const settable = (command: Command) => command.options.filter((option) => nameOf(option) !== 'version')

/** As it is typed, without the dashes: `no-progress`. */
const nameOf = ({ long }: Option) => (long ?? '').slice(2)

class Applying implements Defaults {
  readonly args: string[] = []
  readonly sources: string[] = []
  readonly #command: Command

  constructor(command: Command) {
    this.#command = command
  }

  /** `where` is what an error calls the value, `origin` what it came with. */
  set(option: Option, text: string, source: 'env' | 'config', where: string, origin: string): void {
    const key = option.attributeName()
    if ([key, ...(rivals[key] ?? [])].some((each) => this.#isSet(each, source))) return
    this.#command.setOptionValueWithSource(key, settingOf(option, text, where), source)
    // What a lab tells the programs in it, nobody set.
    if (option.hidden) return
    if (!this.sources.includes(origin)) this.sources.push(origin)
    const name = nameOf(option)
    if (name === 'config') return
    if (!isSwitch(option)) this.args.push(`--${name}`, text)
    else if (isOn(text, where)) this.args.push(`--${name}`)
  }

  /** By something that has more right. */
  #isSet(key: string, source: 'env' | 'config'): boolean {
    const by = this.#command.getOptionValueSource(key)
    return by === 'cli' || (by === 'env' && source === 'config')
  }
}

const isSwitch = ({ required, optional }: Option) => !required && !optional

function settingOf(option: Option, text: string, where: string): unknown {
  if (isSwitch(option)) return isOn(text, where) !== option.negate
  try {
    return option.parseArg ? option.parseArg(text, undefined) : text
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error
    throw new NetcmpError(
      'BAD_VALUE',
      `netcmp: ${where} ${JSON.stringify(text)} is invalid. ${error.message}`,
    )
  }
}

function isOn(text: string, where: string): boolean {
  if (text === '1' || text === 'true') return true
  if (text === '0' || text === 'false') return false
  throw new NetcmpError('BAD_VALUE', `netcmp: ${where} takes true or false, not ${JSON.stringify(text)}`)
}

/** An error about a value says where values came from that nobody typed. */
export function withSources(error: unknown, { sources }: Defaults): unknown {
  if (!(error instanceof NetcmpError) || error.exitCode !== 2 || sources.length === 0) return error
  return new NetcmpError(error.code, `${error.message} (values also came from ${sources.join(', ')})`, {
    cause: error,
  })
}
