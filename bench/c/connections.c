/*
 * connections COUNT: connects, sends 64 B, hears them again, closes, one connection at a time, against an echo server in
 * a process of its own, as netcmp's `connect` does. Prints how many that were per second.
 */
#include "common.h"

enum { BYTES = 64 };

static int receive_all(int fd, char *bytes) {
  for (int got = 0; got < BYTES;) {
    int count = recv(fd, bytes + got, BYTES - got, 0);
    if (count <= 0) return 0;
    got += count;
  }
  return 1;
}

static void serve(int listener) {
  char bytes[BYTES];
  for (;;) {
    int fd = must(accept4(listener, NULL, NULL, SOCK_CLOEXEC), "accept4");
    turn_on(fd, IPPROTO_TCP, TCP_NODELAY);
    while (receive_all(fd, bytes)) must(send(fd, bytes, BYTES, MSG_NOSIGNAL), "send");
    close(fd);
  }
}

/* The client closes first, and waits until the server has closed too. */
static void converse(const struct sockaddr_in *to) {
  char bytes[BYTES] = {0};
  int fd = connected_socket(SOCK_STREAM, to);
  must(send(fd, bytes, BYTES, MSG_NOSIGNAL), "send");
  if (!receive_all(fd, bytes)) exit(1);
  shutdown(fd, SHUT_WR);
  must(recv(fd, bytes, BYTES, 0), "recv");
  close(fd);
}

int main(int argc, char **argv) {
  int count = argc > 1 ? atoi(argv[1]) : 2000;
  struct sockaddr_in at;
  int listener = bound_socket(SOCK_STREAM, &at);
  must(listen(listener, 511), "listen");
  pid_t child = fork_tied();
  if (child == 0) serve(listener);
  converse(&at);
  int64_t began = now_ns();
  for (int n = 0; n < count; n++) converse(&at);
  printf("{\"perSec\":%.1f}\n", count / ((now_ns() - began) / 1e9));
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
}
