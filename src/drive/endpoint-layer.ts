import type { Address } from '../core/address.ts'
import type { NetcmpError } from '../core/errors.ts'
import type { ConnectionReader } from '../transport/connection-facts.ts'
import type { Endpoint, KernelTimes, MessageHandler } from '../transport/contract.ts'

/**
 * An endpoint over another one: does what that does, but for what a kind of layer changes. Each message goes through it by
 * itself: it neither sends copies nor takes packets of many, so that whatever a layer seals, counts or times it sees.
 */
export abstract class EndpointLayer implements Endpoint {
  protected readonly below: Endpoint

  constructor(below: Endpoint) {
    this.below = below
  }

  get local(): Address {
    return this.below.local
  }

  get remote(): Address {
    return this.below.remote
  }

  get kernelTimes(): KernelTimes | undefined {
    return this.below.kernelTimes
  }

  dropCount(): number | undefined {
    return this.below.dropCount?.()
  }

  get queuedBytes(): number {
    return this.below.queuedBytes
  }

  get unreadBytes(): number | undefined {
    return this.below.unreadBytes
  }

  onMessage(handler: MessageHandler): void {
    this.below.onMessage(handler)
  }

  onClose(handler: (reason?: NetcmpError) => void): void {
    this.below.onClose(handler)
  }

  send(message: Uint8Array): boolean {
    return this.below.send(message)
  }

  drained(signal?: AbortSignal): Promise<void> {
    return this.below.drained(signal)
  }

  pause(): void {
    this.below.pause()
  }

  resume(): void {
    this.below.resume()
  }

  keepFirst(bytes: number): void {
    this.below.keepFirst(bytes)
  }

  pin(pinned: boolean): void {
    this.below.pin(pinned)
  }

  async connectionReader(): Promise<ConnectionReader | undefined> {
    return this.below.connectionReader?.()
  }

  end(): void {
    this.below.end()
  }

  close(): Promise<void> {
    return this.below.close()
  }
}
