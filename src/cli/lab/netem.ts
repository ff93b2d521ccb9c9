import { serveLink } from '../../lab/link-server.ts'
import { netemBetween } from '../../lab/netem.ts'
import { linkConfigFrom } from './relay.ts'

/** `netcmp lab-netem UP DOWN CONTROL CONFIG`: as `lab-relay`, by the kernel's netem. */
export async function labNetemCommand(
  up: string,
  down: string,
  control: string,
  config: string,
): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  const link = await netemBetween(up, down, linkConfigFrom(config))
  try {
    const server = await serveLink(link, control)
    process.stdout.write('relaying\n')
    await stdinEnded()
    await server.close()
  } finally {
    await link.close()
  }
}

function stdinEnded(): Promise<void> {
  return new Promise((resolve) => {
    process.stdin
      .on('end', resolve)
      .on('close', resolve)
      .on('error', () => resolve())
      .resume()
  })
}
