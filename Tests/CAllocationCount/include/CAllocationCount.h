#ifndef SLUICE_ALLOCATION_COUNT_H
#define SLUICE_ALLOCATION_COUNT_H

/// Pieces of memory that this thread has asked the C library for so far. The test program's own `malloc` and its relatives
/// stand before those of GNU's C library, so that every one is seen, whoever asks. Stays 0 with another C library and under a
/// sanitizer, which has a `malloc` of its own.
unsigned long sluice_allocation_count(void);

#endif
