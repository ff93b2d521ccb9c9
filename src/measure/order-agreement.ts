/** Which messages one member heard, in the order of arrival. Recording allocates nothing. */
export class ArrivalLog {
  /** The first `count` are filled. */
  readonly ids: Uint32Array
  count = 0
  /** More arrived than there was room for: those count as not heard. */
  truncated = false

  constructor(capacity: number) {
    this.ids = new Uint32Array(capacity).fill(0)
  }

  /** @param id a whole number below 2^32 that is the same at all members */
  record(id: number): void {
    if (this.count === this.ids.length) {
      this.truncated = true
      return
    }
    this.ids[this.count] = id
    this.count++
  }
}

export interface OrderAgreement {
  /** Pairs of messages that all members heard, in the same order at all. */
  agreed: number
  /** Pairs of messages that all members heard. */
  pairs: number
}

/** Pairs out of order to look at, in all: what about a tenth of a second allows. */
const WORK_LIMIT = 1 << 23

/**
 * Of the pairs of messages that every member heard, those that all heard in the same order; a copy does not count.
 * Null where there is no such pair. Exact, at a cost that grows with the pairs out of order; where those are more
 * than `workLimit`, only as many messages, from the first on, are compared as are certain to stay within it.
 */
export function orderAgreement(
  logs: readonly Pick<ArrivalLog, 'ids' | 'count'>[],
  workLimit: number = WORK_LIMIT,
): OrderAgreement | null {
  let orders = commonOrders(logs)
  if (orders.length === 0 || (orders[0] as Uint32Array).length < 2) return null
  let disagreed = disagreedPairs(orders, workLimit)
  if (disagreed === null) {
    const affordable = Math.max(2, Math.floor(Math.sqrt((2 * workLimit) / orders.length)))
    orders = orders.map((order) => order.filter((rank) => rank < affordable))
    disagreed = disagreedPairs(orders, Number.POSITIVE_INFINITY) as number
  }
  const count = (orders[0] as Uint32Array).length
  const pairs = (count * (count - 1)) / 2
  return { agreed: pairs - disagreed, pairs }
}

/** The messages that all members heard, numbered as the first member heard them, in the order of each other member. */
function commonOrders(logs: readonly Pick<ArrivalLog, 'ids' | 'count'>[]): Uint32Array[] {
  const [reference, ...others] = logs.map((log) => log.ids.subarray(0, log.count))
  if (reference === undefined || others.length === 0) return []
  const hearers = new Map<number, number>()
  for (const id of reference) hearers.set(id, 1)
  for (const [index, ids] of others.entries()) {
    for (const id of ids) if (hearers.get(id) === index + 1) hearers.set(id, index + 2)
  }
  const ranks = new Map<number, number>()
  for (const [id, count] of hearers) if (count === logs.length) ranks.set(id, ranks.size)
  return others.map((ids) => {
    const order = new Uint32Array(ranks.size)
    const placed = new Set<number>()
    for (const id of ids) {
      const rank = ranks.get(id)
      if (rank === undefined || placed.has(rank)) continue
      order[placed.size] = rank
      placed.add(rank)
    }
    return order
  })
}

/** Pairs of ranks that stand the wrong way round in any of the orders; null where it takes too much work to tell. */
function disagreedPairs(orders: readonly Uint32Array[], workLimit: number): number | null {
  const positions = orders.map((order) => {
    const position = new Uint32Array(order.length)
    for (const [at, rank] of order.entries()) position[rank] = at
    return position
  })
  const sorted = new Uint32Array((orders[0] as Uint32Array).length)
  let disagreed = 0
  let work = 0
  for (const [index, order] of orders.entries()) {
    // An insertion sort moves a rank past just those that it is out of order with.
    for (let at = 0; at < order.length; at++) {
      const rank = order[at] as number
      let to = at
      for (; to > 0 && (sorted[to - 1] as number) > rank; to--) {
        const passed = sorted[to - 1] as number
        sorted[to] = passed
        if (!disagreedBefore(positions, index, rank, passed)) disagreed++
      }
      sorted[to] = rank
      work += at - to
      if (work > workLimit) return null
    }
  }
  return disagreed
}

/** Whether one of the first `orders` already has `rank`, the lower, after `passed`: each pair counts once. */
function disagreedBefore(
  positions: readonly Uint32Array[],
  orders: number,
  rank: number,
  passed: number,
): boolean {
  for (let index = 0; index < orders; index++) {
    const position = positions[index] as Uint32Array
    if ((position[rank] as number) > (position[passed] as number)) return true
  }
  return false
}
