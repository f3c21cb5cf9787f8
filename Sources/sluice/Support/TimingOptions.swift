import ArgumentParser
import Detector
import Level1
import TriggerStudies

/// What a replay can be told about time: dead time, injection, triggers without a collision. All off unless asked for, since
/// most recorded streams are weighted mixtures, for which dead time is not defined.
struct TimingOptions: ParsableArguments {
  @Option(help: "Dead time of the read-out with 6, 3 or mixed samples; off for none. Needs events of weight 1.")
  var deadtime = "off"

  @Option(help: "Injections: off, default, or a table in the form of injection.tsv. Sets veto, injv, revo …")
  var injection = "off"

  @Option(help: "With dead time: rate at which the farm finishes events; more than 4096 waiting stop triggers.")
  var farmRate: String?

  @Option(help: "Rate of the pseudo-random trigger, up to 1MHz: sets pseud_rand.")
  var randomRate: String?

  @Option(help: "Rate of the Poisson trigger, up to 1MHz: sets poissonin.")
  var poissonRate: String?

  @Option(help: "Trigger once more N revolutions after a Bhabha event, 1 to 1000: sets bha_delay.")
  var bhabhaDelay: Int?

  func validate() throws {
    _ = try samples()
    _ = try rate(farmRate, "--farm-rate", upTo: TriggerRates.range.upperBound)
    _ = try rate(randomRate, "--random-rate", upTo: Level1Timing.highestRate)
    _ = try rate(poissonRate, "--poisson-rate", upTo: Level1Timing.highestRate)
    if farmRate != nil, try samples() == nil {
      throw ValidationError("--farm-rate has a meaning with --deadtime 6, 3 or mixed only")
    }
    if let bhabhaDelay, !(1...Level1Timing.longestDelay).contains(bhabhaDelay) {
      throw ValidationError("--bhabha-delay \(bhabhaDelay): expected 1 to \(Level1Timing.longestDelay) revolutions")
    }
  }

  /// The timing of the options.
  /// - Throws: `DetectorTableError` for a plan of injections that cannot be.
  func timing(_ detector: DetectorModel) throws -> Level1Timing {
    var timing = Level1Timing()
    timing.samples = try samples()
    timing.injection = try InjectionOption.plan(injection, detector: detector)
    timing.farmRate = try rate(farmRate, "--farm-rate", upTo: TriggerRates.range.upperBound)
    timing.randomRate = try rate(randomRate, "--random-rate", upTo: Level1Timing.highestRate) ?? 0
    timing.poissonRate = try rate(poissonRate, "--poisson-rate", upTo: Level1Timing.highestRate) ?? 0
    timing.bhabhaDelay = bhabhaDelay
    return timing
  }

  private func samples() throws -> SampleMode? {
    if deadtime == "off" { return nil }
    guard let mode = SampleMode(rawValue: deadtime) else {
      throw ValidationError("--deadtime '\(deadtime)': expected off, 6, 3 or mixed")
    }
    return mode
  }

  private func rate(_ text: String?, _ option: String, upTo highest: Double) throws -> Double? {
    guard let text else { return nil }
    let rate: Double
    do { rate = try TriggerRates.rate(text) } catch { throw ValidationError("\(option) \(error)") }
    guard rate <= highest else { throw ValidationError("\(option) \(text): expected at most \(highest / 1e6) MHz") }
    return rate
  }
}
