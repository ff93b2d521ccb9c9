import { NetcmpError } from '../../core/errors.ts'
import type { GridFlags } from './flags.ts'

/** A sweep that somebody else has thought out. */
export interface Preset {
  readonly name: string
  readonly description: string
  /** As if they had been typed; what is typed besides replaces them. */
  readonly flags: Partial<GridFlags>
}

export const presets: readonly Preset[] = [
  {
    name: 'rtt-by-size',
    description: 'round trip of messages of 1, 100, 200, … 1000 B, one at a time',
    flags: { workload: 'echo', size: '1,100..1000', rate: 'max', duration: '100ms', metric: 'rttP50Ns' },
  },
  {
    name: 'throughput-by-size',
    description: 'goodput of messages of 1, 2, 4, 8, 16 and 32 KiB, as fast as they leave',
    flags: { workload: 'bulk', size: '1KiB..32KiB*2', metric: 'goodputBitsPerSec,lossRatio' },
  },
  {
    name: 'megabyte',
    description:
      '1 MiB as 256 x 4 KiB, 512 x 2 KiB and 1024 x 1 KiB: each answered before the next leaves (echo), and streamed (bulk); the time that all of it takes',
    flags: {
      workload: 'echo,bulk',
      size: '4KiB,2KiB,1KiB',
      total: '1MiB',
      rate: 'max',
      metric: 'transferNs,bulk.lossRatio',
    },
  },
  {
    name: 'loss',
    description:
      '0, 1, 2 and 5 % of all packets lost at 20 ms each way (needs the lab; TCP with cubic): round trips of 60 messages of 1400 B a second, and goodput where 1000 a second are to be moved',
    flags: {
      workload: 'echo,bulk',
      size: '1400',
      rate: '60',
      bulkRate: '1000',
      duration: '2s',
      blocks: '8',
      congestion: 'cubic',
      // What is still queued when a run ends has to pass at what loss leaves of TCP’s rate.
      buffer: '128KiB',
      loss: '0,1%,2%,5%',
      delay: '20ms',
      metric: 'rttP50Ns,rttP99Ns,echo.lossRatio,goodputBitsPerSec',
    },
  },
]

/** Throws BAD_VALUE. */
export function presetFlags(name: string | undefined): Partial<GridFlags> {
  if (name === undefined) return {}
  const found = presets.find((preset) => preset.name === name)
  if (found) return found.flags
  const names = presets.map((preset) => preset.name).join(', ')
  throw new NetcmpError('BAD_VALUE', `netcmp: no preset "${name}" (there are ${names})`)
}
