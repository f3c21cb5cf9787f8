import Foundation

/// Whether the inputs of networks look as they did in training: an evidence that may be looked at after every event.
///
/// For each input, classes of values hold m_1 … m_K training candidates and n_1 … n_K live ones, one candidate an event. If nothing
/// drifts, live candidates follow fractions that are known from training as a Dirichlet distribution with parameters m_i + 1/2.
/// The evidence is the probability of the live counts, in their order, if their fractions scatter about the training's as a
/// Dirichlet distribution of concentration 10, 100 or 1000 (the mean of the three), over the probability without drift.
/// Without drift it is a martingale of mean 1, so that by Ville's inequality it ever reaches 1/a, at any of any number of looks, with
/// probability a at most; the mean over all inputs and networks of a channel keeps that property, whatever the inputs' correlations.
/// It depends on the counts only, not on the order in which parts of a run are merged.
public enum InputDrift {
  /// Rate of false alarms of a channel, over a whole run with any number of looks.
  public static let falseAlarmRate = 0.001
  /// Its natural logarithm.
  static let logFalseAlarmRate = log(falseAlarmRate)
  /// Concentrations of the fractions of inputs that drift: about 100, 30 and 10 % in a class of a tenth.
  private static let concentrations = [10.0, 100, 1000]

  /// The natural logarithm of the evidence that live counts do not follow the reference's.
  public static func logEvidence(live: [Int], reference: [Int]) -> Double {
    precondition(live.count == reference.count, "counts of other classes")
    guard live.contains(where: { $0 > 0 }) else { return 0 }
    let prior = reference.map { Double($0) + 0.5 }
    let sum = prior.reduce(0, +)
    let without = logProbability(live, prior)
    let with = concentrations.map { concentration in
      logProbability(live, prior.map { concentration * $0 / sum })
    }
    return logMean(with) - without
  }

  /// The logarithm of the mean of numbers whose logarithms are given; 0 for none.
  public static func logMean(_ logarithms: [Double]) -> Double {
    guard let largest = logarithms.max() else { return 0 }
    let sum = logarithms.reduce(0) { $0 + exp($1 - largest) }
    return largest + log(sum / Double(logarithms.count))
  }

  /// The probability of a sequence with these counts whose fractions follow a Dirichlet distribution.
  private static func logProbability(_ counts: [Int], _ parameters: [Double]) -> Double {
    var total = 0.0
    var result = 0.0
    for (count, parameter) in zip(counts, parameters) where count > 0 {
      result += lgamma(parameter + Double(count)) - lgamma(parameter)
      total += Double(count)
    }
    let sum = parameters.reduce(0, +)
    return result + lgamma(sum) - lgamma(sum + total)
  }
}
