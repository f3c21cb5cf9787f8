#include "CChecksum.h"
#include <string.h>

// One byte at a time, from the polynomial itself: the reference and the fallback.
uint32_t sluice_crc32c_portable(uint32_t crc, const void *data, size_t count) {
  const unsigned char *bytes = data;
  crc = ~crc;
  for (size_t i = 0; i < count; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0x82F63B78u & (0u - (crc & 1u)));
  }
  return ~crc;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define FAST __attribute__((target("sse4.2,pclmul")))

static inline uint64_t word(const unsigned char *bytes) {
  uint64_t value;
  memcpy(&value, bytes, 8);
  return value;
}

// The checksum `crc` moved on over as many zero bytes as `power` stands for: x to the power of 8 bytes - 33 modulo the
// polynomial, bits reversed. The instruction that reduces the product multiplies by x^32, the reversed product by x.
FAST static inline uint64_t move_on(uint64_t crc, uint32_t power) {
  __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)(uint32_t)crc), _mm_cvtsi32_si128((int)power), 0);
  return _mm_crc32_u64(0, (uint64_t)_mm_cvtsi128_si64(product));
}

// The processor's own instruction takes three cycles and can start one every cycle: three stretches of `length` bytes at a
// time, joined at their ends.
FAST static uint64_t three_stretches(
    uint64_t crc, const unsigned char *bytes, size_t length, uint32_t over_one, uint32_t over_two) {
  uint64_t second = 0, third = 0;
  for (size_t i = 0; i < length; i += 8) {
    crc = _mm_crc32_u64(crc, word(bytes + i));
    second = _mm_crc32_u64(second, word(bytes + length + i));
    third = _mm_crc32_u64(third, word(bytes + 2 * length + i));
  }
  return move_on(crc, over_two) ^ move_on(second, over_one) ^ third;
}

FAST static uint32_t crc32c_fast(uint32_t start, const unsigned char *bytes, size_t count) {
  uint64_t crc = (uint32_t)~start;
  while (count >= 3 * 4096) {
    crc = three_stretches(crc, bytes, 4096, 0x82f89c77u, 0x54a86326u);
    bytes += 3 * 4096;
    count -= 3 * 4096;
  }
  while (count >= 3 * 256) {
    crc = three_stretches(crc, bytes, 256, 0xb9e02b86u, 0xdd7e3b0cu);
    bytes += 3 * 256;
    count -= 3 * 256;
  }
  while (count >= 8) {
    crc = _mm_crc32_u64(crc, word(bytes));
    bytes += 8;
    count -= 8;
  }
  uint32_t narrow = (uint32_t)crc;
  while (count-- > 0) narrow = _mm_crc32_u8(narrow, *bytes++);
  return ~narrow;
}
#endif

uint32_t sluice_crc32c(uint32_t crc, const void *bytes, size_t count) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul")) return crc32c_fast(crc, bytes, count);
#endif
  return sluice_crc32c_portable(crc, bytes, count);
}
