import { describe, expect, it } from 'vitest'
import { netcmp } from '../run-netcmp.ts'

describe('netcmp trace refuses, in one line and before anything is made,', () => {
  it.each([
    [['--proto', 'icmp'], 'netcmp: icmp cannot be traced: only tcp and udp can'],
    [['--proto', 'carrier-pigeon'], 'netcmp: no transport is called "carrier-pigeon"'],
    [['--proto', 'tcp,tcp'], 'netcmp: --proto names tcp twice'],
    [['--messages', '0'], 'netcmp: --messages takes 1 to 10000, not 0'],
    [['--messages', 'many'], 'netcmp: --messages takes a whole number, not "many"'],
    [['--size', '4'], 'netcmp: --size 4 is too small: a message says its number, which takes 16 B'],
    [['--size', '64KiB'], 'netcmp: --size: udp carries at most 65507 B'],
    [
      ['--proto', 'tcp', '--size', '1MiB', '--messages', '100'],
      'netcmp: 100 messages of 1048576 B are too many to draw (at most 16 MiB)',
    ],
    [['--rate', 'max'], 'netcmp: --rate takes a number here, as 1000'],
    [['--half-open', 'long'], 'netcmp: "long" is not a duration'],
    [['--timeline', '--format', 'mermaid'], 'netcmp: a timeline is drawn as table or svg, not as mermaid'],
    [['--timeline', '--socket-calls'], 'netcmp: --timeline shows no --socket-calls: leave one of them out'],
    [['--loss', '200%'], 'netcmp: --loss "200%" is not a share'],
    [['--format', 'csv'], "netcmp: option '--format <name>' argument 'csv' is invalid."],
    [['--pcap', '/nowhere/trace.pcapng'], 'netcmp: cannot write /nowhere/trace.pcapng: no such folder'],
    [['--output', '/'], 'netcmp: cannot write /: it is a folder'],
    [['tcp'], "netcmp: too many arguments for 'trace'."],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await netcmp(['trace', ...args])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.startsWith(message)).toBe(true)
    expect(stderr.trim().split('\n').length).toBe(1)
  })

  it('an end of a conversation that nobody talks to', async () => {
    expect(await netcmp(['trace-end', 'client'])).toMatchObject({ code: 2, stdout: '' })
  })
})
