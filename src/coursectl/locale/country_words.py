"""What Unicode's tables lack about countries: codes that were withdrawn, and other names that lists of people use."""

from __future__ import annotations

ALPHA_2 = frozenset(  # one string, because it is read as a table
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ
    BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM
    DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS
    GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN
    KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ
    MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM
    PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
    SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI
    VN VU WF WS XK YE YT ZA ZM ZW
    """.split()  # noqa: SIM905
)
"""ISO 3166-1, and XK, which the European Union and CLDR use for Kosovo."""

WITHDRAWN = {
    "AN": ("Netherlands Antilles", "Antillas Neerlandesas", "Antilhas Holandesas", "Antilles néerlandaises"),
    "BU": ("Burma", "Birmania", "Birmânia", "Birmanie"),
    "CS": ("Serbia and Montenegro", "Serbia y Montenegro", "Sérvia e Montenegro", "Serbie-et-Monténégro"),
    "CT": (
        "Canton and Enderbury Islands",
        "Islas Canton y Enderbury",
        "Ilhas Canton e Enderbury",
        "Îles Canton et Enderbury",
    ),
    "DD": (
        "German Democratic Republic",
        "República Democrática Alemana",
        "República Democrática Alemã",
        "République démocratique allemande",
    ),
    "DY": ("Dahomey", "Dahomey", "Daomé", "Dahomey"),
    "FQ": (
        "French Southern and Antarctic Territories",
        "Territorios Australes y Antárticos Franceses",
        "Territórios Austrais e Antárticos Franceses",
        "Terres australes et antarctiques françaises",
    ),
    "FX": ("Metropolitan France", "Francia metropolitana", "França metropolitana", "France métropolitaine"),
    "HV": ("Upper Volta", "Alto Volta", "Alto Volta", "Haute-Volta"),
    "JT": ("Johnston Island", "Isla Johnston", "Ilha Johnston", "Île Johnston"),
    "MI": ("Midway Islands", "Islas Midway", "Ilhas Midway", "Îles Midway"),
    "NH": ("New Hebrides", "Nuevas Hébridas", "Novas Hébridas", "Nouvelles-Hébrides"),
    "NQ": ("Queen Maud Land", "Tierra de la Reina Maud", "Terra da Rainha Maud", "Terre de la Reine-Maud"),
    "NT": ("Neutral Zone", "Zona Neutral", "Zona Neutra", "Zone neutre"),
    "PC": (
        "Trust Territory of the Pacific Islands",
        "Territorio en Fideicomiso de las Islas del Pacífico",
        "Território Fiduciário das Ilhas do Pacífico",
        "Territoire sous tutelle des îles du Pacifique",
    ),
    "PU": (
        "U.S. Miscellaneous Pacific Islands",
        "Islas diversas del Pacífico de EE. UU.",
        "Ilhas diversas do Pacífico dos EUA",
        "Îles diverses du Pacifique des États-Unis",
    ),
    "PZ": (
        "Panama Canal Zone",
        "Zona del Canal de Panamá",
        "Zona do Canal do Panamá",
        "Zone du canal de Panama",
    ),
    "RH": ("Rhodesia", "Rodesia", "Rodésia", "Rhodésie"),
    "SU": ("Soviet Union", "Unión Soviética", "União Soviética", "Union soviétique"),
    "TP": ("East Timor", "Timor Oriental (Timor Portugués)", "Timor Português", "Timor portugais"),
    "VD": ("North Vietnam", "Vietnam del Norte", "Vietnã do Norte", "Nord-Viêt Nam"),
    "WK": ("Wake Island", "Isla Wake", "Ilha Wake", "Île de Wake"),
    "YD": (
        "Democratic Yemen",
        "Yemen Democrático",
        "Iêmen Democrático",
        "Yémen démocratique",
    ),
    "YU": ("Yugoslavia", "Yugoslavia", "Iugoslávia", "Yougoslavie"),
    "ZR": ("Zaire", "Zaire", "Zaire", "Zaïre"),
}
"""Codes that ISO 3166-1 withdrew (ISO 3166-3), with names in English, Spanish, Portuguese and French.

CS is Serbia and Montenegro, its last meaning, not Czechoslovakia.
"""

SUCCEEDED = {
    "BU": (1989, "MM"),
    "DD": (1990, "DE"),
    "DY": (1977, "BJ"),
    "FX": (1997, "FR"),
    "HV": (1984, "BF"),
    "NH": (1980, "VU"),
    "RH": (1980, "ZW"),
    "TP": (2002, "TL"),
    "VD": (1977, "VN"),
    "YD": (1990, "YE"),
    "ZR": (1997, "CD"),
}
"""The year in which ISO 3166-3 records that a code was withdrawn, and the one code that came in its place, if it is one."""

_ELSEWHERE = """
AN|جزر الأنتيل الهولندية|荷属安的列斯|Нидерландские Антильские острова
BU|بورما|缅甸|Бирма
CS|صربيا والجبل الأسود|塞尔维亚和黑山|Сербия и Черногория
CT|جزيرتا كانتون وإندربري|坎顿岛和恩德伯里岛|Острова Кантон и Эндербери
DD|الجمهورية الديمقراطية الألمانية|德意志民主共和国|Германская Демократическая Республика
DY|داهومي|达荷美|Дагомея
FQ|الأراضي الفرنسية الجنوبية والأنتاركتيكية|法属南部和南极领地|Французские Южные и Антарктические Территории
FX|فرنسا المتروبولية|法国本土|Метрополия Франции
HV|فولتا العليا|上沃尔特|Верхняя Вольта
JT|جزيرة جونستون|约翰斯顿岛|Остров Джонстон
MI|جزر ميدواي|中途岛|Острова Мидуэй
NH|نيو هبريدس|新赫布里底|Новые Гебриды
NQ|أرض الملكة مود|毛德皇后地|Земля Королевы Мод
NT|المنطقة المحايدة|中立区|Нейтральная зона
PC|إقليم جزر المحيط الهادئ المشمول بالوصاية|太平洋岛屿托管领土|Подопечная территория Тихоокеанские острова
PU|جزر المحيط الهادئ المتنوعة التابعة للولايات المتحدة|美属太平洋各岛屿|Малые тихоокеанские острова США
PZ|منطقة قناة بنما|巴拿马运河区|Зона Панамского канала
RH|روديسيا|罗得西亚|Родезия
SU|الاتحاد السوفياتي|苏联|Советский Союз
TP|تيمور الشرقية|东帝汶|Восточный Тимор
VD|فييت نام الشمالية|北越|Северный Вьетнам
WK|جزيرة ويك|威克岛|Остров Уэйк
YD|اليمن الديمقراطية|民主也门|Демократический Йемен
YU|يوغوسلافيا|南斯拉夫|Югославия
ZR|زائير|扎伊尔|Заир
"""
_LINES = [line.split("|") for line in _ELSEWHERE.split("\n") if line]
WITHDRAWN_IN = {
    language: {line[0]: line[place] for line in _LINES} for place, language in enumerate(("ar", "zh", "ru"), start=1)
}
"""The same in the languages that only documents speak."""

WITHDRAWN_ALPHA_3 = {
    "ANT": "AN",
    "BUR": "BU",
    "SCG": "CS",
    "DDR": "DD",
    "DHY": "DY",
    "HVO": "HV",
    "NTZ": "NT",
    "PCZ": "PZ",
    "RHO": "RH",
    "SUN": "SU",
    "TMP": "TP",
    "VDR": "VD",
    "YMD": "YD",
    "YUG": "YU",
    "ZAR": "ZR",
}

ALSO_CALLED = {
    "AE": "EAU|UAE|Emiratos Árabes|Emirados Árabes|Émirats arabes",
    "AG": "Antigua|Antigua-Barbuda",
    "AR": "República Argentina|Argentine Republic|République argentine|Rep. Argentina",
    "BA": "Bosnia|Bosnia-Herzegovina|Bósnia|Bosnie",
    "BB": "Barbade|La Barbade",
    "BD": "Bangla Desh|Bangladesh",
    "BH": "Bahréin|Bahrein|Bahrain",
    "BN": "Brunei Darussalam|Brunéi Darussalam",
    "BO": "Estado Plurinacional de Bolivia|Plurinational State of Bolivia|État plurinational de Bolivie"
    "|Estado Plurinacional da Bolívia|E. P. de Bolivia|Bolivia, E.P.",
    "BQ": "Bonaire|Bonaire, Sint Eustatius and Saba|Bonaire, San Eustaquio y Saba|Caribe Neerlandés",
    "BR": "República Federativa do Brasil|República Federativa del Brasil|Federative Republic of Brazil"
    "|République fédérative du Brésil",
    "BS": "Las Bahamas|The Bahamas|Commonwealth of the Bahamas",
    "BY": "Belarús|Belarus|Bélarus|Belarrusia|Bielorrusia",
    "BZ": "Belice|Honduras Británica|British Honduras",
    "CD": "DR Congo|DRC|RDC|RD Congo|República Democrática del Congo|Democratic Republic of the Congo"
    "|República Democrática do Congo|République démocratique du Congo|Congo Democratic Republic|Congo RDC|Congo-Kinshasa",
    "CG": "Congo|Congo-Brazzaville|República del Congo|Republic of the Congo|République du Congo",
    "CI": "Ivory Coast|Costa de Marfil|Côte d'Ivoire",
    "CL": "República de Chile",
    "CN": "República Popular China|República Popular de China|People's Republic of China|República Popular da China"
    "|République populaire de Chine|PR China|P.R. China|RPC",
    "CO": "República de Colombia",
    "CU": "República de Cuba",
    "CV": "Cabo Verde|Cape Verde|Islas de Cabo Verde",
    "CW": "Curacao|Curazao|Curaçau",
    "CZ": "Czech Republic|República Checa|República Tcheca|República Checa|République tchèque|Czechia",
    "DE": "República Federal de Alemania|Federal Republic of Germany|República Federal da Alemanha"
    "|République fédérale d'Allemagne|RFA",
    "DM": "Commonwealth of Dominica|Mancomunidad de Dominica|La Dominique|Commonwealth de Dominica",
    "DO": "Dominican Rep.|R. Dominicana|Rep. Dominicana|Dominicana|Santo Domingo|Dominicaine|Rép. dominicaine",
    "EH": "Sahara Occidental|República Árabe Saharaui Democrática",
    "FK": "Malvinas|Falklands|Falkland Islands (Malvinas)|Islas Falkland|Ilhas Falkland|Malouines",
    "FM": "Federated States of Micronesia|Estados Federados de Micronesia|Estados Federados da Micronésia"
    "|États fédérés de Micronésie",
    "FR": "República Francesa|French Republic|République française",
    "IT": "República Italiana|Italian Republic|République italienne",
    "GB": "UK|U.K.|Great Britain|Gran Bretaña|Grã-Bretanha|Grande-Bretagne|England|Inglaterra|Angleterre|Scotland|Wales"
    "|Reino Unido de Gran Bretaña e Irlanda del Norte|United Kingdom of Great Britain and Northern Ireland"
    "|Reino Unido da Grã-Bretanha e Irlanda do Norte|Royaume-Uni de Grande-Bretagne et d'Irlande du Nord",
    "GD": "Granada (Caribe)|La Grenade",
    "GF": "Guayana Francesa|Guyane",
    "GN": "República de Guinea|Republic of Guinea|République de Guinée|Guinea-Conakry|Guinea Conakry",
    "GM": "La Gambia|The Gambia|República de Gambia",
    "GY": "República Cooperativa de Guyana|Co-operative Republic of Guyana|Guiana|Guayana|Guyane britannique",
    "HK": "Hong Kong|Hong Kong SAR|Hong Kong, China",
    "HT": "República de Haití|Ayiti|Republic of Haiti|République d'Haïti",
    "IE": "Eire|República de Irlanda|Republic of Ireland",
    "IR": "Islamic Republic of Iran|República Islámica del Irán|República Islâmica do Irã|República Islâmica do Irão|Irão"
    "|République islamique d'Iran",
    "KH": "Kampuchea|Cambodja",
    "KN": "St. Kitts|Saint Kitts|Saint Kitts and Nevis|San Cristóbal y Nevis|San Kitts y Nevis|Saint-Kitts-et-Nevis"
    "|São Cristóvão e Neves|St. Christopher and Nevis",
    "KP": "DPRK|Democratic People's Republic of Korea|República Popular Democrática de Corea"
    "|República Popular Democrática da Coreia|République populaire démocratique de Corée",
    "KR": "Republic of Korea|República de Corea|República da Coreia|République de Corée|Korea|Corea|Coreia|Corée",
    "KZ": "Kazajstán|Kasajstán|Kazajistán",
    "LA": "Lao People's Democratic Republic|República Democrática Popular Lao|Lao PDR|Lao"
    "|République démocratique populaire lao|República Democrática Popular do Laos",
    "LC": "Sta. Lucía|Saint Lucia|Santa Lucia",
    "LY": "Jamahiriya Árabe Libia|Libyan Arab Jamahiriya",
    "MD": "Moldova|República de Moldova|Republic of Moldova|República da Moldávia|République de Moldova",
    "MK": "Macedonia|Macedônia|Macédoine|The former Yugoslav Republic of Macedonia|ex República Yugoslava de Macedonia"
    "|Ex-República Iugoslava da Macedônia",
    "MM": "Myanmar|Mianmar|República de la Unión de Myanmar",
    "MO": "Macao|Macau|Macao SAR",
    "MX": "Méjico|Estados Unidos Mexicanos|United Mexican States|República Mexicana|États-Unis du Mexique"
    "|Estados Unidos Mexicanos",
    "MY": "Malaysia|Malasia",
    "MZ": "Mozambique|Moçambique",
    "NL": "Holanda|Holland|Hollande|The Netherlands|Reino de los Países Bajos|Kingdom of the Netherlands"
    "|Reino dos Países Baixos|Royaume des Pays-Bas",
    "PA": "República de Panamá",
    "PE": "República del Perú",
    "PF": "Tahití|Tahiti",
    "PR": "Estado Libre Asociado de Puerto Rico",
    "PS": "Palestine|Palestina|State of Palestine|Estado de Palestina|État de Palestine|Occupied Palestinian Territory",
    "PY": "República del Paraguay",
    "QA": "Qatar|Katar",
    "PT": "República Portuguesa|Portuguese Republic",
    "RO": "Rumania|Rumanía|Roménia",
    "RU": "Russian Federation|Federación de Rusia|Federación Rusa|Federação Russa|Federação da Rússia|Fédération de Russie",
    "SD": "República del Sudán|Republic of the Sudan|República do Sudão|République du Soudan",
    "SA": "Arabia Saudita|Arabia Saudí|Kingdom of Saudi Arabia|Reino de Arabia Saudita",
    "SR": "Surinam|Suriname|Suriname (Guayana Holandesa)",
    "ST": "Santo Tomé|São Tomé|Sao Tome and Principe",
    "SV": "Salvador|República de El Salvador|Republic of El Salvador",
    "SX": "San Martín (parte neerlandesa)|Saint Martin (Dutch part)|St. Maarten|São Martinho (parte holandesa)",
    "MF": "Saint Martin (French part)|San Martín (parte francesa)|Saint-Martin (partie française)",
    "SY": "Syrian Arab Republic|República Árabe Siria|República Árabe da Síria|République arabe syrienne",
    "SZ": "Swaziland|Swazilandia|Suazilandia|Suazilândia|Eswatini",
    "TL": "Timor Leste|Timor Oriental|Timor-Leste|Timor Est",
    "TR": "Turkey|Turquía|Türkiye|República de Türkiye",
    "TT": "Trinidad|Trinidad-Tobago|Trinidad Tobago|Trinité et Tobago|Trindade e Tobago|Trinidad and Tobago",
    "TW": "Taiwan, Province of China|Taiwán, Provincia de China|República de China|Republic of China"
    "|Chinese Taipei|Taipei Chino|República da China",
    "TZ": "United Republic of Tanzania|República Unida de Tanzania|República Unida da Tanzânia|Tanzanía"
    "|République-Unie de Tanzanie",
    "US": "USA|U.S.|EUA|E.U.A.|EE.UU.|EEUU|EE UU|E.E.U.U.|E.U.|United States of America|Estados Unidos de América"
    "|Estados Unidos da América|États-Unis d'Amérique|Estados Unidos de Norteamérica|Etats Unis",
    "UY": "República Oriental del Uruguay|Eastern Republic of Uruguay|República Oriental do Uruguai|R. O. del Uruguay"
    "|République orientale de l'Uruguay",
    "VA": "Santa Sede|Holy See|Santa Sé|Saint-Siège|Vaticano|Vatican|El Vaticano|Estado de la Ciudad del Vaticano",
    "VC": "San Vicente|Saint Vincent|Saint Vincent and the Grenadines|San Vicente y las Granadinas",
    "VE": "República Bolivariana de Venezuela|Bolivarian Republic of Venezuela|República Bolivariana da Venezuela"
    "|République bolivarienne du Venezuela|R. B. de Venezuela|Venezuela, RB",
    "VG": "Islas Vírgenes (Británicas)|Virgin Islands (British)",
    "VI": "Islas Vírgenes (EE.UU.)|Virgin Islands (U.S.)|Islas Vírgenes de los Estados Unidos",
    "VN": "Viet Nam|Vietnam|República Socialista de Viet Nam|Vietname",
    "WS": "Samoa Occidental|Western Samoa",
    "XK": "República de Kosovo|Kosovo (UNSCR 1244)",
    "ZA": "Sudáfrica|Republic of South Africa|República de Sudáfrica|Suráfrica",
    "ZW": "Zimbabwe|Zimbabue",
}
"""Names besides CLDR's in the four languages, separated by bars: official ones, older ones, usual ones, acronyms."""
