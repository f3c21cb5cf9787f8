import EventModel
import Menu

/// The words of a channel's expressions: every row of the columns is a candidate.
enum CandidateVocabulary {
  /// The vocabulary; scalar n is attribute n, the bits are ``flags``.
  static let words: Vocabulary = {
    var vocabulary = Vocabulary(name: "candidates")
    for attribute in CandidateAttribute.allCases {
      let unit: Menu.Unit =
        switch attribute.dimension {
        case Dimension(energy: 1): .gigaelectronvolt
        case Dimension(energy: 2): .squaredGigaelectronvolt
        case Dimension(length: 1): .centimetre
        case Dimension(angle: 1): .radian
        default: .dimensionless
        }
      vocabulary.addScalar(attribute.rawValue, unit, "")
    }
    for flag in flags { vocabulary.addBit(flag.name, flag.summary) }
    return vocabulary
  }()

  /// What is true or false of a candidate.
  static let flags: [(name: String, summary: String, hypothesis: PairHypothesis?)] = [
    ("electrons", "the pair is taken for e+ e-", .electrons),
    ("muons", "the pair is taken for mu+ mu-", .muons),
    ("pions", "the pair is taken for pi+ pi-", .pions),
    ("kaons", "the pair is taken for K+ K-", .kaons),
    ("photons", "the pair is two photons", .photons),
    ("protons", "the hadron is taken for a proton", .protons),
    ("has_vertex", "the candidate has a vertex", nil),
  ]

  /// Fills the columns that expressions read with candidates.
  ///
  /// - Parameters:
  ///   - candidates: rows of the batch with their events.
  static func fill(
    _ columns: EventColumns, scalars: [Int], bits: [Int], _ candidates: [(row: Int, event: Int)],
    _ reconstruction: ReconstructionColumn
  ) {
    columns.begin(rowCount: candidates.count)
    let reader = CandidateReader(reconstruction)
    for scalar in scalars {
      let attribute = CandidateAttribute.allCases[scalar]
      for (place, candidate) in candidates.enumerated() {
        columns.setScalar(scalar, row: place, to: reader.value(attribute, row: candidate.row, event: candidate.event))
      }
    }
    for bit in bits {
      let wanted = flags[bit].hypothesis?.rawValue
      for (place, candidate) in candidates.enumerated() {
        let isSet =
          wanted.map { reconstruction.candidates.hypothesis[candidate.row] == $0 }
          ?? (reconstruction.candidates.vertex[candidate.row] >= 0)
        if isSet { columns.setBit(bit, row: place) }
      }
    }
  }
}
