import Foundation
import Statistics

/// A signal mixed into a stream on request: what was asked for, what was put in, and what the fit made of it.
public struct SignalInjection: Codable, Hashable, Sendable {
  /// Name of the channel.
  public let channel: String
  /// Mass of the signal [GeV].
  public let mass: Double
  /// Mean lifetime times c [cm], nil for the channel's own.
  public let lifetime: Double?
  /// Signal decays asked for.
  public let requested: Int
  /// Those mixed into the stream.
  public private(set) var mixed = 0
  /// Those whose candidate passed the channel's selection.
  public private(set) var selected = 0

  /// An injection.
  public init(channel: String, mass: Double, yield: Int, lifetime: Double? = nil) {
    self.channel = channel
    self.mass = mass
    self.lifetime = lifetime
    requested = yield
  }

  /// Reads `CHANNEL:mass=1.5,yield=40,ctau=10`: mass in GeV, ctau in cm, in any order.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` that names the part that cannot be read, and what was expected.
  public init(_ text: String) throws(FitRefusal) {
    let form = "expected CHANNEL:mass=…,yield=… (mass in GeV), and ctau=… (cm) if wanted"
    let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard halves.count == 2, !halves[0].isEmpty else { throw .invalidInput("'\(text)' names no channel, \(form)") }
    var numbers: [String: Double] = [:]
    for part in halves[1].split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      guard sides.count == 2, ["mass", "yield", "ctau"].contains(sides[0]) else {
        throw .invalidInput("'\(part)' in '\(text)', \(form)")
      }
      guard numbers[sides[0]] == nil else { throw .invalidInput("'\(sides[0])' twice in '\(text)'") }
      guard let value = Double(sides[1]), value.isFinite, value >= 0 else {
        throw .invalidInput("\(sides[0]) '\(sides[1])' in '\(text)', expected a number that is not negative")
      }
      numbers[sides[0]] = value
    }
    guard let mass = numbers["mass"], let yield = numbers["yield"] else {
      throw .invalidInput("'\(text)' has no \(numbers["mass"] == nil ? "mass" : "yield"), \(form)")
    }
    guard yield == yield.rounded(), yield < 1e9 else {
      throw .invalidInput("a yield of \(yield) in '\(text)', expected a whole number below 1e9")
    }
    self.init(channel: String(halves[0]), mass: mass, yield: Int(yield), lifetime: numbers["ctau"])
  }

  /// Books decays that were mixed in and those selected among them.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` if more would be selected than mixed in, or more mixed in than asked for.
  public mutating func book(mixed: Int, selected: Int) throws(FitRefusal) {
    guard mixed >= 0, selected >= 0, self.mixed + mixed <= requested, self.selected + selected <= self.mixed + mixed
    else {
      throw .invalidInput(
        "\(self.mixed + mixed) injected and \(self.selected + selected) selected of \(requested) signal decays")
    }
    self.mixed += mixed
    self.selected += selected
  }

  /// Adds the books of another part of the stream, with the request of both; nil for another signal.
  public func merged(with other: SignalInjection) -> SignalInjection? {
    guard channel == other.channel, mass == other.mass, lifetime == other.lifetime else { return nil }
    var sum = SignalInjection(channel: channel, mass: mass, yield: requested + other.requested, lifetime: lifetime)
    sum.mixed = mixed + other.mixed
    sum.selected = selected + other.selected
    return sum
  }

  /// How far a fitted yield lies from the selected signal, in its standard errors; nil if the fit gave no error.
  public func pull(fitted: EstimatedNumber) -> Double? {
    let difference = fitted.value - Double(selected)
    let error = difference > 0 ? fitted.errorLow : fitted.errorHigh
    return error > 0 ? difference / error : nil
  }
}
