/// An input bit of the level-1 decision logic.
public struct InputBit: Hashable, Sendable {
  /// Where the bit comes from.
  public enum Status: Hashable, Sendable {
    /// Computed here from the event's hits.
    case built
    /// Known to the experiment, not computed here; menus that ask for it are refused with this reason.
    case notBuilt(String)
    /// A signal of the event's time: false unless a replay is given this option.
    case scheduled(option: String)
  }

  /// Name in menus: `t2_1`.
  public let name: String
  /// What it means, one line.
  public let summary: String
  /// Whether it is computed here.
  public let status: Status
}

extension InputBit {
  /// All input bits: entry i is bit i of the input words. The first 151 are those of the newest public version of
  /// the experiment's final trigger decision logic (36) at their places; newer bits whose places are not public follow
  /// from ``firstAppended`` on, at places of our own.
  public static let all: [InputBit] = version36 + appended

  /// Number of bits of version 36; also where the appended ones begin.
  public static let firstAppended = version36.count

  /// The position of a bit by name, nil if there is none.
  public static func position(_ name: String) -> Int? { positions[name] }

  private static let positions: [String: Int] = Dictionary(
    uniqueKeysWithValues: all.enumerated().map { ($1.name, $0) })

  private static func built(_ name: String, _ summary: String) -> InputBit {
    InputBit(name: name, summary: summary, status: .built)
  }

  private static func missing(_ name: String, _ summary: String, _ reason: String) -> InputBit {
    InputBit(name: name, summary: summary, status: .notBuilt(reason))
  }

  private static func scheduled(_ name: String, _ summary: String, _ option: String) -> InputBit {
    InputBit(name: name, summary: summary, status: .scheduled(option: option))
  }

  /// Four bits that say a number: exactly 1, 2, 3, and 4 or more.
  private static func oneHot(_ name: String, _ what: String, _ make: (String, String) -> InputBit) -> [InputBit] {
    ["1", "2", "3", "4 or more"].enumerated().map { make("\(name)_\($0)", "number of \(what): \($1)") }
  }

  /// The bits of a binary number, least significant first.
  private static func packed(_ name: String, _ count: Int, _ what: String) -> [InputBit] {
    (0..<count).map { built("\(name)_\($0)", "bit \($0) of the \(what)") }
  }

  private static let undefined = "its definition is not public"
  private static let particleIdentification = "the trigger of the particle-identification detector is not emulated"
  private static let injection = "--injection"
  private static let noClock = "streams carry no accelerator or test signals"

  private static let version36: [InputBit] =
    oneHot("t3", "3-D tracks with |z0| < 35 cm", built)
    + oneHot("ty", "neural tracks with |z0| < 20 cm", built)
    + oneHot("t2", "2-D tracks", built)
    + oneHot("ts", "short tracks", built)
    + oneHot("ta", "2-D and short tracks together", built)
    + [
      built("typ", "a neural track with |z0| < 15 cm and p > 0.7 GeV in tenths"),
      missing("tx_0", "reserved", undefined),
      missing("tx_1", "reserved", undefined),
      built("cdc_open90", "two 2-D tracks open by 90 degrees in azimuth"),
      built("cdc_active", "the drift chamber has an event time: the segments of the 2-D tracks agree in their time"),
      built("cdc_b2b3", "two 2-D tracks back to back within 1 bin of 10 degrees"),
      built("cdc_b2b5", "two 2-D tracks back to back within 2 bins"),
      built("cdc_b2b7", "two 2-D tracks back to back within 3 bins"),
      built("cdc_b2b9", "two 2-D tracks back to back within 4 bins"),
      built("itsfb2b", "two inner tracks back to back within 2 bins"),
      built("ti", "an inner track"),
      built("i2io", "two inner tracks open by 90 degrees"),
      built("i2fo", "an inner and a 2-D track open by 90 degrees"),
      built("f2f30", "two 2-D tracks open by 30 degrees in azimuth"),
      built("s2f30", "a short and a 2-D track open by 30 degrees"),
      built("s2s30", "two short tracks open by 30 degrees"),
      built("s2s3", "two short tracks back to back within 1 bin"),
      built("s2s5", "two short tracks back to back within 2 bins"),
      built("s2so", "two short tracks open by 90 degrees"),
      built("s2f3", "a short and a 2-D track back to back within 1 bin"),
      built("s2f5", "a short and a 2-D track back to back within 2 bins"),
      built("s2fo", "a short and a 2-D track open by 90 degrees"),
      built("fwd_s", "a short track towards the forward endcap"),
      built("bwd_s", "a short track towards the backward endcap"),
      built("track", "any 2-D track"),
      missing("trkflt", "track filter", undefined),
      built("ehigh", "more than 1 GeV in trigger-cell rings 2-15"),
      built("elow", "more than 0.5 GeV in trigger-cell rings 2-15"),
      built("elum", "more than 3 GeV in trigger-cell rings 2-15"),
      built("ecl_bha", "two-dimensional Bhabha logic"),
      built("ecl_3dbha", "three-dimensional Bhabha logic, veto window"),
      built("bha_veto", "Bhabha veto: the same as ecl_3dbha"),
      built("bha_type_0", "ring combination of ecl_bha: 1-3 with 16-17"),
      built("bha_type_1", "ring combination of ecl_bha: 3 with 15"),
      built("bha_intrk", "the pair of ecl_3dbha lies in rings 3-15"),
    ]
    + packed("bha_theta", 2, "forward ring of the pair of ecl_bhapur: 0, 1, 2 for rings 1-3, else 3")
    + packed("clst", 4, "number of isolated clusters in rings 2-15, 15 at most")
    + [
      built("ecl_active", "a trigger cell over threshold"),
      built("ecl_timing_fwd", "the most energetic trigger cell is in the forward endcap"),
      built("ecl_timing_brl", "the most energetic trigger cell is in the barrel"),
      built("ecl_timing_bwd", "the most energetic trigger cell is in the backward endcap"),
      built("ecl_phys", "ehigh or at least 4 isolated clusters, not ecl_bha"),
      built("ecl_oflo", "more than 6 clusters"),
      built("ecl_lml_0", "at least 3 clusters, one above 0.3 GeV, no Bhabha"),
      built("ecl_lml_1", "a cluster above 2 GeV in the centre of mass, rings 4-14"),
      built("ecl_lml_2", "a cluster above 2 GeV in the centre of mass, rings 2, 3, 15, 16, no Bhabha"),
      built("ecl_lml_3", "the same with Bhabha"),
      built("ecl_lml_4", "a cluster above 2 GeV in the centre of mass, rings 1, 17, no Bhabha"),
      built("ecl_lml_5", "the same with Bhabha"),
      built("ecl_lml_6", "exactly one cluster above 1 GeV in the centre of mass in rings 4-15 and one above 0.3 GeV"),
      built("ecl_lml_7", "the same in rings 2, 3, 16"),
      built("ecl_lml_8", "two clusters opposite within 10 degrees, both above 0.25 GeV, none of 2 GeV"),
      built("ecl_lml_9", "the same with one above and one below 0.25 GeV"),
      built("ecl_lml_10", "two clusters back to back in the centre of mass, none of 2 GeV"),
      built("ecl_lml_12", "at least 3 clusters in rings 2-16, one above 0.5 GeV, no Bhabha"),
      built(
        "ecl_lml_13", "exactly one cluster above 0.5 GeV in the centre of mass in rings 6-11 and one above 0.3 GeV"),
      built("ecl_mumu", "two clusters back to back, both below 2 GeV in the centre of mass"),
      built("ecl_bhapur", "three-dimensional Bhabha logic, selection window"),
      built("ecl_bst", "more than 20 GeV in all rings"),
      missing("top_0", "time-of-propagation trigger", particleIdentification),
      missing("top_1", "time-of-propagation trigger", particleIdentification),
      missing("top_2", "time-of-propagation trigger", particleIdentification),
      missing("top_bb", "time-of-propagation trigger", particleIdentification),
      missing("top_active", "time-of-propagation trigger", particleIdentification),
      built("klm_hit", "a fired sector in the muon detector's barrel"),
    ]
    + packed("klm", 3, "number of fired barrel sectors, 7 at most")
    + [
      built("klmb2b", "a fired sector in the backward and in the forward half of the barrel"),
      built("eklm_hit", "a fired sector in the muon detector's endcaps"),
    ]
    + packed("eklm", 3, "number of fired endcap sectors, 7 at most")
    + [
      built("eklmb2b", "a fired sector in both endcaps"),
      scheduled("revo", "the revolution begins in the event's data clock", injection),
      scheduled("her_kick", "the revolution after an injection into the electron ring", injection),
      scheduled("ler_kick", "the revolution after an injection into the positron ring", injection),
      scheduled("bha_delay", "a trigger is due whole revolutions after ecl_bhapur", "--bhabha-delay"),
      scheduled("pseud_rand", "the pseudo-random trigger fires in the event's window", "--random-rate"),
      missing("plsin", "test pulser", noClock),
      scheduled("poissonin", "the Poisson trigger fires in the event's window", "--poisson-rate"),
      scheduled("veto", "injection veto", injection),
      scheduled("injv", "injection veto without gates", injection),
      built("secl", "a short track with a cluster in the endcap it points to"),
      built("iecl_0", "exactly 1 azimuth bin with an endcap cluster near an inner track"),
      built("iecl_1", "2 or more such bins"),
      built("samhem", "exactly one fitted track, and another cluster in its hemisphere"),
      built("opohem", "exactly one fitted track, and a cluster in the opposite hemisphere"),
      built("d3", "two clusters back to back within 1 bin of 10 degrees"),
      built("d5", "two clusters back to back within 2 bins"),
      built("d7", "two clusters back to back within 3 bins"),
      built("p3", "a 2-D track and a cluster back to back within 1 bin"),
      built("p5", "a 2-D track and a cluster back to back within 2 bins"),
      built("p7", "a 2-D track and a cluster back to back within 3 bins"),
      built("p9", "a 2-D track and a cluster back to back within 4 bins"),
    ]
    + oneHot("cdcecl", "2-D tracks with a cluster", built)
    + oneHot("c2gev", "2-D tracks with a cluster of at least 2 GeV", built)
    + oneHot("cdctop", "2-D tracks with a time-of-propagation hit") { missing($0, $1, particleIdentification) }
    + [
      built("cdcklm_0", "exactly 1 barrel octant of the muon detector matched with a 2-D track"),
      built("cdcklm_1", "2 or more octants matched"),
      built("seklm_0", "exactly 1 endcap muon sector with a short track that points to it"),
      built("seklm_1", "2 or more such sectors"),
      built("ecleklm", "a cluster and a muon sector in the same quadrant of an endcap"),
      built("ieklm", "an inner track in a quadrant with an endcap muon sector"),
      missing("fwdsb", "reserved", undefined),
      missing("bwdsb", "reserved", undefined),
      missing("fwdnb", "reserved", undefined),
      missing("bwdnb", "reserved", undefined),
      missing("brlfb1", "reserved", undefined),
      missing("brlfb2", "reserved", undefined),
      missing("brlnb1", "reserved", undefined),
      missing("brlnb2", "reserved", undefined),
      built("trkbha1", "ecl_3dbha with exactly 1 matched 2-D track"),
      built("trkbha2", "ecl_3dbha with exactly 2 matched 2-D tracks"),
      missing("grlgg1", "two photons", undefined),
      missing("grlgg2", "two photons", undefined),
      missing("nimin0", "external input", noClock),
      missing("nimin1", "external input", noClock),
    ]

  private static let appended: [InputBit] =
    oneHot("n1gev", "clusters of at least 1 GeV without a 2-D track", built)
    + oneHot("n2gev", "clusters of at least 2 GeV without a 2-D track", built)
    + [
      built("d9", "two clusters back to back within 4 bins of 10 degrees"),
      built("ecl_lml_11", "no cluster above 2 GeV in the centre of mass"),
      built("ehigh1", "ehigh, no single forward cluster, no two clusters opposite in azimuth and polar angle"),
      built("ehigh2", "ehigh, no single forward cluster, no two clusters opposite in azimuth or polar angle"),
      built("ehigh3", "ehigh, no single forward cluster, no two clusters of which the weaker is in an endcap"),
      built("ehigh4", "the same, but the two clusters must exceed 0.5 GeV to be rejected"),
      built("ecl_taub2b", "tau pair, one prong each: wide window, one cluster below 1.9 GeV"),
      built("ecl_taub2b2", "the same with at most one energetic endcap cluster"),
      built("ecl_taub2b3", "the same without energetic clusters"),
      built("typ4", "a neural track with |z0| < 15 cm and p > 0.4 GeV in tenths"),
      built("typ5", "a neural track with |z0| < 15 cm and p > 0.5 GeV in tenths"),
      built("typ6", "a neural track with |z0| < 15 cm and p > 0.6 GeV in tenths"),
      missing(
        "ecl_taunn", "neural network for tau pairs",
        "public are 24 inputs of the calorimeter and two layers of 64 nodes; which inputs, and the weights, are not"),
      scheduled("passive_veto", "injection veto by time: the same as veto", injection),
      missing(
        "cdcecl_veto", "injection veto by occupancy",
        "its thresholds are not public, and streams carry no background of injection"),
    ]
    + [
      built("cdcklm_2", "exactly 3 octants matched"),
      built("cdcklm_3", "4 or more octants matched"),
    ]
    + (2...13).map { built("bha_type_\($0)", "ring combination of ecl_bha, number \($0)") }
    + oneHot("td", "displaced tracks", built)
    + [
      built("dv", "two tracks from a displaced vertex, 7 to 90 cm from the beam line"),
      built("dv_tight", "the same with tighter cuts, for high background"),
      built("tdecl", "a displaced track with |d0| > 5 cm and a cluster"),
      built("tdklm", "a displaced track with |d0| > 5 cm and a barrel octant of the muon detector"),
    ]
}
