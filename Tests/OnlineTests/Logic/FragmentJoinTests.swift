import Online
import Testing

@Suite("Joining fragments")
struct FragmentJoinTests {
  /// Every way in which three producers' fragments of three batches can arrive, each producer keeping its own order.
  static func interleavings(_ left: [Int]) -> [[Int]] {
    if left.allSatisfy({ $0 == 0 }) { return [[]] }
    return left.indices.filter { left[$0] > 0 }.flatMap { producer -> [[Int]] in
      var rest = left
      rest[producer] -= 1
      return interleavings(rest).map { [producer] + $0 }
    }
  }

  @Test("in whatever order fragments arrive, every batch leaves once, complete and in stream order")
  func everyInterleaving() {
    let all = Self.interleavings([3, 3, 3])
    #expect(all.count == 1680)
    for arrivals in all {
      var join = FragmentJoin<String>(producers: 3, window: 8, patience: 1000)
      var next = [UInt64](repeating: 0, count: 3)
      var left: [UInt64] = []
      for producer in arrivals {
        let sequence = next[producer]
        next[producer] += 1
        #expect(join.add("\(producer):\(sequence)", from: producer, sequence: sequence, now: 0) == .joining)
        while let joined = join.takeNext(now: 0) {
          #expect(joined.incomplete == nil)
          #expect(joined.fragments == (0..<3).map { "\($0):\(joined.sequence)" })
          left.append(joined.sequence)
        }
      }
      for producer in 0..<3 { join.end(producer) }
      #expect(left == [0, 1, 2])
      #expect(join.isFinished)
      #expect(join.irregularities == .init())
    }
  }

  @Test("a fragment that can no longer come does not hold the run: the batch leaves incomplete, as lost")
  func lost() {
    var join = FragmentJoin<Int>(producers: 2, window: 8, patience: 1000)
    #expect(join.add(0, from: 0, sequence: 0, now: 0) == .joining)
    #expect(join.takeNext(now: 0) == nil)
    #expect(join.add(1, from: 1, sequence: 1, now: 0) == .joining)
    let joined = join.takeNext(now: 0)
    #expect(joined?.sequence == 0)
    #expect(joined?.incomplete == .lost)
    #expect(joined?.fragments == [0, nil])
    #expect(join.irregularities.lost == 1)
    #expect(join.add(0, from: 1, sequence: 0, now: 0) == .late)
    #expect(join.add(1, from: 0, sequence: 1, now: 0) == .joining)
    #expect(join.takeNext(now: 0)?.incomplete == nil)
  }

  @Test("when patience runs out a batch leaves incomplete, as timed out, and not before")
  func timedOut() {
    var join = FragmentJoin<Int>(producers: 2, window: 8, patience: 1000)
    #expect(join.deadline == nil)
    #expect(join.add(7, from: 1, sequence: 0, now: 50) == .joining)
    #expect(join.deadline == 1050)
    #expect(join.takeNext(now: 1049) == nil)
    let joined = join.takeNext(now: 1050)
    #expect(joined?.incomplete == .timedOut)
    #expect(joined?.fragments == [nil, 7])
    #expect(join.irregularities.timedOut == 1)
  }

  @Test("a batch of which every fragment is lost still leaves, so that later ones can")
  func whollyLost() {
    var join = FragmentJoin<Int>(producers: 2, window: 8, patience: 1000)
    #expect(join.add(1, from: 0, sequence: 1, now: 0) == .joining)
    #expect(join.takeNext(now: 0) == nil)
    #expect(join.add(1, from: 1, sequence: 1, now: 0) == .joining)
    #expect(join.takeNext(now: 0)?.incomplete == .lost)
    #expect(join.takeNext(now: 0)?.sequence == 1)
  }

  @Test("duplicate, unexpected and far-off fragments are counted by cause and change nothing")
  func irregularities() {
    var join = FragmentJoin<Int>(producers: 2, window: 4, patience: 1000)
    #expect(join.add(1, from: 0, sequence: 0, now: 0) == .joining)
    #expect(join.add(2, from: 0, sequence: 0, now: 0) == .duplicate)
    #expect(join.add(3, from: 5, sequence: 0, now: 0) == .unexpected)
    #expect(join.add(3, from: 1, sequence: 4, now: 0) == .unexpected)
    #expect(join.add(3, from: 1, sequence: .max, now: 0) == .unexpected)
    #expect(join.add(9, from: 1, sequence: 0, now: 0) == .joining)
    #expect(join.takeNext(now: 0)?.fragments == [1, 9])
    #expect(join.irregularities == irregularities(duplicated: 1, unexpected: 3))
  }

  private func irregularities(duplicated: Int, unexpected: Int) -> FragmentJoin<Int>.Irregularities {
    var expected = FragmentJoin<Int>(producers: 1, window: 1, patience: 0).irregularities
    expected.duplicated = duplicated
    expected.unexpected = unexpected
    return expected
  }

  @Test("the end of a producer releases what waits for it")
  func ended() {
    var join = FragmentJoin<Int>(producers: 2, window: 4, patience: 1000)
    #expect(join.add(1, from: 0, sequence: 0, now: 0) == .joining)
    join.end(0)
    #expect(join.takeNext(now: 0) == nil)
    #expect(!join.isFinished)
    join.end(1)
    #expect(join.takeNext(now: 0)?.incomplete == .lost)
    #expect(join.isFinished)
  }

  @Test("time in which a stage could not look is not held against those who sent")
  func patienceClock() {
    var clock = PatienceClock()
    clock.look(at: 5_000)
    #expect(clock.now == 0)
    clock.look(at: 5_700)
    #expect(clock.now == 700)
    // Suspended for an hour.
    clock.look(at: 5_700 + 3_600_000_000_000)
    #expect(clock.now == 700 + PatienceClock.step)
    clock.look(at: 0)
    #expect(clock.now == 700 + PatienceClock.step)
    #expect(clock.wait(until: nil) == nil)
    #expect(clock.wait(until: clock.now + 50) == .nanoseconds(50))
    #expect(clock.wait(until: .max) == .seconds(1))
    #expect(clock.wait(until: 0) == .zero)
  }
}
