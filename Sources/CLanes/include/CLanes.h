#ifndef SLUICE_LANES_H
#define SLUICE_LANES_H

#include <stddef.h>

// Arithmetic of SIMD vectors as single vector instructions.
//
// Swift's own operators on vectors of floating-point numbers are loops over the lanes that the optimiser only sometimes puts
// together again; these are what it would make of them at best. IEEE 754 rounds each lane in one way: the bits are those of
// Swift's operators.

typedef float sluice_float8 __attribute__((ext_vector_type(8)));
typedef int sluice_int8 __attribute__((ext_vector_type(8)));
typedef double sluice_double8 __attribute__((ext_vector_type(8)));

#define SLUICE_LANES static inline __attribute__((always_inline))

SLUICE_LANES sluice_float8 sluice_add_float8(sluice_float8 a, sluice_float8 b) { return a + b; }
SLUICE_LANES sluice_float8 sluice_subtract_float8(sluice_float8 a, sluice_float8 b) { return a - b; }
SLUICE_LANES sluice_float8 sluice_multiply_float8(sluice_float8 a, sluice_float8 b) { return a * b; }
SLUICE_LANES sluice_float8 sluice_divide_float8(sluice_float8 a, sluice_float8 b) { return a / b; }
SLUICE_LANES sluice_float8 sluice_root_float8(sluice_float8 a) { return __builtin_elementwise_sqrt(a); }

/// Lanes of `a` where the mask is set (all bits), of `b` elsewhere.
SLUICE_LANES sluice_float8 sluice_select_float8(sluice_int8 mask, sluice_float8 a, sluice_float8 b) {
  return mask ? a : b;
}

SLUICE_LANES sluice_int8 sluice_and_int8(sluice_int8 a, sluice_int8 b) { return a & b; }
SLUICE_LANES sluice_int8 sluice_or_int8(sluice_int8 a, sluice_int8 b) { return a | b; }
SLUICE_LANES sluice_int8 sluice_not_int8(sluice_int8 a) { return ~a; }

/// A mask of the lanes in which two masks have no bit in common.
SLUICE_LANES sluice_int8 sluice_disjoint_int8(sluice_int8 a, sluice_int8 b) { return (a & b) == 0; }

/// One bit for each lane of a mask, the first lane lowest.
SLUICE_LANES unsigned sluice_bits_int8(sluice_int8 mask) {
#if defined(__AVX__)
  return (unsigned)__builtin_ia32_movmskps256((sluice_float8)mask);
#else
  const sluice_int8 bits = {1, 2, 4, 8, 16, 32, 64, 128};
  return (unsigned)__builtin_reduce_or(mask & bits);
#endif
}

SLUICE_LANES sluice_double8 sluice_add_double8(sluice_double8 a, sluice_double8 b) { return a + b; }
SLUICE_LANES sluice_double8 sluice_subtract_double8(sluice_double8 a, sluice_double8 b) { return a - b; }
SLUICE_LANES sluice_double8 sluice_multiply_double8(sluice_double8 a, sluice_double8 b) { return a * b; }

/// Asks for the memory that a pointer points to, which may then come while other work is done.
SLUICE_LANES void sluice_prefetch(const void *memory) { __builtin_prefetch(memory); }

typedef unsigned long long sluice_ulong4 __attribute__((ext_vector_type(4)));

/// The bits of 256 cells that are set `here`, and are set in another row of cells `step` farther: `there` are the words of
/// that row in the same places, `beside` those one word farther in the direction of the step (less than 64 either way).
SLUICE_LANES sluice_ulong4 sluice_both_ulong4(sluice_ulong4 here, sluice_ulong4 there, sluice_ulong4 beside, int step) {
  if (step == 0) return here & there;
  return step > 0 ? here & (there >> step | beside << (64 - step)) : here & (there << -step | beside >> (64 + step));
}

/// Whether any bit is set.
SLUICE_LANES int sluice_any_ulong4(sluice_ulong4 a) { return __builtin_reduce_or(a) != 0; }

typedef short sluice_short16 __attribute__((ext_vector_type(16)));
typedef unsigned short sluice_ushort8 __attribute__((ext_vector_type(8)));

/// Products of lanes, added in pairs: lane i is a[2i] b[2i] + a[2i + 1] b[2i + 1].
SLUICE_LANES sluice_int8 sluice_multiply_pairs_short16(sluice_short16 a, sluice_short16 b) {
#if defined(__AVX2__)
  typedef short builtin_short16 __attribute__((vector_size(32)));
  return (sluice_int8)__builtin_ia32_pmaddwd256((builtin_short16)a, (builtin_short16)b);
#else
  return __builtin_convertvector(a.even, sluice_int8) * __builtin_convertvector(b.even, sluice_int8) +
         __builtin_convertvector(a.odd, sluice_int8) * __builtin_convertvector(b.odd, sluice_int8);
#endif
}

SLUICE_LANES sluice_ushort8 sluice_lesser_ushort8(sluice_ushort8 a, sluice_ushort8 b) {
  return __builtin_elementwise_min(a, b);
}

/// The least of the lanes.
SLUICE_LANES unsigned short sluice_least_ushort8(sluice_ushort8 a) { return __builtin_reduce_min(a); }

/// One bit for each of 64 numbers that is less than a limit, the first number lowest.
SLUICE_LANES unsigned long long sluice_less_ushort64(const unsigned short *numbers, unsigned short limit) {
  unsigned long long bits = 0;
#if defined(__AVX2__)
  typedef unsigned short ushort16 __attribute__((ext_vector_type(16), aligned(2)));
  typedef unsigned short sluice_ushort16 __attribute__((ext_vector_type(16)));
  typedef short builtin_short16 __attribute__((vector_size(32)));
  typedef char builtin_char32 __attribute__((vector_size(32)));
  typedef long long builtin_long4 __attribute__((vector_size(32)));
  const sluice_ushort16 limits = limit;
  for (int half = 0; half < 2; half++) {
    const ushort16 *sixteen = (const ushort16 *)(numbers + 32 * half);
    builtin_short16 low = (builtin_short16)((sluice_ushort16)sixteen[0] < limits);
    builtin_short16 high = (builtin_short16)((sluice_ushort16)sixteen[1] < limits);
    // Packing takes quarters in turn.
    builtin_long4 packed = (builtin_long4)__builtin_ia32_packsswb256(low, high);
    packed = __builtin_shufflevector(packed, packed, 0, 2, 1, 3);
    bits |= (unsigned long long)(unsigned)__builtin_ia32_pmovmskb256((builtin_char32)packed) << (32 * half);
  }
#else
  for (int index = 0; index < 64; index++) bits |= (unsigned long long)(numbers[index] < limit) << index;
#endif
  return bits;
}

/// Asks for bytes that will be read soon, so that they are near by then. Changes nothing but time.
SLUICE_LANES void sluice_fetch(const void *bytes, size_t count) {
  for (size_t offset = 0; offset < count; offset += 64) __builtin_prefetch((const char *)bytes + offset, 0, 3);
}

#endif
