import ArrowStream
import EventModel
import Menu
import Reconstruction

/// Variables of what level 1 and the recorded hits say, known before any reconstruction.
struct Level1Variables {
  /// Values of `timing_source`.
  private static let delayedBhabha: UInt8 = 5
  private static let random: UInt8 = 7
  private static let poisson: UInt8 = 13
  /// Neural tracks are looked at in one event number of this many.
  private static let neuralInterval: UInt64 = 256

  /// The level-1 lines that variables stand for, and their places in the menu.
  private let bha3d: Int?
  private let bhapur: Int?
  private let lml1: Int?
  private let fpre: Int?
  private let strip: InjectionStrip?

  /// - Parameter strip: where background of injections comes; nil without a plan of injections.
  /// - Throws: ``HighLevelTriggerError`` if a line reads a variable that stands for a level-1 line the menu has not.
  init(
    _ menu: TriggerMenu, strip: InjectionStrip? = nil, isRead: (FilterVariable) -> Bool
  ) throws(HighLevelTriggerError) {
    self.strip = strip
    bha3d = menu.level1.line(named: "bha3d")
    bhapur = menu.level1.line(named: "bhapur")
    lml1 = menu.level1.line(named: "lml1")
    fpre = menu.level1.line(named: "fpre")
    let needed: [(FilterVariable, String, Int?)] = [
      (.bha3d, "bha3d", bha3d), (.bhapur, "bhapur", bhapur), (.bhapurLml1, "bhapur", bhapur),
      (.bhapurLml1, "lml1", lml1), (.level1BitF, "fpre", fpre),
    ]
    for (variable, line, place) in needed where place == nil && isRead(variable) {
      throw HighLevelTriggerError(
        problem: "menu \"\(menu.name)\" reads '\(variable.name)', and has no level-1 line '\(line)'",
        expected: "a level-1 line of that name, for which the variable stands")
    }
  }

  /// - Parameters:
  ///   - level1: with the lines before and after prescale.
  ///   - time: of the event, ns since the start of the run.
  func compute(
    _ level1: Level1Column, row: Int, key: EventKey, time: Int64, into values: inout FilterValues
  ) {
    let isInStrip = values.wants([.prefilterInjection]) && strip?.contains(level1, row: row, time: time) ?? false
    values.set(.prefilterInjection, isInStrip)
    values.set(.level1Energy, Double(level1.energyPhysics[row]))
    values.set(.level1IsolatedClusters, Int(level1.isolatedClusters[row]))
    values.set(.level1Tracks, level1.tracks.rows[row].count)
    let source = level1.timingSource[row]
    values.set(.level1Random, source == Self.random)
    values.set(.level1DelayedBhabha, source == Self.delayedBhabha)
    values.set(.level1Poisson, source == Self.poisson)
    let isLooked = key.number % Self.neuralInterval == 0
    let hasNeural = isLooked && level1.tracks.rows[row].contains { level1.tracks.neuralZ[$0].isFinite }
    values.set(.level1NeuralInfo, hasNeural)
    values.set(.neuroTRG, hasNeural)
    func isSet(_ line: Int?, _ words: ColumnView<UInt32>) -> Bool {
      guard let line, line < 32 * EventSchema.level1Words else { return false }
      return words[EventSchema.level1Words * row + line / 32] >> UInt32(line % 32) & 1 == 1
    }
    values.set(.bha3d, isSet(bha3d, level1.afterPrescale))
    values.set(.bhapur, isSet(bhapur, level1.afterPrescale))
    values.set(.bhapurLml1, isSet(bhapur, level1.beforePrescale) && isSet(lml1, level1.afterPrescale))
    values.set(.level1BitF, isSet(fpre, level1.afterPrescale))
  }

  /// What the sizes of an event give.
  static func compute(_ size: EventSize, into values: inout FilterValues) {
    values.set(.chamberHits, size.chamberHits)
    values.set(.siliconPoints, size.siliconPoints)
    values.set(.calorimeterHits, size.calorimeterHits)
    values.set(.prefilterOccupancy, size.chamberHits > 2500 && size.calorimeterHits > 3300)
  }
}
