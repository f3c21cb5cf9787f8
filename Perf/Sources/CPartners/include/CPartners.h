#ifndef SLUICE_PARTNERS_H
#define SLUICE_PARTNERS_H
#include <stddef.h>
#include <stdint.h>

/// Hands `count` messages of `size` bytes from one thread to another over an inproc ROUTER/DEALER pair, with the receiver
/// granting `credits` and acknowledging each: what a link of ours does, in plain C. Returns nanoseconds for all of them,
/// or a negative number when libzmq refuses something.
int64_t partner_hand_over(size_t count, size_t size, int credits);

/// Evaluates `lines` conjunctions of cuts on one event after the other, as a compiler would be given a menu written by
/// hand: cut c compares variable[which[c]] with threshold[c]; line l is the AND of cuts first[l] ..< first[l + 1].
/// Variables stand event after event. Returns how many lines fired in all; `fired` gets one count per line.
uint64_t partner_menu(
  const float *variables, size_t variable_count, size_t events, const uint16_t *which, const float *threshold,
  const uint8_t *greater, const uint32_t *first, size_t lines, uint64_t *fired);

/// Evaluates `lines` sums of products on the input words of one event after the other: product p holds where all bits of
/// its first `width` words are set and none of its second; line l is the OR of products first[l] ..< first[l + 1]. Writes
/// the lines' bits, `width` words an event.
void partner_sums(
  const uint32_t *words, size_t width, size_t events, const uint32_t *products, const uint32_t *first, size_t lines,
  uint32_t *answer);

#endif
