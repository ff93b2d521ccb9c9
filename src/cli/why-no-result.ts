import { parseResult } from '../result/read.ts'

/** Why a document is no result, in ASCII and short, so that it fits an answer, whatever the document quotes. */
export function whyNoResult(document: Uint8Array): string | undefined {
  try {
    parseResult(new TextDecoder('utf-8', { fatal: true }).decode(document), 'document')
    return undefined
  } catch (error) {
    const { message } = error as Error
    return message.replace(/[^\x20-\x7E]/g, '?').slice(0, 150)
  }
}
