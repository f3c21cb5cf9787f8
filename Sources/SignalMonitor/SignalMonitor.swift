import ArrowStream
import EventModel
import Statistics

/// The live searches: candidates of reconstructed events become spectra, spectra become fits.
///
/// Reads the `reco` column only, never the truth. Spectra are whole counts, so monitors of several workers or of parts
/// of a run merge exactly, in any order; fits are made from the merged spectra when asked for.
public struct SignalMonitor: Sendable {
  /// The searches.
  public let channels: [SearchChannel]
  /// The spectrum of each search.
  public private(set) var spectra: [Spectrum]
  /// Events seen.
  public private(set) var events = 0
  /// Candidates of each search's kind, before its cuts.
  public private(set) var candidates: [Int]

  /// A monitor of some channels.
  ///
  /// - Throws: ``GridProblem`` if a channel's range or resolution make no bins.
  public init(channels: [SearchChannel]) throws {
    self.channels = channels
    var spectra: [Spectrum] = []
    for channel in channels { spectra.append(Spectrum(grid: try channel.grid())) }
    self.spectra = spectra
    candidates = [Int](repeating: 0, count: channels.count)
  }

  /// Adds the events of a batch.
  ///
  /// - Throws: `ColumnError` if the batch has no `reco` column or one of another type; nothing is added then.
  public mutating func fill(_ batch: RecordBatch) throws {
    let reconstruction = try ReconstructionColumn(batch)
    events += batch.count
    for index in channels.indices { fill(index, reconstruction, events: batch.count) }
  }

  /// Adds what another monitor of the same channels has seen.
  ///
  /// - Throws: `MergeMismatch` if the channels differ; nothing is added then.
  public mutating func merge(_ other: SignalMonitor) throws {
    guard channels == other.channels else { throw MergeMismatch("monitors of different channels cannot be merged") }
    for index in spectra.indices {
      try spectra[index].merge(other.spectra[index])
      candidates[index] += other.candidates[index]
    }
    events += other.events
  }

  /// The scan of every channel.
  public func results() -> [ChannelResult] {
    channels.indices.map { ChannelResult(channels[$0], spectra[$0], events: events, candidates: candidates[$0]) }
  }

  private mutating func fill(_ index: Int, _ reconstruction: ReconstructionColumn, events: Int) {
    let channel = channels[index]
    let columns = reconstruction.candidates
    let kind = channel.candidate.rawValue
    for event in 0..<events {
      for row in columns.rows[event] where columns.kind[row] == kind {
        candidates[index] += 1
        let attribute = { (attribute: CandidateAttribute) -> Double in
          attribute.value(reconstruction, row: row, event: event)
        }
        if channel.cuts.allSatisfy({ $0.passes(attribute($0.attribute)) }) {
          spectra[index].fill(attribute(channel.observable))
        }
      }
    }
  }
}
