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

/**
 * The peers of one socket, by address and port, at most `maxPeers` of them. Whoever comes past that takes the place of
 * one that was not heard for a while (CLOCK, or second chance): a flood of new names displaces itself first.
 */
export class PeerTable<Peer extends TablePeer> {
  readonly #maxPeers: number
  // Two maps rather than one of "address:port": joining strings for every datagram costs more than looking twice.
  readonly #byAddress = new Map<string, Map<number, Peer>>()
  readonly #round: Peer[] = []
  #hand = 0
  #last: Peer | undefined

  constructor(maxPeers: number) {
    this.#maxPeers = Math.max(1, maxPeers)
  }

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
    const evicted = this.#round.length < this.#maxPeers ? undefined : this.#victim()
    if (evicted) this.delete(evicted)
    peer.heard = false
    peer.slot = this.#round.push(peer) - 1
    const ports = this.#byAddress.get(peer.address)
    if (ports) ports.set(peer.port, peer)
    else this.#byAddress.set(peer.address, new Map([[peer.port, peer]]))
    return evicted
  }

  /** Forgets a peer, if it is still this one that is known by its address. */
  delete(peer: Peer): boolean {
    if (this.#round[peer.slot] !== peer) return false
    const last = this.#round.pop()
    if (last !== undefined && last !== peer) {
      this.#round[peer.slot] = last
      last.slot = peer.slot
    }
    const ports = this.#byAddress.get(peer.address)
    ports?.delete(peer.port)
    if (ports?.size === 0) this.#byAddress.delete(peer.address)
    if (this.#last === peer) this.#last = undefined
    return true
  }

  values(): readonly Peer[] {
    return [...this.#round]
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
