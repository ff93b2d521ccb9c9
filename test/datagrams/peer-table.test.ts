import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PeerTable, type TablePeer } from '../../src/datagrams/peer-table.ts'

const peerOf = (address: string, port: number): TablePeer => ({ address, port, heard: false, slot: -1 })

describe('PeerTable', () => {
  test('finds exactly the peers that were added and not forgotten, and never holds too many', () => {
    const step = fc.record({
      address: fc.constantFrom('10.0.0.1', '10.0.0.2', '::1'),
      port: fc.integer({ min: 1, max: 12 }),
      forget: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(step, { maxLength: 200 }), (max, steps) => {
        const table = new PeerTable<TablePeer>(max)
        const model = new Map<string, TablePeer>()
        for (const { address, port, forget } of steps) {
          const key = `${address} ${port}`
          const found = table.hear(address, port)
          expect(found).toBe(model.get(key))
          if (found === undefined) {
            const peer = peerOf(address, port)
            const evicted = table.add(peer)
            if (evicted) expect(model.delete(`${evicted.address} ${evicted.port}`)).toBe(true)
            model.set(key, peer)
          } else if (forget) {
            expect(table.delete(found)).toBe(true)
            expect(table.delete(found)).toBe(false)
            model.delete(key)
          }
          expect(table.size).toBe(model.size)
          expect(table.size).toBeLessThanOrEqual(max)
        }
        expect(new Set(table.values())).toEqual(new Set(model.values()))
      }),
    )
  })

  test('a flood of new names displaces itself, not those who talk', () => {
    const table = new PeerTable<TablePeer>(10)
    for (let port = 1; port <= 5; port++) table.add(peerOf('10.0.0.1', port))
    for (let port = 1; port <= 1000; port++) {
      for (let talking = 1; talking <= 5; talking++) expect(table.hear('10.0.0.1', talking)).toBeDefined()
      const evicted = table.add(peerOf('10.9.9.9', port))
      if (evicted) expect(evicted.address).toBe('10.9.9.9')
    }
  })

  test('who is pinned is never displaced, and is one of the others again when unpinned', () => {
    const table = new PeerTable<TablePeer>(10)
    const pinned = peerOf('10.0.0.1', 1)
    table.add(pinned)
    table.pin(pinned)
    for (let port = 1; port <= 1000; port++) table.add(peerOf('10.9.9.9', port))
    expect(table.hear('10.0.0.1', 1)).toBe(pinned)
    expect(table.values()).toContain(pinned)
    expect(table.size).toBe(10)
    expect(table.unpin(pinned)?.address).toBe('10.9.9.9')
    expect(table.unpin(pinned)).toBeUndefined()
    expect(table.size).toBe(10)
    for (let port = 1; port <= 1000; port++) table.add(peerOf('10.8.8.8', port))
    expect(table.hear('10.0.0.1', 1)).toBeUndefined()
  })

  test('a pinned peer can be forgotten, once', () => {
    const table = new PeerTable<TablePeer>(10)
    const peer = peerOf('10.0.0.1', 1)
    table.add(peer)
    table.pin(peer)
    expect([table.delete(peer), table.delete(peer)]).toEqual([true, false])
    expect(table.unpin(peer)).toBeUndefined()
    expect(table.values()).toEqual([])
  })

  test('where everybody talks, somebody has to go all the same', () => {
    const table = new PeerTable<TablePeer>(100)
    for (let port = 1; port <= 100; port++) table.add(peerOf('10.0.0.1', port))
    for (let port = 1; port <= 100; port++) table.hear('10.0.0.1', port)
    expect(table.add(peerOf('10.0.0.2', 1))).toBeDefined()
    expect(table.size).toBe(100)
  })

  test('a name that returns is a new peer: the old one cannot forget it', () => {
    const table = new PeerTable<TablePeer>(10)
    const before = peerOf('10.0.0.1', 1)
    const after = peerOf('10.0.0.1', 1)
    table.add(before)
    table.delete(before)
    table.add(after)
    expect(table.delete(before)).toBe(false)
    expect(table.hear('10.0.0.1', 1)).toBe(after)
  })
})
