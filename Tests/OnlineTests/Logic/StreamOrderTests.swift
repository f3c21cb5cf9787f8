import Online
import Testing

@Suite("Stream order")
struct StreamOrderTests {
  static func permutations(_ items: [Int]) -> [[Int]] {
    if items.isEmpty { return [[]] }
    return items.indices.flatMap { index -> [[Int]] in
      var rest = items
      let item = rest.remove(at: index)
      return permutations(rest).map { [item] + $0 }
    }
  }

  @Test("in whatever order decisions and results arrive, batches leave in stream order with their own result")
  func everyOrder() {
    // Items 0-3 are decisions, 4-6 the results of batches 0, 2 and 3; batch 1 was rejected as a whole.
    let farmed = [0, 2, 3]
    for arrivals in Self.permutations(Array(0..<7)) {
      var order = StreamOrder<Int, Int>()
      var left: [UInt64] = []
      for item in arrivals {
        if item < 4 {
          #expect(order.add(decision: item, expectsResult: farmed.contains(item), sequence: UInt64(item)) == true)
        } else {
          #expect(order.add(result: farmed[item - 4], sequence: UInt64(farmed[item - 4])) == true)
        }
        while let complete = order.takeNext() {
          #expect(complete.decision == Int(complete.sequence))
          #expect(complete.result == (complete.sequence == 1 ? nil : Int(complete.sequence)))
          left.append(complete.sequence)
        }
      }
      #expect(left == [0, 1, 2, 3])
      #expect(order.waitingCount == 0)
    }
  }

  @Test("second decisions and results are discarded and counted, whether or not the batch has left")
  func duplicates() {
    var order = StreamOrder<String, String>()
    #expect(order.add(result: "first", sequence: 0) == true)
    #expect(order.add(result: "second", sequence: 0) == false)
    #expect(order.add(decision: "decision", expectsResult: true, sequence: 0) == true)
    #expect(order.add(decision: "again", expectsResult: false, sequence: 0) == false)
    #expect(order.takeNext()?.result == "first")
    #expect(order.add(result: "late", sequence: 0) == false)
    #expect(order.duplicates == 3)
    #expect(order.takeNext() == nil)
  }
}
