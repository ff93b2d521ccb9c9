/**
 * `npm run bench:peers [-- --rounds 5] [-- --only PATTERN]`: the native engine against iperf3, sockperf and loops in C, in
 * turn in this one run; only ratios of medians are worth quoting. Linux with koffi; a row whose program is missing is
 * skipped (Debian: apt install iperf3 sockperf gcc libc6-dev). What each row measures: docs/performance.md.
 */
import { parseArgs } from 'node:util'
import { interleaved, median } from './median.mjs'
import { NotThere, Pair } from './pair.mjs'
import { isThere } from './peers/programs.mjs'
import { rows } from './peers/rows.mjs'

/** TCP with cubic on both sides: over loopback the congestion control decides as much as the program does. */
const NATIVE = { engine: 'native', congestion: 'cubic' }

const WARM_UPS = 2
/** What one side leaves behind is over before the other begins. */
const REST_MS = 200

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, only: { type: 'string', default: '' } },
})
const rounds = Number(values.rounds)
const only = new RegExp(values.only, 'i')

const rested = async (measure) => {
  await new Promise((resolve) => setTimeout(resolve, REST_MS))
  return measure()
}

/** The value of a row, and how far single rounds were from it. */
async function measure({ peer, ours }, native) {
  if (peer === undefined) {
    const all = []
    for (let n = -WARM_UPS; n < rounds; n++) {
      const value = await rested(() => ours(native))
      if (n >= 0) all.push(value)
    }
    return { value: median(all), each: all }
  }
  const { a, b, all } = await interleaved(
    rounds,
    () => rested(peer),
    () => rested(() => ours(native)),
    WARM_UPS,
  )
  const spread = (figures, middle) => span(figures.map((figure) => figure / middle))
  return {
    value: b / a,
    each: all.b.map((figure, round) => figure / all.a[round]),
    sides: `peer ${short(a)} (${spread(all.a, a)}), ours ${short(b)} (${spread(all.b, b)})`,
  }
}

const span = (figures) => `${Math.min(...figures).toFixed(2)}..${Math.max(...figures).toFixed(2)}`
const short = (figure) =>
  new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 }).format(figure)

function print(word, { what }, rest) {
  console.log(`${word.padEnd(9)} ${what.padEnd(58)} ${rest}`)
}

async function run(row) {
  const missing = (row.needs ?? []).filter((program) => !isThere(program))
  if (missing.length > 0) return print('skipped', row, `(${missing.join(', ')}: not installed)`)
  let native
  try {
    native = await Pair.start({ ...NATIVE, ...row.options })
    const { value, each, sides } = await measure(row, native)
    const { atLeast, atMost, unit = 'x' } = row
    const isShown = atLeast === undefined && atMost === undefined
    const isMet = value >= (atLeast ?? 0) && value <= (atMost ?? Number.POSITIVE_INFINITY)
    const limit = isShown
      ? ''
      : atMost === undefined
        ? `at least ${atLeast}${unit}; `
        : `at most ${atMost}${unit}; `
    const word = isShown ? 'shown' : isMet ? 'met' : 'MISSED'
    print(word, row, `${value.toFixed(2)}${unit}  (${limit}rounds ${span(each)})`)
    if (sides) print('', { what: '' }, sides)
  } catch (error) {
    if (!(error instanceof NotThere)) throw error
    print('not there', row, `(${error.message})`)
  } finally {
    native?.close()
  }
}

for (const row of rows.filter(({ what }) => only.test(what))) await run(row)
