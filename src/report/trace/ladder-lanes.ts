import type { Flight, Path } from './ladder-paths.ts'

type End = 'client' | 'server'

/** What the words at one end take beside the lanes: all of them, and what they can be cut down to. */
export interface Room {
  readonly wish: number
  readonly need: number
}

/** Columns between lanes, where there is room. */
const WIDEST_STEP = 3
/** What words at either end keep, however many packets are on their way. */
const LEAST_WORDS = 6

/**
 * The column in which each packet of a flight goes down, from the row in which it leaves to that in which it arrives. Of
 * those that are on their way together, who leaves later goes down nearer to its sender: then packets that arrive in
 * order do not cross, and one that overtakes another does. The client's are on the left of the server's.
 */
export function lanesOf(
  { paths }: Flight,
  width: number,
  rooms: Readonly<Record<End, Room>>,
): Map<Path, number> {
  const ends = new Set(paths.map(({ packet }) => packet.from)).size
  const beside = Math.floor((width - rooms.client.need - rooms.server.need) / ends)
  const atMost = Math.max(1, Math.floor((width - 2 * LEAST_WORDS) / ends))
  const depthsFrom = (from: End) => {
    const own = paths.filter(({ packet }) => packet.from === from)
    return depthsOf(own, Math.min(atMost, Math.max(beside, mostTogether(own))))
  }
  const depths = { client: depthsFrom('client'), server: depthsFrom('server') }
  const counts = { client: countOf(depths.client), server: countOf(depths.server) }
  const between = counts.client + counts.server - 1
  const wanted = rooms.client.wish + rooms.server.wish
  const least = rooms.client.need + rooms.server.need
  const stepFor = (words: number) => Math.floor((width - words - 1) / Math.max(1, between))
  const step = Math.max(1, Math.min(WIDEST_STEP, Math.max(stepFor(wanted), Math.min(2, stepFor(least)))))
  const taken = between * step + 1
  const first = firstLane(width, taken, rooms)
  const lanes = new Map<Path, number>()
  for (const [path, depth] of depths.client) lanes.set(path, first + (counts.client - 1 - depth) * step)
  for (const [path, depth] of depths.server) lanes.set(path, first + (counts.client + depth) * step)
  return lanes
}

/** Midway, but for the words on either side; where both want more than there is, who wants less has it. */
function firstLane(width: number, taken: number, { client, server }: Readonly<Record<End, Room>>): number {
  const free = width - taken
  const half = Math.floor(free / 2)
  const needed = client.need + server.need
  if (needed > free) return Math.max(0, Math.floor((free * client.need) / needed))
  const left =
    client.wish + server.wish <= free
      ? Math.max(client.wish, Math.min(half, free - server.wish))
      : client.wish <= half
        ? client.wish
        : server.wish <= half
          ? free - server.wish
          : half
  return Math.max(0, Math.min(free, Math.max(client.need, Math.min(left, free - server.need))))
}

/** 0 for who finds nobody of its way under way, one more than all of these otherwise, or where someone was. */
function depthsOf(paths: readonly Path[], most: number): Map<Path, number> {
  const depths = new Map<Path, number>()
  let underWay: Path[] = []
  for (const path of paths) {
    underWay = stillUnderWay(underWay, path)
    const taken = new Set(underWay.map((other) => depths.get(other) ?? 0))
    const deepest = [...taken].reduce((a, b) => Math.max(a, b), -1)
    const free = Array.from({ length: most }, (_, depth) => depth).find((depth) => !taken.has(depth))
    depths.set(path, deepest + 1 < most ? deepest + 1 : (free ?? most - 1))
    underWay.push(path)
  }
  return depths
}

/** How many of them are on their way at once. */
function mostTogether(paths: readonly Path[]): number {
  let most = 0
  let underWay: Path[] = []
  for (const path of paths) {
    underWay = [...stillUnderWay(underWay, path), path]
    most = Math.max(most, underWay.length)
  }
  return most
}

function stillUnderWay(paths: readonly Path[], { fromRow }: Path): Path[] {
  return paths.filter(({ toRow }) => toRow !== null && toRow >= fromRow)
}

function countOf(depths: ReadonlyMap<Path, number>): number {
  return [...depths.values()].reduce((most, depth) => Math.max(most, depth + 1), 0)
}
