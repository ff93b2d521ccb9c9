/** Memory of the C library's: it neither moves nor is it collected, so that system calls may keep its address. */
export interface NativeMemory {
  readonly address: number
  readonly bytes: Uint8Array
  readonly view: DataView
  free(): void
}
