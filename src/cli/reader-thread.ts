import { parentPort, workerData } from 'node:worker_threads'
import { whyNoResult } from './why-no-result.ts'

parentPort?.postMessage(whyNoResult(workerData))
