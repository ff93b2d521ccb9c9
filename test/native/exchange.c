/*
 * Sends three datagrams with one sendmsg and receives them with one recvmmsg, with memory laid out by hand as in
 * src/native/: where a value lies is taken from layouts.h (JS_...), which is written from there, and from no header.
 */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "layouts.h"

enum { SLOTS = 2, SLOT_BYTES = 4096, SEGMENT = 100, SENT = 250 };

static void is(int64_t value, int64_t expected, const char *what) {
  if (value == expected) return;
  fprintf(stderr, "%s is %lld, not %lld\n", what, (long long)value, (long long)expected);
  exit(1);
}

static void put64(char *memory, int at, const void *address) {
  uint64_t value = (uintptr_t)address;
  memcpy(memory + at, &value, sizeof value);
}

static void put32(char *memory, int at, int32_t value) { memcpy(memory + at, &value, sizeof value); }

static int32_t get32(const char *memory, int at) {
  int32_t value;
  memcpy(&value, memory + at, sizeof value);
  return value;
}

/* A message, as the constructor of a socket or of its receiving memory lays it out. */
static void lay_out(char *head, char *vector, char *bytes, uint64_t length, char *name, char *control) {
  put64(head, JS_MMSG_NAME, name);
  put64(head, JS_MMSG_VECTOR, vector);
  put64(head, JS_MMSG_VECTOR_LENGTH, (void *)1);
  put64(head, JS_MMSG_CONTROL, control);
  put64(vector, 0, bytes);
  put64(vector, 8, (void *)(uintptr_t)length);
}

int main(void) {
  static char out[SENT], in[SLOTS][SLOT_BYTES];
  static char head[JS_MMSG_BYTES], vector[JS_VECTOR_BYTES], control[JS_CONTROL_BYTES];
  static char heads[SLOTS * JS_MMSG_BYTES], vectors[SLOTS][JS_VECTOR_BYTES];
  static char names[SLOTS][JS_NAME_BYTES], controls[SLOTS][JS_CONTROL_BYTES];
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof to;
  int on = 1;
  int receiver = socket(AF_INET, SOCK_DGRAM, 0), sender = socket(AF_INET, SOCK_DGRAM, 0);
  is(bind(receiver, (struct sockaddr *)&to, sizeof to), 0, "bind");
  is(getsockname(receiver, (struct sockaddr *)&to, &length), 0, "getsockname");
  is(setsockopt(receiver, JS_SOL_UDP, JS_UDP_GRO, &on, sizeof on), 0, "UDP_GRO");
  is(connect(sender, (struct sockaddr *)&to, sizeof to), 0, "connect");

  for (int n = 0; n < SENT; n++) out[n] = n;
  lay_out(head, vector, out, SENT, NULL, control);
  put32(head, JS_MMSG_CONTROL_LENGTH, JS_CMSG_DATA + 8);
  put64(control, 0, (void *)(JS_CMSG_DATA + 2));
  put32(control, JS_CMSG_LEVEL, JS_SOL_UDP);
  put32(control, JS_CMSG_TYPE, JS_UDP_SEGMENT);
  control[JS_CMSG_DATA] = SEGMENT;
  is(sendmsg(sender, (void *)head, 0), SENT, "sendmsg");

  for (int n = 0; n < SLOTS; n++) {
    char *each = heads + n * JS_MMSG_BYTES;
    lay_out(each, vectors[n], in[n], SLOT_BYTES, names[n], controls[n]);
    put32(each, JS_MMSG_NAME_LENGTH, JS_NAME_BYTES);
    put32(each, JS_MMSG_CONTROL_LENGTH, JS_CONTROL_BYTES);
  }
  is(recvmmsg(receiver, (void *)heads, SLOTS, JS_MSG_DONTWAIT, NULL), 1, "recvmmsg");
  is(get32(heads, JS_MMSG_RECEIVED), SENT, "bytes received");
  is(memcmp(in[0], out, SENT), 0, "what differs");
  is(get32(heads, JS_MMSG_NAME_LENGTH), sizeof to, "length of the name");
  is(names[0][0], JS_AF_INET, "family");
  is(get32(heads, JS_MMSG_CONTROL_LENGTH) >= JS_CMSG_DATA + 4, 1, "length of control");
  is(get32(controls[0], JS_CMSG_LEVEL), JS_SOL_UDP, "level of control");
  is(get32(controls[0], JS_CMSG_TYPE), JS_UDP_GRO, "type of control");
  is(get32(controls[0], JS_CMSG_DATA), SEGMENT, "bytes of a segment");
}
