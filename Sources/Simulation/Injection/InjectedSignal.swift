import ArrowStream
import Detector
import EventModel

/// Simulated signal that is mixed into a recorded stream: a stream of its own, of the same run and conditions, whose events can never be
/// taken for others.
///
/// Events happen at random times between the first and last of the stream, count with weight 1, and carry beam background of the same level. Numbers
/// from ``EventModel/EventKey/firstInjectedNumber`` on, processes that begin with `injected_`, and the stream's metadata say what they are.
public struct InjectedSignal: Sendable {
  /// What the labels of injected processes begin with.
  public static let labelPrefix = "injected_"

  /// The signal.
  public let model: SignalModel
  /// Signal events that are made.
  public let produced: Int
  /// Which of the injected signals of a replay this is, from 0.
  public let ordinal: Int

  /// A signal of one process.
  /// - Parameters:
  ///   - process: a name of ``SignalProcess``.
  ///   - mass: of the new particle, GeV; nil for a process without one, or the usual one.
  ///   - decayLength: its c tau, cm; nil for the usual one.
  /// - Throws: ``GeneratorSettingError`` for an unknown process, a mass or lifetime where there is none to choose, and impossible numbers of events.
  public init(
    process: String, mass: Double?, decayLength: Double?, produced: Int, ordinal: Int
  ) throws(GeneratorSettingError) {
    guard let signal = SignalProcess(rawValue: process) else {
      let near =
        nearestName(to: process, among: SignalProcess.allCases.map(\.rawValue)).map { "; nearest is \($0)" } ?? ""
      throw GeneratorSettingError(setting: "inject", problem: "no signal \"\(process)\"\(near)")
    }
    guard (1...1_000_000).contains(produced) else {
      throw GeneratorSettingError(setting: "inject", problem: "\(produced) signal events, expected 1 to 1000000")
    }
    var model = SignalModel(signal)
    if let mass { try model.choose(mass: "\(mass)") }
    if let decayLength { try model.choose(decayLength: decayLength) }
    self.model = model
    self.produced = produced
    self.ordinal = ordinal
  }

  /// The label of its events.
  public var label: String { Self.labelPrefix + model.process.rawValue }

  /// Simulates the signal and writes it as a stream. The same seed and target give the same stream.
  /// - Parameters:
  ///   - target: the stream it will be mixed into.
  ///   - description: what the stream says of the injection.
  /// - Throws: what ``StreamRecorder`` and ``EventSource`` throw; no file is left then.
  public func record(
    to path: String, force: Bool, target: InjectionTarget, description: String, seed: UInt64, detector: DetectorModel
  ) throws {
    let span = Double(target.times.upperBound - target.times.lowerBound) * 1e-9
    let mixture = try Mixture.single(
      process: model.process.rawValue, luminosity: target.luminosity ?? 1, background: target.background,
      events: produced, seconds: max(span, 1e-9), gun: nil, signal: model, detector: detector)
    // Each injected signal has its own random numbers.
    let seed = seed &+ UInt64(ordinal) &* 0x9E37_79B9_7F4A_7C15
    let source = try EventSource(
      mixture, firstNumber: EventKey.firstNumber(ofInjection: ordinal), seed: seed, experiment: target.experiment,
      run: target.run, detector: detector)
    let recorder = StreamRecorder(
      processes: [label], detector: detector, background: target.background, seed: seed,
      experiment: target.experiment, run: target.run)
    try recorder.record(
      to: path, force: force,
      description: RecordingDescription(
        generator: source.description, luminosity: target.luminosity, liveTime: target.liveTime, command: description,
        injected: description),
      next: { event in
        guard try source.next(into: &event) else { return false }
        event.process = label
        event.weight = 1
        event.time += target.times.lowerBound
        return true
      })
  }
}
