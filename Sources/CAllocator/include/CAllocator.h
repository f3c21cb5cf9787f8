#ifndef SLUICE_ALLOCATOR_H
#define SLUICE_ALLOCATOR_H

/// Makes the C library keep the memory that is freed instead of giving it back to the system: batches are allocated and
/// freed all the time, and every page given back is cleared and mapped again for the next batch. To be called once, before
/// threads start. Does nothing with another C library than GNU's.
void sluice_keep_freed_memory(void);

#endif
