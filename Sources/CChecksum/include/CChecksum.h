#ifndef SLUICE_CHECKSUM_H
#define SLUICE_CHECKSUM_H
#include <stddef.h>
#include <stdint.h>

/// CRC-32C (Castagnoli, reflected polynomial 0x82F63B78) of `count` bytes. To continue over several
/// pieces hand in the value of the piece before; the first piece starts from 0.
uint32_t sluice_crc32c(uint32_t crc, const void *bytes, size_t count);

/// The same from the definition, one bit at a time: for processors without the instruction, and for tests.
uint32_t sluice_crc32c_portable(uint32_t crc, const void *bytes, size_t count);

#endif
