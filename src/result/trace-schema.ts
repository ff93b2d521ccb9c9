import * as v from 'valibot'
import { link } from './link-schema.ts'
import { hostSchema, toolSchema, warningSchema } from './schema.ts'

/** Ten days each way: nobody draws more, and no arithmetic fails. */
const moment = v.pipe(v.number(), v.minValue(-1e15), v.maxValue(1e15))
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(1))
const message = v.pipe(natural, v.maxValue(10_000_000))
const text = v.pipe(v.string(), v.maxLength(4096))
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(64))
const end = v.picklist(['client', 'server'])

const segment = v.pipe(
  v.object({
    flags: v.pipe(v.array(name), v.maxLength(16)),
    seq: v.pipe(whole, v.description('Counted from the sender’s SYN, which has 0.')),
    ack: v.pipe(v.nullable(whole), v.description('Counted from the other’s SYN; null without ACK.')),
    window: v.pipe(whole, v.description('As the header has it, unscaled.')),
    repeats: v.pipe(
      v.nullable(whole),
      v.description(
        'Index of the latest packet that had brought some of its sequence numbers to the link before.',
      ),
    ),
    isDuplicateAck: v.pipe(v.boolean(), v.description('As RFC 5681, 2 defines it.')),
  }),
  v.description('What a TCP segment says.'),
)

const packet = v.pipe(
  v.object({
    from: end,
    number: v.pipe(natural, v.description('Of its direction; a copy has its original’s.')),
    inNs: v.pipe(moment, v.description('When it entered the link.')),
    outNs: v.pipe(v.nullable(moment), v.description('When it reached the far host; null: never.')),
    fate: v.pipe(
      v.picklist(['delivered', 'lost', 'burst-lost', 'dropped', 'queue-full', 'under-way']),
      v.description('`under-way`: neither delivered nor lost when the conversation was over.'),
    ),
    isCopy: v.boolean(),
    isCorrupt: v.boolean(),
    isReordered: v.boolean(),
    packetBytes: v.pipe(whole, v.description('Of the IP packet, headers included.')),
    payloadBytes: v.pipe(
      whole,
      v.description('Of the stream or the datagram, headers left out; in a fragment, those of its piece.'),
    ),
    segment: v.pipe(v.nullable(segment), v.description('Null where it is no TCP segment.')),
    fragment: v.pipe(
      v.nullable(v.object({ offsetBytes: whole, isLast: v.boolean() })),
      v.description('Where in the datagram’s payload its piece begins; null for a whole packet.'),
    ),
    messages: v.pipe(
      v.array(message),
      v.maxLength(100_000),
      v.description('Of the conversation, those that it holds, or a part of.'),
    ),
    frames: v.pipe(v.array(name), v.maxLength(10_000), v.description('Frames of netcmp that it holds.')),
    icmp: v.pipe(v.nullable(text), v.description('What an ICMP error says; null for all else.')),
  }),
  v.description('One packet, or a copy that the link made.'),
)

const call = v.pipe(
  v.object({
    at: end,
    name,
    arguments: text,
    result: v.pipe(text, v.description('As the kernel gave it: a number, or the name of an error.')),
    beginNs: moment,
    endNs: moment,
  }),
  v.description('One system call on a socket.'),
)

const delivery = v.pipe(
  v.object({
    message,
    sentNs: v.pipe(moment, v.description('When its last byte first entered the link.')),
    arrivedNs: v.pipe(
      v.nullable(moment),
      v.description('When its last byte first reached the server’s host; null: never.'),
    ),
    deliverableNs: v.pipe(
      v.nullable(moment),
      v.description('When all bytes that have to be handed over before had reached it, too; null: never.'),
    ),
  }),
  v.description('One message on its way from the client to the server.'),
)

const conversation = v.pipe(
  v.object({
    transport: v.picklist(['tcp', 'udp']),
    client: v.pipe(v.nullable(text), v.description('Its address; null where no packet came to the link.')),
    server: v.nullable(text),
    error: v.pipe(v.nullable(text), v.description('Why it ended early, in one line; null where it did not.')),
    packets: v.pipe(v.array(packet), v.description('In the order in which they entered the link.')),
    calls: v.pipe(
      v.nullable(v.array(call)),
      v.description('Those that sockets needed, in order; null where nobody asked for them.'),
    ),
    deliveries: v.array(delivery),
    unanswered: v.exactOptional(
      v.pipe(
        v.nullable(v.array(message)),
        v.description(
          'Messages that the client gave up: no answer came to it in time, or none at all; null where it does not tell.',
        ),
      ),
    ),
  }),
  v.description('Times are ns since the conversation began.'),
)

const config = v.pipe(
  v.object({
    view: v.pipe(v.picklist(['ladder', 'timeline']), v.description('What was to be drawn.')),
    messages: natural,
    sizeBytes: natural,
    ratePerSec: v.pipe(
      v.nullable(v.pipe(v.number(), v.finite(), v.gtValue(0))),
      v.description('Null: each message when the one before it was answered, or given up.'),
    ),
    timeoutNs: natural,
    halfOpenNs: v.pipe(
      whole,
      v.description('How long the server’s half of a connection stayed open after the client’s.'),
    ),
    link,
  }),
  v.description('Enough to repeat it.'),
)

/** The document that `netcmp trace --format json` prints and `netcmp report` reads. */
export const traceSchema = v.pipe(
  v.object({
    schema: v.literal('netcmp.trace/1'),
    tool: toolSchema,
    host: hostSchema,
    config,
    conversations: v.pipe(v.array(conversation), v.minLength(1), v.maxLength(16)),
    warnings: v.array(warningSchema),
  }),
  v.title('netcmp.trace/1'),
  v.description('The packets of one conversation over each transport, as a link of the lab saw them.'),
)

export type TraceDocument = v.InferOutput<typeof traceSchema>
export type TraceConfig = TraceDocument['config']
export type TracedConversation = TraceDocument['conversations'][number]
export type TracedPacket = TracedConversation['packets'][number]
export type TracedCall = NonNullable<TracedConversation['calls']>[number]
export type TracedDelivery = TracedConversation['deliveries'][number]
