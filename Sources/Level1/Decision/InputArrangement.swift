import Menu

/// Where the input bits computed here stand in the words of another set of inputs.
struct InputArrangement: Sendable {
  private let moves: [(from: Int, to: Int)]
  /// Words of an event in the other set.
  let wordCount: Int

  /// The arrangement for a vocabulary; `nil` when every bit keeps its place.
  init?(for vocabulary: Vocabulary) {
    let moves = vocabulary.bits.enumerated().compactMap { place, bit -> (from: Int, to: Int)? in
      guard case .built = bit.availability, let own = InputBit.position(bit.name) else { return nil }
      return (own, place)
    }
    guard moves.contains(where: { $0.from != $0.to }) else { return nil }
    self.moves = moves
    wordCount = (vocabulary.bits.count + 31) / 32
  }

  /// Puts the bits of events with `wordsPerEvent` words each into their other places. Bits that are not computed here
  /// stay zero; no line may ask for them.
  func arrange(_ words: [UInt32], wordsPerEvent: Int, into arranged: inout [UInt32]) {
    let events = words.count / wordsPerEvent
    arranged.removeAll(keepingCapacity: true)
    arranged.append(contentsOf: repeatElement(0, count: events * wordCount))
    words.withUnsafeBufferPointer { words in
      arranged.withUnsafeMutableBufferPointer { arranged in
        for event in 0..<events {
          let own = event * wordsPerEvent
          let other = event * wordCount
          for move in moves {
            let bit = words[own + move.from >> 5] >> UInt32(move.from & 31) & 1
            arranged[other + move.to >> 5] |= bit << UInt32(move.to & 31)
          }
        }
      }
    }
  }
}
