import Detector
import Kinematics

/// The neural track trigger: z at the origin, polar angle and momentum of two-dimensional tracks by the networks.
///
/// A track needs segments in four axial and three stereo super-layers. Decisions are made of the networks' whole
/// numbers. Source: `Documentation/drift-chamber-trigger.md`.
package final class NeuralTrackFinder {
  private let maker: NeuralInputMaker
  private let networks: FixedPointNetworks
  private let momentum = TriggerMomentum()
  private var inputs = NeuralInputs()

  package init(_ chamber: DriftChamber, _ networks: TrackNetworks) {
    maker = NeuralInputMaker(chamber)
    self.networks = FixedPointNetworks(networks)
  }

  /// rad per unit of the output polar angle: 80 degrees / 4096.
  private static let thetaUnit = 80 * Double.pi / 180 / Double(NeuralInputs.unit)

  /// Gives all tracks of an event that have enough segments the results of their network.
  package func find(_ segments: borrowing TrackSegments, eventTime: Int16, into tracks: inout DriftChamberTracks) {
    for index in 0..<tracks.count {
      guard maker.make(index, of: tracks, segments, eventTime: eventTime, into: &inputs) else {
        tracks.neuralZ[index] = .nan
        tracks.neuralTheta[index] = .nan
        tracks.neuralCotTheta[index] = .nan
        tracks.neuralMomentum[index] = 0
        continue
      }
      let output = networks.evaluate(inputs)
      let fromMiddle = Double(output.theta) * Self.thetaUnit
      let theta = Double.pi / 2 + fromMiddle
      // Exact in single precision: at most 19 binary digits.
      tracks.neuralZ[index] = Float(output.z * 100) / Float(NeuralInputs.unit)
      tracks.neuralTheta[index] = Float(theta)
      let (sine, cosine) = PortableAngles.sineCosine(fromMiddle)
      tracks.neuralCotTheta[index] = Float(-sine / cosine)
      tracks.neuralMomentum[index] = momentum.tenths(omega: Double(tracks.omega[index]), theta: theta)
    }
  }

  /// The inputs of a track's network, for training and explanations; nil for too few segments.
  func inputs(
    of index: Int, _ tracks: borrowing DriftChamberTracks, _ segments: borrowing TrackSegments, eventTime: Int16
  ) -> NeuralInputs? {
    var inputs = NeuralInputs()
    return maker.make(index, of: tracks, segments, eventTime: eventTime, into: &inputs) ? inputs : nil
  }
}
