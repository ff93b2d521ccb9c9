import { printable, widthOf, wrap } from './text.ts'

/** A server on the network, as a list shows it. */
interface ListedServer {
  readonly name: string
  readonly address: string
  readonly version: string | null
  readonly allows: readonly string[]
}

const MIN_COLUMNS = 40
const MAX_COLUMNS = 80

/** The text of `netcmp discover`: a line for each server, or, where that is too wide, a line for each thing it says. */
export function drawServers(servers: readonly ListedServer[], columns: number): string {
  const width = Math.max(MIN_COLUMNS, Math.min(MAX_COLUMNS, columns))
  const rows = servers.map(({ name, address, version, allows }) => [
    printable(name),
    printable(address),
    version === null ? '-' : printable(version),
    allows.map(printable).join(', '),
  ])
  const table = [['name', 'address', 'version', 'allows'], ...rows]
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => widthOf(row[column] ?? ''))))
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell))))
      .join('  ')
      .trimEnd(),
  )
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
