import ArgumentParser
import ArrowStream
import Detector
import EventModel
import Foundation
import SignalMonitor
import Simulation

/// `--inject`: simulated signals that are mixed into a replay.
struct InjectOptions: ParsableArguments {
  @Option(
    name: .customLong("inject"),
    help: """
      Mix simulated signal of a channel into the replay: CHANNEL:mass=1.5,yield=40 (GeV; candidates that its fit should find), \
      produced=N events instead of yield, ctau=… in cm. May be given several times; all results say so.
      """)
  var injections: [String] = []

  /// Simulates the signals for streams that are about to be played.
  /// - Parameters:
  ///   - folder: where the streams of signal go; nil makes a folder that is removed by ``InjectedSignals/remove()``.
  /// - Throws: `ValidationError` for an injection that cannot be.
  func make(
    channels: [SearchChannel], streams: [String], seed: UInt64, folder: String?, force: Bool, detector: DetectorModel
  ) throws -> InjectedSignals {
    var made = InjectedSignals()
    guard !injections.isEmpty else { return made }
    let target: InjectionTarget
    do { target = try InjectionTarget(streams: streams) } catch let error as GeneratorSettingError {
      throw ValidationError("--inject: \(error.problem)")
    }
    let place: URL
    if let folder {
      place = URL(filePath: folder)
    } else {
      place = FileManager.default.temporaryDirectory.appending(path: "sluice-injected-\(UUID().uuidString)")
      made.temporary = place
    }
    do {
      for (ordinal, text) in injections.enumerated() {
        let signal: InjectedSignals.Signal
        do {
          let injection = try SignalInjection(text)
          guard let channel = channels.first(where: { $0.name == injection.channel }) else {
            throw ValidationError(
              "--inject: no channel '\(injection.channel)'; known: \(channels.map(\.name).joined(separator: ", "))")
          }
          guard let process = channel.process else {
            throw ValidationError("--inject: the channel '\(channel.name)' names no process to simulate ('process')")
          }
          signal = InjectedSignals.Signal(
            injection: injection, channel: channel,
            simulated: try InjectedSignal(
              process: process, mass: injection.mass, decayLength: injection.lifetime,
              produced: try injection.produced(for: channel), ordinal: ordinal))
        } catch let error as FitRefusal {
          throw ValidationError("--inject: \(error)")
        } catch let error as GeneratorSettingError {
          throw ValidationError("--inject '\(text)': \(error.problem)")
        }
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let path = place.appending(path: "injected-\(ordinal + 1).arrow").path
        do {
          try signal.simulated.record(
            to: path, force: force, target: target, description: text, seed: seed, detector: detector)
        } catch let error as GeneratorSettingError {
          throw ValidationError("--inject '\(text)': \(error.problem)")
        }
        made.paths.append(path)
        made.signals.append(signal)
      }
    } catch {
      made.remove()
      throw error
    }
    return made
  }

  /// What streams that were recorded with an injection say of it.
  static func notes(in streams: [String]) -> [String] {
    streams.compactMap { path in
      (try? StreamFileReader(path: path, options: .init(columns: .named(["event"]))))?
        .schema.metadata[StreamMetadata.injected]
    }
  }
}

/// Simulated signals that were mixed into a replay.
struct InjectedSignals {
  /// One of them.
  struct Signal {
    let injection: SignalInjection
    let channel: SearchChannel
    let simulated: InjectedSignal
  }

  /// The streams of signal.
  var paths: [String] = []
  /// The signals, in the order of the streams.
  var signals: [Signal] = []
  /// A folder that nobody needs after the replay.
  var temporary: URL?

  /// Removes streams that nobody asked for.
  func remove() { if let temporary { try? FileManager.default.removeItem(at: temporary) } }

  /// What the fits of a monitor made of the signals.
  func results(_ monitor: SignalMonitor?) -> [InjectionResult] {
    guard let monitor else { return [] }
    return signals.compactMap { signal in
      monitor.channels.firstIndex { $0.name == signal.channel.name }.map { index in
        InjectionResult(
          signal.injection, process: signal.simulated.model.process.rawValue, produced: signal.simulated.produced,
          selected: monitor.data[index].injected[signal.simulated.ordinal] ?? 0, in: signal.channel,
          result: monitor.result(of: index))
      }
    }
  }
}
