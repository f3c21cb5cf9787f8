import Foundation

/// Why a hypothesis has no fitted number.
///
/// A number that the data cannot carry is not printed; this is printed in its place.
public enum FitRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// The window holds no candidate at all.
  case emptyWindow
  /// Fewer candidates than a likelihood fit of this kind can be trusted with.
  case tooFewCandidates(found: Double, needed: Double, region: String)
  /// The minimisation did not converge, or the data do not determine the parameters.
  case noConvergence(String)
  /// A count is negative or no finite number.
  case badCounts
  /// Fewer bins with candidates than parameters.
  case tooFewPopulated(found: Int, needed: Int, total: Double)
  /// The data do not determine all parameters: fewer populated bins or events than parameters, or columns that cannot be
  /// told apart.
  case undetermined
  /// The fitted expectation is not positive in some bin, for every background order tried.
  case negativeExpectation(lowestOrder: Int)
  /// The best fit does not describe the window: no background order allowed has the spectrum's form.
  case poorDescription(probability: Double)
  /// The background of the sidebands does not follow a straight line, so it cannot be counted under the peak.
  case sidebandsCurved(probability: Double)
  /// The profile likelihood does not reach the level asked for.
  case intervalNotFound(String)
  /// The window does not lie within the spectrum on both sides of the mass.
  case windowOutsideSpectrum
  /// The search hides this range of its observable, see ``Blinding``.
  case blinded(low: Double, high: Double)
  /// A number was put in that cannot be: which, and what was expected.
  case invalidInput(String)
  /// A known particle hides what is searched for.
  case vetoed(String)
  /// The signal region is hidden until the search is unblinded.
  case hidden

  /// Whether a count against sidebands may still answer: where candidates are few, not where the fit is wrong.
  var allowsCounting: Bool {
    switch self {
    case .emptyWindow, .tooFewCandidates, .tooFewPopulated, .negativeExpectation, .noConvergence, .undetermined:
      return true
    case .badCounts, .poorDescription, .sidebandsCurved, .intervalNotFound,
      .windowOutsideSpectrum, .blinded, .invalidInput, .vetoed, .hidden:
      return false
    }
  }

  /// The reason, as a sentence.
  public var description: String {
    switch self {
    case .emptyWindow:
      return "no candidate in the window"
    case .tooFewCandidates(let found, let needed, let region):
      return "\(found.formatted(digits: 3)) candidates \(region), at least \(needed.formatted(digits: 3)) needed"
    case .noConvergence(let reason):
      return "the fit did not converge: \(reason)"
    case .badCounts:
      return "a count in the window is negative or no finite number"
    case .tooFewPopulated(let found, let needed, let total):
      return "\(total.formatted(digits: 6)) candidates in \(found) bins of the window, a model of \(needed) parameters "
        + "needs \(needed) bins"
    case .undetermined:
      return "the data do not determine all parameters of the model"
    case .negativeExpectation(let order):
      return "the fitted expectation is negative in some bin, down to background order \(order)"
    case .poorDescription(let probability):
      return "the best fit does not describe the window (probability \(probability.formatted(digits: 2)))"
    case .sidebandsCurved(let probability):
      return "the sidebands do not follow a straight line (probability \(probability.formatted(digits: 2)))"
    case .intervalNotFound(let which):
      return "the likelihood does not close the \(which)"
    case .windowOutsideSpectrum:
      return "the window around the mass reaches beyond the spectrum"
    case .blinded(let low, let high):
      return "blinded from \(low.formatted(digits: 5)) to \(high.formatted(digits: 5))"
    case .invalidInput(let what):
      return what
    case .vetoed(let title):
      return "vetoed: \(title)"
    case .hidden:
      return "blinded"
    }
  }
}

extension Double {
  /// The number with a given count of significant digits.
  func formatted(digits: Int) -> String { String(format: "%.\(digits)g", self) }
}
