import Menu

/// The sets of input bits that level-1 menus may name with `inputs:`.
///
/// Versions of the experiment's final trigger decision logic place their input bits differently, and a menu that reads
/// recorded input words needs the places of its own version. What the bits mean is the same in all of them, so that
/// any of these menus can also be fed by name with the bits computed here, with the exceptions stated below.
extension Level1Vocabulary {
  /// All sets; the first is used by menus without `inputs:`.
  public static let sets: [Vocabulary] = [belle2, version36, version26]

  /// The 151 input bits of version 36, the newest public one: the first of ``InputBit/all``, at the same places.
  public static let version36: Vocabulary = belle2.arranged(
    as: "belle2-ftd36", bits: InputBit.all.prefix(InputBit.firstAppended).map(\.name))

  /// The 160 input bits of version 26.
  public static let version26: Vocabulary = belle2.arranged(
    as: "belle2-ftd26", bits: names26, differing: different26)

  /// Bits of version 26 that say something else than those of the same name in version 36.
  private static let different26: [String: String] = {
    var reasons: [String: String] = [:]
    for index in 1...3 { reasons["cdcklm_\(index)"] = "version 26 counts matched octants to four, this program to two" }
    for index in 0...13 { reasons["bha_type_\(index)"] = "ring combinations of ecl_bha are not kept apart here" }
    return reasons
  }()

  private static let names26: [String] = """
    t3_0 t3_1 t3_2 t3_3 ty_0 ty_1 ty_2 ty_3 t2_0 t2_1 t2_2 t2_3 ts_0 ts_1 ts_2 ts_3 ta_0 ta_1 ta_2 ta_3 cdc_open90
    cdc_active cdc_b2b3 cdc_b2b5 cdc_b2b7 cdc_b2b9 ehigh elow elum ecl_bha ecl_3dbha bha_veto bha_type_0 bha_type_1
    bha_type_2 bha_type_3 bha_type_4 bha_type_5 bha_type_6 bha_type_7 bha_type_8 bha_type_9 bha_type_10 bha_type_11
    bha_type_12 bha_type_13 clst_0 clst_1 clst_2 clst_3 ecl_bg_0 ecl_bg_1 ecl_bg_2 ecl_active ecl_timing_fwd
    ecl_timing_brl ecl_timing_bwd ecl_phys ecl_oflo ecl_lml_0 ecl_lml_1 ecl_lml_2 ecl_lml_3 ecl_lml_4 ecl_lml_5
    ecl_lml_6 ecl_lml_7 ecl_lml_8 ecl_lml_9 ecl_lml_10 ecl_lml_12 ecl_lml_13 ecl_bhauni ecl_mumu ecl_bhapur ecl_bst
    top_0 top_1 top_2 top_bb top_active klm_hit klm_0 klm_1 klm_2 klmb2b eklm_hit eklm_0 eklm_1 eklm_2 eklmb2b revo
    her_kick ler_kick bha_delay pseud_rand plsin poissonin veto injv samhem opohem n1gev_0 n1gev_1 n1gev_2 n1gev_3
    n2gev_0 n2gev_1 n2gev_2 n2gev_3 c2gev_0 c2gev_1 c2gev_2 c2gev_3 cdcecl_0 cdcecl_1 cdcecl_2 cdcecl_3 cdcklm_0
    cdcklm_1 cdcklm_2 cdcklm_3 cdctop_0 cdctop_1 cdctop_2 cdctop_3 d3 d5 d7 d9 p3 p5 p7 p9 track trkflt itsfb2b
    f2f30 s2f30 s2s30 s2s3 s2s5 s2so s2f3 s2f5 s2fo fwdsb bwdsb fwdnb bwdnb brlfb1 brlfb2 brlnb1 brlnb2 trkbha1
    trkbha2 grlgg1 grlgg2 nimin0 nimin1
    """.split(whereSeparator: \.isWhitespace).map(String.init)
}
