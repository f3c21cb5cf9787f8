#include "CPartners.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

// The receiver: a DEALER that grants credits at the start and one more with every acknowledgement.
struct receiver {
  void *context;
  size_t count;
  int credits;
  int failed;
};

static void *receive(void *argument) {
  struct receiver *self = argument;
  void *socket = zmq_socket(self->context, ZMQ_DEALER);
  if (!socket || zmq_connect(socket, "inproc://partner") != 0) {
    self->failed = 1;
    return NULL;
  }
  for (int credit = 0; credit < self->credits; credit++) zmq_send(socket, "c", 1, 0);
  for (size_t done = 0; done < self->count; done++) {
    zmq_msg_t message;
    zmq_msg_init(&message);
    if (zmq_msg_recv(&message, socket, 0) < 0) self->failed = 1;
    zmq_msg_close(&message);
    zmq_send(socket, "c", 1, 0);
  }
  zmq_close(socket);
  return NULL;
}

static void nothing(void *data, void *hint) {
  (void)data;
  (void)hint;
}

int64_t partner_hand_over(size_t count, size_t size, int credits) {
  void *context = zmq_ctx_new();
  void *socket = zmq_socket(context, ZMQ_ROUTER);
  if (!socket || zmq_bind(socket, "inproc://partner") != 0) return -1;
  char *payload = calloc(size, 1);
  struct receiver receiver = {context, count, credits, 0};
  pthread_t thread;
  if (pthread_create(&thread, NULL, receive, &receiver) != 0) return -2;
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  size_t sent = 0, acknowledged = 0, granted = 0;
  char identity[16];
  while (acknowledged < count) {
    int length = zmq_recv(socket, identity, sizeof identity, 0);
    char credit;
    zmq_recv(socket, &credit, 1, 0);
    granted++;
    if (granted > (size_t)credits) acknowledged++;
    if (sent < count) {
      zmq_send(socket, identity, (size_t)length, ZMQ_SNDMORE);
      // Without a copy, as ours: the receiver reads the sender's memory.
      zmq_msg_t message;
      zmq_msg_init_data(&message, payload, size, nothing, NULL);
      zmq_msg_send(&message, socket, 0);
      sent++;
    }
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  pthread_join(thread, NULL);
  zmq_close(socket);
  zmq_ctx_term(context);
  free(payload);
  if (receiver.failed) return -3;
  return (end.tv_sec - start.tv_sec) * 1000000000LL + (end.tv_nsec - start.tv_nsec);
}
