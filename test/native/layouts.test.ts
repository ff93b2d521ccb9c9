import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ATTRIBUTES, ATTRIBUTES_BYTES } from '../../src/native/punctual.ts'
import { socketAddress } from '../../src/native/socket-address.ts'

const NATIVE = fileURLToPath(new URL('../../src/native/', import.meta.url))
const EXCHANGE = fileURLToPath(new URL('exchange.c', import.meta.url))

type Values = Readonly<Record<string, unknown>>

/** What C calls a value that src/native/ has by another name. All others have their name in a header. */
const inC: Readonly<Record<string, string>> = {
  EPOLL_EVENT_BYTES: 'sizeof(struct epoll_event)',
  EPOLL_DATA: 'offsetof(struct epoll_event, data)',
  SYS_EPOLL_PWAIT2: '__NR_epoll_pwait2',
  SYS_SCHED_SETATTR: '__NR_sched_setattr',
  MMSG_BYTES: 'sizeof(struct mmsghdr)',
  MMSG_NAME: 'offsetof(struct mmsghdr, msg_hdr.msg_name)',
  MMSG_NAME_LENGTH: 'offsetof(struct mmsghdr, msg_hdr.msg_namelen)',
  MMSG_VECTOR: 'offsetof(struct mmsghdr, msg_hdr.msg_iov)',
  MMSG_VECTOR_LENGTH: 'offsetof(struct mmsghdr, msg_hdr.msg_iovlen)',
  MMSG_CONTROL: 'offsetof(struct mmsghdr, msg_hdr.msg_control)',
  MMSG_CONTROL_LENGTH: 'offsetof(struct mmsghdr, msg_hdr.msg_controllen)',
  MMSG_RECEIVED: 'offsetof(struct mmsghdr, msg_len)',
  VECTOR_BYTES: 'sizeof(struct iovec)',
  CMSG_LEVEL: 'offsetof(struct cmsghdr, cmsg_level)',
  CMSG_TYPE: 'offsetof(struct cmsghdr, cmsg_type)',
  CMSG_DATA: 'CMSG_LEN(0)',
  LINK_NAME_BYTES: 'sizeof(struct sockaddr_ll)',
  LINK_PROTOCOL: 'offsetof(struct sockaddr_ll, sll_protocol)',
  LINK_INTERFACE: 'offsetof(struct sockaddr_ll, sll_ifindex)',
  PACKET_STATISTICS_BYTES: 'sizeof(struct tpacket_stats)',
  PACKET_DROPS: 'offsetof(struct tpacket_stats, tp_drops)',
  RING_BYTES: 'sizeof(struct tpacket_req)',
  RING_BLOCKS: 'offsetof(struct tpacket_req, tp_block_nr)',
  RING_FRAME_BYTES: 'offsetof(struct tpacket_req, tp_frame_size)',
  RING_FRAMES: 'offsetof(struct tpacket_req, tp_frame_nr)',
  FRAME_LENGTH: 'offsetof(struct tpacket2_hdr, tp_len)',
  FRAME_CAPTURED: 'offsetof(struct tpacket2_hdr, tp_snaplen)',
  FRAME_MAC: 'offsetof(struct tpacket2_hdr, tp_mac)',
  FRAME_SECONDS: 'offsetof(struct tpacket2_hdr, tp_sec)',
  FRAME_NS: 'offsetof(struct tpacket2_hdr, tp_nsec)',
  FRAME_HEAD_BYTES: 'TPACKET2_HDRLEN',
  POLL_BYTES: 'sizeof(struct pollfd)',
  POLL_WANTED: 'offsetof(struct pollfd, events)',
  POLL_THERE: 'offsetof(struct pollfd, revents)',
  IFREQ_BYTES: 'sizeof(struct ifreq)',
  IFREQ_DATA: 'offsetof(struct ifreq, ifr_data)',
  ETHTOOL_VALUE: 'offsetof(struct ethtool_value, data)',
}

/** Memory that is as long as is needed, or longer. */
const atLeast: Readonly<Record<string, string>> = {
  NAME_BYTES: 'sizeof(struct sockaddr_in6)',
  LONGEST_NAME_BYTES: 'sizeof(struct sockaddr_un)',
  CONTROL_BYTES: 'CMSG_SPACE(sizeof(int))',
}

/** Which version of Linux's headers has what older ones do not. */
const since: Readonly<Record<string, string>> = {
  SOF_TIMESTAMPING_OPT_ID_TCP: 'KERNEL_VERSION(6, 2, 0)',
}

/** What src/native/ takes for granted without a name. */
const granted: readonly string[] = [
  '__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__',
  'sizeof(void *) == 8 && sizeof(size_t) == 8 && sizeof(long) == 8',
  'sizeof(socklen_t) == 4',
  // Lengths are written as 64 bits: where C has 32 of them, as musl has, nothing but padding may follow.
  'offsetof(struct msghdr, msg_control) - offsetof(struct msghdr, msg_iovlen) == 8',
  'offsetof(struct msghdr, msg_flags) - offsetof(struct msghdr, msg_controllen) == 8',
  'offsetof(struct cmsghdr, cmsg_level) - offsetof(struct cmsghdr, cmsg_len) == 8',
  'offsetof(struct iovec, iov_base) == 0 && offsetof(struct iovec, iov_len) == 8',
  'offsetof(struct epoll_event, events) == 0',
  'sizeof(struct timespec) == 16 && offsetof(struct timespec, tv_nsec) == 8',
  'offsetof(struct sockaddr_ll, sll_family) == 0 && offsetof(struct pollfd, fd) == 0',
  'offsetof(struct tpacket_req, tp_block_size) == 0 && offsetof(struct tpacket2_hdr, tp_status) == 0',
  'sizeof(nfds_t) == sizeof(unsigned long)',
]

const HEADERS = [
  ...['errno', 'net/if', 'poll', 'sched', 'signal', 'stddef', 'time'],
  ...['arpa/inet', 'netinet/in', 'netinet/tcp', 'netinet/udp'],
  ...['sys/epoll', 'sys/mman', 'sys/prctl', 'sys/socket', 'sys/uio', 'sys/un', 'asm/unistd'],
  ...['linux/errqueue', 'linux/ethtool', 'linux/icmp', 'linux/icmpv6', 'linux/if_ether', 'linux/if_packet'],
  ...['linux/net_tstamp', 'linux/sockios', 'linux/version'],
]

/** The values for an architecture: some differ by it. */
async function valuesFor(arch: string): Promise<Record<string, number>> {
  vi.resetModules()
  const own = Object.getOwnPropertyDescriptor(process, 'arch') as PropertyDescriptor
  Object.defineProperty(process, 'arch', { ...own, value: arch })
  try {
    const modules: Values[] = await Promise.all(
      ['constants.ts', 'message-layout.ts'].map((name) => import(join(NATIVE, name))),
    )
    const named = modules.flatMap((each) => Object.entries(each))
    return Object.fromEntries(
      named.filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
    )
  } finally {
    Object.defineProperty(process, 'arch', own)
  }
}

const indexOf = (bytes: Uint8Array, ...found: number[]) => Buffer.from(bytes).indexOf(Buffer.from(found))

/** Where `socketAddress` puts what. */
function addressAssertions(): string[] {
  const four = socketAddress('1.2.3.4', 4, 0x5678)
  const six = socketAddress('1:2::%7', 6, 0x5678)
  return [
    `sizeof(struct sockaddr_in) == ${four.length} && sizeof(struct sockaddr_in6) == ${six.length}`,
    `offsetof(struct sockaddr_in, sin_family) == 0 && offsetof(struct sockaddr_in6, sin6_family) == 0`,
    `offsetof(struct sockaddr_in, sin_port) == ${indexOf(four, 0x56, 0x78)}`,
    `offsetof(struct sockaddr_in, sin_addr) == ${indexOf(four, 1, 2, 3, 4)}`,
    `offsetof(struct sockaddr_in6, sin6_port) == ${indexOf(six, 0x56, 0x78)}`,
    `offsetof(struct sockaddr_in6, sin6_addr) == ${indexOf(six, 0, 1, 0, 2)}`,
    `offsetof(struct sockaddr_in6, sin6_scope_id) == ${indexOf(six, 7)}`,
  ]
}

const assertion = (text: string) => `_Static_assert(${text}, ${JSON.stringify(text)});`

function assertionsOf(values: Readonly<Record<string, number>>): string {
  const ours = Object.entries(values).flatMap(([name, value]) => {
    if (name in atLeast) return assertion(`${value} >= ${atLeast[name]}`)
    const equal = assertion(`${inC[name] ?? name} == ${value}`)
    return name in since ? [`#if LINUX_VERSION_CODE >= ${since[name]}`, equal, '#endif'] : equal
  })
  const others = [...granted, ...addressAssertions()].map(assertion)
  const headers = HEADERS.map((name) => `#include <${name}.h>`)
  return ['#define _GNU_SOURCE', ...headers, ...ours, ...others, ''].join('\n')
}

/** The functions of the C library that src/native/ calls. */
function functions(): Set<string> {
  const sources = readdirSync(NATIVE).map((name) => readFileSync(join(NATIVE, name), 'utf8'))
  const calls = sources.flatMap((text) => [...text.matchAll(/(?:\bcall|\.func)\('(\w+)'/g)])
  return new Set(calls.map(([, name]) => name as string))
}

function programThatNeeds(names: Iterable<string>): string {
  const all = [...names]
  const declared = all.map((name) => `extern char ${name}[];`)
  return [...declared, `void *needed[] = { ${all.join(', ')} };`, 'int main(void) { return 0; }', ''].join(
    '\n',
  )
}

/** Kernel headers, which musl does not bring. */
const kernelHeaders = [
  '-idirafter',
  '/usr/include',
  '-idirafter',
  `/usr/include/${process.arch === 'x64' ? 'x86_64' : 'aarch64'}-linux-gnu`,
]

const hostGcc = (arch: string, other: string) => (process.arch === arch ? 'gcc' : other)

const compilers = [
  { c: 'glibc', arch: 'x64', gcc: hostGcc('x64', 'x86_64-linux-gnu-gcc'), flags: [] },
  { c: 'glibc', arch: 'arm64', gcc: hostGcc('arm64', 'aarch64-linux-gnu-gcc'), flags: [] },
  { c: 'musl', arch: process.arch, gcc: 'musl-gcc', flags: kernelHeaders },
]
  .map((each) => ({ ...each, isThere: spawnSync(each.gcc, ['--version']).status === 0 }))
  .map((each) => [`${each.c} on ${each.arch}`, each] as const)

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netcmp-layouts-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function written(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe.each(compilers)('%s', (_title, { arch, gcc, flags, isThere }) => {
  const why = isThere ? '' : ` (${gcc} is not installed)`
  const compiled = (...args: string[]) =>
    spawnSync(gcc, ['-Wall', ...args, ...flags, '-I', folder], { encoding: 'utf8' })

  it.skipIf(!isThere)(`has every constant and layout as written down${why}`, async () => {
    const values = await valuesFor(arch)
    const source = written('assertions.c', assertionsOf(values))
    const { status, stderr } = compiled('-fsyntax-only', source)
    expect(stderr).toBe('')
    expect(status).toBe(0)
    // Breaks when the assertions are not even looked at.
    const wrong = written('wrong.c', assertionsOf({ ...values, UDP_SEGMENT: 104 }))
    expect(compiled('-fsyntax-only', wrong).stderr).toContain('UDP_SEGMENT == 104')
  })

  const tcpInfo = join(NATIVE, 'tcp-info.ts')
  it.skipIf(!isThere || !existsSync(tcpInfo))(`has struct tcp_info as written down${why}`, async () => {
    const { INFO }: { INFO: Record<string, number> } = await import(tcpInfo)
    const asserts = Object.entries(INFO).map(([name, at]) => {
      // A field of single bits has no offset: it follows the byte of the window scales.
      const field = `tcpi_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`
      const where =
        name === 'flags'
          ? 'offsetof(struct tcp_info, tcpi_options) + 2'
          : `offsetof(struct tcp_info, ${field})`
      return `_Static_assert(${where} == ${at}, ${JSON.stringify(field)});`
    })
    const source = written(
      'info.c',
      ['#include <stddef.h>', '#include <linux/tcp.h>', ...asserts, ''].join('\n'),
    )
    expect(compiled('-fsyntax-only', source).stderr).toBe('')
  })

  it.skipIf(!isThere)(`has struct sched_attr as written down${why}`, () => {
    const asserts = Object.entries(ATTRIBUTES).map(([name, at]) =>
      assertion(`offsetof(struct sched_attr, sched_${name}) == ${at}`),
    )
    const size = assertion(`SCHED_ATTR_SIZE_VER0 == ${ATTRIBUTES_BYTES}`)
    // By itself: it does not go together with sched.h.
    const headers = ['#include <stddef.h>', '#include <linux/sched/types.h>']
    const source = written('attributes.c', [...headers, size, ...asserts, ''].join('\n'))
    expect(compiled('-fsyntax-only', source).stderr).toBe('')
  })

  it.skipIf(!isThere)(`has every function that is called${why}`, () => {
    const linked = (names: Iterable<string>) =>
      compiled('-w', '-o', join(folder, 'functions'), written('functions.c', programThatNeeds(names))).stderr
    expect(functions()).toContain('recvmmsg')
    expect(linked(functions())).toBe('')
    // Breaks when the program links whatever it names.
    expect(linked(['no_such_function'])).toContain('undefined reference')
  })

  const runs = isThere && arch === process.arch
  const whyNot = isThere && !runs ? ' (what it compiles does not run here)' : why
  it.skipIf(!runs)(`sends and receives by memory laid out by hand${whyNot}`, async () => {
    const values = await valuesFor(arch)
    written(
      'layouts.h',
      Object.entries(values)
        .map(([name, value]) => `#define JS_${name} ${value}\n`)
        .join(''),
    )
    const program = join(folder, 'exchange')
    expect(compiled('-o', program, EXCHANGE).stderr).toBe('')
    expect(execFileSync(program, { encoding: 'utf8' })).toBe('')
  })
})
