import { writeSync } from 'node:fs'
import { NetcmpError } from '../../core/errors.ts'
import { checkedConfig, type LinkConfig } from '../../lab/impairments.ts'
import { Relay } from '../../lab/relay.ts'

/**
 * `netcmp lab-relay UP DOWN CONTROL CONFIG [LOGS]`: passes packets between two interfaces until its standard input ends.
 * Prints a line when it does.
 */
export async function labRelayCommand(
  up: string,
  down: string,
  control: string,
  config: string,
  logFolder: string | undefined,
): Promise<void> {
  // What is sent to the whole group (Ctrl-C in a terminal, `timeout`) reaches this process too: its parent decides.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  const relay = await Relay.open({ up, down, control, config: linkConfigFrom(config), logFolder })
  writeSync(1, 'relaying\n')
  relay.run()
}

/** What a link does to packets, as JSON on the command line. Throws BAD_VALUE. */
export function linkConfigFrom(text: string): LinkConfig {
  let config: unknown
  try {
    config = JSON.parse(text)
  } catch {
    throw new NetcmpError('BAD_VALUE', 'netcmp: the configuration of the link is not JSON')
  }
  return checkedConfig(config)
}
