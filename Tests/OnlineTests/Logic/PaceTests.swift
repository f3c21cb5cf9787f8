import Online
import Testing

@Suite("Pacing")
struct PaceTests {
  @Test("the words of the command line are understood, and others refused with what is expected")
  func parsing() throws {
    #expect(try Pace(parsing: "max") == .maximum)
    #expect(try Pace(parsing: "real-time") == .realTime)
    #expect(try Pace(parsing: "30000") == .rate(30_000, spacing: .poisson))
    for text in ["", "fast", "0", "-5", "nan", "inf", "1e300"] {
      let error = #expect(throws: ReplayError.self) { try Pace(parsing: text) }
      #expect(error?.description.contains("real-time") == true)
    }
  }

  @Test("a fixed rate gives evenly spaced arrivals, whatever the clock says")
  func even() {
    var clock = ArrivalClock(pace: .rate(1000, spacing: .even), seed: 1)
    var arrivals: [Int64] = []
    for _ in 0..<5 { arrivals.append(clock.next(eventTime: 77, now: 123_456)) }
    #expect(arrivals == [0, 1_000_000, 2_000_000, 3_000_000, 4_000_000])
  }

  @Test("independent arrivals have the mean and the variance of a Poisson process, and depend on the seed alone")
  func poisson() {
    func arrivals(_ seed: UInt64) -> [Int64] {
      var clock = ArrivalClock(pace: .rate(1000, spacing: .poisson), seed: seed)
      return (0..<20_000).map { _ in clock.next(eventTime: 0, now: 0) }
    }
    let times = arrivals(1)
    #expect(times == arrivals(1))
    #expect(times != arrivals(2))
    let gaps = zip(times.dropFirst(), times).map { Double($0 - $1) / 1e6 }
    let mean = gaps.reduce(0, +) / Double(gaps.count)
    let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
    // 20 000 gaps: the mean is known to 0.7 %, the variance to 2 %; four standard deviations.
    #expect(abs(mean - 1) < 0.028)
    #expect(abs(variance - 1) < 0.08)
    #expect(gaps.allSatisfy { $0 >= 0 })
  }

  @Test("real time follows the stored times from the first event on and never runs backwards")
  func realTime() {
    var clock = ArrivalClock(pace: .realTime, seed: 1)
    let stored: [Int64] = [5_000, 6_000, 5_500, 9_000, .max, .min]
    let arrivals = stored.map { clock.next(eventTime: $0, now: 0) }
    #expect(arrivals[..<4] == [0, 1_000, 1_000, 4_000])
    #expect(arrivals[4] >= 4_000 && arrivals[5] == arrivals[4])
  }

  @Test("a batch leaves when it is full, or when its first event has waited long enough")
  func flush() throws {
    let rule = FlushRule(size: 4, age: 100)
    func batch(_ arrivals: [Int64], isEnd: Bool = false) -> [Int64]? {
      rule.nextBatch(of: arrivals, isEnd: isEnd).map { [Int64($0.count), $0.leaves] }
    }
    #expect(batch([]) == nil)
    #expect(batch([0, 10, 20]) == nil, "another may still come in time")
    #expect(batch([0, 10, 20], isEnd: true) == [3, 20])
    #expect(batch([0, 10, 20, 30, 40]) == [4, 30])
    #expect(batch([0, 10, 150]) == [2, 100])
    #expect(batch([0, 100, 101]) == [2, 100])
    #expect(batch([.max - 5, .max]) == nil)
  }
}
