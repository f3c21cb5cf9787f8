/// The input bits that say something about when an event happened, not about what is in it.
public enum ClockSignal: String, CaseIterable, Sendable {
  /// The revolution begins in the event's data clock.
  case revolution = "revo"
  /// Electrons are being injected.
  case electronKick = "her_kick"
  /// Positrons are being injected.
  case positronKick = "ler_kick"
  /// A trigger after a Bhabha event is due.
  case delayedBhabha = "bha_delay"
  /// The pseudo-random trigger fires.
  case random = "pseud_rand"
  /// The Poisson trigger fires.
  case poisson = "poissonin"
  /// The injection veto.
  case veto = "veto"
  /// The injection veto without gates: from an injection until its gates end.
  case injectionWindow = "injv"
  /// The injection veto by time.
  case passiveVeto = "passive_veto"

  /// Places of all signals in the input words, in their order.
  static let positions: [Int] = allCases.map { signal in
    guard let position = InputBit.position(signal.rawValue) else {
      preconditionFailure("no input bit \(signal.rawValue)")
    }
    return position
  }
}
