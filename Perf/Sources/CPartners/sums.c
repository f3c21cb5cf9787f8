#include "CPartners.h"

#include <string.h>

void partner_sums(
  const uint32_t *words, size_t width, size_t events, const uint32_t *products, const uint32_t *first, size_t lines,
  uint32_t *answer) {
  memset(answer, 0, events * width * sizeof *answer);
  for (size_t event = 0; event < events; event++) {
    const uint32_t *row = words + event * width;
    uint32_t *bits = answer + event * width;
    for (size_t line = 0; line < lines; line++) {
      int fired = 0;
      for (uint32_t product = first[line]; product < first[line + 1] && !fired; product++) {
        const uint32_t *required = products + (size_t)product * 2 * width;
        const uint32_t *forbidden = required + width;
        uint32_t wrong = 0;
        for (size_t word = 0; word < width; word++) {
          wrong |= (~row[word] & required[word]) | (row[word] & forbidden[word]);
        }
        fired = wrong == 0;
      }
      bits[line / 32] |= (uint32_t)fired << (line % 32);
    }
  }
}
