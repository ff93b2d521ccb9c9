import { transportLabel } from './text.ts'

/** What of a verdict decides how its figures read. */
interface Explained {
  readonly ratio: number | null
  readonly a: { readonly transport: string }
  readonly b: { readonly transport: string }
}

/** Collects the reasons, and says each once. */
export class Notes {
  readonly #transports: number
  readonly #missing: { subject: string; transport: string; why: string }[] = []
  readonly #failed = new Set<string>()
  readonly #notCompared = new Map<string, Set<string>>()
  readonly #noInterval = new Map<string, Set<string>>()
  #hasInterval = false
  #ratio: string | undefined
  #points: string | undefined

  constructor(transports: number) {
    this.#transports = transports
  }

  missing(transport: string, { subject, why }: { subject: string; why: string }): void {
    this.#missing.push({ subject, transport: transportLabel(transport), why })
  }

  failed(transport: string, subject: string, why: string): void {
    this.#failed.add(`${subject}${this.#transports > 1 ? ` (${transportLabel(transport)})` : ''}: ${why}`)
  }

  notCompared(subject: string, why: string): void {
    const subjects = this.#notCompared.get(why) ?? new Set()
    this.#notCompared.set(why, subjects.add(subject))
  }

  noInterval(subject: string, why: string): void {
    const subjects = this.#noInterval.get(why) ?? new Set()
    this.#noInterval.set(why, subjects.add(subject))
  }

  interval(): void {
    this.#hasInterval = true
  }

  explain({ ratio, a, b }: Explained): void {
    const one = this.#transports === 2 ? `${transportLabel(b.transport)}’s` : 'the'
    const base = `${transportLabel(a.transport)}’s`
    if (ratio !== null) this.#ratio = `x: ${one} figure over ${base}`
    else this.#points = `%: ${one} share minus ${base}, in percentage points`
  }

  lines(): string[] {
    const reading = [this.#ratio, this.#points].filter((each) => each !== undefined)
    return [
      ...(reading.length > 0 ? [reading.join('; ')] : []),
      ...this.#missingLines(),
      ...this.#failed,
      ...this.#noIntervalLines(),
      ...[...this.#notCompared].map(([why, subjects]) => `not compared: ${[...subjects].join('; ')}: ${why}`),
    ]
  }

  /** A reason that holds for every row needs no names. */
  #noIntervalLines(): string[] {
    const isForAll = !this.#hasInterval && this.#noInterval.size === 1
    return [...this.#noInterval].map(([why, subjects]) => {
      return `no interval: ${isForAll ? '' : `${[...subjects].join('; ')}: `}${why}`
    })
  }

  /** Subjects that miss a value for the same reason over the same transports share a line. */
  #missingLines(): string[] {
    const byReason = new Map<string, { why: string; transports: Map<string, Set<string>> }>()
    for (const { subject, transport, why } of this.#missing) {
      const entry = byReason.get(why) ?? { why, transports: new Map<string, Set<string>>() }
      byReason.set(why, entry)
      const names = entry.transports.get(subject) ?? new Set<string>()
      entry.transports.set(subject, names.add(transport))
    }
    return [...byReason.values()].flatMap(({ why, transports }) => {
      const bySides = new Map<string, string[]>()
      for (const [subject, names] of transports) {
        const sides = [...names].join(', ')
        bySides.set(sides, [...(bySides.get(sides) ?? []), subject])
      }
      return [...bySides].map(([sides, subjects]) => {
        return `- ${subjects.join('; ')}${this.#transports > 1 ? ` (${sides})` : ''}: ${why}`
      })
    })
  }
}
