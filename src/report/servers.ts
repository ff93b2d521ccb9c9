import { inColumns, pageColumns, printable, widthOf, wrap } from './text.ts'

/** A server on the network, as a list shows it. */
interface ListedServer {
  readonly name: string
  readonly address: string
  readonly version: string | null
  readonly allows: readonly string[]
}

/** The text of `netcmp discover`: a line for each server, or, where that is too wide, a line for each thing it says. */
export function drawServers(servers: readonly ListedServer[], columns: number): string {
  const width = pageColumns(columns)
  const rows = servers.map(({ name, address, version, allows }) => [
    printable(name),
    printable(address),
    version === null ? '-' : printable(version),
    allows.map(printable).join(', '),
  ])
  const lines = inColumns([['name', 'address', 'version', 'allows'], ...rows])
  const fits = lines.every((line) => widthOf(line) <= width)
  const stacked = () =>
    rows.flatMap(([name = '', ...facts]) => [
      ...wrap(name, width, '  '),
      ...facts
        .filter((fact) => fact !== '')
        .flatMap((fact) => wrap(fact, width - 2).map((line) => `  ${line}`)),
    ])
  return `${(fits ? lines : stacked()).join('\n')}\n`
}
