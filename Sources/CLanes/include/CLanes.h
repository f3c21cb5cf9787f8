#ifndef SLUICE_LANES_H
#define SLUICE_LANES_H

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

#endif
