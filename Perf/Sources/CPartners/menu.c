#include "CPartners.h"

uint64_t partner_menu(
  const float *variables, size_t variable_count, size_t events, const uint16_t *which, const float *threshold,
  const uint8_t *greater, const uint32_t *first, size_t lines, uint64_t *fired) {
  uint64_t total = 0;
  for (size_t event = 0; event < events; event++) {
    const float *row = variables + event * variable_count;
    for (size_t line = 0; line < lines; line++) {
      int pass = 1;
      for (uint32_t cut = first[line]; cut < first[line + 1] && pass; cut++) {
        float value = row[which[cut]];
        pass = greater[cut] ? value > threshold[cut] : value < threshold[cut];
      }
      fired[line] += (uint64_t)pass;
      total += (uint64_t)pass;
    }
  }
  return total;
}
