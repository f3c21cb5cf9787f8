/// Final trigger decision logic of the Belle II experiment as it was published with its simulation software: facts
/// (names, combinations, prescales) of versions 26 and 36.
enum PublishedLogic {
  /// The 160 input bits of version 26, in order.
  static let inputs26 = """
    t3_0 t3_1 t3_2 t3_3 ty_0 ty_1 ty_2 ty_3 t2_0 t2_1 t2_2 t2_3 ts_0 ts_1 ts_2 ts_3 ta_0 ta_1 ta_2 ta_3 cdc_open90
    cdc_active cdc_b2b3 cdc_b2b5 cdc_b2b7 cdc_b2b9 ehigh elow elum ecl_bha ecl_3dbha bha_veto bha_type_0
    bha_type_1 bha_type_2 bha_type_3 bha_type_4 bha_type_5 bha_type_6 bha_type_7 bha_type_8 bha_type_9 bha_type_10
    bha_type_11 bha_type_12 bha_type_13 clst_0 clst_1 clst_2 clst_3 ecl_bg_0 ecl_bg_1 ecl_bg_2 ecl_active
    ecl_timing_fwd ecl_timing_brl ecl_timing_bwd ecl_phys ecl_oflo ecl_lml_0 ecl_lml_1 ecl_lml_2 ecl_lml_3
    ecl_lml_4 ecl_lml_5 ecl_lml_6 ecl_lml_7 ecl_lml_8 ecl_lml_9 ecl_lml_10 ecl_lml_12 ecl_lml_13 ecl_bhauni
    ecl_mumu ecl_bhapur ecl_bst top_0 top_1 top_2 top_bb top_active klm_hit klm_0 klm_1 klm_2 klmb2b eklm_hit
    eklm_0 eklm_1 eklm_2 eklmb2b revo her_kick ler_kick bha_delay pseud_rand plsin poissonin veto injv samhem
    opohem n1gev_0 n1gev_1 n1gev_2 n1gev_3 n2gev_0 n2gev_1 n2gev_2 n2gev_3 c2gev_0 c2gev_1 c2gev_2 c2gev_3
    cdcecl_0 cdcecl_1 cdcecl_2 cdcecl_3 cdcklm_0 cdcklm_1 cdcklm_2 cdcklm_3 cdctop_0 cdctop_1 cdctop_2 cdctop_3 d3
    d5 d7 d9 p3 p5 p7 p9 track trkflt itsfb2b f2f30 s2f30 s2s30 s2s3 s2s5 s2so s2f3 s2f5 s2fo fwdsb bwdsb fwdnb
    bwdnb brlfb1 brlfb2 brlnb1 brlnb2 trkbha1 trkbha2 grlgg1 grlgg2 nimin0 nimin1
    """

  /// The 160 lines of version 26, in order: name, prescale in prescale set 12/6373, sum of products of input indices
  /// (`+` or, blank and, `!` not; empty is always true).
  static let lines26 = """
    fff 1 10 !98 + 11 !98
    ffs 100 9 12 !98 + 10 12 !98 + 11 12 !98 + 9 13 !98 + 10 13 !98 + 11 13 !98 + 9 14 !98 + 10 14 !98 + 11 14 !98 \
    + 9 15 !98 + 10 15 !98 + 11 15 !98
    fss 0 8 13 !98 + 9 13 !98 + 10 13 !98 + 11 13 !98 + 8 14 !98 + 9 14 !98 + 10 14 !98 + 11 14 !98 + 8 15 !98 + 9 \
    15 !98 + 10 15 !98 + 11 15 !98
    sss 100 14 !98 + 15 !98
    ffz 0 10 0 !98 + 11 0 !98 + 10 1 !98 + 11 1 !98 + 10 2 !98 + 11 2 !98 + 10 3 !98 + 11 3 !98
    fzz 0 10 1 !98 + 11 1 !98 + 10 2 !98 + 11 2 !98 + 10 3 !98 + 11 3 !98
    zzz 0 2 !98 + 3 !98
    ffy 1 10 4 !98 + 11 4 !98 + 10 5 !98 + 11 5 !98 + 10 6 !98 + 11 6 !98 + 10 7 !98 + 11 7 !98
    fyy 0 10 5 !98 + 11 5 !98 + 10 6 !98 + 11 6 !98 + 10 7 !98 + 11 7 !98
    yyy 0 6 !98 + 7 !98
    ff 20 9 !31 !98 + 10 !31 !98 + 11 !31 !98
    fs 0 8 12 !31 !98 + 9 12 !31 !98 + 10 12 !31 !98 + 11 12 !31 !98 + 8 13 !31 !98 + 9 13 !31 !98 + 10 13 !31 !98 \
    + 11 13 !31 !98 + 8 14 !31 !98 + 9 14 !31 !98 + 10 14 !31 !98 + 11 14 !31 !98 + 8 15 !31 !98 + 9 15 !31 !98 + \
    10 15 !31 !98 + 11 15 !31 !98
    ss 400 13 !31 !98 + 14 !31 !98 + 15 !31 !98
    fz 0 9 0 !31 !98 + 10 0 !31 !98 + 11 0 !31 !98 + 9 1 !31 !98 + 10 1 !31 !98 + 11 1 !31 !98 + 9 2 !31 !98 + 10 \
    2 !31 !98 + 11 2 !31 !98 + 9 3 !31 !98 + 10 3 !31 !98 + 11 3 !31 !98
    zz 0 1 !31 !98 + 2 !31 !98 + 3 !31 !98
    fy 0 9 4 !31 !98 + 10 4 !31 !98 + 11 4 !31 !98 + 9 5 !31 !98 + 10 5 !31 !98 + 11 5 !31 !98 + 9 6 !31 !98 + 10 \
    6 !31 !98 + 11 6 !31 !98 + 9 7 !31 !98 + 10 7 !31 !98 + 11 7 !31 !98
    yy 0 5 !31 !98 + 6 !31 !98 + 7 !31 !98
    ffo 1 9 20 !31 !98 + 10 20 !31 !98 + 11 20 !31 !98
    fso 1 8 12 145 !31 !98 + 9 12 145 !31 !98 + 10 12 145 !31 !98 + 11 12 145 !31 !98 + 8 13 145 !31 !98 + 9 13 \
    145 !31 !98 + 10 13 145 !31 !98 + 11 13 145 !31 !98 + 8 14 145 !31 !98 + 9 14 145 !31 !98 + 10 14 145 !31 !98 \
    + 11 14 145 !31 !98 + 8 15 145 !31 !98 + 9 15 145 !31 !98 + 10 15 145 !31 !98 + 11 15 145 !31 !98
    sso 10 13 142 !31 !98 + 14 142 !31 !98 + 15 142 !31 !98
    fzo 0 9 0 20 !31 !98 + 10 0 20 !31 !98 + 11 0 20 !31 !98 + 9 1 20 !31 !98 + 10 1 20 !31 !98 + 11 1 20 !31 !98 \
    + 9 2 20 !31 !98 + 10 2 20 !31 !98 + 11 2 20 !31 !98 + 9 3 20 !31 !98 + 10 3 20 !31 !98 + 11 3 20 !31 !98
    fyo 1 9 4 20 !31 !98 + 10 4 20 !31 !98 + 11 4 20 !31 !98 + 9 5 20 !31 !98 + 10 5 20 !31 !98 + 11 5 20 !31 !98 \
    + 9 6 20 !31 !98 + 10 6 20 !31 !98 + 11 6 20 !31 !98 + 9 7 20 !31 !98 + 10 7 20 !31 !98 + 11 7 20 !31 !98
    ffb 1 9 23 !31 !98 + 10 23 !31 !98 + 11 23 !31 !98
    fsb 1 8 12 144 !31 !98 + 9 12 144 !31 !98 + 10 12 144 !31 !98 + 11 12 144 !31 !98 + 8 13 144 !31 !98 + 9 13 \
    144 !31 !98 + 10 13 144 !31 !98 + 11 13 144 !31 !98 + 8 14 144 !31 !98 + 9 14 144 !31 !98 + 10 14 144 !31 !98 \
    + 11 14 144 !31 !98 + 8 15 144 !31 !98 + 9 15 144 !31 !98 + 10 15 144 !31 !98 + 11 15 144 !31 !98
    ssb 1 13 141 !31 !98 + 14 141 !31 !98 + 15 141 !31 !98
    fzb 0 9 0 23 !31 !98 + 10 0 23 !31 !98 + 11 0 23 !31 !98 + 9 1 23 !31 !98 + 10 1 23 !31 !98 + 11 1 23 !31 !98 \
    + 9 2 23 !31 !98 + 10 2 23 !31 !98 + 11 2 23 !31 !98 + 9 3 23 !31 !98 + 10 3 23 !31 !98 + 11 3 23 !31 !98
    fyb 1 9 4 23 !31 !98 + 10 4 23 !31 !98 + 11 4 23 !31 !98 + 9 5 23 !31 !98 + 10 5 23 !31 !98 + 11 5 23 !31 !98 \
    + 9 6 23 !31 !98 + 10 6 23 !31 !98 + 11 6 23 !31 !98 + 9 7 23 !31 !98 + 10 7 23 !31 !98 + 11 7 23 !31 !98
    aaa 0 18 !98 + 19 !98
    aaao 0 18 20 !98 + 19 20 !98
    aao 0 17 20 !31 !98 + 18 20 !31 !98 + 19 20 !31 !98
    aab 0 17 23 !31 !98 + 18 23 !31 !98 + 19 23 !31 !98
    aa 0 17 !31 !98 + 18 !31 !98 + 19 !31 !98
    hie 1 26 !31 !98
    lowe 0 27 !31 !98
    lume 1 28 !98
    hade 0 28 !31 !98
    c2 150 47 !31 !98 + 48 !31 !98 + 49 !31 !98
    c3 50 46 47 !31 !98 + 48 !31 !98 + 49 !31 !98
    c4 1 48 !31 !98 + 49 !31 !98
    c5 0 46 48 !31 !98 + 47 48 !31 !98 + 49 !31 !98
    bha3d 1 30 !98
    bhabha 1 29 !98
    bhabha_trk 1 29 9 23 !98 + 29 10 23 !98 + 29 11 23 !98
    bhabha_brl 1 29 !32 !33 !98
    bhabha_ecp 1 29 32 !98 + 29 33 !98
    bhapur 1 74 !98
    eclmumu 1 73 !31 !98
    bhauni 1 72 !98
    ecloflo 0 58 !98
    eclbst 0 75 !98
    g_high 20 26 !134 !98
    g_c1 1500 46 !47 !48 !49 !134 !98
    gg 150 !46 47 !48 !49 !134 !98
    eed 1 9 115 127 !31 !98
    fed 1 8 114 127 !31 !98
    fp 1 8 131 !31 !98
    sp 0 12 131 !31 !98
    zp 0 0 131 !31 !98
    yp 0 4 131 !31 !98
    d_5 0 127 !31 !98
    shem 40 100 !98
    ohem 40 101 !31 !98
    toptiming 0 80 !98
    ecltiming 0 53 !98
    cdctiming 0 21 !98
    cdcbb 1 23 !31 !98
    mu_pair 0 82 9 !98 + 83 9 !98 + 84 9 !98 + 82 10 !98 + 83 10 !98 + 84 10 !98 + 82 11 !98 + 83 11 !98 + 84 11 !98
    mu_b2b 1 85 !98
    klmhit 0 81 !98
    mu_epair 0 87 !98 + 88 !98 + 89 !98
    mu_eb2b 1 90 !98
    eklmhit 100 86 !98
    revolution 1 91 !98
    random 1 95 !98
    bg 40 94 !98
    pls 0 96 !98
    poisson 0 97 !98
    vetout 0 98
    f 2000 8 !98 + 9 !98 + 10 !98 + 11 !98
    s 4000 12 !98 + 13 !98 + 14 !98 + 15 !98
    z 0 0 !98 + 1 !98 + 2 !98 + 3 !98
    y 0 4 !98 + 5 !98 + 6 !98 + 7 !98
    a 0 16 !98 + 17 !98 + 18 !98 + 19 !98
    n1gev1 0 102 !98
    n1gev2 0 103 !98
    n1gev3 0 104 !98
    n1gev4 0 105 !98
    n2gev1 0 106 !98
    n2gev2 0 107 !98
    n2gev3 0 108 !98
    n2gev4 0 109 !98
    c2gev1 1 110 !31 !98
    c2gev2 1 111 !31 !98
    c2gev3 0 112 !98
    c2gev4 0 113 !98
    cdcecl1 3000 114 !31 !98
    cdcecl2 150 115 !31 !98
    cdcecl3 1 116 !98
    cdcecl4 1 117 !98
    cdcklm1 1 118 !98
    cdcklm2 1 119 !98
    cdcklm3 1 120 !98
    cdcklm4 1 121 !98
    cdctop1 0 122 !31 !98
    cdctop2 0 123 !31 !98
    cdctop3 0 124 !98
    cdctop4 0 125 !98
    c1hie 1 46 !47 !48 !49 26 !98
    c1lume 1 46 !47 !48 !49 28 !98
    n1hie 1 46 !47 !48 !49 26 !134 !98
    n1lume 1 46 !47 !48 !49 28 !134 !98
    c3hie 1 46 47 !48 !49 26 !98
    c3lume 1 46 47 !48 !49 28 !98
    n3hie 1 46 47 !48 !49 26 !134 !98
    n3lume 1 46 47 !48 !49 28 !134 !98
    lml0 1 59 !98
    lml1 1 60 !98
    lml2 1 61 !98
    lml3 1 62 !98
    lml4 1 63 !98
    lml5 1 64 !98
    lml6 1 65 !98
    lml7 1 66 !98
    lml8 1 67 !98
    lml9 1 68 !98
    lml10 1 69 !98
    lml12 1 70 !98
    lml13 1 71 !98
    zzzv 0 2 + 3
    yyyv 0 6 + 7
    fffv 0 10 + 11
    zzv 0 1 !31 + 2 !31 + 3 !31
    yyv 0 5 !31 + 6 !31 + 7 !31
    ffov 0 9 20 !31 + 10 20 !31 + 11 20 !31
    fffov 0 10 20 + 11 20
    hiev 2000 26 !31
    lumev 0 28
    c4v 0 48 !31 + 49 !31
    bhabhav 0 29
    mu_pairv 0 82 9 + 83 9 + 84 9 + 82 10 + 83 10 + 84 10 + 82 11 + 83 11 + 84 11
    bha3dv 0 30
    bffo 50 9 20 !98 + 10 20 !98 + 11 20 !98
    bhie 50 26 !98
    ffoc 0 9 46 20 !31 !98 + 10 46 20 !31 !98 + 11 46 20 !31 !98 + 9 47 20 !31 !98 + 10 47 20 !31 !98 + 11 47 20 \
    !31 !98 + 9 48 20 !31 !98 + 10 48 20 !31 !98 + 11 48 20 !31 !98 + 9 49 20 !31 !98 + 10 49 20 !31 !98 + 11 49 \
    20 !31 !98
    ffoc2 0 9 47 20 !31 !98 + 10 47 20 !31 !98 + 11 47 20 !31 !98 + 9 48 20 !31 !98 + 10 48 20 !31 !98 + 11 48 20 \
    !31 !98 + 9 49 20 !31 !98 + 10 49 20 !31 !98 + 11 49 20 !31 !98
    fffo 1 10 20 !98 + 11 20 !98
    ff30 1 136 !98
    fs30 0 9 137 !31 !98 + 10 137 !31 !98 + 11 137 !31 !98
    ss30 0 8 12 138 !31 !98 + 9 12 138 !31 !98 + 10 12 138 !31 !98 + 11 12 138 !31 !98 + 8 13 138 !31 !98 + 9 13 \
    138 !31 !98 + 10 13 138 !31 !98 + 11 13 138 !31 !98 + 8 14 138 !31 !98 + 9 14 138 !31 !98 + 10 14 138 !31 !98 \
    + 11 14 138 !31 !98 + 8 15 138 !31 !98 + 9 15 138 !31 !98 + 10 15 138 !31 !98 + 11 15 138 !31 !98
    itsf_b2b 0 13 139 !31 !98 + 14 139 !31 !98 + 15 139 !31 !98
    gggrl 0 156 !98
    ggtsf 0 157 !98
    ggbrl 0 153 !98
    bhabrl 0 151 !98
    bhamtc1 0 154 !98 + 155 !98
    bhamtc2 0 155 !98
    bhaf 0 150 !98 + 151 !98
    nim0 0 158 !98
    nima01 0 158 159 !98
    nimo01 0 158 !98 + 159 !98
    """

  /// The 151 input bits of version 36, in order.
  static let inputs36 = """
    t3_0 t3_1 t3_2 t3_3 ty_0 ty_1 ty_2 ty_3 t2_0 t2_1 t2_2 t2_3 ts_0 ts_1 ts_2 ts_3 ta_0 ta_1 ta_2 ta_3 typ tx_0
    tx_1 cdc_open90 cdc_active cdc_b2b3 cdc_b2b5 cdc_b2b7 cdc_b2b9 itsfb2b ti i2io i2fo f2f30 s2f30 s2s30 s2s3
    s2s5 s2so s2f3 s2f5 s2fo fwd_s bwd_s track trkflt ehigh elow elum ecl_bha ecl_3dbha bha_veto bha_type_0
    bha_type_1 bha_intrk bha_theta_0 bha_theta_1 clst_0 clst_1 clst_2 clst_3 ecl_active ecl_timing_fwd
    ecl_timing_brl ecl_timing_bwd ecl_phys ecl_oflo ecl_lml_0 ecl_lml_1 ecl_lml_2 ecl_lml_3 ecl_lml_4 ecl_lml_5
    ecl_lml_6 ecl_lml_7 ecl_lml_8 ecl_lml_9 ecl_lml_10 ecl_lml_12 ecl_lml_13 ecl_mumu ecl_bhapur ecl_bst top_0
    top_1 top_2 top_bb top_active klm_hit klm_0 klm_1 klm_2 klmb2b eklm_hit eklm_0 eklm_1 eklm_2 eklmb2b revo
    her_kick ler_kick bha_delay pseud_rand plsin poissonin veto injv secl iecl_0 iecl_1 samhem opohem d3 d5 d7 p3
    p5 p7 p9 cdcecl_0 cdcecl_1 cdcecl_2 cdcecl_3 c2gev_0 c2gev_1 c2gev_2 c2gev_3 cdctop_0 cdctop_1 cdctop_2
    cdctop_3 cdcklm_0 cdcklm_1 seklm_0 seklm_1 ecleklm ieklm fwdsb bwdsb fwdnb bwdnb brlfb1 brlfb2 brlnb1 brlnb2
    trkbha1 trkbha2 grlgg1 grlgg2 nimin0 nimin1
    """

  /// The lines of version 36 that compare multiplicities: the algebra people write, and its sum of products.
  static let lines36 = """
    (t2_1 or t2_2 or t2_3) and clst>0 and cdc_open90 and !bha_veto and !veto :: 9 57 23 !51 !105 + 10 57 23 !51 \
    !105 + 11 57 23 !51 !105 + 9 58 23 !51 !105 + 10 58 23 !51 !105 + 11 58 23 !51 !105 + 9 59 23 !51 !105 + 10 59 \
    23 !51 !105 + 11 59 23 !51 !105 + 9 60 23 !51 !105 + 10 60 23 !51 !105 + 11 60 23 !51 !105
    clst>1 and !bha_veto and !veto :: 58 !51 !105 + 59 !51 !105 + 60 !51 !105
    clst>2 and !bha_veto and !veto :: 57 58 !51 !105 + 59 !51 !105 + 60 !51 !105
    clst>3 and !bha_veto and !veto :: 59 !51 !105 + 60 !51 !105
    clst>4 and !bha_veto and !veto :: 57 59 !51 !105 + 58 59 !51 !105 + 60 !51 !105
    ecl_bhapur and bha_theta=3 and !veto :: 81 55 56 !105
    ecl_bhapur and bha_theta=0 and !veto :: 81 !55 !56 !105
    ecl_bhapur and bha_theta=1 and !veto :: 81 55 !56 !105
    ecl_bhapur and bha_theta=2 and !veto :: 81 !55 56 !105
    clst=1 and !track and !veto :: 57 !58 !59 !60 !44 !105
    clst=2 and !track and !veto :: !57 58 !59 !60 !44 !105
    klm>0 and (t2_1 or t2_2 or t2_3) and !veto :: 89 9 !105 + 90 9 !105 + 91 9 !105 + 89 10 !105 + 90 10 !105 + 91 \
    10 !105 + 89 11 !105 + 90 11 !105 + 91 11 !105
    eklm>0 and !veto :: 94 !105 + 95 !105 + 96 !105
    klm>1 and !bha_veto and !veto :: 90 !51 !105 + 91 !51 !105
    eklm>1 and !bha_veto and !veto :: 95 !51 !105 + 96 !51 !105
    eklm=1 and klm=1 and !bha_veto and !veto :: 94 !95 !96 89 !90 !91 !51 !105
    typ and cdcecl>0 and !bha_veto and !veto :: 20 119 !51 !105 + 20 120 !51 !105 + 20 121 !51 !105 + 20 122 !51 \
    !105
    ty>0 and cdcecl>0 and !bha_veto and !veto :: 4 119 !51 !105 + 5 119 !51 !105 + 6 119 !51 !105 + 7 119 !51 !105 \
    + 4 120 !51 !105 + 5 120 !51 !105 + 6 120 !51 !105 + 7 120 !51 !105 + 4 121 !51 !105 + 5 121 !51 !105 + 6 121 \
    !51 !105 + 7 121 !51 !105 + 4 122 !51 !105 + 5 122 !51 !105 + 6 122 !51 !105 + 7 122 !51 !105
    t2>0 and ti and i2fo and iecl_0 and !bha_veto and !veto :: 8 30 32 108 !51 !105 + 9 30 32 108 !51 !105 + 10 30 \
    32 108 !51 !105 + 11 30 32 108 !51 !105
    clst=1 and ehigh and !veto :: 57 !58 !59 !60 46 !105
    clst=1 and elum and !veto :: 57 !58 !59 !60 48 !105
    clst=1 and ehigh and !track and !veto :: 57 !58 !59 !60 46 !44 !105
    clst=1 and elum and !track and !veto :: 57 !58 !59 !60 48 !44 !105
    clst=3 and ehigh and !veto :: 57 58 !59 !60 46 !105
    clst=3 and elum and !veto :: 57 58 !59 !60 48 !105
    clst=3 and ehigh and !track and !veto :: 57 58 !59 !60 46 !44 !105
    clst=3 and elum and !track and !veto :: 57 58 !59 !60 48 !44 !105
    clst>1 and ehigh and !bha_veto and !veto :: 58 46 !51 !105 + 59 46 !51 !105 + 60 46 !51 !105
    t2>0 and !bha_veto and !veto :: 8 !51 !105 + 9 !51 !105 + 10 !51 !105 + 11 !51 !105
    ts>0 and !bha_veto and !veto :: 12 !51 !105 + 13 !51 !105 + 14 !51 !105 + 15 !51 !105
    t3>0 and !bha_veto and !veto :: 0 !51 !105 + 1 !51 !105 + 2 !51 !105 + 3 !51 !105
    ty>0 and !bha_veto and !veto :: 4 !51 !105 + 5 !51 !105 + 6 !51 !105 + 7 !51 !105
    ta>0 and !bha_veto and !veto :: 16 !51 !105 + 17 !51 !105 + 18 !51 !105 + 19 !51 !105
    t2>0 and !veto :: 8 !105 + 9 !105 + 10 !105 + 11 !105
    ts>0 and !veto :: 12 !105 + 13 !105 + 14 !105 + 15 !105
    t3>0 and !veto :: 0 !105 + 1 !105 + 2 !105 + 3 !105
    ty>0 and !veto :: 4 !105 + 5 !105 + 6 !105 + 7 !105
    ta>0 and !veto :: 16 !105 + 17 !105 + 18 !105 + 19 !105
    clst>3 and !bha_veto :: 59 !51 + 60 !51
    klm>0 and (t2_1 or t2_2 or t2_3) :: 89 9 + 90 9 + 91 9 + 89 10 + 90 10 + 91 10 + 89 11 + 90 11 + 91 11
    typ and cdcecl>0 and !bha_veto :: 20 119 !51 + 20 120 !51 + 20 121 !51 + 20 122 !51
    ty>0 and ti and i2fo and iecl_0 and !bha_veto and !veto :: 4 30 32 108 !51 !105 + 5 30 32 108 !51 !105 + 6 30 \
    32 108 !51 !105 + 7 30 32 108 !51 !105
    (t2_2 or t2_3) and ty>0 and cdc_open90 and !veto :: 10 4 23 !105 + 11 4 23 !105 + 10 5 23 !105 + 11 5 23 !105 \
    + 10 6 23 !105 + 11 6 23 !105 + 10 7 23 !105 + 11 7 23 !105
    """
}
