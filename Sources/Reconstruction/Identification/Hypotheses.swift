import Kinematics

/// The five kinds of charged particles that leave tracks, in the order of all lists: e, mu, pi, K, p.
public enum Hypothesis: Int, CaseIterable, Sendable {
  /// Electron.
  case electron
  /// Muon.
  case muon
  /// Charged pion.
  case pion
  /// Charged kaon.
  case kaon
  /// Proton.
  case proton

  /// Mass in GeV.
  public var mass: Double {
    switch self {
    case .electron: Mass.electron
    case .muon: Mass.muon
    case .pion: Mass.pion
    case .kaon: Mass.kaon
    case .proton: Mass.proton
    }
  }
}
