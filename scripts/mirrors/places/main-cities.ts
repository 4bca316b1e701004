/**
 * Where a mirror is taken to be when only its country is known: the capital, or another city where that
 * is where the country's networks meet (its largest exchange point). In countries that span a continent
 * it is a large hub near the middle rather than on a coast: the error is then bounded, and a mirror
 * whose place is known wins near either coast. Our own choice; coordinates come from GeoNames by name.
 */
export const mainCities: Readonly<Record<string, string>> = Object.fromEntries(
  `AD Andorra la Vella|AE Dubai|AF Kabul|AG Saint John's|AL Tirana|AM Yerevan|AO Luanda|AR Buenos Aires|
AS Pago Pago|AT Vienna|AU Sydney|AW Oranjestad|AZ Baku|BA Sarajevo|BB Bridgetown|BD Dhaka|BE Brussels|
BF Ouagadougou|BG Sofia|BH Manama|BI Bujumbura|BJ Cotonou|BM Hamilton|BN Bandar Seri Begawan|BO La Paz|
BR São Paulo|BS Nassau|BT Thimphu|BW Gaborone|BY Minsk|BZ Belize City|CA Toronto|CD Kinshasa|CF Bangui|
CG Brazzaville|CH Zürich|CI Abidjan|CL Santiago|CM Douala|CN Beijing|CO Bogotá|CR San José|CU Havana|
CV Praia|CW Willemstad|CY Nicosia|CZ Prague|DE Frankfurt am Main|DJ Djibouti|DK Copenhagen|DM Roseau|
DO Santo Domingo|DZ Algiers|EC Quito|EE Tallinn|EG Cairo|ER Asmara|ES Madrid|ET Addis Ababa|FI Helsinki|
FJ Suva|FM Palikir|FO Tórshavn|FR Paris|GA Libreville|GB London|GE Tbilisi|
GF Cayenne|GH Accra|GI Gibraltar|GL Nuuk|GM Banjul|GN Conakry|GP Pointe-à-Pitre|GQ Malabo|GR Athens|
GT Guatemala City|GU Hagåtña|GW Bissau|GY Georgetown|HK Hong Kong|HN Tegucigalpa|HR Zagreb|HT Port-au-Prince|
HU Budapest|ID Jakarta|IE Dublin|IL Tel Aviv|IM Douglas|IN Mumbai|IQ Baghdad|IR Tehran|IS Reykjavík|IT Milan|
JE Saint Helier|JM Kingston|JO Amman|JP Tokyo|KE Nairobi|KG Bishkek|KH Phnom Penh|KI Tarawa|KM Moroni|
KN Basseterre|KR Seoul|KW Kuwait City|KY George Town|KZ Almaty|LA Vientiane|LB Beirut|LC Castries|LI Vaduz|
LK Colombo|LR Monrovia|LS Maseru|LT Vilnius|LU Luxembourg|LV Riga|LY Tripoli|MA Casablanca|MC Monaco|
MD Chisinau|ME Podgorica|MG Antananarivo|MK Skopje|ML Bamako|MM Yangon|MN Ulan Bator|MO Macau|MQ Fort-de-France|
MR Nouakchott|MT Valletta|MU Port Louis|MV Male|MW Lilongwe|MX Mexico City|MY Kuala Lumpur|MZ Maputo|
NA Windhoek|NC Nouméa|NE Niamey|NG Lagos|NI Managua|NL Amsterdam|NO Oslo|NP Kathmandu|NZ Auckland|OM Muscat|
PA Panama City|PE Lima|PF Papeete|PG Port Moresby|PH Manila|PK Karachi|PL Warsaw|PR San Juan|PS Ramallah|PT Lisbon|
PY Asunción|QA Doha|RE Saint-Denis|RO Bucharest|RS Belgrade|RU Moscow|RW Kigali|SA Riyadh|SB Honiara|
SC Victoria|SD Khartoum|SE Stockholm|SG Singapore|SI Ljubljana|SK Bratislava|SL Freetown|SM San Marino|SN Dakar|
SO Mogadishu|SR Paramaribo|SV San Salvador|SY Damascus|SZ Mbabane|TD N'Djamena|TG Lomé|TH Bangkok|TJ Dushanbe|
TL Dili|TM Ashgabat|TN Tunis|TO Nuku‘alofa|TR Istanbul|TT Port of Spain|TW Taipei|TZ Dar es Salaam|UA Kyiv|
UG Kampala|US Chicago|UY Montevideo|UZ Tashkent|VC Kingstown|VE Caracas|VN Hanoi|VU Port-Vila|WS Apia|XK Pristina|
YE Sanaa|ZA Johannesburg|ZM Lusaka|ZW Harare|
AI The Valley|AX Mariehamn|BL Gustavia|BQ Kralendijk|CK Avarua|CX Flying Fish Cove|EH Laayoune|FK Stanley|GD Saint George's|
GG Saint Peter Port|KP Pyongyang|MF Marigot|MH Majuro|MP Saipan|MS Brades|NF Kingston|NR Yaren|NU Alofi|PM Saint-Pierre|
PW Ngerulmud|SH Jamestown|SJ Longyearbyen|SS Juba|ST São Tomé|SX Philipsburg|TC Cockburn Town|TV Funafuti|
VA Vatican City|VG Road Town|VI Charlotte Amalie|WF Mata-Utu`
    .split("|")
    .map((entry) => entry.trim())
    .map((entry) => [entry.slice(0, 2), entry.slice(3)]),
);
