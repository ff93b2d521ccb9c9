import { nativeObstacle } from '../../src/native/obstacle.ts'

/** Whether system calls of our own work here: on Linux on x86-64 or ARM64 with koffi, where no sandbox forbids them. */
export const isNative = (await nativeObstacle()) === undefined
