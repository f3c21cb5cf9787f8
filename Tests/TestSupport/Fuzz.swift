import Foundation
import Statistics

/// What all fuzz tests share: how many inputs they take, and how files of text are damaged.
package enum Fuzz {
  /// Number of inputs of a test: the variable `SLUICE_FUZZ_INPUTS` (`make fuzz` sets it to a million), else what is usual.
  /// - Parameter usual: for parsers 100 000; fewer where an input is a whole event or menu.
  package static func inputs(_ usual: Int = 100_000) -> Int {
    ProcessInfo.processInfo.environment["SLUICE_FUZZ_INPUTS"].flatMap { Int($0) } ?? usual
  }
}

/// Damages files of text in a few places, the same at every run: bytes changed to others of the format's own alphabet or to any,
/// pieces removed, copied or put in.
package struct ByteMutator {
  private var random: CounterRandom
  private let alphabet: [UInt8]
  private let pieces: [[UInt8]]
  private let changes: ClosedRange<Int>

  /// A mutator.
  /// - Parameters:
  ///   - name: names the sequence of random numbers, another for every test.
  ///   - alphabet: bytes that mean something in the format.
  ///   - pieces: words that mean something in the format.
  ///   - changes: how many places are changed.
  package init(_ name: String, alphabet: String, pieces: [String] = [], changes: ClosedRange<Int> = 1...3) {
    random = CounterRandom(seed: 20_260_101, purpose: RandomPurpose(named: name))
    self.alphabet = Array(alphabet.utf8)
    self.pieces = pieces.map { Array($0.utf8) }
    self.changes = changes
  }

  /// A whole number below a bound, from the mutator's own sequence.
  package mutating func below(_ bound: Int) -> Int { Int(random.integer(below: UInt64(max(1, bound)))) }

  /// A text with a few places changed; never empty.
  package mutating func mutated(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0..<(changes.lowerBound + below(changes.count)) {
      if bytes.isEmpty { break }
      let place = below(bytes.count)
      switch below(8) {
      case 0, 1: bytes[place] = meaningfulByte()
      case 2: bytes[place] = UInt8(truncatingIfNeeded: random.next())
      case 3: bytes.remove(at: place)
      case 4: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(30)))
      case 5: bytes.insert(meaningfulByte(), at: place)
      case 6 where !pieces.isEmpty: bytes.insert(contentsOf: pieces[below(pieces.count)], at: place)
      default:
        let other = below(bytes.count)
        bytes.insert(contentsOf: bytes[other..<min(bytes.count, other + 1 + below(40))], at: place)
      }
    }
    return bytes.isEmpty ? [0x0A] : bytes
  }

  private mutating func meaningfulByte() -> UInt8 { alphabet.isEmpty ? 0 : alphabet[below(alphabet.count)] }
}
