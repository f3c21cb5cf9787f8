import ArrowStream
import EventModel
import SignalMonitor

/// Reconstructed events with one dimuon candidate each, or none.
enum DimuonStream {
  /// A batch of events; nil makes an event without a candidate.
  static func batch(_ candidates: [(mass: Double, recoil: Double)?]) throws -> RecordBatch {
    var builder = ReconstructionBuilder()
    for candidate in candidates {
      if let candidate {
        builder.candidates.append(
          kind: CandidateKind.dimuon.rawValue, mass: Float(candidate.mass), reducedMass: 0,
          recoilMassSquared: Float(candidate.recoil), vertex: -1, track1: 0, track2: 1)
      }
      builder.endEvent(steps: 0, eventTime: 0)
    }
    return try RecordBatch(
      schema: Schema(fields: [EventSchema.reconstruction]), columns: [builder.finish()], count: candidates.count)
  }

  /// A search for a peak in the mass between 1 and 3 GeV, resolution 10 MeV.
  static func peak(_ blinding: String = "") -> String {
    """
    channel: peak
    candidate: dimuon
    select: mass > 0.5 GeV
    observable: mass
    range: { from: 1 GeV, to: 3 GeV }
    signal:
      shape: gaussian
      measured_with: a test
      resolution: [{ at: 1 GeV, sigma: 10 MeV }]
    background: { polynomial: { lowest_order: 1, highest_order: 2 } }
    scan: { from: 1.3 GeV, to: 2.7 GeV, step: 2, window: 15 }
    confidence: 90 %
    \(blinding)
    """
  }

  /// A count of masses from 1.9 to 2.1 GeV against 1 to 1.8 and 2.2 to 3 GeV.
  static func counting(_ blinding: String = "") -> String {
    """
    channel: count
    candidate: dimuon
    select: mass > 0.5 GeV
    observable: mass
    method: counting
    mass: none
    regions:
      - name: near
        signal: 1.9 GeV < mass < 2.1 GeV
        sidebands: 1 GeV < mass < 1.8 GeV or 2.2 GeV < mass < 3 GeV
        transfer: { value: 0.125, error: 0 }
    confidence: 90 %
    \(blinding)
    """
  }

  /// Elliptical windows in the plane of mass and squared recoil mass.
  static func plane(_ blinding: String = "") -> String {
    """
    channel: plane
    candidate: dimuon
    select: mass > 0.5 GeV
    observable: [mass, recoil_mass2]
    method: plane
    plane:
      axes:
        - { from: 1 GeV, to: 3 GeV, resolution: [{ at: 1 GeV, sigma: 0.05 GeV }] }
        - { from: 0 GeV2, to: 20 GeV2, resolution: [{ at: 1 GeV2, sigma: 0.5 GeV2 }] }
      radius: 2
      ring: { from: 3, to: 6 }
      step: 2
      measured_with: a test
    confidence: 90 %
    \(blinding)
    """
  }

  /// Flat and one peaking template in ten bins from 1 to 3 GeV.
  static func template(_ blinding: String = "") -> String {
    """
    channel: template
    candidate: dimuon
    select: mass > 0.5 GeV
    observable: mass
    method: template
    mass: none
    template:
      from: 1 GeV
      to: 3 GeV
      bins: 10
      signals: [{ mass: 2 GeV, counts: [0, 0, 0, 10, 80, 80, 10, 0, 0, 0] }]
      backgrounds: [{ name: flat, counts: [50, 50, 50, 50, 50, 50, 50, 50, 50, 50] }]
    confidence: 90 %
    \(blinding)
    """
  }

  /// The channels of some files.
  static func channels(_ texts: [String]) throws -> [SearchChannel] {
    try texts.flatMap { try SearchChannel.read(yaml: $0, file: "test.yaml") }
  }
}
