/// What the networks of a channel did to its candidates, and whether their inputs drift.
public struct NetworkResult: Codable, Hashable, Sendable {
  /// The file of the weights, as the channel names it.
  public let file: String
  /// Version of the networks.
  public let version: Int
  /// Hash of the file.
  public let definition: String
  /// Selected candidates that passed.
  public let passed: Int
  /// Selected candidates that did not.
  public let rejected: Int
  /// Selected candidates of which an input is undefined.
  public let undefined: Int
  /// Whether inputs drift.
  public let drift: Drift

  /// The comparison of the inputs with the training sample.
  public struct Drift: Codable, Hashable, Sendable {
    /// Whether the evidence has reached the inverse of the rate of false alarms.
    public let alarm: Bool
    /// Probability that this happens in a run without drift, however often anybody looks.
    public let falseAlarmRate: Double
    /// Decimal logarithm of the evidence for a drift of any input: the mean of all of them.
    public let evidence: Double
    /// Each input of each network that has live candidates.
    public let inputs: [Input]

    enum CodingKeys: String, CodingKey {
      case alarm
      case falseAlarmRate = "false_alarm_rate"
      case evidence, inputs
    }
  }

  /// One input of one network.
  public struct Input: Codable, Hashable, Sendable {
    /// Position of the network, from 1.
    public let region: Int
    /// Name of the input.
    public let input: String
    /// Live candidates, one an event.
    public let candidates: Int
    /// Decimal logarithm of the evidence for a drift.
    public let evidence: Double
  }

  /// The result of counts; nil for a channel without trained networks.
  init?(_ network: ChannelNetwork?, _ counts: NetworkCounts?) {
    guard let network, let networks = network.networks, let counts else { return nil }
    file = network.file
    version = networks.version
    definition = networks.contentHash
    passed = counts.passed
    rejected = counts.rejected
    undefined = counts.undefined
    let decimal = 0.4342944819032518
    var logarithms: [Double] = []
    var inputs: [Input] = []
    for (index, region) in networks.regions.enumerated() {
      for (place, reference) in region.references.enumerated() {
        let live = counts.inputs[index][place]
        let logarithm = InputDrift.logEvidence(live: live, reference: reference.counts)
        logarithms.append(logarithm)
        let candidates = live.reduce(0, +)
        guard candidates > 0 else { continue }
        inputs.append(
          Input(
            region: index + 1, input: networks.inputs[place].name, candidates: candidates,
            evidence: decimal * logarithm))
      }
    }
    let evidence = decimal * InputDrift.logMean(logarithms)
    drift = Drift(
      alarm: evidence >= decimal * -InputDrift.logFalseAlarmRate, falseAlarmRate: InputDrift.falseAlarmRate,
      evidence: evidence, inputs: inputs)
  }
}
