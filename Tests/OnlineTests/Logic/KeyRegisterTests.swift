import EventModel
import Online
import Statistics
import Testing

@Suite("Key register")
struct KeyRegisterTests {
  @Test("a key met twice is noticed, in any order, and consecutive keys cost one range")
  func agreesWithASet() {
    var random = CounterRandom(seed: 3, experiment: 0, run: 0, event: 0, purpose: .generation)
    for bound: UInt64 in [20, 300, 5000] {
      var register = KeyRegister()
      var known: Set<EventKey> = []
      for _ in 0..<2000 {
        let key = EventKey(
          experiment: UInt16(random.integer(below: 2)), run: UInt32(random.integer(below: 2)),
          number: random.integer(below: bound))
        #expect(register.insert(key) == known.insert(key).inserted)
      }
    }
    var register = KeyRegister()
    for number in (0..<100_000).map(UInt64.init) {
      #expect(register.insert(EventKey(experiment: 1, run: 1, number: number)) == true)
    }
    #expect(register.rangeCount == 1)
    #expect(register.insert(EventKey(experiment: 1, run: 1, number: 77)) == false)
    #expect(register.insert(EventKey(experiment: 1, run: 2, number: 77)) == true)
    #expect(register.insert(EventKey(experiment: 1, run: 1, number: .max)) == true)
    #expect(register.insert(EventKey(experiment: 1, run: 1, number: .max)) == false)
  }

  @Test("of a batch the first row with a known key is named")
  func batches() throws {
    var register = KeyRegister()
    #expect(register.insert(try EventKeyColumn(SampleStream.batch(first: 0, count: 100))) == nil)
    #expect(register.insert(try EventKeyColumn(SampleStream.batch(first: 200, count: 100))) == nil)
    #expect(register.insert(try EventKeyColumn(SampleStream.batch(first: 150, count: 100))) == 50)
    #expect(register.insert(try EventKeyColumn(SampleStream.batch(first: 0, count: 100, run: 2))) == nil)
  }
}
