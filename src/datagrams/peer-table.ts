/** What the table needs to know of a peer. */
export interface TablePeer {
  readonly address: string
  readonly port: number
  /** Heard since the hand last passed. */
  heard: boolean
  /** Its place in the round; the table's own. */
  slot: number
}

// Work for one arrival is bounded, even while everybody talks: whoever is next in the round then has to go.
const MAX_STEPS = 16

/** The slot of a peer that has no place in the round. */
const PINNED = -1

/**
 * The peers of one socket, by address and port: those that are pinned, and at most `maxPeers` others. Whoever comes past
 * that takes the place of one that was not heard for a while (CLOCK, or second chance): a flood of new names displaces
 * itself first, and never who is pinned.
 */
export class PeerTable<Peer extends TablePeer> {
  readonly #maxPeers: number
  // Two maps rather than one of "address:port": joining strings for every datagram costs more than looking twice.
  readonly #byAddress = new Map<string, Map<number, Peer>>()
  readonly #round: Peer[] = []
  readonly #pinned = new Set<Peer>()
  #hand = 0
  #last: Peer | undefined

  constructor(maxPeers: number) {
    this.#maxPeers = Math.max(1, maxPeers)
  }

  /** Those that are not pinned. */
  get size(): number {
    return this.#round.length
  }

  /** Finds a peer, and notes that it was heard. */
  hear(address: string, port: number): Peer | undefined {
    let peer = this.#last
    if (peer === undefined || peer.port !== port || peer.address !== address) {
      peer = this.#byAddress.get(address)?.get(port)
      if (peer === undefined) return undefined
      this.#last = peer
    }
    peer.heard = true
    return peer
  }

  /** Adds a peer; returns the one that had to go for it. */
  add(peer: Peer): Peer | undefined {
    const evicted = this.#enter(peer)
    const ports = this.#byAddress.get(peer.address)
    if (ports) ports.set(peer.port, peer)
    else this.#byAddress.set(peer.address, new Map([[peer.port, peer]]))
    return evicted
  }

  /** From now on nobody takes its place. */
  pin(peer: Peer): void {
    if (peer.slot === PINNED || !this.#knows(peer)) return
    this.#leave(peer)
    peer.slot = PINNED
    this.#pinned.add(peer)
  }

  /** Takes its chances with the others again; returns the one that had to go for it. */
  unpin(peer: Peer): Peer | undefined {
    return this.#pinned.delete(peer) ? this.#enter(peer) : undefined
  }

  /** Forgets a peer, if it is still this one that is known by its address. */
  delete(peer: Peer): boolean {
    if (!this.#knows(peer)) return false
    if (!this.#pinned.delete(peer)) this.#leave(peer)
    const ports = this.#byAddress.get(peer.address)
    ports?.delete(peer.port)
    if (ports?.size === 0) this.#byAddress.delete(peer.address)
    if (this.#last === peer) this.#last = undefined
    return true
  }

  values(): readonly Peer[] {
    return [...this.#round, ...this.#pinned]
  }

  #knows(peer: Peer): boolean {
    return this.#byAddress.get(peer.address)?.get(peer.port) === peer
  }

  #enter(peer: Peer): Peer | undefined {
    const evicted = this.#round.length < this.#maxPeers ? undefined : this.#victim()
    if (evicted) this.delete(evicted)
    peer.heard = false
    peer.slot = this.#round.push(peer) - 1
    return evicted
  }

  #leave(peer: Peer): void {
    const last = this.#round.pop()
    if (last === undefined || last === peer) return
    this.#round[peer.slot] = last
    last.slot = peer.slot
  }

  #victim(): Peer | undefined {
    for (let step = 1; ; step++) {
      if (this.#hand >= this.#round.length) this.#hand = 0
      const peer = this.#round[this.#hand]
      if (peer === undefined || !peer.heard || step === MAX_STEPS) return peer
      peer.heard = false
      this.#hand++
    }
  }
}
