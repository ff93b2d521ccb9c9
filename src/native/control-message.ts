import { CMSG_DATA, CMSG_LEVEL, CMSG_TYPE } from './message-layout.ts'

const ALIGNED = 8

/** Where the data of a control message begins, among those from `at` on (cmsg(3)); -1 where there is none such. */
export function controlData(view: DataView, at: number, bytes: number, level: number, type: number): number {
  const end = at + bytes
  for (let here = at; here + CMSG_DATA <= end; ) {
    const length = view.getUint32(here, true)
    if (length < CMSG_DATA) return -1
    if (view.getInt32(here + CMSG_LEVEL, true) === level && view.getInt32(here + CMSG_TYPE, true) === type) {
      return here + CMSG_DATA
    }
    here += Math.ceil(length / ALIGNED) * ALIGNED
  }
  return -1
}
