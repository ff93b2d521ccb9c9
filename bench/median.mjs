export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/**
 * Runs both in turn, `rounds` times, who begins changing every time; `warmUps` of each before warm up the compiler.
 * Returns the medians, and in `all` the figures of every round.
 */
export async function interleaved(rounds, a, b, warmUps = 4) {
  const all = { a: [], b: [] }
  for (let warmUp = 0; warmUp < warmUps; warmUp++) {
    await a()
    await b()
  }
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 ? ['b', 'a'] : ['a', 'b']
    for (const each of order) all[each].push(await (each === 'a' ? a() : b()))
  }
  return { a: median(all.a), b: median(all.b), all }
}
