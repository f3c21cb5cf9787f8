/// Sorts numbers without any memory of its own, unlike the standard library's sort, which takes a buffer for more than 64.
///
/// Shell's method with gaps 1, 4, 13, 40 …: the order of equal numbers is of no account.
func sortInPlace(_ numbers: inout [UInt64]) {
  var span = numbers.mutableSpan
  let count = span.count
  var gap = 1
  while 3 * gap + 1 < count { gap = 3 * gap + 1 }
  while gap > 0 {
    for index in stride(from: gap, to: count, by: 1) {
      let number = span[index]
      var place = index
      while place >= gap, span[place - gap] > number {
        span[place] = span[place - gap]
        place -= gap
      }
      span[place] = number
    }
    gap /= 3
  }
}
