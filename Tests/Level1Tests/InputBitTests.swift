import Level1
import Menu
import Testing

@Suite("Input bits")
struct InputBitTests {
  /// The input bits of version 36 of the experiment's final trigger decision logic, in order.
  static let version36 = """
    t3_0 t3_1 t3_2 t3_3 ty_0 ty_1 ty_2 ty_3 t2_0 t2_1 t2_2 t2_3 ts_0 ts_1 ts_2 ts_3 ta_0 ta_1 ta_2 ta_3 typ tx_0 tx_1 \
    cdc_open90 cdc_active cdc_b2b3 cdc_b2b5 cdc_b2b7 cdc_b2b9 itsfb2b ti i2io i2fo f2f30 s2f30 s2s30 s2s3 s2s5 s2so \
    s2f3 s2f5 s2fo fwd_s bwd_s track trkflt ehigh elow elum ecl_bha ecl_3dbha bha_veto bha_type_0 bha_type_1 \
    bha_intrk bha_theta_0 bha_theta_1 clst_0 clst_1 clst_2 clst_3 ecl_active ecl_timing_fwd ecl_timing_brl \
    ecl_timing_bwd ecl_phys ecl_oflo ecl_lml_0 ecl_lml_1 ecl_lml_2 ecl_lml_3 ecl_lml_4 ecl_lml_5 ecl_lml_6 ecl_lml_7 \
    ecl_lml_8 ecl_lml_9 ecl_lml_10 ecl_lml_12 ecl_lml_13 ecl_mumu ecl_bhapur ecl_bst top_0 top_1 top_2 top_bb \
    top_active klm_hit klm_0 klm_1 klm_2 klmb2b eklm_hit eklm_0 eklm_1 eklm_2 eklmb2b revo her_kick ler_kick bha_delay \
    pseud_rand plsin poissonin veto injv secl iecl_0 iecl_1 samhem opohem d3 d5 d7 p3 p5 p7 p9 cdcecl_0 cdcecl_1 \
    cdcecl_2 cdcecl_3 c2gev_0 c2gev_1 c2gev_2 c2gev_3 cdctop_0 cdctop_1 cdctop_2 cdctop_3 cdcklm_0 cdcklm_1 seklm_0 \
    seklm_1 ecleklm ieklm fwdsb bwdsb fwdnb bwdnb brlfb1 brlfb2 brlnb1 brlnb2 trkbha1 trkbha2 grlgg1 grlgg2 nimin0 \
    nimin1
    """.split(separator: " ").map(String.init)

  @Test("stand where version 36 of the decision logic has them")
  func order() {
    #expect(InputBit.all.prefix(151).map(\.name) == Self.version36)
    #expect(InputBit.firstAppended == 151)
    #expect(InputBit.all.count <= 320)
    #expect(Set(InputBit.all.map(\.name)).count == InputBit.all.count)
    #expect(InputBit.position("track") == 44)
    #expect(Level1Vocabulary.belle2.bits.map(\.name) == InputBit.all.map(\.name))
  }

  private func check(_ bits: String) throws(MenuError) {
    let text =
      "menu: test\nversion: 1\nlevel1:\n  inputs: belle2\n  lines:\n    - name: line\n      bits: \"\(bits)\"\n"
    _ = try TriggerMenu(
      text: text,
      vocabularies: MenuVocabularies(level1: [Level1Vocabulary.belle2], highLevel: [Vocabulary(name: "none")]))
  }

  @Test(
    "that are not built make a menu fail with the reason",
    arguments: ["ecl_taunn", "cdcecl_veto", "trkflt or t2_0", "cdctop>0"])
  func notBuilt(bits: String) {
    let error = #expect(throws: MenuError.self) { try check(bits) }
    #expect(error.map { "\($0)".contains("not built") } ?? false, "\(String(describing: error))")
  }

  @Test(
    "that are built make a line",
    arguments: [
      "(t2_2 or t2_3) and !veto", "clst>3 and !bha_veto", "klm=1 and eklm=1", "ts>1 and s2s5", "ti and i2io and iecl_1",
    ])
  func built(bits: String) throws { try check(bits) }

  @Test("say numbers: one-hot with an open end, and binary, saturating")
  func numbers() {
    var words = InputWords()
    words.setOneHot(0, at: 0, count: 4)
    #expect(words == InputWords())
    words.setOneHot(7, at: 30, count: 4)
    #expect(words[word: 1] == 2 && words[33])
    words.setPacked(5, at: 62, count: 4)
    #expect(words[62] && !words[63] && words[64] && !words[65])
    words.setPacked(99, at: 100, count: 3)
    #expect(words[100] && words[101] && words[102] && !words[103])
    words[33] = false
    #expect(words[word: 1] == 1 << 30)
  }
}
