/// What a sequence of random numbers is drawn for.
///
/// Two purposes of the same event see independent sequences, so that adding a draw to one part of the
/// simulation never changes what another part sees. Well-known purposes are listed here once, so that
/// no two parts share a number by accident; a purpose that belongs to a name (a trigger line, a channel)
/// is made with ``init(named:)``.
public struct RandomPurpose: RawRepresentable, Hashable, Sendable {
  /// The number that enters the key of the generator.
  public let rawValue: UInt32

  /// A purpose with a number of the caller's choice. Numbers below 1024 are reserved for the list below.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// A purpose named by a string: the 32-bit FNV-1a hash of its UTF-8 bytes, with the top bit set so that it
  /// never meets a listed purpose.
  public init(named name: String) {
    var hash: UInt32 = 2_166_136_261
    for byte in name.utf8 {
      hash = (hash ^ UInt32(byte)) &* 16_777_619
    }
    rawValue = hash | 0x8000_0000
  }

  // MARK: Generation

  /// Kinematics of a generated event.
  public static let generation = RandomPurpose(rawValue: 1)
  /// Position of the interaction within the luminous region.
  public static let interactionPoint = RandomPurpose(rawValue: 4)
  /// Decays in flight of long-lived particles.
  public static let decay = RandomPurpose(rawValue: 5)

  // MARK: Detector response

  /// Energy loss and multiple scattering along a particle's path.
  public static let propagation = RandomPurpose(rawValue: 16)
  /// Response of the drift chamber to particles.
  public static let driftChamber = RandomPurpose(rawValue: 17)
  /// Response of the silicon vertex detector to particles.
  public static let silicon = RandomPurpose(rawValue: 18)
  /// Response of the calorimeter to particles.
  public static let calorimeter = RandomPurpose(rawValue: 19)
  /// Response of the muon detector to particles.
  public static let muonDetector = RandomPurpose(rawValue: 20)
  /// Likelihoods of the particle-identification systems.
  public static let identification = RandomPurpose(rawValue: 21)
  /// Nuclear interactions of hadrons before the calorimeter.
  public static let nuclearInteraction = RandomPurpose(rawValue: 22)

  // MARK: Beam background

  /// Beam background in the drift chamber.
  public static let driftChamberBackground = RandomPurpose(rawValue: 32)
  /// Beam background in the silicon vertex detector.
  public static let siliconBackground = RandomPurpose(rawValue: 33)
  /// Beam background in the calorimeter.
  public static let calorimeterBackground = RandomPurpose(rawValue: 34)
  /// Beam background in the muon detector.
  public static let muonDetectorBackground = RandomPurpose(rawValue: 35)
  /// Beam-background tracks from outside the interaction point.
  public static let backgroundTracks = RandomPurpose(rawValue: 36)

  // MARK: Decisions and studies

  /// Prescales of the high-level trigger in their hash form.
  public static let prescale = RandomPurpose(rawValue: 48)
  /// Choice of rejected events kept for monitoring.
  public static let keepRejected = RandomPurpose(rawValue: 49)
  /// Signal mixed into a stream to test a fit.
  public static let injection = RandomPurpose(rawValue: 50)
  /// Pseudo-experiments of a study or a test.
  public static let pseudoExperiment = RandomPurpose(rawValue: 51)
  /// Choice of accepted events that are copied to those who look at a run while it goes.
  public static let express = RandomPurpose(rawValue: 52)
}
