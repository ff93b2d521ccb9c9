import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { linkConfigOf } from '../../src/lab/impairment-options.ts'
import { pairsOf } from '../../src/lab/impairment-text.ts'
import { evenly, type Passed, passed } from './passage.ts'

const GOLDEN = fileURLToPath(new URL('../golden/link-grid.txt', import.meta.url))

const COUNT = 40
const NS_PER_MS = 1e6

const losses = ['loss=0', 'loss=2%', 'loss=20%', 'burst-loss=5%,30%', 'drop=5,17-20']
const delays = [
  'delay=0',
  'delay=20ms',
  'delay=20ms jitter=5ms',
  'delay=20ms reorder=10%',
  'rate=5mbit queue=3 delay=1ms',
  'duplicate=10% corrupt=10% delay=1ms',
]

const marks: Readonly<Record<string, string>> = {
  lost: 'lost',
  'burst-lost': 'burst',
  dropped: 'listed',
  'queue-full': 'full',
}

function word({ number, isCopy, isCorrupt, isReordered, fate, outNs }: Passed): string {
  const flags = `${isCopy ? 'c' : ''}${isCorrupt ? 'x' : ''}${isReordered ? 'r' : ''}`
  return `${number}${flags}:${marks[fate] ?? (outNs / NS_PER_MS).toFixed(3)}`
}

function lines(direction: 0 | 1): string[] {
  return losses.flatMap((loss) =>
    delays.flatMap((delay) => {
      const { up } = linkConfigOf({ up: `${loss} ${delay}` })
      const all = passed(up, evenly(COUNT, NS_PER_MS), { seed: 1, direction })
      return [
        `# ${direction === 0 ? 'up' : 'down'} ${pairsOf(up) || 'unimpaired'}`,
        ...wrapped(all.map(word)),
      ]
    }),
  )
}

function wrapped(words: readonly string[]): string[] {
  return Array.from({ length: Math.ceil(words.length / 10) }, (_, n) =>
    words.slice(10 * n, 10 * n + 10).join(' '),
  )
}

// Breaks when any draw, the order of the stages or a time changes: whoever repeats a run of an older version sees it then.
it('packets of 1000 B, one each millisecond, seed 1: the fate and the time of each, over losses and delays', async () => {
  await expect([...lines(0), ...lines(1), ''].join('\n')).toMatchFileSnapshot(GOLDEN)
})
