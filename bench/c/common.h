/* What the reference loops share: the time, loopback sockets, and one line of JSON as a result. */
#ifndef COMMON_H
#define COMMON_H

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The result of a call that must not fail. */
static inline int must(int result, const char *what) {
  if (result < 0) {
    perror(what);
    exit(1);
  }
  return result;
}

static inline int64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* Processor time, user and system, of this process (RUSAGE_SELF) or of children that have ended (RUSAGE_CHILDREN). */
static inline int64_t cpu_ns(int who) {
  struct rusage usage;
  getrusage(who, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000LL +
         (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000LL;
}

static inline void turn_on(int fd, int level, int option) {
  int on = 1;
  must(setsockopt(fd, level, option, &on, sizeof on), "setsockopt");
}

/* A socket bound to a free port of 127.0.0.1, which `at` then names. */
static inline int bound_socket(int type, struct sockaddr_in *at) {
  int fd = must(socket(AF_INET, type | SOCK_CLOEXEC, 0), "socket");
  socklen_t length = sizeof *at;
  memset(at, 0, sizeof *at);
  at->sin_family = AF_INET;
  at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  must(bind(fd, (struct sockaddr *)at, sizeof *at), "bind");
  must(getsockname(fd, (struct sockaddr *)at, &length), "getsockname");
  return fd;
}

static inline int connected_socket(int type, const struct sockaddr_in *to) {
  int fd = must(socket(AF_INET, type | SOCK_CLOEXEC, 0), "socket");
  if (type == SOCK_STREAM) turn_on(fd, IPPROTO_TCP, TCP_NODELAY);
  must(connect(fd, (const struct sockaddr *)to, sizeof *to), "connect");
  return fd;
}

/* A child that ends with its parent, whatever ends that. */
static inline pid_t fork_tied(void) {
  pid_t child = must(fork(), "fork");
  if (child == 0) prctl(PR_SET_PDEATHSIG, SIGKILL);
  return child;
}

#endif
