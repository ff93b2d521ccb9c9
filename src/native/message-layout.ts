/** Layouts of what sendmsg and recvmmsg take, LP64 (sendmsg(2), recvmmsg(2), cmsg(3)). */

// struct mmsghdr, LP64: name, its length, vector, its length, control, its length, flags, then what was received.
export const MMSG_BYTES = 64
export const MMSG_NAME = 0
export const MMSG_NAME_LENGTH = 8
export const MMSG_VECTOR = 16
export const MMSG_VECTOR_LENGTH = 24
export const MMSG_CONTROL = 32
export const MMSG_CONTROL_LENGTH = 40
export const MMSG_RECEIVED = 56
export const VECTOR_BYTES = 16
// struct cmsghdr: its length, level and type, then data.
export const CMSG_LEVEL = 8
export const CMSG_TYPE = 12
export const CMSG_DATA = 16

// struct sockaddr_ll, packet(7): family, protocol (big-endian), the number of the interface; more that is not needed here.
export const LINK_NAME_BYTES = 20
export const LINK_PROTOCOL = 2
export const LINK_INTERFACE = 4
// struct tpacket_stats, packet(7): packets, and those that found no room.
export const PACKET_STATISTICS_BYTES = 8
export const PACKET_DROPS = 4
// struct tpacket_req, packet(7): bytes of a block, how many, bytes of a frame, how many.
export const RING_BYTES = 16
export const RING_BLOCKS = 4
export const RING_FRAME_BYTES = 8
export const RING_FRAMES = 12
// struct tpacket2_hdr: whose it is, bytes of the packet, bytes that are there, where it begins, when it came; TPACKET2_HDRLEN.
export const FRAME_LENGTH = 4
export const FRAME_CAPTURED = 8
export const FRAME_MAC = 12
export const FRAME_SECONDS = 16
export const FRAME_NS = 20
export const FRAME_HEAD_BYTES = 52
// struct pollfd, poll(2): the descriptor, events that are wanted, events that are there.
export const POLL_BYTES = 8
export const POLL_WANTED = 4
export const POLL_THERE = 6

/** As long as a struct sockaddr_in6, and a little. */
export const NAME_BYTES = 32
/** As long as a struct sockaddr_un, the longest name there is. */
export const LONGEST_NAME_BYTES = 110
export const CONTROL_BYTES = 128
